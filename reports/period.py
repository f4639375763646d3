"""Which days does a bulletin cover, and which does it compare them with?"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from i18n import Language, Text, show_day
from queries.filters import Filters

# a ranking needs more cases than a day brings
RANKING_DAYS = 30


class Kind(StrEnum):
    """How much a bulletin covers."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


KIND_LABELS: dict[Kind, Text] = {
    Kind.DAILY: Text(zh="日报", en="Daily"),
    Kind.WEEKLY: Text(zh="周报", en="Weekly"),
    Kind.MONTHLY: Text(zh="月报", en="Monthly"),
}
TITLES: dict[Kind, Text] = {
    Kind.DAILY: Text(zh="巡查专报（日报）", en="Patrol bulletin (daily)"),
    Kind.WEEKLY: Text(zh="巡查专报（周报）", en="Patrol bulletin (weekly)"),
    Kind.MONTHLY: Text(zh="巡查专报（月报）", en="Patrol bulletin (monthly)"),
}
# the period, the one before, the one further back: as heads of columns
COLUMNS: dict[Kind, tuple[Text, Text, Text]] = {
    Kind.DAILY: (Text(zh="本日", en="This day"), Text(zh="前一日", en="Day before"), Text(zh="上周同日", en="Same day last week")),
    Kind.WEEKLY: (Text(zh="本周", en="This week"), Text(zh="上周", en="Week before"), Text(zh="四周前", en="Four weeks before")),
    Kind.MONTHLY: (Text(zh="本月", en="This month"), Text(zh="上月", en="Month before"), Text(zh="去年同月", en="A year before")),
}
# the same within a sentence
AGAINST: dict[Kind, tuple[Text, Text]] = {
    Kind.DAILY: (Text(zh="前一日", en="the day before"), Text(zh="上周同日", en="the same day last week")),
    Kind.WEEKLY: (Text(zh="上周", en="the week before"), Text(zh="四周前", en="four weeks before")),
    Kind.MONTHLY: (Text(zh="上月", en="the month before"), Text(zh="去年同月", en="a year before")),
}
# which one of the year: a daily one counts days, a weekly one ISO weeks, a monthly one months
NUMBER = Text(zh="{year}年第{number}期", en="No. {number} of {year}")
SPAN = Text(zh="{since}至{until}", en="{since} to {until}")
MONTH = Text(zh="{on.year}年{on.month}月", en="{on:%B %Y}")


@dataclass(frozen=True, kw_only=True)
class Period:
    """The day, the week from Monday, or the calendar month that holds a day."""

    kind: Kind
    on: date

    @property
    def since(self) -> date:
        """The first day."""
        match self.kind:
            case Kind.DAILY:
                return self.on
            case Kind.WEEKLY:
                return self.on - timedelta(days=self.on.weekday())
            case Kind.MONTHLY:
                return self.on.replace(day=1)

    @property
    def until(self) -> date:
        """The last day."""
        match self.kind:
            case Kind.DAILY:
                return self.on
            case Kind.WEEKLY:
                return self.since + timedelta(days=6)
            case Kind.MONTHLY:
                return self.on.replace(day=monthrange(self.on.year, self.on.month)[1])

    @property
    def earlier(self) -> tuple[Period, Period]:
        """The one just before, and the one further back that is like it: last week's day, four weeks ago, last year's month."""
        before = Period(kind=self.kind, on=self.since - timedelta(days=1))
        match self.kind:
            case Kind.DAILY:
                return before, Period(kind=self.kind, on=self.on - timedelta(days=7))
            case Kind.WEEKLY:
                return before, Period(kind=self.kind, on=self.on - timedelta(days=28))
            case Kind.MONTHLY:
                return before, Period(kind=self.kind, on=self.since.replace(year=self.on.year - 1))

    def narrow(self, filters: Filters) -> Filters:
        """The filters with these days."""
        return filters.with_(since=self.since, until=self.until)

    def ranking(self, filters: Filters) -> Filters:
        """The filters with the days of the rankings: the month itself, or the thirty days that end with the period."""
        since = self.since if self.kind is Kind.MONTHLY else self.until - timedelta(days=RANKING_DAYS - 1)
        return filters.with_(since=since, until=self.until)

    @property
    def number(self) -> tuple[int, int]:
        """The year it counts in, and how many of its kind there have been: day of the year, ISO week, month."""
        match self.kind:
            case Kind.DAILY:
                return self.on.year, self.on.timetuple().tm_yday
            case Kind.WEEKLY:
                year, week, _ = self.on.isocalendar()
                return year, week
            case Kind.MONTHLY:
                return self.on.year, self.on.month

    def say(self, language: Language) -> str:
        """The days in words."""
        match self.kind:
            case Kind.DAILY:
                return show_day(self.on, language, weekday=True)
            case Kind.WEEKLY:
                return SPAN.say(language, since=show_day(self.since, language), until=show_day(self.until, language))
            case Kind.MONTHLY:
                return MONTH.say(language, on=self.on)

    def say_number(self, language: Language) -> str:
        """Which one of the year it is."""
        year, number = self.number
        return NUMBER.say(language, year=year, number=number)

    @property
    def file_name(self) -> str:
        """The name of its files, without a suffix."""
        return f"bulletin-{self.kind}-{self.since:%Y%m%d}"
