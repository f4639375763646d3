"""Counting the cases of any KPIs in one statement.

Each sum looks at the facts itself. Where the months of the period are summed up already (model.sums), those sums take the place of their
settled cases: they are told apart by a mask of the facts that are true of them, one bit a fact, and so are the single cases beside them.
Where nothing is and the period is long, one look at the cases serves every stamp.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    case,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)

from model.cases import CaseRow
from model.facts import NEVER_OF_SETTLED, Fact, Stamp
from model.kept_facts import bits_of, bits_where, mask_has
from model.sums import CaseSum
from queries.facts import Clock, fact, hours_to, is_used, ways_to_stand
from queries.filters import Filters
from queries.groups import TIMES, Key, key_of
from queries.kept import kept_key, kept_of, kept_overdue
from queries.kpi import Condition, Kpi
from queries.looked import Cases, cases_of
from queries.run import Question

# what is summed over the cases that meet a condition: their number, or hours to a step
What = Literal["n", "contact", "end"]
Total = tuple[Condition, What]
# KPIs that are counted in one look at the cases, and the branches of what is kept of them
Look = tuple[list[Kpi], list[Question]]
# columns made of totals
Named = Callable[[dict[Total, ColumnElement[Any]]], list[ColumnElement[Any]]]
# the index of a stamp's day finds the cases of a shorter period faster than a look at all
LONG_DAYS = 730
STEPS: tuple[What, ...] = ("contact", "end")
MASKS: ColumnElement[int] = CaseSum.mask.expression
# what is asked of the cases that stand overdue, of which is kept when they began and ceased to; their masks hold no facts
OVERDUE_FACTS = frozenset({Fact.STANDING, Fact.NOT_VOID, Fact.NOT_SUSPENDED, Fact.OVERDUE})


def kpi_select(kpis: Sequence[Kpi], filters: Filters, now: datetime, by: str | None = None) -> Question:
    """One row per group (without `by` one row): `group`, each KPI's `KEY__n` and, of a share or mean, `KEY__d`.

    Zones are grouped by code, days by the KPI's own day. Group NULL holds the cases without a value. A group without a case is left out.
    """
    simple = parts_of(kpis)
    names = {total: f"t{place}" for place, total in enumerate(dict.fromkeys(one for kpi in simple for one in _totals(kpi)))}
    question = _by_group(simple, names, filters, now, by) if by else _plain(simple, names, filters, now)
    sums = question.subquery("totals")
    columns = [
        column for kpi in simple for column in _columns(kpi, {total: func.coalesce(sums.c[name], 0) for total, name in names.items()})
    ]
    if not by:
        return select(*columns)
    # the kept sums of a group may add up to nothing
    return select(sums.c.group, *columns).where(or_(*(sums.c[name] != 0 for name in names.values()))).order_by(sums.c.group)


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


def _alike(kpis: list[Kpi]) -> list[list[Kpi]]:
    """The KPIs by their stamp: each stamp's cases are found by another index, and that is far less than all cases."""
    found = ([kpi for kpi in kpis if kpi.stamp == stamp] for stamp in Stamp)
    return [some for some in found if some]


def _looks(kpis: list[Kpi], filters: Filters, now: datetime, by: str | None) -> list[Look]:
    """The KPIs that are counted in one look at the cases, those of a stamp, each with the branches of its kept sums.

    Where the period is so long that each stamp would look at most cases, those that have no sums are counted in one look, all but those
    that stand open, which are few and have an index.
    """
    found = [(some, _kept_masks(some, filters, now, by)) for some in _alike(kpis)]
    clock = Clock.of(filters, now)
    if by in TIMES or (clock.since and (clock.day - clock.since).days < LONG_DAYS):
        return found
    bare = [kpi for some, kept in found if not kept for kpi in some if kpi.stamp != Stamp.STANDING]
    return [*(look for look in found if look[1] or look[0][0].stamp == Stamp.STANDING), *([(bare, [])] if bare else [])]


def _plain(kpis: list[Kpi], names: dict[Total, str], filters: Filters, now: datetime) -> Question:
    """One row with every total: a row for each look at the cases, side by side."""
    rows = []
    for number, (some, kept) in enumerate(_looks(kpis, filters, now, None)):
        mine = {total: names[total] for kpi in some for total in _totals(kpi)}
        rows.append(_row((some, kept), mine, filters, now).subquery(f"row{number}"))
    beside: FromClause = rows[0]
    for row in rows[1:]:
        beside = beside.join(row, true())
    return select(*(column for row in rows for column in row.c)).select_from(beside)


