"""Has a count or a share surely changed? Words for a headline, and signs beside figures, that claim no more than the data."""

from __future__ import annotations

from dataclasses import dataclass

from i18n import Language, Text
from queries.intervals import count_ratio, joint_doubt, share_difference
from queries.kpi import Better

MORE = Text(zh="比{before}多 {percent}%", en="{percent}% more than {before}")
LESS = Text(zh="比{before}少 {percent}%", en="{percent}% fewer than {before}")
ALIKE = Text(zh="与{before}相当", en="about as many as {before}")
# the sign beside a figure; colour only repeats it
UP, DOWN, SAME, UNSURE = "▲", "▼", "＝", "≈"


@dataclass(frozen=True)
class Change:
    """From a number to another, and whether that is more than chance (95 %): 1 up, -1 down, 0 not sure."""

    now: float
    before: float
    sure: int


@dataclass(frozen=True)
class Trend:
    """What a figure was in the period before, in words, behind the sign of its change; the colour says whether that is good."""

    words: str
    colour: str = "quiet"


def stock_change(now: float, before: float) -> Change:
    """Of what was counted whole at two moments: every difference is one."""
    return Change(now, before, (now > before) - (now < before))


def count_change(now: float, before: float, among: int = 1) -> Change:
    """Of two counts over equal times, as Poisson counts, as one of so many that are looked at together."""
    if not now and not before:
        return Change(now, before, 0)
    low, high = count_ratio(now, before, joint_doubt(among))
    return Change(now, before, 1 if low > 1 else -1 if high < 1 else 0)


def share_change(now: tuple[float, float], before: tuple[float, float], among: int = 1) -> Change:
    """Of two shares, each (numerator, denominator), by Newcombe's interval, as one of so many that are looked at together.

    Not sure where one has nothing to divide by.
    """
    if not now[1] or not before[1]:
        return Change(float("nan"), float("nan"), 0)
    low, high = share_difference(now, before, joint_doubt(among))
    return Change(now[0] / now[1], before[0] / before[1], 1 if low > 0 else -1 if high < 0 else 0)


def say_count(change: Change, before: str, language: Language) -> str:
    """`比前7天多 12%`; without a sure change that they are alike."""
    if not change.sure or not change.before:
        return ALIKE.say(language, before=before)
    percent = f"{abs(change.now / change.before - 1) * 100:.0f}"
    return (MORE if change.sure > 0 else LESS).say(language, before=before, percent=percent)


def trend_of(change: Change, before: str, better: Better = "") -> Trend:
    """`▲ 前7天 120`: up or down where that is sure, `＝` for the same figure, `≈` for what may be chance."""
    sign = UP if change.sure > 0 else DOWN if change.sure < 0 else SAME if change.now == change.before else UNSURE
    if not change.sure or not better:
        return Trend(f"{sign} {before}")
    return Trend(f"{sign} {before}", "good" if (change.sure > 0) == (better == "higher") else "bad")
