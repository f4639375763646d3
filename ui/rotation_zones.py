"""Who answers for which zone, since when and until when; handing a zone over from a day on."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from actions.rotation import hand_over
from i18n import NOTHING, Text, show_day
from queries.rotation import CADRE, LEADER, officials, zone_duties
from ui import ask
from ui.rotation import CHOOSE, MAY_NOT, act, may_edit
from ui.tables import show_download
from ui.viewer import Viewer, database
from ui.words import is_missing, plain

NAMES = {LEADER: Text(zh="分管领导", en="Leader"), CADRE: Text(zh="责任区干部", en="Cadre")}
ON = Text(zh="看哪一天", en="As of")
LEADERS = Text(zh="领导分管的责任区", en="Zones of each leader")
ZONE, NUMBER = Text(zh="责任区", en="Zone"), Text(zh="分管个数", en="Leads")
CADRES = Text(zh="干部", en="Cadres")
HISTORY = Text(zh="变动记录", en="History")
ROLE, WHO = Text(zh="分工", en="Role"), Text(zh="谁", en="Who")
SINCE, UNTIL = Text(zh="从", en="Since"), Text(zh="到", en="Until")
RULE = Text(
    zh="每位领导分管 2–4 个责任区，每个责任区两名干部（年度报告的规定）。来源：责任区分工（duties），当日在任的计入。",
    en="A leader has 2 to 4 zones, a zone two cadres (the annual report's rule). Source: the duties in force on that day.",
)
BROKEN = Text(zh="不合规定：{what}", en="Against the rule: {what}")
LEADS_N = Text(zh="{who} 分管 {n} 个", en="{who} leads {n}")
HAS_N = Text(zh="{zone} 有 {n} 名干部", en="{zone} has {n} cadres")
HAND_OVER = Text(zh="交接", en="Hand over")
INSTEAD = Text(zh="接替谁", en="Instead of")
TO = Text(zh="由谁接", en="To whom")
FROM = Text(zh="从哪一天起", en="From which day")
SAVE = Text(zh="保存交接", en="Save the handover")
HELP = Text(
    zh="原来的分工到前一天为止，新的从这一天起；历史不变。", en="The old duty ends the day before, the new one begins; history stays true."
)
EMPTY = Text(
    zh="还没有责任区分工。用“导入表格”导入 duties。", en="There are no duties of zones yet. Load the table duties with “Import a table”."
)
DOWNLOAD = Text(zh="下载分工表", en="Download the duties")
LEAST, MOST, TWO = 2, 4, 2


def show_zone_duties(seen: Viewer) -> None:
    """The duties of a day, what is against the rule, the handover, and the history."""
    duties = ask.ask(zone_duties)
    if duties.empty:
        st.info(seen.say(EMPTY), icon=":material/upload_file:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        on = st.date_input(seen.say(ON), seen.office.today(), key="duties_on", width=200)
        if may_edit(seen):
            with st.popover(seen.say(HAND_OVER), icon=":material/handshake:", key="edit_duties"):
                _show_hand_over(seen, duties)
    if not may_edit(seen):
        st.caption(seen.say(MAY_NOT))
    day = on if isinstance(on, date) else seen.office.today()
    held = in_force(duties, day)
    if broken := broken_rules(seen, held):
        st.warning(seen.say(BROKEN, what=plain(("；" if seen.language == "zh" else "; ").join(broken))), icon=":material/rule:")
    left, right = st.columns([4, 5], gap="medium")
    with left:
        st.markdown(f"**{seen.say(LEADERS)}**")
        st.dataframe(tabulate_leaders(seen, held), hide_index=True, width="stretch", key="leaders_table", height=460, alt=seen.say(LEADERS))
        st.caption(seen.say(RULE))
    with right:
        st.markdown(f"**{seen.say(HISTORY)}**")
        history = tabulate_history(seen, duties)
        st.dataframe(history, hide_index=True, width="stretch", key="duties_history", height=460, alt=seen.say(HISTORY))
        show_download(history, seen.say(DOWNLOAD), "duties.csv", key="download_duties")


def in_force(duties: pd.DataFrame, day: date) -> pd.DataFrame:
    """The duties that hold on a day."""
    at = pd.Timestamp(day)
    return duties[(duties["since"] <= at) & (duties["until"].isna() | (duties["until"] >= at))]


def broken_rules(seen: Viewer, held: pd.DataFrame) -> list[str]:
    """Which leaders have fewer than 2 or more than 4 zones, which zones not two cadres, in words."""
    leads = held[held["role"] == LEADER].groupby("official")["zone"].nunique()
    cadres = held[held["role"] == CADRE].groupby("zone_name")["official_id"].nunique()
    wrong = [seen.say(LEADS_N, who=who, n=n) for who, n in leads.items() if not LEAST <= n <= MOST]
    return wrong + [seen.say(HAS_N, zone=zone, n=n) for zone, n in cadres.items() if n != TWO]


def tabulate_leaders(seen: Viewer, held: pd.DataFrame) -> pd.DataFrame:
    """A row a zone, by its leader: who leads it, how many zones that one has, and its cadres."""
    leads, cadres = held[held["role"] == LEADER], held[held["role"] == CADRE].groupby("zone")["official"].agg("、".join)
    ordered = leads.sort_values(["official", "zone"], kind="stable")
    return pd.DataFrame(
        {
            seen.say(NAMES[LEADER]): ordered["official"].to_list(),
            seen.say(NUMBER): ordered.groupby("official")["zone"].transform("size").to_list(),
            seen.say(ZONE): [_name(row) for row in ordered.to_dict("records")],
            seen.say(CADRES): [cadres.get(zone, NOTHING) for zone in ordered["zone"]],
        }
    )


def tabulate_history(seen: Viewer, duties: pd.DataFrame) -> pd.DataFrame:
    """Every duty with its days, the newest change first."""
    ordered = duties.sort_values(["since", "zone", "role"], ascending=[False, True, False], kind="stable")
    return pd.DataFrame(
        {
            seen.say(ZONE): [_name(row) for row in ordered.to_dict("records")],
            seen.say(ROLE): [seen.say(NAMES[role]) for role in ordered["role"]],
            seen.say(WHO): ordered["official"].to_list(),
            seen.say(SINCE): [show_day(day.date(), seen.language) for day in ordered["since"]],
            seen.say(UNTIL): [NOTHING if is_missing(day) else show_day(day.date(), seen.language) for day in ordered["until"]],
        }
    )


def _show_hand_over(seen: Viewer, duties: pd.DataFrame) -> None:
    """One zone, one role, from whom to whom, from which day."""
    st.caption(seen.say(HELP))
    zones = {int(row["feature_id"]): _name(row) for row in duties.drop_duplicates("feature_id").to_dict("records")}
    zone = st.selectbox(seen.say(ZONE), list(zones), format_func=lambda one: zones[one], key="hand_zone")
    role = st.radio(seen.say(ROLE), list(NAMES), format_func=lambda one: seen.say(NAMES[one]), horizontal=True, key="hand_role")
    open_ones = duties[(duties["feature_id"] == zone) & (duties["role"] == role) & duties["until"].isna()]
    serving = {int(number): str(name) for number, name in zip(open_ones["official_id"], open_ones["official"], strict=True)}
    instead = st.selectbox(seen.say(INSTEAD), list(serving), format_func=lambda one: serving[one], key=f"hand_instead_{zone}_{role}")
    people = ask.ask(officials)
    known = {int(row["official_id"]): f"{row['official']} {row['official_code']}" for row in people.to_dict("records")}
    free = [number for number in known if number not in serving]
    to = st.selectbox(seen.say(TO), free, format_func=lambda one: known[one], key="hand_to", index=None, placeholder=seen.say(CHOOSE))
    since = st.date_input(seen.say(FROM), seen.office.today() + timedelta(days=1), key="hand_since")
    if to is not None and zone is not None and isinstance(since, date):
        st.button(seen.say(SAVE), key="hand_save", type="primary", on_click=_hand_over, args=(seen, (zone, str(role)), to, instead, since))


def _hand_over(seen: Viewer, what: tuple[int, str], to: int, instead: int | None, since: date) -> None:
    act(seen, lambda: hand_over(database(), seen.actor, *what, to=to, instead_of=instead, since=since, at=seen.office.now()))


def _name(row: dict[object, object]) -> str:
    return str(row["zone"] if is_missing(row["zone_name"]) else row["zone_name"])
