"""What the administrator looks at: is the data fresh, what came in last, what was refused, how large it is, who is there."""

from __future__ import annotations

import platform
from datetime import datetime, timedelta

import pandas as pd
import sqlalchemy
import streamlit as st

from config import settings
from i18n import NOTHING, Text, show_duration, show_moment, show_number
from model.roles import ROLE_LABELS
from model.who import say_who
from queries.health import brought_in, database_size, last_audits
from ui import ask
from ui.health import version
from ui.sign_in import who_is_there
from ui.viewer import Viewer, database

AGE = Text(zh="最新案件距今", en="Newest case")
IMPORTED = Text(zh="最近导入", en="Last import")
SIZE, REJECTED = Text(zh="数据库大小", en="Size of the database"), Text(zh="退回行数（累计）", en="Rejected rows, all told")
AGO = Text(zh="{span}前", en="{span} ago")
STALE = Text(
    zh="数据已超过 {hours} 小时没有更新；请到“数据”页导入。", en="No new case for {hours} hours; bring in a file on the Data page."
)
EMPTY = Text(zh="还没有数据；请到“数据”页导入。", en="There is no data yet; bring in a file on the Data page.")
CAME_IN = Text(zh="导入情况", en="What came in")
NO_IMPORTS = Text(zh="还没有导入过文件。", en="No file came in yet.")
IMPORT_COLUMNS = {
    "target": Text(zh="内容", en="What"),
    "files": Text(zh="文件数", en="Files"),
    "rows_new": Text(zh="新增行", en="New rows"),
    "rows_rejected": Text(zh="退回行", en="Rejected rows"),
    "ended_at": Text(zh="最近一次", en="Last time"),
}
THERE = Text(zh="在线人员", en="Who is signed in")
THERE_COLUMNS = (
    Text(zh="账号", en="Account"),
    Text(zh="角色", en="Role"),
    Text(zh="登录于", en="Since"),
    Text(zh="最近操作", en="Last active"),
)
NO_SIGN_IN = Text(
    zh="未设登录：打开本机地址的人都可以选任何身份。设置 FINEGRID_OIDC_… 后才能供他人使用。",
    en="No sign-in is set up: whoever opens this machine's address may be anybody. Set FINEGRID_OIDC_… before others use it.",
)
ONE_PROCESS = Text(zh="本服务进程内最近30分钟有操作的人。", en="Active in this server process within the last 30 minutes.")
AUDITS = Text(zh="最近的操作（审计日志）", en="Latest changes (audit log)")
NO_AUDITS = Text(zh="还没有人改动过数据。", en="Nobody has changed anything yet.")
AUDIT_COLUMNS = (Text(zh="时间", en="When"), Text(zh="谁", en="Who"), Text(zh="做了什么", en="What"), Text(zh="对象", en="To what"))
VERSIONS = Text(zh="版本", en="Versions")
PROGRAM, DATABASE = Text(zh="本系统", en="This program"), Text(zh="数据库", en="Database")
HEALTH = Text(
    zh="监控程序可访问 /health，数据库不可用时返回 503。", en="Monitors may ask /health; it answers 503 when the database does not."
)
DATA_PAGE = Text(zh="去“数据”页", en="To the Data page")


def show_freshness(seen: Viewer) -> None:
    """Four figures of the database, and a warning when it grows old."""
    size, came = ask.ask(database_size, database().dialect.name), ask.ask(brought_in)
    now, newest, imported = seen.office.now(), seen.fresh.reported_at, seen.fresh.imported_at
    age = now - newest if newest else None
    if age is None:
        st.info(seen.say(EMPTY), icon=":material/upload_file:")
    elif age > timedelta(hours=settings().stale_hours):
        st.warning(seen.say(STALE, hours=show_number(settings().stale_hours, seen.language)), icon=":material/schedule:")
    with st.container(horizontal=True, key="health_figures"):
        st.metric(seen.say(AGE), seen.say(AGO, span=show_duration(age, seen.language)) if age is not None else NOTHING, border=True)
        st.metric(seen.say(IMPORTED), show_moment(seen.local(imported), seen.language) if imported else NOTHING, border=True)
        st.metric(seen.say(SIZE), say_bytes(int(size["bytes"].iloc[0])), border=True)
        st.metric(seen.say(REJECTED), show_number(int(came["rows_rejected"].sum()), seen.language), border=True)


def show_came_in(seen: Viewer) -> None:
    """What came in of each thing, the latest first; the Data page has every file."""
    st.markdown(f"**{seen.say(CAME_IN)}**")
    came = ask.ask(brought_in)
    if came.empty:
        st.caption(seen.say(NO_IMPORTS))
    else:
        told = came.assign(ended_at=[_say_time(seen, moment) for moment in came["ended_at"]])[list(IMPORT_COLUMNS)]
        st.dataframe(told.rename(columns={key: seen.say(label) for key, label in IMPORT_COLUMNS.items()}), hide_index=True)
    st.page_link("pages/data.py", label=seen.say(DATA_PAGE), icon=":material/upload_file:")


def show_who_is_there(seen: Viewer) -> None:
    """The accounts that are signed in, or that nobody has to be."""
    st.markdown(f"**{seen.say(THERE)}**")
    if settings().sign_in is None:
        st.caption(seen.say(NO_SIGN_IN))
        return
    rows = [(one.name, seen.say(ROLE_LABELS[one.role]), _say_time(seen, one.since), _say_time(seen, one.last)) for one in who_is_there()]
    st.dataframe(pd.DataFrame(rows, columns=[seen.say(label) for label in THERE_COLUMNS]), hide_index=True)
    st.caption(seen.say(ONE_PROCESS))


def show_audits(seen: Viewer) -> None:
    """The newest lines of the audit log."""
    st.markdown(f"**{seen.say(AUDITS)}**")
    lines = ask.ask(last_audits)
    if lines.empty:
        st.caption(seen.say(NO_AUDITS))
        return
    told = lines.assign(at=[_say_time(seen, moment) for moment in lines["at"]], who=[seen.say(say_who(who)) for who in lines["who"]])
    told.columns = pd.Index([seen.say(label) for label in AUDIT_COLUMNS])
    st.dataframe(told, hide_index=True)


def show_versions(seen: Viewer) -> None:
    """What runs here, and where a monitor asks."""
    st.markdown(f"**{seen.say(VERSIONS)}**")
    engine = database()
    kind = "PostgreSQL" if engine.dialect.name == "postgresql" else "SQLite"
    told = {
        seen.say(PROGRAM): version(),
        seen.say(DATABASE): f"{kind} {ask.ask(database_size, engine.dialect.name)['engine'].iloc[0]}",
        "Python": platform.python_version(),
        "Streamlit": st.__version__,
        "SQLAlchemy": sqlalchemy.__version__,
        "pandas": pd.__version__,
    }
    st.caption(" · ".join(f"{name} {number}" for name, number in told.items()))
    st.caption(seen.say(HEALTH))


def say_bytes(n: int) -> str:
    """`74.2 MB`, in powers of a thousand."""
    for power, unit in ((9, "GB"), (6, "MB")):
        if n >= 10**power:
            return f"{n / 10**power:,.1f} {unit}"
    return f"{n / 1000:,.0f} kB"


def _say_time(seen: Viewer, moment: datetime) -> str:
    return NOTHING if pd.isna(moment) else seen.local(moment).strftime("%Y-%m-%d %H:%M")
