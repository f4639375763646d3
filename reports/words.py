"""The words of the bulletin, in both languages, and its figures as people write them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pandas as pd

from i18n import NOTHING, Language, Text, show_duration, show_number, show_share
from queries.kpi import Kpi
from reports.gather import Facts

Row = dict[str, Any]

# what neither a Word file (XML 1.0) nor a page can hold, and what turns the direction of writing
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]+")

ISSUER = Text(zh="{office}城市精细化管理", en="{office} · Fine-grained management")
PAGE = Text(zh="— {number} —", en="— {number} —")

OVERALL = Text(zh="一、总体情况", en="1. Overall")
PATROL = Text(zh="二、巡查发现", en="2. Found on patrol")
PLACES = Text(zh="三、问题分布", en="3. Where")
LOOP = Text(zh="四、认领与处置", en="4. Claimed and handled")
LATE = Text(zh="五、超期与临期", en="5. Late and due soon")
RANKINGS = Text(zh="六、排名", en="6. Rankings")
NOTES = Text(zh="附：统计口径", en="Notes: how it was counted")

SUMMARY = Text(
    zh="{when}，共受理案件{reported}件，{before}，{further}；结案{closed}件。已到期案件按期结案率{rate}（{parts}）。",
    en="{when}: {reported} cases were reported, {before}, {further}; {closed} were closed. "
    "Of those due, {rate} were closed in time ({parts}).",
)
STANDING = Text(
    zh="截至{moment}，未结{open}件，其中超期{overdue}件，{hours}小时内到期{soon}件。主动发现率{finding}（{finding_parts}）。",
    en="At {moment}, {open} cases were open: {overdue} overdue, {soon} due within {hours} hours. "
    "{finding} were found by the office itself ({finding_parts}).",
)
CUT_SHORT = Text(
    zh="本期尚未结束，本期数截至{moment}；对比各期为全期数。",
    en="The period is not over: its figures go up to {moment}, those of earlier periods are whole.",
)
SAME = Text(zh="与{when}持平", en="as many as {when}")
MORE = Text(zh="比{when}多{count}件{share}", en="{count} more{share} than {when}")
FEWER = Text(zh="比{when}少{count}件{share}", en="{count} fewer{share} than {when}")
UNKNOWN = Text(zh="{when}无数据", en="no data of {when}")
SHARE = Text(zh="（{share}）", en=" ({share})")

FIGURES = Text(zh="（一）主要指标", en="(1) Main figures")
CHANNELS = Text(zh="（二）案件来源", en="(2) Where cases came from")
CATEGORIES = Text(zh="（三）受理最多的类别", en="(3) Categories reported most")
FIGURE = Text(zh="指标", en="Figure")
CHANNEL = Text(zh="来源", en="Channel")
TOTAL = Text(zh="合计", en="All")
CATEGORY = Text(zh="类别", en="Category")
NO_CASES = Text(zh="本期没有案件。", en="There were no cases.")

DUTY = Text(zh="值班领导：{people}。", en="Duty leaders: {people}.")
NO_DUTY = Text(zh="本期没有排班记录。", en="No duty rotation is on record.")
FOUND = Text(zh="领导巡查发现问题{count}件，涉及责任区{zones}个。", en="Problems found on patrol: {count}; zones they lie in: {zones}.")
FOUND_NONE = Text(zh="领导巡查没有上报问题。", en="Patrols reported no problem.")
LISTED = Text(zh="共{total}件，列前{shown}件。", en="{total} in all, the first {shown} are listed.")
OLDEST = Text(zh="共{total}件，列超期最久的{shown}件。", en="{total} in all, the {shown} longest overdue are listed.")
NEXT = Text(zh="共{total}件，列最先到期的{shown}件。", en="{total} in all, the {shown} due first are listed.")
NUMBER = Text(zh="序号", en="No.")
TIME = Text(zh="时间", en="Time")
ZONE = Text(zh="责任区", en="Zone")
ADDRESS = Text(zh="地点", en="Place")
PROBLEM = Text(zh="问题", en="Problem")
DEPARTMENT = Text(zh="处置部门", en="Department")
PROGRESS = Text(zh="进度", en="Progress")
PHOTO = Text(zh="{number}号 {problem}", en="No. {number} {problem}")
PHOTOS = Text(zh="现场照片", en="Photos")
BROKEN = Text(zh="（照片无法打开）", en="(photo cannot be opened)")

MAP = Text(zh="案件分布图", en="Map of the cases")
MARKS = Text(zh="领导巡查发现，数字为序号（{count}件）", en="found on patrol, by number ({count})")
UNPLACED = Text(zh="{count}件没有位置，未上图。", en="{count} cases without a place are not on the map.")
BUSIEST = Text(zh="案件最多的责任区：{zones}。", en="Zones with most cases: {zones}.")
ZONE_COUNT = Text(zh="{zone}（{count}件）", en="{zone} ({count})")
NO_GROUND = Text(zh="还没有边界和责任区图层，没有地图。", en="There is no boundary or zone layer yet, so there is no map.")

DISPATCHED = Text(zh="派遣", en="Dispatched")
CLAIMED = Text(zh="已认领", en="Claimed")
HANDLED = Text(zh="已反馈", en="Fed back")
CLOSED = Text(zh="已结案", en="Closed")
RETURNED = Text(zh="返工", en="Sent back")
CASES = Text(zh="案件", en="Cases")
NO_LOOP = Text(zh="没有巡查案件需要认领。", en="No case of a patrol waits to be claimed.")
LOOP_SUM = Text(
    zh="巡查案件{count}件，已派遣{dispatched}件，已认领{claimed}件，已反馈{handled}件，已结案{closed}件。",
    en="Cases of patrols: {count}; dispatched: {dispatched}, claimed: {claimed}, fed back: {handled}, closed: {closed}.",
)
NOBODY = Text(zh="未定部门", en="No department")

OVERDUE = Text(zh="（一）超期未结", en="(1) Overdue")
SOON = Text(zh="（二）{hours}小时内到期", en="(2) Due within {hours} hours")
NO_OVERDUE = Text(zh="没有超期未结案件。", en="No case is overdue.")
NO_SOON = Text(zh="没有即将到期的案件。", en="No case is due soon.")
CASE = Text(zh="编号", en="Case")
DUE = Text(zh="截止", en="Deadline")
BY = Text(zh="已超", en="Late by")
LEFT = Text(zh="还剩", en="Left")

ZONE_RANKS = Text(zh="（一）责任区按期结案率", en="(1) Zones, closed in time")
DEPARTMENT_RANKS = Text(zh="（二）部门综合得分", en="(2) Departments, score")
RANKING_DAYS = Text(zh="统计{since}至{until}；到期不足{least}件的不排名。", en="{since} to {until}; fewer than {least} due: no rank.")
SOME_ZONES = Text(zh="参加排名{ranked}个，列前{shown}名和后{shown}名。", en="Of {ranked} ranked, the first and last {shown}.")
RANK = Text(zh="名次", en="Rank")
LIKELY = Text(zh="可能名次", en="May be")
NO_RANKS = Text(zh="到期案件不足，没有排名。", en="Too few cases were due for a ranking.")
DUE_CASES = Text(zh="按期/应结", en="In time/due")

COUNTED = Text(zh="本期案件{count}件（不含作废）。", en="Cases of the period: {count} (void ones left out).")
CUT_OFF = Text(
    zh="统计时段：{since}至{until}。数据时点：{now}。统计截止：{moment}。",
    en="Period: {since} to {until}. Data as of: {now}. Cut-off: {moment}.",
)
FILTERS = Text(zh="筛选：{filters}。", en="Filters: {filters}.")
ALL_CASES = Text(zh="无（全部案件）", en="none (all cases)")
FORMULA = Text(zh="{label}＝{formula}（{period}；{exclusions}；{source}）。", en="{label} = {formula} ({period}; {exclusions}; {source}).")
PRIVACY = Text(
    zh="文中不含个人信息；负责人只列代号和职务。",
    en="No personal data is in this bulletin; officials appear by code and title.",
)
LIKELY_NOTE = Text(
    zh="可能名次：案件数有限，按95%把握可能落在的名次范围。",
    en="May be: the ranks that a group may truly have, at 95 %, given how few cases there are.",
)
MAP_SOURCE = Text(zh="地图：{attribution}。", en="Map: {attribution}.")
MADE_UP = Text(
    zh="本专报由演示数据生成，街道、案件和人员均为虚构。", en="Made from demo data: the subdistrict, its cases and people are made up."
)
FILTER_NAMES: dict[str, Text] = {
    "zones": ZONE,
    "channels": CHANNEL,
    "categories": CATEGORY,
    "departments": DEPARTMENT,
    "communities": Text(zh="居委", en="Community"),
    "kinds": Text(zh="部件/事件", en="Component or event"),
    "states": Text(zh="状态", en="State"),
    "sources": Text(zh="数据来源", en="Source"),
    "cells": Text(zh="网格", en="Cell"),
    "hours": Text(zh="时段", en="Hour"),
    "weekdays": Text(zh="星期", en="Weekday"),
    "features": Text(zh="归属", en="Belongs to"),
    "within": Text(zh="用时", en="Time taken"),
    "places": Text(zh="位置", en="Place"),
    "ids": Text(zh="指定案件", en="Single cases"),
    "text": Text(zh="搜索", en="Search"),
}


def clean(text: object, most: int = 200) -> str:
    """A text of the data on one line, without controls, at most so many signs; the dash where there is none."""
    if text is None or (not isinstance(text, str) and bool(pd.isna(text))):  # type: ignore[call-overload]
        return NOTHING
    line = " ".join(CONTROLS.sub(" ", str(text)).split())
    return (line if len(line) <= most else line[: most - 1] + "…") or NOTHING


def say_figure(kpi: Kpi, value: float | None, language: Language) -> str:
    """A KPI's value in its unit, as the pages show it."""
    return show_share(value, digits=kpi.digits) if kpi.unit == "share" else show_number(value, language, digits=kpi.digits)


def say_span(span: timedelta, language: Language) -> str:
    """A time in whole hours, from ten days on in whole days."""
    unit = timedelta(days=1) if span >= timedelta(days=10) else timedelta(hours=1) if span >= timedelta(hours=1) else timedelta(minutes=1)
    return show_duration(span // unit * unit, language)


def say_when(at: pd.Timestamp, facts: Facts) -> str:
    """A time of the data by the office's clock, `10-31 14:20`; with its year where it is not the bulletin's."""
    local = at.tz_convert(facts.office.timezone)
    return f"{local:%m-%d %H:%M}" if local.year == facts.moment.year else f"{local:%Y-%m-%d %H:%M}"


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame, by the names of its columns."""
    return frame.to_dict("records")  # type: ignore[return-value]  # the names are words


def name_of(row: Row, language: Language) -> str:
    """The name of a row's category, else its code."""
    name = row["name_zh" if language == "zh" else "name_en"]
    return clean(row["category"] if pd.isna(name) else name)