def _row(look: Look, names: dict[Total, str], filters: Filters, now: datetime) -> Question:
    """The totals of one look at the cases."""
    kpis, kept = look
    if kept:
        masks = union_all(*kept).subquery("masks").c
        return select(*(_sum_of_masks(masks, *total).label(name) for total, name in names.items()))

    def named(sums: dict[Total, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
        return [sums[total].label(name) for total, name in names.items()]

    rows = [_counted(kpis, cases, Clock.of(filters, now), named) for cases in _narrowed(kpis, filters, now)]
    if len(rows) == 1:
        return rows[0]
    parts = union_all(*rows).subquery("parts").c
    return select(*(func.sum(parts[name]).label(name) for name in names.values()))


def _counted(kpis: list[Kpi], cases: Cases, clock: Clock, named: Named, key: Key | None = None) -> Question:
    """The totals over single cases, by a key if there is one; `named` makes columns of them."""
    totals, common = {total for kpi in kpis for total in _totals(kpi)}, _common(kpis)
    keys = [key.inner.label("key")] if key else []
    masked = cases.masked({one for condition, _ in totals for one in condition - common}, clock)
    if masked is None:
        sums = {total: _sum(cases.have(total[0] - common, clock), hours_to(total[1]) if total[1] != "n" else None) for total in totals}
        question = select(*keys, *named(sums)).select_from(CaseRow)
        question = (key.joined(question) if key else question).where(*cases.where)
        return question.group_by("key") if key else question
    # several stamps: whether one of them puts a case into the period is worked out once, and not once for each total
    masks, is_inside = masked
    hours = (hours_to(step).label(step) for step in STEPS if step in {what for _, what in totals})
    inner = select(*keys, *(mask.label(stamp) for stamp, mask in masks.items()), *hours).select_from(CaseRow)
    inner = (key.joined(inner) if key else inner).where(*cases.where, is_inside)
    # else SQLite would work it out for each total all the same
    row = inner.suffix_with("LIMIT -1", dialect="sqlite").subquery("masked").c
    sums = {}
    for condition, what in totals:
        (stamp,) = masks.keys() & condition
        hours_of = row[what] if what != "n" else None
        sums[condition, what] = _sum(_of_mask(row[stamp], condition - common), hours_of)
    question = select(*([row.key] if key else []), *named(sums))
    return question.group_by(row.key) if key else question


def _of_mask(mask: ColumnElement[int], facts: Condition) -> ColumnElement[bool]:
    """Whether a mask of settled cases says that all these facts are true of them."""
    return false() if facts & NEVER_OF_SETTLED else mask_has(mask, facts)


def _sum(true_of: ColumnElement[bool], hours: ColumnElement[float] | None) -> ColumnElement[Any]:
    """The number of rows of which something is true, or the sum of their hours."""
    return func.count(case((true_of, literal_column("1", Integer)))) if hours is None else func.sum(case((true_of, hours)))


def _by_group(kpis: list[Kpi], names: dict[Total, str], filters: Filters, now: datetime, by: str) -> Question:
    """A row for each group with every total; each look at the cases is a branch of a union, days are those of the stamp."""
    branches = [branch for look in _looks(kpis, filters, now, by) for branch in _branches(look, names, filters, now, by)]
    sums = (union_all(*branches) if len(branches) > 1 else branches[0]).subquery("sums").c
    key = key_of(by, kpis[0].stamp)
    group = key.outer(sums.key).label("group")
    return select(group, *(func.sum(sums[name]).label(name) for name in names.values())).group_by(group if key.bucket else sums.key)


def _branches(look: Look, names: dict[Total, str], filters: Filters, now: datetime, by: str) -> Iterator[Question]:
    """Columns key and every total, NULL for those of other looks: the groups of one look at the cases.

    Without sums each total looks at the facts itself: of groups PostgreSQL knows how many there are, and adds them up in parallel;
    of masks it expects as many as cases.
    """
    kpis, kept = look
    nothing = {total: cast(null(), BigInteger if total[1] == "n" else Float) for total in names}

    def named(sums: dict[Total, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
        return [(nothing | sums)[total].label(name) for total, name in names.items()]

    if kept:
        mine = {total for kpi in kpis for total in _totals(kpi)}
        masks = union_all(*kept).subquery("masks").c
        yield select(masks.key, *named({total: _sum_of_masks(masks, *total) for total in mine})).group_by(masks.key)
        return
    for cases in _narrowed(kpis, filters, now):
        yield _counted(kpis, cases, Clock.of(filters, now), named, key_of(by, kpis[0].stamp))


def _sum_of_masks(masks: Any, condition: Condition, what: What) -> ColumnElement[Any]:
    """The total over the masks that have all the bits of a condition."""
    return func.sum(case((mask_has(masks.mask, condition), masks[what])))


def _narrowed(kpis: list[Kpi], filters: Filters, now: datetime) -> list[Cases]:
    """The cases of a look, by what no total of its KPIs can do without; the period of a stamp is found by the index of its day."""
    clock, common = Clock.of(filters, now), _common(kpis)
    if not is_used() or {kpi.stamp for kpi in kpis} != {Stamp.STANDING}:
        return cases_of(common, filters, clock)
    facts = [fact(one, clock) for one in sorted(common)]
    return [Cases(where=(way,), beside=True).that(*facts).that_match(filters, clock) for way in ways_to_stand(clock)]


def _kept_masks(kpis: list[Kpi], filters: Filters, now: datetime, by: str | None) -> list[Question]:
    """The branches of a stamp that has kept sums: these, and the cases beside them; nothing where it has none."""
    clock, common = Clock.of(filters, now), _common(kpis)
    asked = {one for kpi in kpis for condition, _ in _totals(kpi) for one in condition}
    if asked == common == OVERDUE_FACTS:
        overdue = kept_overdue(filters, clock, by)
        if overdue is None:
            return []
        return [_sums(kpis, overdue[0], common, by, masks=literal_column("0")), *_beside(kpis, filters, clock, by, overdue[1])]
    kept = kept_of(kpis[0].stamp, asked, filters, clock, by, with_open=True)
    if kept is None:
        return []
    sums = [_sums(kpis, kept.sums, kept.facts, by), *([_sums(kpis, kept.open_sums, kept.open_facts, by)] if kept.knows_open else [])]
    return [*sums, *_beside(kpis, filters, clock, by, kept.looked_at())]


def _sums(
    kpis: list[Kpi], rows: list[ColumnElement[bool]], facts: Condition, by: str | None, *, masks: ColumnElement[int] = MASKS
) -> Question:
    """The kept sums as counts by key and mask; `facts` are true of all their cases and not kept in their masks."""
    steps, key = {kpi.hours_to for kpi in kpis}, [kept_key(by).label("key")] if by else []
    hours = [(CaseSum.hours if step in steps else cast(null(), Float)).label(step) for step in STEPS]
    mask = (masks + bits_of(facts)).label("mask")
    return select(*key, mask, CaseSum.n.label("n"), *hours).where(*rows)


def _beside(kpis: list[Kpi], filters: Filters, clock: Clock, by: str | None, found: list[Cases]) -> list[Question]:
    """The single cases beside the sums; what puts a case into its period stands among their conditions."""
    common = _common(kpis) - {Fact(kpis[0].stamp.value), Fact.OVERDUE}
    return [_masks(kpis, cases.that(cases.have(common, clock)).that_match(filters, clock), clock, by) for cases in found]


def _masks(kpis: list[Kpi], cases: Cases, clock: Clock, by: str | None) -> Question:
    """Cases counted by key and mask. A fact that every total wants is a condition and no bit to compute."""
    common = _common(kpis)
    asked = {one for kpi in kpis for condition, _ in _totals(kpi) for one in condition} - common
    mask = reduce(add, (bits_where(cases.have({one}, clock), frozenset({one})) for one in sorted(asked)), bits_of(common))
    steps = {kpi.hours_to for kpi in kpis}
    # every branch of a union has the same columns
    hours = [(_times(cases, func.sum(hours_to(step))) if step in steps else cast(null(), Float)).label(step) for step in STEPS]
    key = key_of(by, kpis[0].stamp) if by else None
    keys = [key.inner.label("key")] if key else []
    question = select(*keys, mask.label("mask"), _times(cases, func.count()).label("n"), *hours).select_from(CaseRow)
    groups = [*(["key"] if key else []), *(["mask"] if asked else [])]
    return (key.joined(question) if key else question).where(*cases.where).group_by(*groups)


def _times(cases: Cases, total: ColumnElement[Any]) -> ColumnElement[Any]:
    return total if cases.times == 1 else cases.times * total
