"""The cards of the walks along the rivers: how many reaches were walked as often as asked, and which are late."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from analysis.reaches import Standing, latest_first, rate_of
from analysis.walks import walk_rules
from i18n import NOTHING, Text, show_day, show_number, show_share
from ui.cards import Card
from ui.rivers import Rivers, say_level
from ui.viewer import Viewer
from ui.words import plain

POINTS = Text(zh="{points}个百分点", en="{points} pt")
KEPT = Text(zh="按频次巡到", en="Walked as often as asked")
WITH_CHIEF = Text(zh="有该级河长的河段", en="Reaches with such a chief")
PERIOD = Text(zh="周期", en="Period")
COUNTED = Text(zh="算数的", en="Of them count")
RULE = Text(zh="要求", en="Asked")
WALK_RULE = Text(
    zh="每{days}天至少1次，每次不少于{minutes}分钟、{metres}米", en="once in {days} days, {minutes} min and {metres} m at least"
)
GAP_RULE = Text(zh="，两次相隔不少于{hours}小时", en=", {hours} h apart")
RATE_SOURCE = Text(
    zh="本系统口径；频次取自青浦区盈浦街道青盈街办〔2018〕2号，可用 FINEGRID_WALKS 设置",
    en="Our definition; how often is from Yingpu Subdistrict's rule of 2018, set by FINEGRID_WALKS",
)
REACHES = Text(zh="{n} 条", en="{n}")
NO_LATE = Text(zh="没有逾期的巡河", en="No walk is late")
LATE_PART = Text(zh="{level} 逾期{days}天", en="{level}, {days} days late")


def make_rate_card(seen: Viewer, rivers: Rivers, level: str, month: date) -> Card:
    """巡河率 of a level in a month, against the month before; of the running month up to today."""
    last = _last_of(seen, month)
    before = month - timedelta(days=1)
    now, then = (rate_of(rivers.standings, level, *days) for days in ((month, last), (before.replace(day=1), before)))
    points = None if now.share is None or then.share is None else (now.share - then.share) * 100
    name = {language: say_level(level, seen) for language in ("zh", "en")}
    return Card(
        key=f"rate_{level}",
        label=Text(zh=f"巡河率 · {name['zh']}", en=f"Walked · {name['en']}"),
        value=show_share(now.share),
        formula=Text(
            zh="全月没有一天逾期的河段 ÷ 有该级河长的河段（一次不够时间或米数的巡河不算）",
            en="reaches late on no day of the month ÷ reaches with a chief of this level (a walk too short or too quick does not count)",
        ),
        parts=[
            (KEPT, show_number(now.kept, seen.language)),
            (WITH_CHIEF, show_number(now.of, seen.language)),
            (PERIOD, f"{show_day(month, seen.language)} – {show_day(last, seen.language)}"),
            (RULE, say_rule(seen, level)),
        ],
        source=RATE_SOURCE,
        delta=None if points is None else seen.say(POINTS, points=f"{points:+.1f}"),
        better="normal",
    )


def _last_of(seen: Viewer, month: date) -> date:
    """The last day of a month, of the running one today."""
    return min(month.replace(day=monthrange(month.year, month.month)[1]), seen.office.today())


def make_walks_card(seen: Viewer, rivers: Rivers, month: date) -> Card:
    """How many walks a month had, and how many of them count."""
    last = _last_of(seen, month)
    made = rivers.walks[rivers.walks["on"].between(month, last)]
    counted = made[made["lacks"].map(len).eq(0) & (made["level"] != "")]
    levels = list(dict.fromkeys(one.level for one in rivers.standings))
    by_level = [(say_level(level, seen), int((counted["level"] == level).sum())) for level in levels]
    return Card(
        key="walks",
        label=Text(zh="本月巡河次数", en="Walks of the month"),
        value=show_number(made["id"].nunique(), seen.language),
        unit="times",
        formula=Text(
            zh="所选月份里开始的巡河；一次够时间、够米数、由当时河长所巡的才算数",
            en="walks begun in the month; one counts if it was long enough and a chief's",
        ),
        parts=[
            (COUNTED, show_number(counted["id"].nunique(), seen.language)),
            *((place(name), show_number(n, seen.language)) for name, n in by_level),
            (PERIOD, f"{show_day(month, seen.language)} – {show_day(last, seen.language)}"),
        ],
        source=RATE_SOURCE,
    )


def say_rule(seen: Viewer, level: str) -> str:
    """What is asked of a level, in words; the dash where nothing is."""
    rule = walk_rules().get(level)
    if rule is None:
        return NOTHING
    said = seen.say(WALK_RULE, days=rule.every_days, minutes=f"{rule.least_minutes:g}", metres=f"{rule.least_metres:g}")
    return said + (seen.say(GAP_RULE, hours=f"{rule.least_gap_hours:g}") if rule.least_gap_hours else "")


def make_late_card(seen: Viewer, rivers: Rivers) -> Card:
    late = latest_first(rivers.standings)
    return Card(
        key="late",
        label=Text(zh="巡河逾期", en="Reaches overdue"),
        value=show_number(len({one.reach for one in late}), seen.language),
        unit="few_reaches",
        formula=Text(
            zh="今天已过应巡日的河段；应巡日 = 上次有效巡河日 + 频次天数",
            en="reaches past their due day: the last walk that counted, plus the days",
        ),
        parts=[(_named(rivers, one), _late_part(seen, one)) for one in late] or [(NO_LATE, NOTHING)],
        source=RATE_SOURCE,
    )


def _named(rivers: Rivers, standing: Standing) -> Text:
    return place(rivers.names[standing.reach])


def _late_part(seen: Viewer, standing: Standing) -> str:
    return seen.say(LATE_PART, level=say_level(standing.level, seen), days=standing.late_days)


def place(name: str) -> Text:
    """A name out of the data as the label of a line."""
    return Text(zh=plain(name), en=plain(name))
