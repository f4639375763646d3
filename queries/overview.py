"""What does the overview show? Trends, channels, categories, the figures of zones, cells, single cases, options."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Float, and_, cast, func, literal, null, select, union_all

from model.cases import CaseRow, Category, stage_of
from model.counts import DAILY, FIELDS, CaseCount
from model.facts import Fact
from model.places import Feature
from model.sql import scan
from model.squares import square_of
from model.units import CELL
from queries.count import kpi_select
from queries.facts import Clock, fact, is_used
from queries.filters import Filters
from queries.groups import key_of
from queries.kpi import Kpi
from queries.narrow import apply, matching
from queries.rules import CLOSED, CLOSING_IN_TIME, OPEN_NOW, OVERDUE_NOW, REPORTED, REPORTED_BEFORE
from queries.run import Question
from queries.squares import is_kept, kept_squares
from queries.states import state_of

# single marks are drawn for at most so many cases; one more is asked for, to know that there are more
MARKS = 2_000
OPTIONS = ("channel", "kind", "source", "category", "department", "community")


def daily(filters: Filters, now: datetime) -> Question:
    """Columns day, channel, reported: trends and channels come from it. Days without a case have no row."""
    if is_used() and filters == Filters(since=filters.since, until=filters.until, channels=filters.channels):
        return _kept_days(filters, now)
    row = CaseRow
    question = select(row.reported_on.label("day"), row.channel, func.count().label("reported")).where(row.void.is_(False))
    return apply(question, filters, now).group_by(row.reported_on, row.channel).order_by(row.reported_on, row.channel)


def _kept_days(filters: Filters, now: datetime) -> Question:
    """The days and channels of a period, as they are kept."""
    kept, n = CaseCount, cast(func.sum(CaseCount.n), BigInteger)
    question = select(kept.day, kept.value.label("channel"), n.label("reported")).where(kept.field == DAILY, kept.day.is_not(None))
    if filters.since or filters.until:
        last = Clock.of(filters, now).day
        question = question.where(kept.day.between(filters.since, last) if filters.since else kept.day <= last)
    if filters.channels:
        question = question.where(kept.value.in_(filters.channels))
    return question.group_by(kept.day, kept.value).having(n > 0).order_by(kept.day, kept.value)


def by_channel(filters: Filters, now: datetime) -> Question:
    """Columns channel, reported, closed, overdue_now."""
    return _counts(filters, now, "channel", "channel", (REPORTED, CLOSED, OVERDUE_NOW))


def top_categories(filters: Filters, now: datetime, limit: int = 10) -> Question:
    """The categories most reported: category (`event/0102`), name_zh, name_en, reported, reported_before (0 without a period)."""
    counts = kpi_select(_compared(filters, REPORTED), filters, now, "category").subquery()
    name = and_(Category.kind + "/" + Category.code == counts.c.group)
    return (
        select(
            counts.c.group.label("category"),
            Category.name_zh,
            Category.name_en,
            counts.c.reported__n.label("reported"),
            _before(filters, counts).label("reported_before"),
        )
        .outerjoin(Category, name)
        .where(counts.c.reported__n > 0)
        .order_by(counts.c.reported__n.desc(), counts.c.group)
        .limit(limit)
    )


def zone_figures(filters: Filters, now: datetime, on_time: Kpi = CLOSING_IN_TIME) -> Question:
    """Every zone with code, name, reported, open_now, overdue_now, on_time, on_time_of, on_time_rate, reported_before, change.

    Rates are shares; NULL where there is nothing to divide by, or no period to compare with.
    """
    kpis = _compared(filters, REPORTED, OPEN_NOW, OVERDUE_NOW, on_time)
    figures = kpi_select(kpis, filters, now, "zone").subquery()
    count = {name: func.coalesce(figures.c[f"{name}__n"], 0) for name in ("reported", "open_now", "overdue_now")}
    above, below = figures.c[f"{on_time.key}__n"], figures.c[f"{on_time.key}__d"]
    before = _before(filters, figures)
    return (
        select(
            Feature.id,
            Feature.code,
            Feature.name,
            *(column.label(name) for name, column in count.items()),
            func.coalesce(above, 0).label("on_time"),
            func.coalesce(below, 0).label("on_time_of"),
            (cast(above, Float) / func.nullif(below, 0)).label("on_time_rate"),
            func.coalesce(before, 0).label("reported_before"),
            (cast(count["reported"] - before, Float) / func.nullif(before, 0)).label("change"),
        )
        .outerjoin(figures, figures.c.group == Feature.code)
        .where(Feature.layer == "zones", Feature.retired_on.is_(None))
        .order_by(Feature.code)
    )


def cells(filters: Filters, now: datetime, side: int = CELL) -> Question:
    """Columns cell (a cell, or a square of that side), n: the cases reported in the period, void ones left out."""
    if is_kept(filters, side):
        return kept_squares(filters, now, side)
    # in the order of its index SQLite would look up each case that the filters ask about
    place = square_of(scan(CaseRow.cell) if matching(filters, now) else CaseRow.cell, side)
    question = select(place.label("cell"), func.count().label("n")).where(CaseRow.cell.is_not(None), CaseRow.void.is_(False))
    return apply(question, filters, now).group_by(place)


def marks(filters: Filters, now: datetime, box: tuple[float, float, float, float], limit: int = MARKS + 1) -> Question:
    """Single cases in a box (west, south, east, north; WGS-84 degrees), newest first, with their state."""
    west, south, east, north = box
    row = CaseRow
    question = select(
        *(row.id, row.lon, row.lat, state_of(filters, now).label("state"), stage_of().label("stage")),
        *(row.channel, row.kind, row.category, row.reported_at),
    ).where(row.lon.between(west, east), row.lat.between(south, north), row.void.is_(False))
    return apply(question, filters, now).order_by(row.reported_at.desc(), row.id).limit(limit)


def rhythm(filters: Filters, now: datetime) -> Question:
    """Columns weekday (Monday 0), hour, n: when cases are reported, by the office's clock."""
    days = select(CaseRow.reported_on, CaseRow.reported_hour, func.count().label("n")).where(CaseRow.void.is_(False))
    counts = apply(days, filters, now).group_by(CaseRow.reported_on, CaseRow.reported_hour).subquery()
    weekday = key_of("weekday").outer(counts.c.reported_on).label("weekday")
    hour = counts.c.reported_hour.label("hour")
    return select(weekday, hour, func.sum(counts.c.n).label("n")).group_by(weekday, hour).order_by(weekday, hour)


