"""Who answers for the reaches, who walked them when, and which cases lie on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Integer, and_, cast, func, select, true

from model.cases import RIVER_CATEGORIES, CaseLink, CaseRow, Category
from model.kinds import Channel
from model.people import Duty, Inspection, Official
from model.places import Feature
from model.sql import rivers, scan
from queries.facts import Clock, may_stand
from queries.filters import Filters
from queries.kpi import Kpi
from queries.kpis import case_condition
from queries.narrow import apply, matching
from queries.rules import CLOSED, OPEN_NOW, OVERDUE_NOW
from queries.run import Question
from queries.states import state_of

LAYER = "rivers"
# the roles of chiefs: this, and the level
CHIEF = "river_chief_"
OPEN = Filters(states=("open",))
LATE = Filters(states=("overdue",))
# the ledger of buildings found and removed on the banks, m²
ENCROACHMENTS = "river_encroachment"

# what the page counts of all rivers: the KPI, and the cases it is asked of; found are those that a walk brought, wherever they lie
TOTALS: dict[str, tuple[Kpi, Filters]] = {
    "open": (OPEN_NOW, Filters(features=(LAYER,))),
    "late": (OVERDUE_NOW, Filters(features=(LAYER,))),
    "problems_open": (OPEN_NOW, Filters(features=(LAYER,), categories=RIVER_CATEGORIES)),
    "problems_closed": (CLOSED, Filters(features=(LAYER,), categories=RIVER_CATEGORIES)),
    "found_open": (OPEN_NOW, Filters(channels=(Channel.RIVER,))),
    "found_closed": (CLOSED, Filters(channels=(Channel.RIVER,))),
}


def feature_of(reach: str = "") -> str:
    """A reach, or all of them, as `Filters.features` names it."""
    return f"{LAYER}/{reach}" if reach else LAYER


def chiefs() -> Question:
    """Everyone who is or was a chief: feature_id, reach, role, official_id, official_code, official, title, phone, since, until."""
    return (
        select(
            *(Duty.feature_id, Feature.code.label("reach"), Duty.role, Duty.official_id, Official.code.label("official_code")),
            *(Official.name.label("official"), Official.title, Official.phone, Duty.since, Duty.until),
        )
        .join(Feature, Feature.id == Duty.feature_id)
        .join(Official, Official.id == Duty.official_id)
        .where(Feature.layer == LAYER, Feature.retired_on.is_(None), Duty.role.startswith(CHIEF, autoescape=True))
        .order_by(Feature.code, Duty.role.desc(), Duty.since, Official.code)
    )


def walks() -> Question:
    """Every walk: id, feature_id, official_id, official, started_at, ended_at, walked_m, note; oldest first."""
    walk = Inspection
    columns = (walk.id, walk.feature_id, walk.official_id, Official.name.label("official"))
    return (
        select(*columns, walk.started_at, walk.ended_at, walk.walked_m, walk.note)
        .join(Official, Official.id == walk.official_id)
        .join(Feature, Feature.id == walk.feature_id)
        .where(Feature.layer == LAYER, Feature.retired_on.is_(None))
        .order_by(walk.started_at, walk.id)
    )


def unmeasured_walks() -> Question:
    """Walks that came with a track but without metres: id, track, geometry of the reach; both WGS-84."""
    return (
        select(Inspection.id, Inspection.track, Feature.geometry)
        .join(Feature, Feature.id == Inspection.feature_id)
        .where(Feature.layer == LAYER, Feature.retired_on.is_(None), Inspection.walked_m.is_(None), Inspection.track.is_not(None))
    )


def reach_counts(now: datetime) -> Question:
    """The open cases of each reach: feature_id, open, late, problems_open; a reach on which no case lies open has no row."""
    kinds = {"open": OPEN, "late": LATE, "problems_open": OPEN.with_(categories=RIVER_CATEGORIES)}
    counts = (func.sum(cast(and_(*matching(filters, now)), Integer)).label(name) for name, filters in kinds.items())
    return (
        select(CaseLink.feature_id, *counts)
        .join(CaseRow, CaseRow.id == CaseLink.case_id)
        # from the open cases to their links: of all links of the rivers few are of open cases
        .where(scan(CaseLink.layer) == LAYER, CaseRow.void.is_(False), may_stand(Clock.of(Filters(), now)))
        .group_by(CaseLink.feature_id)
    )


def river_totals(now: datetime) -> Question:
    """One row, every case once however many reaches it lies on: open, late, problems_open, problems_closed, found_open, found_closed."""
    near = select(CaseLink.case_id).where(CaseLink.layer == LAYER)
    # of the cases near the rivers few stand, and few of all cases speak of a river: each is asked of the few
    standing = _sums(("open", "late", "problems_open"), now).where(scan(CaseRow.id).in_(near), may_stand(Clock.of(Filters(), now)))
    problems = _sums(("problems_closed",), now, CaseRow.id.in_(near))
    told = problems.add_columns(*_sums(("found_open", "found_closed"), now).selected_columns).where(rivers())
    first, second = standing.subquery("standing"), told.subquery("told")
    return select(*(func.coalesce(one, 0).label(one.key) for one in (*first.c, *second.c))).select_from(first.join(second, true()))


def _sums(names: tuple[str, ...], now: datetime, *also: ColumnElement[bool]) -> Question:
    """Some of the totals over the cases that are looked at; where these belong to a river, `also` or the caller says."""
    asked = {name: (TOTALS[name][0], TOTALS[name][1].with_(features=())) for name in names}
    conditions = {name: case_condition(kpi, "numerator", filters, now) for name, (kpi, filters) in asked.items()}
    return select(*(func.sum(cast(and_(condition, *also), Integer)).label(name) for name, condition in conditions.items()))


def reach_cases(reach: str, now: datetime) -> Question:
    """The open cases of a reach from its start on: id, external_id, channel, kind, category, name_zh, name_en, title, address,
    reported_at, due_at, closed_at, void, suspended, state, lon, lat, along, side, metres."""
    row = CaseRow
    question = (
        select(
            *(row.id, row.external_id, row.channel, row.kind, row.category, Category.name_zh, Category.name_en, row.title, row.address),
            *(row.reported_at, row.due_at, row.closed_at, row.void, row.suspended, state_of(Filters(), now).label("state")),
            *(row.lon, row.lat, CaseLink.along, CaseLink.side, CaseLink.metres),
        )
        .join(CaseLink, CaseLink.case_id == row.id)
        .join(Feature, Feature.id == CaseLink.feature_id)
        .outerjoin(Category, and_(Category.kind == row.kind, Category.code == row.category))
        .where(CaseLink.layer == LAYER, Feature.code == reach)
    )
    return apply(question, OPEN, now).order_by(CaseLink.along, row.id)
