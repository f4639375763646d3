"""Bringing the rotation in from a spreadsheet, and taking it along: tables with their columns, the calendar file, the feed's address."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from actions.rotation import open_feed
from i18n import Text
from ingest.history import Summary
from ingest.load_table import load_table
from model.roles import Right, Role
from model.trouble import trouble_of
from queries.rotation import feed_key, shifts
from ui import ask
from ui.calendar_feed import EVERYBODY, MIME, TITLE, feed_path, make_calendar
from ui.rotation import Rotation, act
from ui.tables import show_download
from ui.viewer import Viewer, database
from ui.words import plain

# the columns of each table, with a row as an example
TABLES: dict[str, tuple[Text, dict[str, str]]] = {
    "shifts": (Text(zh="值班（shifts）", en="Shifts"), {"on_date": "2017-11-01", "official_code": "L01", "role": "duty_leader"}),
    "duties": (
        Text(zh="责任区分工（duties）", en="Duties of zones"),
        {"layer": "zones", "feature_code": "Z01", "official_code": "L01", "role": "leader", "since": "2017-11-01", "until": ""},
    ),
    "absences": (
        Text(zh="请假（absences）", en="Absences"),
        {"official_code": "L01", "since": "2017-11-06", "until": "2017-11-10", "reason": ""},
    ),
    "officials": (
        Text(zh="人员（officials）", en="Officials"),
        {"code": "L01", "name": "值班领导01", "title": "处级领导", "organisation": "", "phone": ""},
    ),
}
IMPORT = Text(zh="导入表格", en="Import a table")
TAKE = Text(zh="日历与订阅", en="Calendar")
WHICH = Text(zh="哪张表", en="Which table")
TEMPLATE = Text(zh="下载样表", en="Download an example")
FILE = Text(zh="CSV 或 XLSX，一行一条；同一条再导入即更新", en="CSV or XLSX, a row an entry; the same entry again is an update")
TRY, LOAD = Text(zh="试运行", en="Dry run"), Text(zh="导入", en="Import")
REFUSED = Text(zh="没有导入，数据库未改动：{why}", en="Not imported, nothing was changed: {why}")
COMMAND = Text(zh="命令行：`python -m ingest table {name} 文件`", en="On the command line: `python -m ingest table {name} FILE`")
WHOSE = Text(zh="谁的日历", en="Whose calendar")
ALL = Text(zh="所有人", en="Everybody")
DOWNLOAD = Text(zh="下载 .ics 日历", en="Download the calendar (.ics)")
SUBSCRIBE = Text(
    zh="在手机日历里“添加订阅”，填本服务器地址加下面的路径；换班后会自动更新。谁有地址谁能看，不要外传。",
    en="Subscribe in the phone's calendar to this server's address with this path; it follows every change. Whoever has it can read it.",
)
NOT_OPEN = Text(zh="还没有开通订阅地址；请网格中心开通。", en="There is no address to subscribe to yet; the grid centre can open one.")
OPEN, RENEW = Text(zh="开通订阅地址", en="Open an address"), Text(zh="换新地址（旧的失效）", en="New address (the old one stops)")


def show_files(seen: Viewer, rotation: Rotation) -> None:
    """The two doors of the rotation: in by table, out by calendar."""
    with st.container(horizontal=True, gap="small", key="rotation_files"):
        with st.popover(seen.say(TAKE), icon=":material/event:", key="rotation_calendar"):
            _show_calendar(seen, rotation)
        if seen.may(Right.ROSTER) and seen.may(Right.IMPORT):
            with st.popover(seen.say(IMPORT), icon=":material/upload_file:", key="rotation_import"):
                _show_import(seen)


def _show_import(seen: Viewer) -> None:
    name = st.selectbox(seen.say(WHICH), list(TABLES), format_func=lambda one: seen.say(TABLES[one][0]), key="import_table")
    show_download(pd.DataFrame([TABLES[name][1]]), seen.say(TEMPLATE), f"{name}.csv", key="download_template")
    file = st.file_uploader(seen.say(FILE), type=["csv", "xlsx", "xls"], key="import_table_file")
    st.caption(seen.say(COMMAND, name=name))
    if file is None:
        return
    tried, loaded = st.columns(2)
    dry_run = tried.button(seen.say(TRY), key="import_table_try")
    if dry_run or loaded.button(seen.say(LOAD), key="import_table_load", type="primary"):
        _load(seen, name, file.name, file.getvalue(), dry_run=dry_run)


def _load(seen: Viewer, name: str, called: str, content: bytes, *, dry_run: bool) -> None:
    """Bring the table in, or try to; what came of it in words."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(called).name
            path.write_bytes(content)
            summary: Summary = load_table(database(), name, path, dry_run=dry_run, who=seen.actor.who)
    except (ValueError, OSError, SQLAlchemyError) as error:
        text, values = getattr(error, "text", None) or trouble_of(error), getattr(error, "values", {})
        if text is None and isinstance(error, SQLAlchemyError):
            raise
        why = text.say(seen.language, **values) if isinstance(text, Text) else str(error)
        st.error(seen.say(REFUSED, why=plain(why)), icon=":material/block:")
        return
    if not dry_run:
        st.cache_data.clear()
    st.success("\n".join(f"- {plain(line)}" for line in summary.lines(seen.language)))


def _show_calendar(seen: Viewer, rotation: Rotation) -> None:
    """A file for once, an address for always."""
    own = seen.actor.code if seen.actor.role is Role.DUTY_LEADER else ""
    codes = {EVERYBODY: seen.say(ALL)} | {rotation.codes[leader.id]: rotation.names[leader.id] for leader in rotation.current}
    who = st.selectbox(
        seen.say(WHOSE),
        list(codes),
        index=list(codes).index(own) if own in codes else 0,
        format_func=lambda one: codes[one],
        key="feed_who",
    )
    days = sorted(day for day in rotation.on if day >= rotation.today)
    if days and seen.may(Right.EXPORT):
        rows = ask.ask(shifts, days[0], days[-1])
        mine = rows if who == EVERYBODY else rows[rows["official_code"] == who]
        content = make_calendar(mine.to_dict("records"), title=seen.say(TITLE), language=seen.language, at=seen.office.now())
        st.download_button(
            seen.say(DOWNLOAD), content, f"rotation-{who}.ics", MIME, icon=":material/event:", key="feed_file", on_click="ignore"
        )
    key = ask.ask(feed_key)["value"]
    if key.empty:
        st.caption(seen.say(NOT_OPEN))
    elif seen.may(Right.ROSTER) or who == own:
        st.caption(seen.say(SUBSCRIBE))
        st.code(feed_path(str(key.iloc[0]), who), language=None)
    if seen.may(Right.ROSTER):
        st.button(seen.say(OPEN if key.empty else RENEW), key="feed_open", on_click=_open, args=(seen,))


def _open(seen: Viewer) -> None:
    act(seen, lambda: open_feed(database(), seen.actor, at=seen.office.now()))
