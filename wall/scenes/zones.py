"""Scene: in which zones the share closed in time has surely changed."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from i18n import Text, show_share
from queries.filters import Filters
from queries.overview import zone_figures
from wall.canvas import NUMBER, SMALL, WIDTH, WORDS, Canvas, ems, shorten
from wall.changes import Change, share_change
from wall.frame import BOTTOM, MARGIN, TOP
from wall.scene import Asked, Scene, Told

DAYS = 7
WORSE = Text(zh="{zone}近7天按期率下降 {points} 个百分点，只有 {now}", en="{zone} closed {points} points fewer in time, {now} in 7 days")
BETTER = Text(zh="{zone}近7天按期率上升 {points} 个百分点，达到 {now}", en="{zone} closed {points} points more in time, {now} in 7 days")
STEADY = Text(
    zh="近7天按期率最低的是{zone}（{now}）；各区与前7天比，没有确定的变化",
    en="{zone} has the lowest share in time, {now} in 7 days; no zone has surely changed",
)
NONE = Text(zh="近7天没有应结案件，无从排名", en="No case fell due in the last 7 days: nothing to rank")
THIS_WEEK, WEEK_BEFORE = Text(zh="近7天", en="Last 7 days"), Text(zh="前7天", en="the 7 days before")
WEEK_BEFORE_SHORT = Text(zh="前7天", en="before")
COUNTED = Text(zh="按期结案数 / 应结案数（件）", en="closed in time / due (cases)")
OF = Text(zh="{n} / {of}", en="{n} / {of}")
# beside the colour: which way it surely went
SIGNS = {-1: "▼ ", 0: "", 1: "▲ "}
SHOWN, MOST_NAME, FIGURES, HEAD = 8, 520.0, 600.0, 92.0


def tell(asked: Asked) -> Told:
    """The zones with the lowest shares, and the change that is surest."""
    today = asked.office.today()
    week = Filters(since=today - timedelta(days=DAYS - 1), until=today)
    earlier = week.previous()
    now = asked.ask(zone_figures, week, asked.now)
    before = asked.ask(zone_figures, earlier, asked.now).set_index("code")
    rows = [_row(row, before.loc[row["code"]], len(now)) for row in now.to_dict("records") if row["on_time_of"]]
    rows.sort(key=lambda row: (row["rate"], row["name"]))
    return Told(headline=_say(asked, rows), draw=lambda canvas: _draw(canvas, asked, rows))


def _row(row: dict[Any, Any], before: Any, among: int) -> dict[str, Any]:
    shares = [(float(one["on_time"]), float(one["on_time_of"])) for one in (row, before)]
    rate, earlier = (above / below if below else None for above, below in shares)
    figures = {"rate": rate, "before": earlier, "n": shares[0][0], "of": shares[0][1]}
    return {"name": row["name"] or row["code"], **figures, "change": share_change(shares[0], shares[1], among)}


def surest(rows: list[dict[str, Any]]) -> tuple[str, Change] | None:
    """The zone that changed most among those that surely did; a fall before a rise."""
    changed = [(row["name"], row["change"]) for row in rows if row["change"].sure]
    changed.sort(key=lambda one: (one[1].sure, -abs(one[1].now - one[1].before)))
    return changed[0] if changed else None


def _say(asked: Asked, rows: list[dict[str, Any]]) -> str:
    if not rows:
        return asked.say(NONE)
    found = surest(rows)
    if found is None:
        return asked.say(STEADY, zone=rows[0]["name"], now=show_share(rows[0]["rate"], digits=0))
    zone, change = found
    points = f"{abs(change.now - change.before) * 100:.0f}"
    return asked.say(BETTER if change.sure > 0 else WORSE, zone=zone, points=points, now=show_share(change.now, digits=0))


def _draw(canvas: Canvas, asked: Asked, rows: list[dict[str, Any]]) -> None:
    """A line a zone on one scale: a ring where the week before stood, a disc where this one stands."""
    if not rows:
        return
    shown = rows[:SHOWN]
    names = min(max(ems(row["name"]) for row in shown) * WORDS, MOST_NAME)
    left, right, top = MARGIN + names + 40, WIDTH - MARGIN - FIGURES, TOP + HEAD
    step = min((BOTTOM - top) / len(shown), 84)
    low: float = min(0.9, *(math.floor(share * 10) / 10 for row in shown for share in (row["rate"], row["before"]) if share is not None))

    def place(share: float) -> float:
        return left + (right - left) * (share - low) / (1 - low)

    _draw_legend(canvas, asked)
    canvas.write(right + 380, top - 14, asked.say(WEEK_BEFORE_SHORT), size=SMALL, colour="quiet", anchor="end")
    for share in (low, (1 + low) / 2, 1.0):
        canvas.line([(place(share), top), (place(share), top + step * len(shown))], colour="line", width=2)
        canvas.write(place(share), top - 14, show_share(share, digits=0), size=SMALL, colour="quiet", anchor="middle")
    for number, row in enumerate(shown):
        y, sure = top + (number + 0.5) * step, row["change"].sure
        colour = "bad" if sure < 0 else "good" if sure > 0 else "main"
        canvas.write(left - 40, y + 15, shorten(row["name"], names / WORDS + 0.01), anchor="end")
        if row["before"] is not None:
            canvas.line([(place(row["before"]), y), (place(row["rate"]), y)], colour=colour, width=10)
            canvas.dot(place(row["before"]), y, 15, fill="quiet")
            canvas.dot(place(row["before"]), y, 9, fill="ground")
        canvas.dot(place(row["rate"]), y, 18, fill=colour)
        words = SIGNS[sure] + show_share(row["rate"], digits=1)
        canvas.write(right + 210, y + 16, words, size=NUMBER, colour="ink" if sure == 0 else colour, anchor="end", bold=True)
        if row["before"] is not None:
            canvas.write(right + 380, y + 15, show_share(row["before"], digits=1), size=SMALL, colour="quiet", anchor="end")
        canvas.write(right + 405, y + 15, asked.say(OF, n=f"{row['n']:.0f}", of=f"{row['of']:.0f}"), size=SMALL, colour="quiet")


def _draw_legend(canvas: Canvas, asked: Asked) -> None:
    y = TOP + 22
    canvas.dot(MARGIN + 16, y - 14, 18, fill="main")
    canvas.write(MARGIN + 46, y, asked.say(THIS_WEEK), size=SMALL, colour="quiet")
    x = MARGIN + 46 + ems(asked.say(THIS_WEEK)) * SMALL + 60
    canvas.dot(x, y - 14, 15, fill="quiet")
    canvas.dot(x, y - 14, 9, fill="ground")
    canvas.write(x + 30, y, asked.say(WEEK_BEFORE), size=SMALL, colour="quiet")
    canvas.write(WIDTH - MARGIN, y, asked.say(COUNTED), size=SMALL, colour="quiet", anchor="end")


SCENE = Scene(key="zones", title=Text(zh="责任区 · 按期结案率最低", en="Zones · lowest share closed in time"), tell=tell, order=40)
