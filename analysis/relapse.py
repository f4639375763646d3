"""Does a problem come back after sign-off (回潮)? Days to relapse, shares at 30, 60 and 90 days, and when to look again (回头看).

A relapse is a new case, inside the area and after the day of sign-off, of a class that the area had before it. What is reported on the
day of sign-off itself counts as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.duration.survfunc import SurvfuncRight

# days after sign-off at which an area is flagged, and looked at again; after the last of them every so many days
MARKS = (30, 60, 90)
EVERY_DAYS = 90
# a relapse brings the next look forward to so many days after it
LOOK_AFTER_RELAPSE_DAYS = 7
CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Area:
    """A weak area: when it was signed off (None: not yet), and the days of its relapse cases, oldest first."""

    code: str
    signed_off_on: date | None
    relapses: tuple[date, ...] = ()

    def followed_days(self, today: date) -> int | None:
        """Days since sign-off; None before it."""
        return None if self.signed_off_on is None or self.signed_off_on > today else (today - self.signed_off_on).days

    def days_to(self, today: date) -> tuple[int, ...]:
        """Days from sign-off to each relapse case known today."""
        signed = self.signed_off_on
        return () if signed is None else tuple(sorted((day - signed).days for day in self.relapses if signed < day <= today))


class When(StrEnum):
    """When a case came to an area: before its sign-off, since then of a class it had before (a relapse), or since then of another."""

    BEFORE = "before"
    RELAPSE = "relapse"
    OTHER = "other"


def read_day(text: object) -> date | None:
    """A day as layers keep it, `2017-06-20`; None where there is none or it cannot be read."""
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def sort_cases(cases: pd.DataFrame, signed_off_on: date | None) -> pd.Series[Any]:
    """The `When` of each case of one area (columns kind, category, reported_on), as text; the day of the sign-off counts as before."""
    kinds = cases["kind"] + "/" + cases["category"]
    after = cases["reported_on"].dt.date > signed_off_on if signed_off_on else pd.Series(False, index=cases.index)
    same = after & kinds.isin(kinds[~after].dropna().unique())
    return pd.Series(When.BEFORE.value, index=cases.index).mask(after, When.OTHER.value).mask(same, When.RELAPSE.value)


class Flag(StrEnum):
    """How an area stands at 30, 60 or 90 days after its sign-off."""

    HELD = "held"
    RELAPSED = "relapsed"
    # the days are not over and nothing has come back so far
    PENDING = "pending"


@dataclass(frozen=True, kw_only=True)
class Share:
    """Areas that relapsed within so many days, of those that could be followed so long."""

    days: int
    relapsed: int
    followed: int
    # signed off, but fewer days ago
    too_young: int

    @property
    def value(self) -> float | None:
        """The share from 0 to 1; None when no area could be followed so long."""
        return self.relapsed / self.followed if self.followed else None


class Reason(StrEnum):
    """Why an area is to be looked at on a day."""

    # a relapse came after the last look
    RELAPSE = "relapse"
    # never seen since sign-off, and the first look is overdue
    NEVER = "never"
    OVERDUE = "overdue"
    PLANNED = "planned"


@dataclass(frozen=True, kw_only=True)
class LookBack:
    """The next look at a signed-off area (回头看)."""

    code: str
    due_on: date
    # the look of so many days after sign-off
    mark: int
    last_seen_on: date | None
    # 0 when it is not due yet
    overdue_days: int
    reason: Reason


def flag(area: Area, within: int, today: date) -> Flag | None:
    """How the area stands at so many days; None before its sign-off."""
    followed = area.followed_days(today)
    if followed is None:
        return None
    if any(days <= within for days in area.days_to(today)):
        return Flag.RELAPSED
    return Flag.HELD if followed >= within else Flag.PENDING


def relapse_share(areas: Sequence[Area], within: int, today: date) -> Share:
    """回潮率: an area counts once its days are over, or those that relapse at once would weigh too much."""
    since = [days for area in areas if (days := area.followed_days(today)) is not None]
    old = [area for area in areas if (days := area.followed_days(today)) is not None and days >= within]
    relapsed = sum(flag(area, within, today) == Flag.RELAPSED for area in old)
    return Share(days=within, relapsed=relapsed, followed=len(old), too_young=len(since) - len(old))


def relapse_curve(areas: Sequence[Area], today: date) -> pd.DataFrame:
    """Kaplan and Meier's share of areas without relapse, at day 0 and after each relapse: days, held, low, high, at_risk, relapsed.

    The interval is the pointwise 95 % one on the scale of log(-log) with Greenwood's variance (Kalbfleisch and Prentice, 2002, 1.4);
    NaN where every area has held or every one has relapsed: there the method has none.
    """
    followed = [(area, days) for area in areas if (days := area.followed_days(today)) is not None]
    first = [area.days_to(today)[:1] for area, _ in followed]
    columns = {"days": [0.0], "held": [1.0], "low": [np.nan], "high": [np.nan], "at_risk": [float(len(followed))], "relapsed": [0.0]}
    start = pd.DataFrame(columns)
    if not any(first):
        return start
    times = [float(days[0] if days else end) for days, (_, end) in zip(first, followed, strict=True)]
    found = SurvfuncRight(np.array(times), np.array([float(bool(days)) for days in first]))
    low, high = _interval(found.surv_prob, found.n_risk, found.n_events)
    steps = {"days": found.surv_times, "held": found.surv_prob, "low": low, "high": high, "at_risk": found.n_risk}
    return pd.concat([start, pd.DataFrame(steps | {"relapsed": found.n_events})], ignore_index=True)


def _interval(held: np.ndarray, at_risk: np.ndarray, events: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pointwise interval of each step; NaN where the share is 0 or 1."""
    low, high = np.full(len(held), np.nan), np.full(len(held), np.nan)
    between = (held > 0) & (held < 1)
    # only steps before the last survivor can be between, so nothing is divided by zero
    greenwood = np.cumsum(np.where(at_risk > events, events / np.where(at_risk > events, at_risk * (at_risk - events), 1), 0))
    logs = np.log(held[between])
    spread = norm.ppf((1 + CONFIDENCE) / 2) * np.sqrt(greenwood[between]) / np.abs(logs)
    low[between], high[between] = np.exp(logs * np.exp(spread)), np.exp(logs * np.exp(-spread))
    return low, high


