"""Which cases do the filters leave? The SQL of `Filters`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from model.cases import CaseLink, CaseRow, stage_of
from model.facts import Fact, Stamp
from model.kinds import Kind, Stage
from model.places import Feature
from model.sql import is_one_of, weekday_of
from model.units import cells_in
from queries.facts import Clock, fact, placed, standing, takes_less, timeless
from queries.filters import MOST_IDS, STATES, UNASSIGNED, Filters
from queries.run import Question
from queries.search import searched
from queries.waiting import WAITING

# engines take only so many values each by itself
MOST_CELLS = 10_000
STATE_FACTS = {"overdue": Fact.OVERDUE, "due_today": Fact.DUE_TODAY, "due_soon": Fact.DUE_SOON}


def apply(question: Question, filters: Filters, now: datetime, *, stamp: Stamp | None = Stamp.REPORTED) -> Question:
    """The question narrowed to the filters; `stamp` says which day must fall in the period, None leaves the period out."""
    period = [placed(stamp, Clock.of(filters, now))] if stamp and (filters.since or filters.until) else []
    return question.where(*period, *matching(filters, now))


def matching(filters: Filters, now: datetime, *, settled: bool = False) -> list[ColumnElement[bool]]:
    """Every condition of the filters but the period; `settled` ones are asked of cases that were settled before today."""
    row, state_of = CaseRow, _state_of_settled if settled else _state
    conditions = [
        _among(row.channel, filters.channels),
        _among(row.kind, filters.kinds),
        _among(row.source, filters.sources),
        _among(row.department, filters.departments),
        _among(row.community, filters.communities),
        is_one_of(row.id, filters.ids) if len(filters.ids) > MOST_IDS else _among(row.id, filters.ids),
        in_cells(filters.cells) if filters.cells else None,
        _among(row.reported_hour, filters.hours),
        _among(weekday_of(row.reported_on), filters.weekdays),
        _any(_category(one) for one in filters.categories),
        _any(state_of(one, Clock.of(filters, now)) for one in filters.states),
        in_zones(filters.zones) if filters.zones else None,
        _any(_belongs(one) for one in filters.features),
        _any(_within(one) for one in filters.within),
        timeless(Fact.PLACED) if filters.places else None,
        *searched(filters.text),
    ]
    return [one for one in conditions if one is not None]


def in_cells(numbers: Sequence[int]) -> ColumnElement[bool]:
    """Cases of any of these cells and squares; a square is asked for by its cells, which are indexed."""
    cells = [cell for number in numbers for cell in cells_in(number)]
    return CaseRow.cell.in_(cells) if len(cells) <= MOST_CELLS else is_one_of(CaseRow.cell, cells)


def in_zones(codes: tuple[str, ...]) -> ColumnElement[bool]:
    """Cases of any of these zones; `UNASSIGNED` asks for those of none."""
    found = CaseRow.zone_id.in_(select(Feature.id).where(Feature.layer == "zones", Feature.code.in_(codes)))
    return or_(found, CaseRow.zone_id.is_(None)) if UNASSIGNED in codes else found


def linked(layer: str, codes: tuple[str, ...]) -> ColumnElement[bool]:
    """Cases that belong to any of these features of a layer; `UNASSIGNED` asks for those that belong to none."""
    links = select(CaseLink.case_id).where(CaseLink.layer == layer)
    features = select(Feature.id).where(Feature.layer == layer, Feature.code.in_(codes))
    found = CaseRow.id.in_(links.where(CaseLink.feature_id.in_(features)))
    return or_(found, CaseRow.id.not_in(links)) if UNASSIGNED in codes else found


def _belongs(feature: str) -> ColumnElement[bool]:
    """Cases of one feature, `LAYER/CODE`, or of any feature of a layer."""
    layer, slash, code = feature.partition("/")
    return linked(layer, (code,)) if slash else CaseRow.id.in_(select(CaseLink.case_id).where(CaseLink.layer == layer))


def _within(value: str) -> ColumnElement[bool]:
    """Cases that took less than so many hours to a step, `STEP/HOURS`."""
    step, _, edge = value.partition("/")
    return takes_less(step, int(edge))


def _among(column: Any, values: tuple[Any, ...]) -> ColumnElement[bool] | None:
    """The column has one of the values; no values ask nothing."""
    if not values:
        return None
    found: ColumnElement[bool] = column.in_(values)
    return or_(found, column.is_(None)) if UNASSIGNED in values else found


def _any(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[bool] | None:
    found = list(conditions)
    return or_(*found) if found else None


def _category(value: str) -> ColumnElement[bool]:
    """A code, the first two digits of codes, or either with its kind before a slash."""
    head, slash, tail = value.partition("/")
    if slash and head in tuple(Kind):
        return and_(CaseRow.kind == head, _category(tail))
    if value == UNASSIGNED:
        return CaseRow.category.is_(None)
    if len(value) == 2 and value.isdigit():
        # of how many characters there are the planner knows nothing, of how many values have this shape it does
        return CaseRow.category.like(f"{value}__")
    return CaseRow.category == value


def _state(state: str, clock: Clock) -> ColumnElement[bool]:  # noqa: PLR0911 - a table of cases
    """A state at the clock's moment, or a stage."""
    match state:
        case "void":
            return CaseRow.void.is_(True)
        case "suspended":
            return ~timeless(Fact.NOT_SUSPENDED)
        case "open":
            return standing(clock)
        case "overdue" | "due_today" | "due_soon":
            return and_(_state("running", clock), fact(STATE_FACTS[state], clock))
        case "due_24h" | "due_48h" | "to_claim" | "unclaimed" | "returned":
            return and_(_state("running", clock), WAITING[state](clock))
        case "running":
            return and_(_state("open", clock), timeless(Fact.NOT_SUSPENDED))
        case Stage.CLOSED:
            # its day stands in the indexes
            return CaseRow.closed_on.is_not(None)
        case _:
            return and_(CaseRow.closed_on.is_(None), stage_of() == state)


def leaves_settled(filters: Filters, clock: Clock) -> bool | None:
    """Whether the states of the filters leave every case that was settled before today and is not void, or none; None where some."""
    if not filters.states or Stage.CLOSED in filters.states:
        return True
    some = {"suspended"} if clock.moment == clock.now else set(STATES) - {"void", *Stage}
    return None if some & set(filters.states) else False


def _state_of_settled(state: str, clock: Clock) -> ColumnElement[bool]:
    """The same of a case that was settled before today, by what is kept with it."""
    if state in tuple(Stage):
        return true() if state == Stage.CLOSED else false()
    # nobody waits for it any more; on a day of the past somebody may have
    waits = state not in ("void", "suspended")
    return false() if waits and clock.moment == clock.now else _state(state, clock)
