"""Supervision (督办): who is late and by how much, what falls due, what nobody claimed; per department, with receipts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from config import settings
from i18n import NOTHING, Text, show_duration, show_number
from model.roles import Role
from queries.filters import UNASSIGNED, Filters
from queries.loop import LISTS, supervision
from queries.states import STATE_LABELS
from ui import ask
from ui.cards import Card, show_cards
from ui.case_links import case_link, link_column
from ui.choices import pick_one
from ui.pressed import count_card, named, show_number_table
from ui.viewer import Viewer
from ui.words import is_missing, moment_of, plain

ALL = ""
HEADLINE = Text(
    zh="**{department}**超期最多：{n} 件，占全部超期 {total} 件的 {share}；最久的一件已超期 **{days} 天**。",
    en="**{department}** has most overdue: {n} of {total} cases ({share}); the oldest is **{days} days** late.",
)
WHICH_DEPARTMENT = Text(
    zh="还不知道您是哪个部门，下面是所有部门的情况：请点右上角的身份，选您的部门；已登录的，请管理员在账号里写上部门名称。",
    en="Which department you are is not known, so this is about all of them: press your role at the top and choose your department; if you"
    " have signed in, ask the administrator to enter it with the account.",
)
OWN_HEADLINE = Text(
    zh="**{department}**：待认领 **{to_claim}** 件，超期未结 **{overdue}** 件，24小时内到期 **{due_24h}** 件。",
    en="**{department}**: **{to_claim}** to be claimed, **{overdue}** overdue, **{due_24h}** due within 24 hours.",
)
NOTHING_LATE = Text(zh="没有超期未结的案件；24小时内到期 {n} 件。", en="Nothing is overdue; {n} cases fall due within 24 hours.")
NO_CASES = Text(
    zh="还没有在办案件。导入案件，或由巡查上报后，这里会列出要督办的。",
    en="No case is open. Import cases or report a finding, and what needs supervision appears here.",
)
FORMULAS: dict[str, Text] = {
    "overdue": Text(
        zh="未结、未挂账、未作废，且截止时间早于现在的案件", en="open cases, neither suspended nor void, whose deadline is before now"
    ),
    "due_24h": Text(zh="未结、未挂账，截止时间在今后24小时内", en="open, not suspended, with a deadline in the next 24 hours"),
    "due_48h": Text(zh="未结、未挂账，截止时间在今后48小时内", en="open, not suspended, with a deadline in the next 48 hours"),
    "to_claim": Text(
        zh="在本系统派遣给部门、还没认领也没反馈的案件；只从外部导入、没有派遣人的案件不计",
        en="dispatched here and neither claimed nor handled yet; imported cases that do not say who dispatched them are left out",
    ),
    "unclaimed": Text(
        zh="在本系统派遣已满规定小时数（见设置 FINEGRID_CLAIM_HOURS），部门还没认领；只从外部导入、没有派遣人的案件不计",
        en="dispatched here longer ago than the setting FINEGRID_CLAIM_HOURS and not claimed; imported cases that do not say who "
        "dispatched them are left out",
    ),
    "running": Text(zh="未结、未挂账、未作废的案件", en="open cases, neither suspended nor void"),
    "returned": Text(zh="核查不通过、退回返工，部门还没有新的反馈", en="sent back after verification, without new feedback yet"),
}
SOURCE = Text(zh="案件时间戳与流转记录；不限受理时间", en="time stamps and events of cases, whenever reported")
RUNNING = STATE_LABELS["running"]
HOURS = Text(zh="认领时限", en="Time to claim")
BY_DEPARTMENT = Text(zh="各部门", en="By department")
CAPTION = Text(
    zh="点一个数字，看它的口径与案件；“最久”为超期最久的一件。“超期未结”旁的图标在新窗口打开这些案件。",
    en="Press a number for its receipt and its cases; “oldest” is the case longest overdue. The icon beside “Overdue” opens those cases.",
)
DEPARTMENT = Text(zh="部门", en="Department")
NOBODY = Text(zh="未定部门", en="No department")
EVERY = Text(zh="全部部门", en="All departments")
OLDEST = Text(zh="最久", en="Oldest")
DAYS = Text(zh="{days} 天", en="{days} d")
LIST = Text(zh="督办清单", en="List")


def ask_supervision(seen: Viewer) -> pd.DataFrame:
    """A row each department with its counts; one question."""
    return ask.ask(supervision, seen.minute)


def own_department(seen: Viewer) -> str | None:
    """The department that looks at the page, if one does."""
    return (seen.actor.code or None) if seen.actor.role is Role.DEPARTMENT else None


def show_headline(seen: Viewer, departments: pd.DataFrame) -> bool:
    """The first thing the page says, to a department of itself; false where there is nothing to supervise."""
    if departments.empty:
        st.info(seen.say(NO_CASES), icon=":material/inbox:")
        return False
    if seen.actor.role is Role.DEPARTMENT and not seen.actor.code:
        st.info(seen.say(WHICH_DEPARTMENT), icon=":material/badge:")
    if (own := own_department(seen)) is not None:
        counts = {kind: show_number(count_of(departments, kind, own), seen.language) for kind in LISTS}
        st.markdown(f"#### {seen.say(OWN_HEADLINE, department=plain(own), **counts)}")
        return True
    first, total = departments.iloc[0], int(departments["overdue"].sum())
    if not total:
        st.success(seen.say(NOTHING_LATE, n=int(departments["due_24h"].sum())), icon=":material/check_circle:")
        return True
    words = {
        **{"department": _name(seen, first["department"]), "days": _days(seen, departments["oldest_due_at"].min())},
        **{"n": show_number(int(first["overdue"]), seen.language), "total": show_number(total, seen.language)},
        "share": f"{first['overdue'] / total:.0%}",
    }
    st.markdown(f"#### {seen.say(HEADLINE, **words)}")
    return True


def show_counts(seen: Viewer, departments: pd.DataFrame) -> None:
    """A card for each list; a department sees its own figures."""
    own = own_department(seen)
    hours = show_duration(timedelta(hours=settings().claim_hours), seen.language)
    cards = []
    for kind in LISTS:
        parts = [(RUNNING, show_number(count_of(departments, "running", own), seen.language))]
        parts += [(HOURS, hours)] if kind == "unclaimed" else []
        number = show_number(count_of(departments, kind, own), seen.language)
        cases = Filters(states=(kind,), departments=(own,) if own else ()).to_params() | {"period": "all"}
        cards.append(
            Card(
                key=kind,
                label=STATE_LABELS[kind],
                value=number,
                formula=FORMULAS[kind],
                parts=parts,
                source=SOURCE,
                cases=cases,
                unit="cases",
            )
        )
    show_cards(seen, cards, key="supervision", columns=len(cards))


def show_departments(seen: Viewer, departments: pd.DataFrame) -> None:
    """The table of departments; a press on a number opens its receipt."""
    st.markdown(f"**{seen.say(BY_DEPARTMENT)}**")
    rows = departments.to_dict("records")
    overdue = seen.say(STATE_LABELS["overdue"])
    table = pd.DataFrame(
        {
            seen.say(DEPARTMENT): [_plain_name(seen, row["department"]) for row in rows],
            overdue: [int(row["overdue"]) for row in rows],
            "": [case_link(seen, Filters(states=("overdue",), departments=(_value(row["department"]),))) for row in rows],
            seen.say(OLDEST): [seen.say(DAYS, days=_days(seen, row["oldest_due_at"])) if row["overdue"] else NOTHING for row in rows],
            **{seen.say(STATE_LABELS[kind]): [int(row[kind]) for row in rows] for kind in LISTS[1:]},
            seen.say(RUNNING): [int(row["running"]) for row in rows],
        }
    )
    kinds = {seen.say(STATE_LABELS[kind]): kind for kind in (*LISTS, "running")} | {seen.say(OLDEST): "overdue"}

    def card_of(place: int, column: str) -> Card | None:
        return _department_card(seen, rows[place], kinds[column]) if column in kinds else None

    columns = {"": link_column(seen)}
    show_number_table(seen, table, card_of, key="departments", alt=seen.say(BY_DEPARTMENT), columns=columns)
    st.caption(seen.say(CAPTION))


def _department_card(seen: Viewer, row: Mapping[Any, Any], kind: str) -> Card:
    """The receipt of one number of one department."""
    cases = Filters(states=(kind,), departments=(_value(row["department"]),))
    label = named(_plain_name(seen, row["department"]), STATE_LABELS[kind])
    oldest = [(OLDEST, seen.say(DAYS, days=_days(seen, row["oldest_due_at"])))] if kind == "overdue" and row["overdue"] else []
    return count_card(seen, label, int(row[kind]), FORMULAS[kind], cases, source=SOURCE, parts=oldest)


def pick_list(seen: Viewer, departments: pd.DataFrame) -> tuple[str, str | None]:
    """Which list is shown, and of which department; None is all of them. A department begins with what it has to claim."""
    own = own_department(seen)
    totals = {kind: count_of(departments, kind, own) for kind in LISTS}
    labels = {kind: _counted(STATE_LABELS[kind], totals[kind]) for kind in LISTS}
    kind = pick_one(seen, LIST, labels, key="list", default="to_claim" if own and totals["to_claim"] else "overdue")
    names = {ALL: EVERY} | {
        _value(one): _counted(_text(one), n) for one, n in zip(departments["department"], departments[kind], strict=True)
    }
    chosen = pick_one(seen, DEPARTMENT, names, key="of", default=own if own in names else ALL, menu=True)
    return kind, chosen or None


def count_of(departments: pd.DataFrame, kind: str, department: str | None) -> int:
    """How many cases a list has, of one department or of all."""
    counted = departments if department is None else departments[departments["department"].map(_value) == department]
    return int(counted[kind].sum())


def _counted(text: Text, n: int) -> Text:
    return Text(zh=f"{text.zh}：{n:,}", en=f"{text.en}: {n:,}")


def _text(department: object) -> Text:
    return NOBODY if is_missing(department) else Text(zh=str(department), en=str(department))


def _value(department: object) -> str:
    return UNASSIGNED if is_missing(department) else str(department)


def _name(seen: Viewer, department: object) -> str:
    return seen.say(NOBODY) if is_missing(department) else plain(department)


def _plain_name(seen: Viewer, department: object) -> str:
    return seen.say(NOBODY) if is_missing(department) else str(department)


def _days(seen: Viewer, due: object) -> str:
    """Whole days since a deadline."""
    moment = moment_of(due)
    return NOTHING if moment is None else show_number((seen.minute - moment).days, seen.language)
