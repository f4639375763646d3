"""Scene: today against yesterday, to the same hour."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from i18n import Text, show_number
from queries.wall import hours_of_days
from wall.canvas import NUMBER, SMALL, WIDTH, WORDS, Canvas, ems
from wall.changes import Trend, count_change, say_count, trend_of
from wall.frame import BOTTOM, MARGIN, TOP
from wall.scene import Asked, Scene, Told

HEADLINE = Text(zh="今天到 {hour} 时受理 {n} 件，{change}", en="{n} cases today by {hour}:00, {change}")
QUIET = Text(zh="今天到 {hour} 时还没有受理案件；昨天同时 {before} 件", en="No case yet today by {hour}:00; {before} by then yesterday")
BEFORE = Text(zh="昨天同时", en="yesterday by then")
BY_THEN = Text(zh="昨天同时 {n}", en="{n} by then yesterday")
NOW, THEN = Text(zh="今天", en="Today"), Text(zh="昨天", en="Yesterday")
AXIS = Text(zh="当天累计受理（件）", en="Cases so far that day")
HOURS, MOST_STEPS = 24, 4


def tell(asked: Asked) -> Told:
    """Hourly cases, added up, of today and of yesterday; the hours that are over count."""
    today, hour = asked.office.today(), asked.now.hour
    found = asked.ask(hours_of_days, today - timedelta(days=1), today)
    now, before = (_sums(found, day) for day in (today, today - timedelta(days=1)))
    n, then = int(now[hour - 1]) if hour else 0, int(before[hour - 1]) if hour else 0
    told = {"hour": hour, "n": show_number(n, asked.language), "before": show_number(then, asked.language)}
    change = count_change(n, then)
    said = say_count(change, asked.say(BEFORE), asked.language)
    headline = asked.say(HEADLINE, change=said, **told) if n else asked.say(QUIET, **told)
    trend = trend_of(change, asked.say(BY_THEN, n=told["before"]))
    return Told(headline=headline, draw=lambda canvas: _draw(canvas, asked, (now[:hour], before), trend))


def _sums(found: pd.DataFrame, day: object) -> list[float]:
    """Cases up to the end of each hour of a day."""
    rows = found[found["day"] == pd.Timestamp(str(day))]
    counts = rows.groupby(rows["hour"].astype(int))["n"].sum().reindex(range(HOURS), fill_value=0)
    return [float(value) for value in counts.cumsum()]


def _draw(canvas: Canvas, asked: Asked, sums: tuple[list[float], list[float]], trend: Trend) -> None:
    now, before = sums
    left, right, top, bottom = MARGIN + 130, WIDTH - MARGIN - 320, TOP + 100, BOTTOM - 70
    step = _step(max([*now, *before, 1]))
    most = step * -(-max([*now, *before, 1]) // step)
    canvas.write(MARGIN, TOP + 36, asked.say(AXIS), colour="quiet")

    def place(hour: int, value: float) -> tuple[float, float]:
        return left + (right - left) * hour / HOURS, bottom - (bottom - top) * value / most

    for number in range(round(most / step) + 1):
        _, y = place(0, number * step)
        canvas.line([(left, y), (right, y)], colour="line", width=2)
        canvas.write(left - 20, y + 15, f"{number * step:,.0f}", size=NUMBER, colour="quiet", anchor="end")
    for hour in range(0, HOURS + 1, 6):
        x, _ = place(hour, 0)
        canvas.write(x, bottom + 60, f"{hour}时" if asked.language == "zh" else f"{hour}:00", size=WORDS, colour="quiet", anchor="middle")
    canvas.line([place(0, 0), *(place(hour + 1, value) for hour, value in enumerate(before))], colour="quiet", width=6, dashed=True)
    x, y = place(HOURS, before[-1])
    canvas.write(x + 20, y + 15, f"{asked.say(THEN)} {before[-1]:,.0f}", size=NUMBER, colour="quiet", bold=True)
    if now:
        canvas.line([place(0, 0), *(place(hour + 1, value) for hour, value in enumerate(now))], colour="main", width=12)
        x, y = place(len(now), now[-1])
        canvas.dot(x, y, 16, fill="main")
        said = f"{asked.say(NOW)} {now[-1]:,.0f}"
        # to the left of the line's end, where it came from below; in the first hours there is no room but to the right
        end = max(x - 24, left + 20 + max(ems(said) * 60, ems(trend.words) * SMALL))
        canvas.write(end, y - 84, said, size=60, colour="main", anchor="end", bold=True, halo=True)
        canvas.write(end, y - 34, trend.words, size=SMALL, colour=trend.colour, anchor="end", halo=True)


def _step(most: float) -> float:
    """The distance of the lines: 1, 2 or 5 times a power of ten, at most four of them."""
    power = 10 ** max(len(f"{most:.0f}") - 2, 0)
    return float(next(one * power for one in (1, 2, 5, 10, 20, 50) if most / (one * power) <= MOST_STEPS))


SCENE = Scene(key="today", title=Text(zh="今天与昨天", en="Today and yesterday"), tell=tell, order=20)
