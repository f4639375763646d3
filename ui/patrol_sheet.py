"""Today's patrol on one sheet of A4 for where there is no signal: a page of its own, each stop with a QR code that a phone's map opens."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import segno
import streamlit as st
from jinja2 import Environment, FileSystemLoader, Template

from i18n import Text, show_day, show_moment, show_number
from model.roles import Right
from model.setup import DEMO_MARK
from ui.patrol import PatrolDay, say_zones
from ui.patrol_words import KINDS, map_links, say_name, say_reason
from ui.viewer import Viewer

TEMPLATE = "patrol_sheet.html"
TITLE = Text(zh="巡查单 {day}", en="Patrol sheet {day}")
HEAD = Text(zh="值班：{who} · {n} 站 · 约 {km} 公里 · 打印于 {moment}", en="On duty: {who} · {n} stops · about {km} km · printed {moment}")
NOBODY = Text(zh="未排班", en="nobody")
BOXES = Text(
    zh="□ 到达 ____:____　　□ 未发现问题　　□ 发现问题：______________________",
    en="□ there ____:____   □ nothing found   □ found: ____________________",
)
FOOT = Text(
    zh="二维码用手机相机扫开即进手机地图（WGS-84 坐标）。回到有信号处，请在系统中补记到站。随机点位种子 {seed}…",
    en="A phone's camera opens the QR code in its own map (WGS-84). Record the stops in the system once there is a signal. Seed {seed}…",
)
CADRES = Text(zh="{zone}　干部 {who}", en="{zone}  cadres {who}")
PRINT = Text(zh="打印用巡查单（A4）", en="Sheet to print (A4)")
PRINT_HELP = Text(
    zh="下载后用浏览器打开，打印或存为 PDF；不需要网络", en="Open the file in a browser and print it or save it as PDF; needs no network"
)


def show_sheet_button(seen: Viewer, day: PatrolDay) -> None:
    """The button that gives the sheet, to those who may take data away."""
    if day.stops and seen.may(Right.EXPORT):
        name = f"patrol-{day.draw.on.isoformat()}.html"
        st.download_button(
            seen.say(PRINT),
            make_sheet(seen, day),
            file_name=name,
            mime="text/html",
            icon=":material/print:",
            help=seen.say(PRINT_HELP),
            key="patrol_sheet",
            on_click="ignore",
        )


def make_sheet(seen: Viewer, day: PatrolDay) -> str:
    """The sheet as HTML that stands alone: no phone numbers, no personal data, nothing from outside."""
    crs = seen.office.metric_crs or ""
    km = show_number(day.metres(crs) / 1000, seen.language, digits=1)
    who = day.on_duty_name or seen.say(NOBODY)
    moment = show_moment(seen.office.now(), seen.language)
    return _template().render(
        language=seen.language,
        title=seen.say(TITLE, day=show_day(day.draw.on, seen.language, weekday=True)),
        head=seen.say(HEAD, who=who, n=len(day.stops), km=km, moment=moment),
        mark=seen.say(DEMO_MARK) if seen.office.demo else "",
        colon="：" if seen.language == "zh" else ": ",
        boxes=seen.say(BOXES),
        foot=seen.say(FOOT, seed=day.draw.seed[:16]),
        stops=[_stop(seen, day, number) for number in range(len(day.stops))],
    )


def _stop(seen: Viewer, day: PatrolDay, number: int) -> dict[str, object]:
    stop = day.stops[number]
    cadres = say_zones(list(day.people_of(stop.zone, "cadre")["official"]), seen.language)
    return {
        "name": say_name(seen, stop),
        "kind": seen.say(KINDS[stop.kind][0]),
        "reason": say_reason(seen, stop),
        "also": [say_reason(seen, other) for other in stop.also],
        "where": seen.say(CADRES, zone=stop.zone, who=cadres) if stop.zone else "",
        "at": f"{stop.lat:.5f}, {stop.lon:.5f}",
        "code": draw_code(map_links(stop.lon, stop.lat, str(number + 1))["geo"]),
    }


@lru_cache(maxsize=256)
def draw_code(content: str) -> str:
    """A QR code as SVG, with error correction M: a sheet gets wet."""
    return str(segno.make(content, error="m", micro=False).svg_inline(border=2, scale=4, omitsize=True))


@cache
def _template() -> Template:
    return Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True).get_template(TEMPLATE)
