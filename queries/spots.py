"""What is known of cells and places that stand out? Counts by cell now and before, the cases of some cells, cases with their places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Integer, and_, case, func, select, true
from sqlalchemy import cast as as_type

from model.cases import CaseRow, Category
from model.facts import HAS_PLACE
from model.places import Feature
from model.sql import scan
from model.squares import square_of
from model.units import CELL, side_of
from queries.filters import Filters
from queries.narrow import apply, in_cells, matching
from queries.run import Question
from queries.squares import is_kept, kept_halves

ROW = CaseRow


def cell_counts(filters: Filters, now: datetime, middle: date, part: Filters | None = None, side: int = CELL) -> Question:
    """Columns cell, n (cases from the day `middle` on), n_before (earlier ones of the period), first_on (the first day with any case).

    With a `part` also n_part: how many of them lie in the place that it names, whatever its period. A cell is one of that side.
    """
    first_on = select(func.min(ROW.reported_on)).scalar_subquery()
    if part is None and is_kept(filters, side):
        return kept_halves(filters, now, middle, side).add_columns(first_on.label("first_on"))
    cell = square_of(scan(ROW.cell) if matching(filters, now) else ROW.cell, side)
    since = as_type(func.sum(case((ROW.reported_on >= middle, 1), else_=0)), Integer)
    question = select(cell.label("cell"), since.label("n"), (func.count() - since).label("n_before"), first_on.label("first_on"))
    if part is not None:
        inside = case((and_(true(), *matching(part, now)), 1), else_=0)
        question = question.add_columns(as_type(func.sum(inside), Integer).label("n_part"))
    return apply(question.where(ROW.cell.is_not(None), ROW.void.is_(False)), filters, now).group_by(cell)


def cell_cases(filters: Filters, now: datetime, cells: Sequence[int]) -> Question:
    """Columns cell, category (`event/0102`), name_zh, name_en, zone, zone_name, n: the cases of some cells by category and zone."""
    key, cell = ROW.kind + "/" + ROW.category, square_of(ROW.cell, max(map(side_of, cells), default=CELL))
    question = (
        select(cell.label("cell"), key.label("category"), Category.name_zh, Category.name_en)
        .add_columns(Feature.code.label("zone"), Feature.name.label("zone_name"), func.count().label("n"))
        .outerjoin(Category, and_(Category.kind == ROW.kind, Category.code == ROW.category))
        .outerjoin(Feature, Feature.id == ROW.zone_id)
        .where(in_cells(cells), ROW.void.is_(False))
    )
    return apply(question, filters, now).group_by(
        cell, ROW.kind, ROW.category, Category.name_zh, Category.name_en, Feature.code, Feature.name
    )


def placed_cases(filters: Filters, now: datetime) -> Question:
    """Cases with a place and a category: id, kind, category, name_zh, name_en, channel, address, lon, lat, cell; void ones left out."""
    question = (
        select(
            *(ROW.id, ROW.kind, ROW.category, Category.name_zh, Category.name_en), *(ROW.channel, ROW.address, ROW.lon, ROW.lat, ROW.cell)
        )
        .outerjoin(Category, and_(Category.kind == ROW.kind, Category.code == ROW.category))
        .where(HAS_PLACE, ROW.category.is_not(None), ROW.void.is_(False))
    )
    return apply(question, filters, now)
