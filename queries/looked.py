"""Which single cases does a count look at, and how does it know what is true of them?

Of a case that was settled before today, and whose deadline came before today, no clock changes anything any more: the facts that are
kept with it say everything (model.kept_facts), in a few columns that stand beside its days in their indexes. The others, few at any
time, are looked at fact by fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

from sqlalchemy import ColumnElement, and_, false, or_, true

from model.cases import CaseRow
from model.facts import NEVER_OF_SETTLED, Fact, Stamp
from model.kept_facts import KNOWN, UNSETTLED, bits_of, bits_where, has, has_all
from model.sql import hide, scan
from queries.facts import Clock, fact, is_used, placed_by_day
from queries.filters import Filters
from queries.narrow import matching

ROW = CaseRow
STAMPS = {Fact(stamp.value): stamp for stamp in Stamp if stamp != Stamp.STANDING}
# what puts a settled case into a period that has neither beginning nor end
WHENEVER = {Fact.REPORTED: Fact.ENDED, Fact.DUE: Fact.HAD_DEADLINE, Fact.CLOSED: Fact.ENDED}
# by what cases are found; hidden where another index is the shorter way
INDEXED = (ROW.reported_on, ROW.due_on, ROW.due_at, ROW.closed_on, ROW.closed_at, ROW.category)
# the cases of a shorter period are so few that those beside them would be the longer way
MANY_DAYS = 62


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Single cases: which they are, and how often each of them counts.

    Of `settled` ones what is kept with them says everything. Those `beside` them are found by an index of their own, and by no other.
    """

    where: tuple[ColumnElement[bool], ...]
    times: int = 1
    settled: bool = False
    beside: bool = False

    def that(self, *conditions: ColumnElement[bool]) -> Cases:
        """Those of them that also meet these conditions."""
        return replace(self, where=(*self.where, *(hide(one, *INDEXED) if self.beside else one for one in conditions)))

    def have(self, facts: Iterable[Fact], clock: Clock) -> ColumnElement[bool]:
        """SQL: whether all these facts are true of one of them."""
        known, others = self._told(facts, clock)
        return and_(true(), *([has_all(known)] if known else []), *others)

    def that_match(self, filters: Filters, clock: Clock) -> Cases:
        """Those of them that the filters leave, whatever the period."""
        return self.that(*matching(filters, clock.now, settled=self.settled))

    def that_have(self, facts: Iterable[Fact], clock: Clock) -> Cases:
        """Those of them of which all these facts are true."""
        known, others = self._told(facts, clock)
        return self.that(*(has(one) for one in sorted(known)), *others)

    def _told(self, facts: Iterable[Fact], clock: Clock) -> tuple[frozenset[Fact], list[ColumnElement[bool]]]:
        """The facts that are told by what is kept, and the conditions of the others."""
        asked = frozenset(facts)
        if not self.settled:
            return frozenset(), [fact(one, clock) for one in sorted(asked)]
        if asked & NEVER_OF_SETTLED:
            return frozenset(), [false()]
        known = frozenset(WHENEVER.get(one, one) if _is_whenever(clock) else one for one in asked)
        others = (placed_by_day(STAMPS[one], clock) if one in STAMPS else fact(one, clock) for one in sorted(known - KNOWN))
        return known & KNOWN, list(others)

    def masked(self, facts: Iterable[Fact], clock: Clock) -> tuple[dict[Fact, ColumnElement[int]], ColumnElement[bool]] | None:
        """The kept facts with a bit for each of these facts that puts a case into the period, and whether one of them does.

        None where a bit says nothing of such facts, or no period has to be looked at.
        """
        asked = frozenset(facts) - NEVER_OF_SETTLED
        stamps = sorted(asked & STAMPS.keys())
        if not self.settled or not stamps or _is_whenever(clock) or not asked <= KNOWN | STAMPS.keys():
            return None
        # hidden, or three indexes would be looked through where one has all of it
        bits = {one: bits_where(hide(placed_by_day(STAMPS[one], clock), *INDEXED), frozenset({one})) for one in stamps}
        # of hidden days PostgreSQL expects hardly any to lie in the period, of bits nearly all
        return {one: ROW.facts.expression + bit for one, bit in bits.items()}, reduce(add, bits.values()) != bits_of(frozenset())

    def apart(self, clock: Clock) -> Iterator[Cases]:
        """The same cases in parts: those that are settled, and those beside them."""
        today = clock.now.date()
        over = (scan(ROW.closed_on) < today, or_(ROW.due_on.is_(None), scan(ROW.due_on) < today))
        yield replace(self.that(has(Fact.ENDED), *over), settled=True)
        for beside in (
            (UNSETTLED,),
            (has(Fact.ENDED), ROW.closed_on >= today),
            (has(Fact.ENDED), ROW.due_on >= today, hide(ROW.closed_on < today, ROW.closed_on)),
        ):
            yield Cases(where=beside, times=self.times, beside=True).that(*self.where)


def _is_whenever(clock: Clock) -> bool:
    """Whether the period has neither beginning nor end."""
    return clock.since is None and clock.day == clock.now.date()


def cases_of(facts: Iterable[Fact], filters: Filters, clock: Clock) -> list[Cases]:
    """The cases that the filters leave and of which all these facts are true, in parts where the period is long."""
    if not is_used() or (filters.since and (clock.day - filters.since).days < MANY_DAYS):
        return [Cases(where=tuple(fact(one, clock) for one in sorted(facts))).that_match(filters, clock)]
    return [part.that_match(filters, clock).that_have(facts, clock) for part in Cases(where=()).apart(clock)]