def look_backs(
    areas: Sequence[Area],
    seen: Mapping[str, Sequence[date]],
    today: date,
    *,
    marks: Sequence[int] = MARKS,
    every: int = EVERY_DAYS,
    after_relapse: int = LOOK_AFTER_RELAPSE_DAYS,
) -> list[LookBack]:
    """The next look at each area that is signed off, the most overdue first.

    `seen` are the days on which somebody saw an area, by its code. A look counts for the mark that it is nearest to, so one made up to
    half an interval early counts; a relapse on the day of the last look or after it is looked at within `after_relapse` days.
    """
    signed = [area for area in areas if area.followed_days(today) is not None]
    found = [_look_back(area, seen.get(area.code, ()), today, (*marks, every), after_relapse) for area in signed]
    return sorted(found, key=lambda one: (-one.overdue_days, one.due_on, one.code))


def _look_back(area: Area, seen: Sequence[date], today: date, marks: tuple[int, ...], after_relapse: int) -> LookBack:
    signed = area.signed_off_on or today
    last = max((day for day in seen if signed < day <= today), default=None)
    mark = _next_mark(0 if last is None else (last - signed).days, marks)
    due = signed + timedelta(days=mark)
    unseen = [signed + timedelta(days=days) for days in area.days_to(today) if last is None or signed + timedelta(days=days) >= last]
    sooner = unseen[0] + timedelta(days=after_relapse) if unseen else due
    overdue = max(0, (today - min(due, sooner)).days)
    late = Reason.NEVER if last is None else Reason.OVERDUE
    reason = Reason.RELAPSE if unseen else late if overdue else Reason.PLANNED
    return LookBack(code=area.code, due_on=min(due, sooner), mark=mark, last_seen_on=last, overdue_days=overdue, reason=reason)


def _next_mark(seen_after: int, marks: tuple[int, ...]) -> int:
    """The first mark that a look so many days after sign-off does not count for; 0 for no look. The last one is how often from then on."""
    *given, every = marks
    before, place = 0, 0
    while True:
        mark = given[place] if place < len(given) else before + every
        if seen_after < (before + mark) / 2:
            return mark
        before, place = mark, place + 1