def options(filters: Filters, now: datetime, fields: Sequence[str] = OPTIONS) -> Question:
    """What each filter can be set to: field, value, name_zh, name_en, n; most frequent first. NULL is "none"."""
    of_all = is_used() and filters == Filters() and set(FIELDS).issuperset(fields)
    counts = (_kept_options(fields) if of_all else union_all(*(_options(field, filters, now) for field in fields))).subquery()
    name = and_(counts.c.field == "category", Category.kind + "/" + Category.code == counts.c.value)
    return (
        select(counts.c.field, counts.c.value, Category.name_zh, Category.name_en, counts.c.n)
        .outerjoin(Category, name)
        .order_by(counts.c.field, counts.c.n.desc(), counts.c.value)
    )


def choices(filters: Filters, now: datetime) -> Question:
    """What each filter of a page can be set to, as `options` has it, and the zones by code: field, value, name_zh, name_en."""
    asked = options(filters, now).order_by(None).subquery()
    found = select(asked.c.field, asked.c.value, asked.c.name_zh, asked.c.name_en, asked.c.n)
    zone = select(literal("zone"), Feature.code, Feature.name, Feature.name, literal(0))
    both = union_all(found, zone.where(Feature.layer == "zones", Feature.retired_on.is_(None))).subquery()
    return select(both.c.field, both.c.value, both.c.name_zh, both.c.name_en).order_by(both.c.field, both.c.n.desc(), both.c.value)


def _kept_options(fields: Sequence[str]) -> Question:
    """What the filters can be set to among all cases: it is kept, and nothing is counted."""
    kept, n = CaseCount, cast(func.sum(CaseCount.n), BigInteger)
    question = select(kept.field, kept.value, n.label("n")).where(kept.day.is_(None), kept.field.in_(fields))
    return question.group_by(kept.field, kept.value).having(n > 0)


def _options(field: str, filters: Filters, now: datetime) -> Question:
    value = key_of(field).inner
    question = select(literal(field).label("field"), value.label("value"), func.count().label("n"))
    return apply(question.where(fact(Fact.NOT_VOID, Clock.of(filters, now))), filters, now).group_by("value")


def _counts(filters: Filters, now: datetime, by: str, name: str, kpis: tuple[Kpi, ...]) -> Question:
    """Counts by a grouping, under their plain names."""
    counts = kpi_select(kpis, filters, now, by).subquery()
    columns = (counts.c[f"{kpi.key}__n"].label(kpi.key) for kpi in kpis)
    return select(counts.c.group.label(name), *columns).order_by(counts.c.group)


def _compared(filters: Filters, *kpis: Kpi) -> tuple[Kpi, ...]:
    """The KPIs, with the count of the period before when there is one."""
    return (*kpis, REPORTED_BEFORE) if filters.previous() else kpis


def _before(filters: Filters, counts: Any) -> ColumnElement[Any]:
    return counts.c.reported_before__n if filters.previous() else null()
