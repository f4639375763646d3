"""What a KPI is: one declaration, in words for people and in facts for the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from i18n import Text
from model.facts import Fact, Stamp

Unit = Literal["cases", "share", "hours", "points"]
Better = Literal["higher", "lower", ""]
Condition = frozenset[Fact]

NOT_VOID = frozenset({Fact.NOT_VOID})
NOT_VOID_OR_SUSPENDED = frozenset({Fact.NOT_VOID, Fact.NOT_SUSPENDED})
EXCLUSIONS = {
    NOT_VOID: Text(zh="不含作废案件", en="without void cases"),
    NOT_VOID_OR_SUSPENDED: Text(zh="不含作废、挂账案件", en="without void and suspended cases"),
}
PERIODS = {
    Stamp.REPORTED: Text(zh="按受理日期", en="by the day of the report"),
    Stamp.BEFORE: Text(zh="按受理日期，上一同长周期", en="by the day of the report, equal period before"),
    Stamp.DUE: Text(zh="按处置截止日期，截止时间已到", en="by the day of the deadline, deadlines that have passed"),
    Stamp.CLOSED: Text(zh="按结案日期", en="by the day of closing"),
    Stamp.STANDING: Text(zh="周期末（或此刻）的存量", en="standing at the end of the period, or now"),
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One line of a score: so many points for a rate, or for its complement."""

    kpi: Kpi
    points: float
    complement: bool = False


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """One indicator (指标). The numerator's facts hold besides the denominator's; without a denominator it is a count."""

    key: str
    label: Text
    stamp: Stamp
    formula: Text
    source: Text
    numerator: Condition = frozenset()
    denominator: Condition | None = None
    leaves_out: Condition = NOT_VOID_OR_SUSPENDED
    unit: Unit = "share"
    better: Better = "higher"
    digits: int = 2
    # the numerator sums these weights of facts instead of counting
    weights: tuple[tuple[Fact, float], ...] = ()
    # the numerator sums hours from the report to this step
    hours_to: Literal["", "contact", "end"] = ""
    # a score is made of other KPIs
    parts: tuple[Part, ...] = ()

    @property
    def exclusions(self) -> Text:
        """Which cases do not count."""
        return EXCLUSIONS[self.leaves_out]

    @property
    def period(self) -> Text:
        """Which day of a case decides its period."""
        return PERIODS[self.stamp]

    @property
    def below(self) -> Condition:
        """Everything that makes a case count in the denominator."""
        return (self.denominator or frozenset()) | self.leaves_out | {Fact(self.stamp.value)}

    @property
    def above(self) -> Condition:
        """Everything that makes a case count in the numerator; of a mean, the cases that it is the mean of."""
        return self.below | self.numerator


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """A set of rules (口径): which KPIs it has, and which of them says "in time"."""

    key: str
    label: Text
    note: Text
    kpis: tuple[Kpi, ...]
    on_time: Kpi

    def kpi(self, key: str) -> Kpi:
        """The KPI of that key; ValueError that lists the known ones."""
        for one in self.kpis:
            if one.key == key:
                return one
        raise ValueError(f"the rules {self.key!r} have no KPI {key!r}; they have {', '.join(one.key for one in self.kpis)}")
