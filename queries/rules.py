"""The registry: every KPI that comes from cases, and the named sets of rules (口径)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from i18n import Text
from model.facts import Fact, Stamp
from model.kinds import SATISFACTION_WEIGHTS, Satisfaction
from queries.kpi import NOT_VOID, NOT_VOID_OR_SUSPENDED, Better, Condition, Kpi, Part, RuleSet

NATIONAL_RULES = Text(zh="GB/T 30428 类规则（数字城管绩效评价）", en="GB/T 30428 style rules (digital urban management appraisal)")
BULLETIN = Text(
    zh="GB/T 30428 类规则；算法用一份公开通报的数验算过（通报：应结 972、结案 911、按期 737）",
    en="GB/T 30428 style rules; the formula was checked on the figures of a published bulletin (972 due, 911 closed, 737 in time)",
)
HOTLINE_RULES = Text(zh="上海12345街镇统计口径", en="Shanghai 12345 rules of subdistricts")
OWN_RULES = Text(zh="本办自定义口径", en="this office's own definition")
CITY_RULES = Text(zh="城市自定口径（如波士顿311）", en="a city's own rule (as Boston 311)")
COUNTED = Text(zh="直接计数", en="a plain count")
NOTHING: Condition = frozenset()


def _count(
    key: str, label: Text, stamp: Stamp, *facts: Fact, better: Better = "", leaves_out: Condition = NOT_VOID, source: Text = COUNTED
) -> Kpi:
    """A count of the cases of which all these facts are true."""
    return Kpi(
        key=key,
        label=label,
        stamp=stamp,
        numerator=frozenset(facts),
        leaves_out=leaves_out,
        unit="cases",
        better=better,
        digits=0,
        formula=Text(zh=f"{label.zh}数", en=f"number of cases: {label.en.lower()}"),
        source=source,
    )


# counts
REPORTED = _count("reported", Text(zh="受理", en="Reported"), Stamp.REPORTED)
REPORTED_BEFORE = _count("reported_before", Text(zh="上期受理", en="Reported in the period before"), Stamp.BEFORE)
CLOSED = _count("closed", Text(zh="结案", en="Closed"), Stamp.CLOSED)
CLOSED_IN_TIME = _count(
    "closed_in_time", Text(zh="按期结案", en="Closed in time"), Stamp.CLOSED, Fact.ENDED_IN_TIME, leaves_out=NOT_VOID_OR_SUSPENDED
)
OPEN_NOW = _count("open_now", Text(zh="未结", en="Open"), Stamp.STANDING, better="lower")
OVERDUE_NOW = _count(
    "overdue_now", Text(zh="超期未结", en="Overdue"), Stamp.STANDING, Fact.OVERDUE, better="lower", leaves_out=NOT_VOID_OR_SUSPENDED
)
DUE_TODAY = _count("due_today", Text(zh="今日到期", en="Due today"), Stamp.STANDING, Fact.DUE_TODAY, leaves_out=NOT_VOID_OR_SUSPENDED)
DUE_SOON = _count(
    "due_soon", Text(zh="明后两日到期", en="Due in 1–2 days"), Stamp.STANDING, Fact.DUE_SOON, leaves_out=NOT_VOID_OR_SUSPENDED
)
COUNTS = (REPORTED, CLOSED, CLOSED_IN_TIME, OPEN_NOW, OVERDUE_NOW, DUE_TODAY, DUE_SOON)

# the national rules
FILING = Kpi(
    key="filing_rate",
    label=Text(zh="立案率", en="Filing rate"),
    stamp=Stamp.REPORTED,
    denominator=NOTHING,
    numerator=frozenset({Fact.FILED}),
    formula=Text(zh="立案数 ÷ 受理数", en="filed ÷ reported"),
    source=NATIONAL_RULES,
)
HANDLING = Kpi(
    key="handling_rate",
    label=Text(zh="处置率", en="Handling rate"),
    stamp=Stamp.DUE,
    denominator=NOTHING,
    numerator=frozenset({Fact.HANDLED}),
    formula=Text(zh="处置数 ÷ 应处置数", en="handled ÷ due to be handled"),
    source=NATIONAL_RULES,
)
HANDLING_IN_TIME = replace(
    HANDLING,
    key="on_time_handling_rate",
    label=Text(zh="按期处置率", en="On-time handling rate"),
    numerator=frozenset({Fact.HANDLED_IN_TIME}),
    formula=Text(zh="按期处置数 ÷ 应处置数", en="handled in time ÷ due to be handled"),
)
UNHANDLED = replace(
    HANDLING,
    key="overdue_unhandled_rate",
    label=Text(zh="超期待处置率", en="Overdue and unhandled"),
    numerator=frozenset({Fact.UNHANDLED}),
    better="lower",
    formula=Text(zh="超期待处置数 ÷ 应处置数", en="overdue and not handled ÷ due to be handled"),
)
# what the score's part for handling in time was lost on
HANDLED_LATE = _count(
    "handled_late",
    Text(zh="未按期处置", en="Not handled in time"),
    Stamp.DUE,
    Fact.HANDLED_LATE,
    better="lower",
    leaves_out=NOT_VOID_OR_SUSPENDED,
    source=NATIONAL_RULES,
)
EXTENSION = replace(
    HANDLING,
    key="extension_rate",
    label=Text(zh="延期率", en="Extension rate"),
    numerator=frozenset({Fact.EXTENDED}),
    better="lower",
    formula=Text(zh="延期数 ÷ 应处置数", en="extended ÷ due to be handled"),
)
CLOSING = Kpi(
    key="closing_rate",
    label=Text(zh="结案率", en="Closing rate"),
    stamp=Stamp.DUE,
    denominator=NOTHING,
    numerator=frozenset({Fact.ENDED}),
    formula=Text(zh="结案数 ÷ 应结案数", en="closed ÷ due to be closed"),
    source=BULLETIN,
)
CLOSING_IN_TIME = replace(
    CLOSING,
    key="on_time_closing_rate",
    label=Text(zh="按期结案率", en="On-time closing rate"),
    numerator=frozenset({Fact.ENDED_IN_TIME}),
    formula=Text(zh="按期结案数 ÷ 应结案数", en="closed in time ÷ due to be closed"),
)
REWORK = replace(
    CLOSING,
    key="rework_rate",
    label=Text(zh="返工率", en="Rework rate"),
    numerator=frozenset({Fact.REWORKED}),
    better="lower",
    formula=Text(zh="返工数 ÷ 应结案数", en="reworked ÷ due to be closed"),
    source=Text(zh="GB/T 30428 类规则；分母各地不同，可设置", en="GB/T 30428 style rules; places differ in the denominator, a setting"),
)

# the hotline's rules
HOTLINE_IN_TIME = Kpi(
    key="on_time_closed_rate",
    label=Text(zh="按时办结率", en="Closed in time"),
    stamp=Stamp.CLOSED,
    denominator=frozenset({Fact.HAD_DEADLINE}),
    numerator=frozenset({Fact.ENDED_IN_TIME}),
    formula=Text(zh="按时办结数 ÷ 有时限的办结数", en="closed in time ÷ closed with a deadline"),
    source=HOTLINE_RULES,
)
HOURS_TO_CONTACT = Kpi(
    key="hours_to_contact",
    label=Text(zh="首次联系用时", en="Hours to first contact"),
    stamp=Stamp.REPORTED,
    denominator=frozenset({Fact.FIRST_CONTACT_TIMED}),
    hours_to="contact",
    unit="hours",
    better="lower",
    digits=1,
    formula=Text(
        zh="受理至首次联系的小时数之和 ÷ 已记录首次联系的件数", en="sum of hours from report to first contact ÷ cases with a timed contact"
    ),
    source=HOTLINE_RULES,
)
HOURS_TO_END = Kpi(
    key="hours_to_close",
    label=Text(zh="办结用时", en="Hours to closing"),
    stamp=Stamp.CLOSED,
    denominator=NOTHING,
    hours_to="end",
    unit="hours",
    better="lower",
    digits=1,
    formula=Text(zh="受理至结案的小时数之和 ÷ 结案数", en="sum of hours from report to closing ÷ closed"),
    source=OWN_RULES,
)
CONTACT = Kpi(
    key="first_contact_rate",
    label=Text(zh="先行联系率", en="First-contact rate"),
    stamp=Stamp.REPORTED,
    denominator=frozenset({Fact.CONTACT_KNOWN}),
    numerator=frozenset({Fact.CONTACTED}),
    formula=Text(zh="已先行联系 ÷（已联系 + 未联系），未知不计", en="contacted first ÷ (contacted + not contacted), unknown left out"),
    source=HOTLINE_RULES,
)
RESOLVING = Kpi(
    key="resolution_rate",
    label=Text(zh="实际解决率", en="Resolution rate"),
    stamp=Stamp.CLOSED,
    denominator=frozenset({Fact.RESOLVED_OR_EXPLAINED}),
    numerator=frozenset({Fact.RESOLVED}),
    formula=Text(zh="实际解决 ÷（实际解决 + 解释说明）", en="resolved ÷ (resolved + explained)"),
    source=HOTLINE_RULES,
)
SATISFYING = Kpi(
    key="satisfaction_rate",
    label=Text(zh="市民满意率", en="Satisfaction"),
    stamp=Stamp.CLOSED,
    denominator=frozenset({Fact.ANSWERED}),
    weights=(
        (Fact.SATISFIED, SATISFACTION_WEIGHTS[Satisfaction.SATISFIED]),
        (Fact.FAIRLY, SATISFACTION_WEIGHTS[Satisfaction.FAIRLY]),
        (Fact.NEUTRAL, SATISFACTION_WEIGHTS[Satisfaction.NEUTRAL]),
    ),
    formula=Text(
        zh="Σ权重 ÷ 有效回访数（满意1.0、基本满意0.8、一般0.6、不满意0）",
        en="sum of weights ÷ answered call-backs (satisfied 1.0, fairly 0.8, neutral 0.6, not 0)",
    ),
    source=HOTLINE_RULES,
)

# the office's own
FINDING = Kpi(
    key="proactive_rate",
    label=Text(zh="主动发现率", en="Found by the office"),
    stamp=Stamp.REPORTED,
    denominator=frozenset({Fact.FOUND_OR_TOLD}),
    numerator=frozenset({Fact.FOUND}),
    formula=Text(
        zh="（巡查 + 微信 + 城管通）÷（以上 + 12345 + 信访）", en="(patrol + WeChat + Chengguantong) ÷ (those + hotline + petition)"
    ),
    source=OWN_RULES,
)

# a city's own rule
CITY_IN_TIME = Kpi(
    key="city_on_time_rate",
    label=Text(zh="按时率（无时限视为按时）", en="In time (no deadline counts as in time)"),
    stamp=Stamp.REPORTED,
    denominator=frozenset({Fact.JUDGED}),
    numerator=frozenset({Fact.NOT_LATE}),
    formula=Text(
        zh="（按时结案 + 无时限）÷（以上 + 超期结案 + 超期未结）",
        en="(closed in time + no deadline) ÷ (those + closed late + open past the deadline)",
    ),
    source=CITY_RULES,
)
CITY_LATE = _count(
    "city_late",
    Text(zh="超期（含超期未结）", en="Late, or open past the deadline"),
    Stamp.REPORTED,
    *(Fact.JUDGED, Fact.LATE),
    better="lower",
    leaves_out=NOT_VOID_OR_SUSPENDED,
    source=CITY_RULES,
)

ReworkOver = Literal["due", "handled", "closed"]


def rework_over(over: ReworkOver) -> Kpi:
    """返工率 over the cases due to be closed, over those of them that were handled, or over those that were closed."""
    match over:
        case "due":
            return REWORK
        case "handled":
            formula = Text(zh="返工数 ÷ 处置数", en="reworked ÷ handled, of those due")
            return replace(REWORK, denominator=frozenset({Fact.HANDLED}), formula=formula)
        case "closed":
            formula = Text(zh="返工数 ÷ 结案数", en="reworked ÷ closed, of those due")
            return replace(REWORK, denominator=frozenset({Fact.ENDED}), formula=formula)


def score_of(rework: Kpi = REWORK) -> Kpi:
    """The district's 100-point score."""
    return Kpi(
        key="score",
        label=Text(zh="综合得分", en="Score"),
        stamp=Stamp.DUE,
        denominator=NOTHING,
        unit="points",
        digits=1,
        parts=(
            Part(kpi=HANDLING, points=30),
            Part(kpi=HANDLING_IN_TIME, points=20),
            Part(kpi=rework, points=20, complement=True),
            Part(kpi=UNHANDLED, points=20, complement=True),
            Part(kpi=EXTENSION, points=10, complement=True),
        ),
        formula=Text(
            zh="处置率×30 + 按期处置率×20 +（1−返工率）×20 +（1−超期待处置率）×20 +（1−延期率）×10",
            en="handling×30 + on-time handling×20 + (1−rework)×20 + (1−overdue unhandled)×20 + (1−extension)×10",
        ),
        source=Text(zh="区数字城管百分制", en="the district's 100-point rule for digital urban management"),
    )


