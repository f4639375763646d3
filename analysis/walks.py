"""When must a chief walk a reach again (巡河), how late is it, and was it walked as often as it must be?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from config import WalkRule, settings

# a reach shorter than the least metres is walked when this share of it is
SHORT_REACH_SHARE = 0.8


class Lack(StrEnum):
    """Why a walk does not count."""

    MINUTES = "minutes"
    METRES = "metres"
    GAP = "gap"


@dataclass(frozen=True, kw_only=True)
class Walk:
    """One walk of a reach: when it began, how long it took and how much of the reach it covered; None is unknown."""

    started_at: datetime
    minutes: float | None = None
    metres: float | None = None


@dataclass(frozen=True, kw_only=True)
class Due:
    """The day by which a reach must be walked again, and how many whole days it is late; 0 until that day is over."""

    last_on: date | None
    due_on: date
    late_days: int


def walk_rules() -> dict[str, WalkRule]:
    """The rule of each level of chiefs, from the settings (FINEGRID_WALKS)."""
    return {rule.level: rule for rule in settings().walks}


def least_metres(rule: WalkRule, length_m: float | None) -> float:
    """The metres that a walk must cover: the rule's, or on a shorter reach `SHORT_REACH_SHARE` of it."""
    return rule.least_metres if length_m is None else min(rule.least_metres, SHORT_REACH_SHARE * length_m)


def lacks(walk: Walk, rule: WalkRule, length_m: float | None = None) -> tuple[Lack, ...]:
    """What a walk falls short of, by itself. What is not known is not held against it; the page says that it is not known."""
    short = walk.minutes is not None and walk.minutes < rule.least_minutes
    little = walk.metres is not None and walk.metres < least_metres(rule, length_m)
    return (*((Lack.MINUTES,) if short else ()), *((Lack.METRES,) if little else ()))


def judge(walks: Sequence[Walk], rule: WalkRule, length_m: float | None = None) -> list[tuple[Lack, ...]]:
    """What each walk lacks, in the order given; nothing means that it counts. A gap is measured from the last walk that counted."""
    found: list[tuple[Lack, ...]] = [()] * len(walks)
    gap, counted = timedelta(hours=rule.least_gap_hours), None
    for place in sorted(range(len(walks)), key=lambda place: walks[place].started_at):
        walk = walks[place]
        found[place] = lacks(walk, rule, length_m)
        if not found[place] and counted is not None and walk.started_at - counted < gap:
            found[place] = (Lack.GAP,)
        if not found[place]:
            counted = walk.started_at
    return found


def next_walk(last_on: date | None, since: date, rule: WalkRule, today: date) -> Due:
    """When the reach is due: so many days after the last walk that counted, or, without one, after the chief's first day."""
    due_on = (last_on or since) + timedelta(days=rule.every_days)
    return Due(last_on=last_on, due_on=due_on, late_days=max((today - due_on).days, 0))


def kept_pace(walked_on: Iterable[date], since: date, rule: WalkRule, first: date, last: date) -> bool | None:
    """Whether the reach was at no time late from the first day to the last; None when its chiefs began after the last day.

    Counts from the last walk before the period, or from the chief's first day. Calendar days of the office.
    """
    if since > last:
        return None
    days = sorted({day for day in walked_on if since <= day <= last})
    before = [day for day in days if day < first]
    steps = [before[-1] if before else since, *(day for day in days if day >= first), last]
    return all((later - earlier).days <= rule.every_days for earlier, later in pairwise(steps))
