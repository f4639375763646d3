"""Counting the cases of any KPIs in one statement.

Without a grouping each sum looks at the facts itself. With one, cases are first counted by group and by a mask of the facts that are
true of them, one bit a fact, and the sums are then taken over the few masks: what SQLite must sort stays small.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Float, FromClause, and_, case, cast, func, literal_column, null, select, true, union_all

from model.cases import CaseRow
from queries.facts import Clock, Fact, Stamp, fact, hours_to, may_stand
from queries.filters import Filters
from queries.groups import Key, key_of
from queries.kpi import Condition, Kpi
from queries.narrow import matching
from queries.run import Question

# what is summed over the cases that meet a condition: their number, or hours to a step
What = Literal["n", "contact", "end"]
Total = tuple[Condition, What]
STEPS: tuple[What, ...] = ("contact", "end")


def kpi_select(kpis: Sequence[Kpi], filters: Filters, now: datetime, by: str | None = None) -> Question:
    """One row per group (without `by` one row): `group`, each KPI's `KEY__n` and, of a share or mean, `KEY__d`.

    Zones are grouped by code, days by the KPI's own day. Group NULL holds the cases without a value.
    """
    simple = parts_of(kpis)
    names = {total: f"t{place}" for place, total in enumerate(dict.fromkeys(one for kpi in simple for one in _totals(kpi)))}
    clock = Clock.of(filters, now)
    question = _by_group(simple, names, clock, matching(filters, now), by) if by else _plain(simple, names, clock, matching(filters, now))
    sums = question.subquery("totals")
    columns = [
        column for kpi in simple for column in _columns(kpi, {total: func.coalesce(sums.c[name], 0) for total, name in names.items()})
    ]
    return select(sums.c.group, *columns).order_by(sums.c.group) if by else select(*columns)


def parts_of(kpis: Iterable[Kpi]) -> list[Kpi]:
    """The KPIs that are counted themselves, once each: a score gives way to its parts."""
    found = {one.key: one for kpi in kpis for one in ([part.kpi for part in kpi.parts] or [kpi])}
    return list(found.values())


def _above(kpi: Kpi) -> list[tuple[float, Total]]:
    """What adds up to the numerator, with weights."""
    if kpi.weights:
        return [(weight, (kpi.above | {one}, "n")) for one, weight in kpi.weights]
    return [(1, (kpi.above, kpi.hours_to or "n"))]


def _totals(kpi: Kpi) -> list[Total]:
    """Every total that a KPI is made of."""
    return [total for _, total in _above(kpi)] + ([] if kpi.denominator is None else [(kpi.below, "n")])


def _columns(kpi: Kpi, sums: dict[Total, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """Numerator and denominator of a KPI from the sums."""
    exact = not kpi.weights and not kpi.hours_to
    above = reduce(add, (sums[total] if weight == 1 else weight * sums[total] for weight, total in _above(kpi)))
    columns: list[ColumnElement[Any]] = [cast(above, BigInteger if exact else Float).label(f"{kpi.key}__n")]
    if kpi.denominator is not None:
        columns.append(cast(sums[kpi.below, "n"], BigInteger).label(f"{kpi.key}__d"))
    return columns


def _common(kpis: list[Kpi]) -> Condition:
    """The facts that every total wants."""
    return frozenset.intersection(*(condition for kpi in kpis for condition, _ in _totals(kpi)))


def _where(kpis: list[Kpi], clock: Clock) -> list[ColumnElement[bool]]:
    """What no total of these KPIs, all of one stamp, can do without; its period is found by the index of the stamp's day."""
    conditions = [fact(one, clock) for one in sorted(_common(kpis))]
    return [*conditions, may_stand(clock)] if kpis[0].stamp == Stamp.STANDING else conditions


def _alike(kpis: list[Kpi]) -> list[list[Kpi]]:
    """The KPIs by their stamp: each stamp's cases are found by another index, and that is far less than all cases."""
    found = ([kpi for kpi in kpis if kpi.stamp == stamp] for stamp in Stamp)
    return [some for some in found if some]


def _plain(kpis: list[Kpi], names: dict[Total, str], clock: Clock, matched: list[ColumnElement[bool]]) -> Question:
    """One row with every total: a row for each stamp, side by side."""
    rows = []
    for number, some in enumerate(_alike(kpis)):
        mine = dict.fromkeys(total for kpi in some for total in _totals(kpi))
        sums = (_sum(some, *total, clock).label(names[total]) for total in mine)
        rows.append(select(*sums).select_from(CaseRow).where(*matched, *_where(some, clock)).subquery(f"row{number}"))
    beside: FromClause = rows[0]
    for row in rows[1:]:
        beside = beside.join(row, true())
    return select(*(column for row in rows for column in row.c)).select_from(beside)


def _sum(kpis: list[Kpi], condition: Condition, what: What, clock: Clock) -> ColumnElement[Any]:
    """The total over the rows that the KPIs of a stamp leave."""
    true_of = and_(true(), *(fact(one, clock) for one in sorted(condition - _common(kpis))))
    return func.sum(case((true_of, literal_column("1", BigInteger) if what == "n" else hours_to(what))))


def _by_group(kpis: list[Kpi], names: dict[Total, str], clock: Clock, matched: list[ColumnElement[bool]], by: str) -> Question:
    """A row for each group with every total; the cases of each stamp are a branch of a union, days are those of the stamp."""
    facts = sorted({one for condition, _ in names for one in condition})
    bits = {one: 1 << place for place, one in enumerate(facts)}
    branches = [_masks(some, bits, clock, key_of(by, some[0].stamp)).where(*matched) for some in _alike(kpis)]
    masks = (union_all(*branches) if len(branches) > 1 else branches[0]).subquery("masks").c
    key = key_of(by, kpis[0].stamp)
    group = key.outer(masks.key).label("group")

    def total(condition: Condition, what: What) -> ColumnElement[Any]:
        wanted = literal_column(str(sum(bits[one] for one in condition)), BigInteger)
        return func.sum(case((masks.mask.op("&")(wanted) == wanted, masks[what])))

    columns = (total(*one).label(name) for one, name in names.items())
    return select(group, *columns).group_by(group if key.bucket else masks.key)


def _masks(kpis: list[Kpi], bits: dict[Fact, int], clock: Clock, key: Key) -> Question:
    """Cases counted by key and mask. A fact that every total wants is a condition and no bit to compute."""
    common = _common(kpis)
    asked = {one for kpi in kpis for condition, _ in _totals(kpi) for one in condition} - common
    known = literal_column(str(sum(bits[one] for one in common)), BigInteger)
    mask = reduce(add, (_bit(fact(one, clock), bits[one]) for one in sorted(asked)), known)
    steps = {kpi.hours_to for kpi in kpis}
    # every branch of a union has the same columns
    hours = [(func.sum(hours_to(step)) if step in steps else cast(null(), Float)).label(step) for step in STEPS]
    question = select(key.inner.label("key"), mask.label("mask"), func.count().label("n"), *hours).select_from(CaseRow)
    return key.joined(question).where(*_where(kpis, clock)).group_by("key", *(["mask"] if asked else []))


def _bit(condition: ColumnElement[bool], bit: int) -> ColumnElement[int]:
    return case((condition, literal_column(str(bit), BigInteger)), else_=literal_column("0", BigInteger))