def rule_sets(rework: ReworkOver = "due") -> dict[str, RuleSet]:
    """The named sets of rules by key; the pages switch between them."""
    again = rework_over(rework)
    national = (FILING, HANDLING, HANDLING_IN_TIME, UNHANDLED, CLOSING, CLOSING_IN_TIME, again, EXTENSION, score_of(again))
    sets = (
        RuleSet(
            key="national",
            label=Text(zh="国标口径", en="National rules"),
            note=Text(zh="以截止日期落在周期内的案件为应处置、应结案", en="cases whose deadline falls in the period are due"),
            kpis=national,
            on_time=CLOSING_IN_TIME,
        ),
        RuleSet(
            key="hotline",
            label=Text(zh="12345口径", en="Hotline rules"),
            note=Text(zh="以办结案件为分母", en="closed cases are the denominator"),
            kpis=(HOURS_TO_CONTACT, CONTACT, HOTLINE_IN_TIME, RESOLVING, SATISFYING),
            on_time=HOTLINE_IN_TIME,
        ),
        RuleSet(
            key="office",
            label=Text(zh="本办口径", en="The office's own rules"),
            note=Text(zh="含主动发现率与办结用时", en="with what the office found by itself and hours to closing"),
            kpis=(FINDING, CLOSING, CLOSING_IN_TIME, again, HOURS_TO_CONTACT, HOURS_TO_END, SATISFYING),
            on_time=CLOSING_IN_TIME,
        ),
        RuleSet(
            key="city",
            label=Text(zh="城市自定口径", en="A city's own rule"),
            note=Text(zh="无时限视为按时，超期未结视为超期", en="no deadline counts as in time, open past its deadline as late"),
            kpis=(CITY_IN_TIME, CITY_LATE),
            on_time=CITY_IN_TIME,
        ),
    )
    return {one.key: one for one in sets}


RULE_SETS = rule_sets()


def all_kpis() -> dict[str, Kpi]:
    """Every KPI once, by key."""
    found = (*COUNTS, REPORTED_BEFORE, HANDLED_LATE, *(kpi for rules in RULE_SETS.values() for kpi in rules.kpis))
    return {kpi.key: kpi for kpi in found}
