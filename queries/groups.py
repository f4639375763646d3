"""By what can cases be counted? Each grouping says its column, and which filter leads to one of its groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import pandas as pd
from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from i18n import Text
from model.cases import CaseLink, CaseRow
from model.facts import Stamp
from model.places import Feature
from model.sql import month_of, scan, week_of, weekday_of
from queries.filters import UNASSIGNED, Filters
from queries.run import Question

By = Literal[
    "zone", "community", "department", "channel", "category", "big_category", "kind", "source", "day", "week", "month", "hour", "weekday"
]
BY: dict[str, Text] = {
    "zone": Text(zh="责任区", en="Zone"),
    "community": Text(zh="居委", en="Community"),
    "department": Text(zh="部门", en="Department"),
    "channel": Text(zh="来源", en="Channel"),
    "category": Text(zh="小类", en="Category"),
    "big_category": Text(zh="大类", en="Main category"),
    "kind": Text(zh="部件/事件", en="Component or event"),
    "source": Text(zh="数据来源", en="Source"),
    "day": Text(zh="日", en="Day"),
    "week": Text(zh="周", en="Week"),
    "month": Text(zh="月", en="Month"),
    "hour": Text(zh="时段", en="Hour of the report"),
    "weekday": Text(zh="星期", en="Weekday of the report"),
}
TIMES = ("day", "week", "month")
# the filter field that each grouping narrows
FIELDS = {
    "zone": "zones",
    "community": "communities",
    "department": "departments",
    "channel": "channels",
    "category": "categories",
    "big_category": "categories",
    "kind": "kinds",
    "source": "sources",
    "hour": "hours",
    "weekday": "weekdays",
}
STAMP_DAYS: dict[Stamp, InstrumentedAttribute[Any]] = {
    Stamp.REPORTED: CaseRow.reported_on,
    Stamp.BEFORE: CaseRow.reported_on,
    Stamp.DUE: CaseRow.due_on,
    Stamp.CLOSED: CaseRow.closed_on,
    Stamp.STANDING: CaseRow.reported_on,
}


@dataclass(frozen=True)
class Key:
    """What the inner count groups by, and what the outer sum makes of it."""

    inner: ColumnElement[Any] | InstrumentedAttribute[Any]
    layer: str = ""
    bucket: Any = None
    # the inner column is the id of a feature, the group its code
    by_feature: bool = False

    def joined(self, question: Question) -> Question:
        """The inner question with the links it needs; a case without a link keeps its row."""
        if not self.layer:
            return question
        return question.outerjoin(CaseLink, and_(CaseLink.case_id == CaseRow.id, CaseLink.layer == self.layer))

    def outer(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The group, from the inner column."""
        if self.by_feature:
            return select(Feature.code).where(Feature.id == column).scalar_subquery()
        return self.bucket(column) if self.bucket else column


def key_of(by: str, stamp: Stamp = Stamp.REPORTED) -> Key:  # noqa: PLR0911 - a table of cases
    """The key of a grouping: one of `BY`, or `layer:KEY` for the features of any layer. Days follow the KPI's own stamp."""
    row = CaseRow
    match by:
        case "zone":
            # in the order of its index SQLite would walk through all cases
            return Key(scan(row.zone_id), by_feature=True)
        case "day":
            return Key(STAMP_DAYS[stamp])
        case "week":
            return Key(STAMP_DAYS[stamp], bucket=week_of)
        case "month":
            return Key(STAMP_DAYS[stamp], bucket=month_of)
        case "weekday":
            return Key(row.reported_on, bucket=weekday_of)
        case "hour":
            return Key(row.reported_hour)
        case "category":
            return Key(row.kind + "/" + row.category)
        case "big_category":
            return Key(row.kind + "/" + case((func.length(row.category) == 4, func.substr(row.category, 1, 2)), else_=row.category))
        case "community" | "department" | "channel" | "kind" | "source":
            return Key(getattr(row, by))
        case _ if by.startswith("layer:"):
            return Key(CaseLink.feature_id, layer=by.removeprefix("layer:"), by_feature=True)
        case _:
            raise ValueError(f"cases cannot be counted by {by!r}; they can by {', '.join(BY)}, or by layer:KEY")


def narrow(filters: Filters, by: By, group: Any) -> Filters:
    """The filters that leave one group of a grouping; None is the group of cases that have no value."""
    if by not in TIMES:
        return filters.with_(**{FIELDS[by]: (UNASSIGNED if pd.isna(group) else group,)})
    start = group.date() if hasattr(group, "date") else group
    since, until = start, _last_day(start, by)
    return filters.with_(since=max(since, filters.since or since), until=min(until, filters.until or until))


def _last_day(start: date, by: str) -> date:
    match by:
        case "day":
            return start
        case "week":
            return start + timedelta(days=6)
        case _:
            return (start.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
