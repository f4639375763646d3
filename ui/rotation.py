"""The rotation as a page needs it: who is on which day, what kind of day it is, who is in it, who is away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import pandas as pd
import streamlit as st

from actions.act import Refused
from analysis.rotation import DayKind, Leader, fairness
from i18n import Text
from model.clock import work_calendar
from model.roles import Right
from queries.rotation import absences, members, shifts
from ui import ask
from ui.viewer import Viewer
from ui.words import is_missing

# whoever has a first day on duty so soon was in the rotation from its beginning
FOUNDING_DAYS = 31
SAID, DID = "rotation_said", "rotation_did"
KIND_LABELS: dict[DayKind, Text] = {
    DayKind.WORKING: Text(zh="工作日", en="Working days"),
    DayKind.WEEKEND: Text(zh="周末", en="Weekends"),
    DayKind.HOLIDAY: Text(zh="节假日", en="Holidays"),
}
TOTAL = Text(zh="合计", en="All days")
CHOOSE = Text(zh="请选择", en="Choose")
DONE = Text(zh="已保存", en="Saved")
MAY_NOT = Text(zh="排班由网格中心修改；您现在的身份可以查看。", en="The grid centre edits the rotation; you may look at it.")
EMPTY = Text(
    zh="还没有轮值。先导入人员（officials）和责任区分工（duties），再在这里排班；表格样式见“导入表格”。",
    en="There is no rotation yet. Load the officials and the duties of the zones, then plan it here; see “Import a table”.",
)


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """The rotation of a year and what is planned beyond it."""

    year: int
    today: date
    # by day: official id; every day from a year before today on is there if it is known
    on: Mapping[date, int]
    # by official id
    names: Mapping[int, str]
    codes: Mapping[int, str]
    leaders: tuple[Leader, ...]
    absences: pd.DataFrame

    @cached_property
    def kinds(self) -> dict[date, DayKind]:
        """What every day is, from the first known one to two years ahead."""
        first = min([*self.on, date(self.year, 1, 1), self.today])
        last = max([*self.on, date(self.year, 12, 31), self.today + timedelta(days=366)])
        return {day: kind_of(day) for day in _days(first, last)}

    @property
    def current(self) -> tuple[Leader, ...]:
        """Those who are in the rotation now."""
        return tuple(leader for leader in self.leaders if leader.until is None)

    def of_year(self) -> dict[date, int]:
        """The days of the year, served and planned."""
        return {day: who for day, who in self.on.items() if day.year == self.year}

    def balance(self) -> pd.DataFrame:
        """How fair the year is; index official id, columns as in `analysis.rotation.fairness`."""
        return fairness(self.of_year(), self.kinds, self.leaders)

    def conflicts(self) -> list[date]:
        """Days to come on which somebody is planned who is away."""
        able = {leader.id: leader for leader in self.leaders}
        return sorted(day for day, who in self.on.items() if day > self.today and who in able and not able[who].can(day))


def ask_rotation(seen: Viewer, year: int) -> Rotation:
    """The rotation around a year; three questions."""
    today = seen.office.today()
    first, last = min(date(year, 1, 1), today - timedelta(days=366)), max(date(year, 12, 31), today + timedelta(days=731))
    on, away, people = ask.ask(shifts, first, last), ask.ask(absences, first), ask.ask(members)
    spans: dict[int, list[tuple[date, date]]] = {}
    for row in away.to_dict("records"):
        spans.setdefault(int(row["official_id"]), []).append((row["since"].date(), row["until"].date()))
    firsts = people["first_on"].dropna()
    began = None if firsts.empty else firsts.min().date()
    records = people.to_dict("records")
    return Rotation(
        year=year,
        today=today,
        on={row["on_date"].date(): int(row["official_id"]) for row in on.to_dict("records")},
        names={int(row["official_id"]): str(row["official"]) for row in records},
        codes={int(row["official_id"]): str(row["official_code"]) for row in records},
        leaders=tuple(_leader(row, spans, today, began=began) for row in records),
        absences=away,
    )


def kind_of(day: date) -> DayKind:
    """What a day is by the office's calendar; a Saturday that was made a working day is a working day."""
    calendar = work_calendar()
    if calendar.is_working(day):
        return DayKind.WORKING
    return DayKind.HOLIDAY if calendar.is_holiday(day) else DayKind.WEEKEND


def may_edit(seen: Viewer) -> bool:
    """Whether the viewer's role edits the rotation."""
    return seen.may(Right.ROSTER)


def act(seen: Viewer, change: Callable[[], object]) -> bool:
    """Make a change; what came of it is said by `show_said`."""
    try:
        change()
    except Refused as refused:
        st.session_state[SAID] = refused.say(seen.language)
        return False
    st.session_state[DID] = True
    return True


def show_said(seen: Viewer) -> None:
    """What the last change came to."""
    if said := st.session_state.pop(SAID, None):
        st.warning(said, icon=":material/block:")
    if st.session_state.pop(DID, None):
        st.toast(seen.say(DONE), icon=":material/check:")


def _leader(row: Mapping[object, object], spans: Mapping[int, list[tuple[date, date]]], today: date, *, began: date | None) -> Leader:
    """When somebody is in the rotation: from their first day on duty, those of its first month from its beginning `began` on.

    Who leads no zone any more is out after the last one; who joins owes nothing for the time before.
    """
    number = int(str(row["official_id"]))
    first, last = (None if is_missing(row[name]) else pd.Timestamp(str(row[name])).date() for name in ("first_on", "last_on"))
    since: date | None = first or (today + timedelta(days=1))
    if began is None or (first is not None and first - began < timedelta(days=FOUNDING_DAYS)):
        since = None
    until = last if is_missing(row["leads_since"]) and last is not None and last < today else None
    return Leader(id=number, since=since, until=until, away=tuple(spans.get(number, ())))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
