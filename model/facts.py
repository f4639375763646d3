"""What is true of a case, as SQL, whatever the clock says; and which cases nothing will happen to any more.

The words are those of the KPIs (queries.facts has the ones that hang on the clock); `cases.facts` keeps them as bits (model.kept_facts),
`model.sums` sums over them.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_

from model.cases import EARLIER, CaseRow
from model.kinds import Channel, Resolution, Satisfaction

OFFICE = (Channel.PATROL, Channel.WECHAT, Channel.CHENGGUANTONG)
CITIZENS = (Channel.HOTLINE, Channel.PETITION)


class Stamp(StrEnum):
    """Which day puts a case into a period."""

    REPORTED = "reported"
    BEFORE = "before"
    DUE = "due"
    CLOSED = "closed"
    STANDING = "standing"


class Fact(StrEnum):
    """Something that is true of a case or is not; the first ones place it in the period, by its Stamp's name.

    Cases and sums hold facts by their place in this list: new ones are added at its end.
    """

    REPORTED = "reported"
    BEFORE = "before"
    DUE = "due"
    CLOSED = "closed"
    STANDING = "standing"
    NOT_VOID = "not_void"
    NOT_SUSPENDED = "not_suspended"
    FILED = "filed"
    HANDLED = "handled"
    HANDLED_IN_TIME = "handled_in_time"
    HANDLED_LATE = "handled_late"
    UNHANDLED = "unhandled"
    ENDED = "ended"
    ENDED_IN_TIME = "ended_in_time"
    HAD_DEADLINE = "had_deadline"
    REWORKED = "reworked"
    EXTENDED = "extended"
    FOUND = "found"
    FOUND_OR_TOLD = "found_or_told"
    CONTACTED = "contacted"
    CONTACT_KNOWN = "contact_known"
    FIRST_CONTACT_TIMED = "first_contact_timed"
    RESOLVED = "resolved"
    RESOLVED_OR_EXPLAINED = "resolved_or_explained"
    ANSWERED = "answered"
    SATISFIED = "satisfied"
    FAIRLY = "fairly"
    NEUTRAL = "neutral"
    OVERDUE = "overdue"
    DUE_TODAY = "due_today"
    DUE_SOON = "due_soon"
    JUDGED = "judged"
    NOT_LATE = "not_late"
    LATE = "late"
    PLACED = "placed"


# the bit of a fact in a mask
BITS = {one: 1 << place for place, one in enumerate(Fact)}
ROW = CaseRow
# it is known where the case is
HAS_PLACE = and_(ROW.lon.is_not(None), ROW.lat.is_not(None))
HANDLED_AT = func.coalesce(ROW.handled_at, ROW.closed_at)
FILED_AT = func.coalesce(ROW.accepted_at, ROW.dispatched_at, ROW.handled_at, ROW.closed_at)
# a later stamp proves an earlier step whose own stamp is missing
TIMELESS: dict[Fact, ColumnElement[bool]] = {
    Fact.NOT_VOID: ROW.void.is_(False),
    Fact.NOT_SUSPENDED: ROW.suspended.is_(False),
    Fact.HANDLED_IN_TIME: ROW.due_at >= HANDLED_AT,
    Fact.HANDLED_LATE: or_(HANDLED_AT.is_(None), ROW.due_at < HANDLED_AT),
    Fact.ENDED_IN_TIME: ROW.closed_at <= ROW.due_at,
    Fact.HAD_DEADLINE: ROW.due_at.is_not(None),
    Fact.REWORKED: ROW.reworks > 0,
    Fact.EXTENDED: ROW.extensions > 0,
    Fact.FOUND: ROW.channel.in_(OFFICE),
    Fact.FOUND_OR_TOLD: ROW.channel.in_(OFFICE + CITIZENS),
    Fact.CONTACTED: or_(ROW.first_contact.is_(True), and_(ROW.first_contact.is_(None), ROW.first_contact_at.is_not(None))),
    Fact.CONTACT_KNOWN: or_(ROW.first_contact.is_not(None), ROW.first_contact_at.is_not(None)),
    Fact.FIRST_CONTACT_TIMED: ROW.first_contact_at.is_not(None),
    Fact.RESOLVED: ROW.resolution == Resolution.RESOLVED,
    Fact.RESOLVED_OR_EXPLAINED: ROW.resolution.in_((Resolution.RESOLVED, Resolution.EXPLAINED)),
    Fact.ANSWERED: ROW.satisfaction.is_not(None),
    Fact.SATISFIED: ROW.satisfaction == Satisfaction.SATISFIED,
    Fact.FAIRLY: ROW.satisfaction == Satisfaction.FAIRLY,
    Fact.NEUTRAL: ROW.satisfaction == Satisfaction.NEUTRAL,
    Fact.NOT_LATE: or_(ROW.due_at.is_(None), ROW.closed_at <= ROW.due_at),
    Fact.PLACED: HAS_PLACE,
}

# nothing that a clock says of a settled case changes any more, once the clock is past its closing
SETTLED = or_(ROW.closed_at.is_(None), *(getattr(ROW, stamp) > ROW.closed_at for stamp in EARLIER)).is_not(True)
# what is true of every settled case that is not void
OF_SETTLED = frozenset({Fact.NOT_VOID, Fact.FILED, Fact.HANDLED, Fact.ENDED, Fact.JUDGED})
NEVER_OF_SETTLED = frozenset({Fact.UNHANDLED})
TIMELESS_OF_SETTLED = TIMELESS | {Fact.LATE: ROW.closed_at > ROW.due_at}
