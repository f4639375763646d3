"""Why a stop is visited, in one line; where it is, in words and as links that a phone's own map opens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from analysis.relapse import Reason
from geo.stops import Stop, StopKind
from i18n import Text, show_duration
from ui.viewer import Viewer
from ui.weak_look_backs import REASONS

KINDS: dict[StopKind, tuple[Text, str]] = {
    StopKind.DUE: (Text(zh="时限", en="Deadline"), "red"),
    StopKind.REPEAT: (Text(zh="重复点位", en="Repeat point"), "orange"),
    StopKind.LOOK_BACK: (Text(zh="回头看", en="Look-back"), "violet"),
    StopKind.UNVISITED: (Text(zh="久未巡查", en="Long unvisited"), "blue"),
    StopKind.DRAWN: (Text(zh="随机抽取", en="Drawn at random"), "gray"),
}
OVER = Text(zh="超期{span}：{what}", en="{span} overdue: {what}")
LEFT = Text(zh="剩{span}：{what}", en="{span} left: {what}")
TOGETHER = Text(zh="，此处共 {n} 件到期未处置", en="; {n} cases due and not handled here")
REPEATED = Text(zh="{days} 天内同一处、同类 {n} 次：{what}", en="{n} times in {days} days, same place and class: {what}")
TOLD = Text(zh="（热线信访 {n} 次）", en=" ({n} by hotline or petition)")
LOOK_TODAY = Text(zh="薄弱区域回头看今天到期：{why}", en="The look-back at a weak area is due today: {why}")
LOOK_LATE = Text(zh="薄弱区域回头看超期 {days} 天：{why}", en="The look-back at a weak area is {days} days overdue: {why}")
UNSEEN = Text(zh="{days} 天没有巡查到", en="No patrol for {days} days")
NEVER = Text(zh="还没有巡查记录", en="No patrol on record")
DRAWN = Text(
    zh="随机抽中：第 {cycle} 轮，{n} 个责任区轮完前不重复",
    en="Drawn at random: cycle {cycle}, none of {n} zones again before all were drawn",
)


def say_reason(seen: Viewer, stop: Stop) -> str:
    """The reason in one line; hours left are those of now."""
    facts = stop.facts
    match stop.kind:
        case StopKind.DUE:
            return _say_due(seen, facts)
        case StopKind.REPEAT:
            told = seen.say(TOLD, n=facts["told"]) if facts["told"] else ""
            return seen.say(REPEATED, days=facts["days"], n=facts["n"], what=_what(seen, facts)) + told
        case StopKind.LOOK_BACK:
            why = seen.say(REASONS[Reason(facts["why"])], mark=facts["mark"])
            late = facts["overdue_days"]
            return seen.say(LOOK_LATE, days=late, why=why) if late else seen.say(LOOK_TODAY, why=why)
        case StopKind.UNVISITED:
            return seen.say(NEVER) if facts["days"] is None else seen.say(UNSEEN, days=facts["days"])
        case StopKind.DRAWN:
            return seen.say(DRAWN, cycle=facts["cycle"], n=facts["places"])


def _say_due(seen: Viewer, facts: dict[str, Any]) -> str:
    span = datetime.fromisoformat(facts["due_at"]) - seen.office.now()
    text, shown = (LEFT, span) if span >= timedelta(0) else (OVER, -span)
    # a case that is days late is not late by hours
    rounded = timedelta(days=shown.days) if shown >= timedelta(days=2) else shown
    more = seen.say(TOGETHER, n=facts["n"]) if facts["n"] > 1 else ""
    return seen.say(text, span=show_duration(rounded, seen.language), what=_what(seen, facts)) + more


def _what(seen: Viewer, facts: dict[str, Any]) -> str:
    return str((facts["what_zh"] if seen.language == "zh" else facts["what_en"]) or facts["what_zh"])


def say_name(seen: Viewer, stop: Stop) -> str:
    """What the place is called."""
    return (stop.name_zh if seen.language == "zh" else stop.name_en) or stop.name_zh or f"{stop.lat:.5f}, {stop.lon:.5f}"


def map_links(lon: float, lat: float, name: str) -> dict[str, str]:
    """Addresses that open a phone's own map at a WGS-84 place, by program; each is told that the degrees are WGS-84.

    `geo:` is RFC 5870 with the `q` that phones read a label from; Amap converts when `dev=1`, Baidu by `coord_type`.
    """
    at, called = f"{lat:.6f},{lon:.6f}", quote(name, safe="")
    amap = f"viewMap?sourceApplication=finegrid&poiname={called}&lat={lat:.6f}&lon={lon:.6f}&dev=1"
    return {
        "geo": f"geo:{at}?q={at}({called})",
        "apple": f"maps://?ll={at}&q={called}",
        "amap_android": f"androidamap://{amap}",
        "amap_ios": f"iosamap://{amap}",
        "baidu": f"baidumap://map/marker?location={at}&title={called}&content={called}&coord_type=wgs84&src=finegrid",
    }


def own_map(links: dict[str, str], agent: str) -> str:
    """The one of the links that the phone itself opens: iPhones do not read `geo:`."""
    return links["apple"] if any(one in agent for one in ("iPhone", "iPad", "Macintosh")) else links["geo"]
