"""Scene: in which zones the share closed in time has surely changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from i18n import Text, show_share
from queries.filters import Filters
from queries.overview import zone_figures
from wall.canvas import Canvas
from wall.changes import Change, share_change
from wall.parts import Bar, draw_bars
from wall.scene import Asked, Scene, Told

DAYS = 7
WORSE = Text(zh="{zone}近7天按期率下降 {points} 个百分点，只有 {now}", en="{zone} closed {points} points fewer in time, {now} in 7 days")
BETTER = Text(zh="{zone}近7天按期率上升 {points} 个百分点，达到 {now}", en="{zone} closed {points} points more in time, {now} in 7 days")
STEADY = Text(zh="近7天各责任区按期率与前7天比，没有确定的变化", en="No zone's share closed in time has surely changed in 7 days")
NONE = Text(zh="近7天没有应结案件，无从排名", en="No case fell due in the last 7 days: nothing to rank")
ROW = Text(zh="{now}（前7天 {before}）", en="{now} (before {before})")
SHOWN = 8


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
    return {"name": row["name"] or row["code"], "rate": rate, "before": earlier, "change": share_change(shares[0], shares[1], among)}


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
        return asked.say(STEADY)
    zone, change = found
    points = f"{abs(change.now - change.before) * 100:.0f}"
    return asked.say(BETTER if change.sure > 0 else WORSE, zone=zone, points=points, now=show_share(change.now, digits=0))


def _draw(canvas: Canvas, asked: Asked, rows: list[dict[str, Any]]) -> None:
    bars = [
        Bar(
            name=row["name"],
            value=row["rate"],
            words=asked.say(ROW, now=show_share(row["rate"], digits=1), before=show_share(row["before"], digits=1)),
            colour="fill_bad" if row["change"].sure < 0 else "fill",
        )
        for row in rows[:SHOWN]
    ]
    draw_bars(canvas, bars)


SCENE = Scene(key="zones", title=Text(zh="责任区 · 按期结案率最低", en="Zones · lowest share closed in time"), tell=tell, order=40)
