"""Where does a case stand to its deadline? One word a case, with its label."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case

from i18n import Language, Text, show_duration
from model.cases import CaseRow
from model.facts import Fact
from model.hours import CONTACT, END
from model.kinds import LABELS, Stage
from model.units import BLOCK, ROWS, SIDES, SQUARE, side_of
from queries.facts import Clock, fact
from queries.filters import Filters

STATE_LABELS: dict[str, Text] = {
    "open": Text(zh="未结", en="Open"),
    "overdue": Text(zh="超期未结", en="Overdue"),
    "due_today": Text(zh="今日到期", en="Due today"),
    "due_soon": Text(zh="明后两日到期", en="Due in 1–2 days"),
    "due_24h": Text(zh="24小时内到期", en="Due within 24 h"),
    "due_48h": Text(zh="48小时内到期", en="Due within 48 h"),
    "to_claim": Text(zh="待认领", en="To be claimed"),
    "unclaimed": Text(zh="超时未认领", en="Not claimed in time"),
    "returned": Text(zh="返工中", en="Sent back"),
    "running": Text(zh="在办（未结、未挂账）", en="Open and running"),
    "suspended": Text(zh="挂账", en="Suspended"),
    "void": Text(zh="作废", en="Void"),
    **{stage.value: LABELS[stage] for stage in Stage},
}

WITHIN_LABELS: dict[str, Text] = {
    CONTACT: Text(zh="不到{hours}首次联系", en="contacted in less than {hours}"),
    END: Text(zh="不到{hours}结案", en="closed in less than {hours}"),
}
PLACED_LABEL = Text(zh="有位置", en="known")
SQUARE_LABELS: dict[int, Text] = {
    BLOCK: Text(zh="200米网格 {east}-{north}", en="200 m square {east}-{north}"),
    SQUARE: Text(zh="公里网格 {east}-{north}", en="1 km square {east}-{north}"),
}


def say_within(value: str, language: Language) -> str:
    """What `within` of the filters says, in words: `end/24` is "closed in less than 1 day"."""
    step, _, hours = value.partition("/")
    return WITHIN_LABELS[step].say(language, hours=show_duration(timedelta(hours=int(hours)), language))


def say_cell(number: int, language: Language) -> str:
    """A cell by its number, a square by how many of its sides its corner lies east and north."""
    if side_of(number) not in SQUARE_LABELS:
        return str(number)
    east, north = divmod(number % SIDES, ROWS)
    return SQUARE_LABELS[side_of(number)].say(language, east=east, north=north)


def state_of(filters: Filters, now: datetime) -> ColumnElement[str]:
    """SQL: void, closed, suspended, overdue, due_today, due_soon or open, at the end of the period or now."""
    clock = Clock.of(filters, now)
    return case(
        (CaseRow.void.is_(True), "void"),
        (CaseRow.closed_at <= clock.moment, "closed"),
        (CaseRow.suspended.is_(True), "suspended"),
        *((fact(name, clock), name.value) for name in (Fact.OVERDUE, Fact.DUE_TODAY, Fact.DUE_SOON)),
        else_="open",
    )
