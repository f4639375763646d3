"""What the administrator looks at: is the data fresh, what came in last, what was refused, how large it is, who is there."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import pandas as pd
import sqlalchemy
import streamlit as st

from config import settings
from i18n import NOTHING, Text, show_duration, show_moment, show_number
from model.roles import ROLE_LABELS
from model.who import say_who
from queries.health import NAMED, brought_in, database_size, last_audits, names_of
from ui import ask
from ui.came_in import WRITERS, say_deed, say_subject, say_table
from ui.cards import Card, show_cards
from ui.health import version
from ui.sign_in import who_is_there
from ui.table_times import clock_times, time_column
from ui.viewer import Viewer, database

FIGURES: dict[str, tuple[Text, Text]] = {
    "age": (
        Text(zh="最新案件距今", en="Newest case"),
        Text(zh="看板时钟 − 最新一件案件的受理时间", en="the dashboard's clock − the time of the newest case"),
    ),
    "imported": (
        Text(zh="最近导入", en="Last import"),
        Text(zh="导入记录中最近一次结束的时间", en="when the latest import in the book ended"),
    ),
    "size": (
        Text(zh="数据库大小", en="Size of the database"),
        Text(zh="数据库自己报告的字节数，1 MB = 100万字节", en="bytes as the database itself says, 1 MB = a million"),
    ),
    "rejected": (
        Text(zh="退回行数（累计）", en="Rejected rows, all told"),
        Text(zh="各次导入退回的行数之和；逐行原因见“数据”页的导入记录", en="sum of the rejected rows of all imports; see the Data page"),
    ),
}
CLOCK, NEWEST = Text(zh="看板时钟", en="The dashboard's clock"), Text(zh="最新案件", en="Newest case")
BYTES, FILES = Text(zh="字节数", en="Bytes"), Text(zh="导入文件数", en="Files that came in")
AGO = Text(zh="{span}前", en="{span} ago")
STALE = Text(zh="数据已超过 {span} 没有更新；请到“数据”页导入。", en="No new case for more than {span}; bring in a file on the Data page.")
EMPTY = Text(zh="还没有数据；请到“数据”页导入。", en="There is no data yet; bring in a file on the Data page.")
CAME_IN = Text(zh="导入情况", en="What came in")
NO_IMPORTS = Text(
    zh="还没有导入过文件；请到“数据”页导入边界和责任区。", en="No file came in yet; bring in boundary and zones on the Data page."
)
IMPORT_COLUMNS = {
    "target": Text(zh="内容", en="What"),
    "files": Text(zh="文件数", en="Files"),
    "rows_new": Text(zh="新增行", en="New rows"),
    "rows_rejected": Text(zh="退回行", en="Rejected rows"),
    "ended_at": Text(zh="最近一次", en="Last time"),
    "table": Text(zh="表名", en="Table"),
}
THERE = Text(zh="在线人员", en="Who is signed in")
THERE_COLUMNS = {
    "account": Text(zh="账号", en="Account"),
    "role": Text(zh="角色", en="Role"),
    "since": Text(zh="登录于", en="Since"),
    "last": Text(zh="最近操作", en="Last active"),
}
# times and counts of all tables; what only the machine calls so comes last and small
TIMES, COUNTS, CODES = {"ended_at", "since", "last", "at"}, {"files", "rows_new", "rows_rejected"}, {"table", "what"}
NO_SIGN_IN = Text(
    zh="未设登录：打开本机地址的人都可以选任何身份。设置 FINEGRID_OIDC_… 后才能供他人使用。",
    en="No sign-in is set up: whoever opens this machine's address may be anybody. Set FINEGRID_OIDC_… before others use it.",
)
ONE_PROCESS = Text(zh="本服务进程内最近30分钟有操作的人。", en="Active in this server process within the last 30 minutes.")
AUDITS = Text(zh="最近的操作（审计日志）", en="Latest changes (audit log)")
NO_AUDITS = Text(zh="还没有人改动过数据。", en="Nobody has changed anything yet.")
AUDIT_COLUMNS = {
    "at": Text(zh="时间", en="When"),
    "did": Text(zh="做了什么", en="What"),
    "about": Text(zh="对象", en="To what"),
    "who": Text(zh="谁", en="Who"),
    "what": Text(zh="日志代码", en="Code in the log"),
}
VERSIONS = Text(zh="版本", en="Versions")
PROGRAM, DATABASE = Text(zh="本系统", en="This program"), Text(zh="数据库", en="Database")
HEALTH = Text(
    zh="监控程序可访问 /health，数据库不可用时返回 503。", en="Monitors may ask /health; it answers 503 when the database does not."
)
DATA_PAGE = Text(zh="去“数据”页", en="To the Data page")


def show_freshness(seen: Viewer) -> None:
    """Four figures of the database, and a warning when it grows old."""
    size, came = ask.ask(database_size, database().dialect.name), ask.ask(brought_in)
    newest = seen.fresh.reported_at
    age = seen.office.now() - newest if newest else None
    if age is None:
        st.info(seen.say(EMPTY), icon=":material/upload_file:")
    elif age > timedelta(hours=settings().stale_hours):
        st.warning(seen.say(STALE, span=show_duration(timedelta(hours=settings().stale_hours), seen.language)), icon=":material/schedule:")
    told = _tell(seen, int(size["bytes"].iloc[0]), came, age)
    cards = [
        Card(key=key, label=label, value=told[key][0], formula=formula, parts=told[key][1]) for key, (label, formula) in FIGURES.items()
    ]
    show_cards(seen, cards, key="health", columns=4)


def _tell(seen: Viewer, size: int, came: pd.DataFrame, age: timedelta | None) -> dict[str, tuple[str, tuple[tuple[Text, str], ...]]]:
    """The value and the parts of each figure."""
    newest, imported = seen.fresh.reported_at, seen.fresh.imported_at
    moment = show_moment(seen.local(newest), seen.language) if newest else NOTHING
    rejected, files = (show_number(int(came[name].sum()), seen.language) for name in ("rows_rejected", "files"))
    return {
        "age": (
            seen.say(AGO, span=show_duration(age, seen.language)) if age is not None else NOTHING,
            ((CLOCK, show_moment(seen.office.now(), seen.language)), (NEWEST, moment)),
        ),
        "imported": (show_moment(seen.local(imported), seen.language) if imported else NOTHING, ()),
        "size": (say_bytes(size), ((BYTES, show_number(size, seen.language)),)),
        "rejected": (rejected, ((FILES, files),)),
    }


def show_came_in(seen: Viewer) -> None:
    """What came in of each thing, the latest first; the Data page has every file."""
    st.markdown(f"**{seen.say(CAME_IN)}**")
    came = ask.ask(brought_in)
    if came.empty:
        st.caption(seen.say(NO_IMPORTS))
    else:
        _show_table(
            seen,
            came.assign(target=[say_table(seen, one) for one in came["target"]], table=came["target"])[list(IMPORT_COLUMNS)],
            IMPORT_COLUMNS,
            title=CAME_IN,
        )
    st.page_link("pages/data.py", label=seen.say(DATA_PAGE), icon=":material/upload_file:")


def show_who_is_there(seen: Viewer) -> None:
    """The accounts that are signed in, or that nobody has to be."""
    st.markdown(f"**{seen.say(THERE)}**")
    if settings().sign_in is None:
        st.caption(seen.say(NO_SIGN_IN))
        return
    rows = [(one.name, seen.say(ROLE_LABELS[one.role]), one.since, one.last) for one in who_is_there()]
    _show_table(seen, pd.DataFrame(rows, columns=list(THERE_COLUMNS)), THERE_COLUMNS, title=THERE)
    st.caption(seen.say(ONE_PROCESS))


def show_audits(seen: Viewer) -> None:
    """The newest lines of the audit log."""
    st.markdown(f"**{seen.say(AUDITS)}**")
    lines = ask.ask(last_audits)
    if lines.empty:
        st.caption(seen.say(NO_AUDITS))
        return
    rows = lines.to_dict("records")
    names = _names(lines["subject"])
    told = pd.DataFrame(
        {
            "at": lines["at"],
            "did": [say_deed(seen, row["what"]) for row in rows],
            "about": [say_subject(seen, row["what"], names.get(row["subject"], row["subject"])) for row in rows],
            "who": [seen.say(WRITERS.get(row["who"]) or say_who(row["who"])) for row in rows],
            "what": lines["what"],
        }
    )
    _show_table(seen, told, AUDIT_COLUMNS, title=AUDITS)


def _names(subjects: Iterable[str]) -> dict[str, str]:
    """Of subjects such as `case:17` the same with the name that people know, `case:A-2017-17`, where there is one."""
    found: dict[str, str] = {}
    pairs = [(kind, int(rest)) for kind, _, rest in (one.partition(":") for one in subjects) if rest.isdecimal()]
    for kind in NAMED:
        if ids := sorted({key for one, key in pairs if one == kind}):
            named = ask.ask(names_of, kind, tuple(ids)).dropna()
            found |= {f"{kind}:{key}": f"{kind}:{name}" for key, name in zip(named["id"], named["name"], strict=True)}
    return found


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


def _show_table(seen: Viewer, table: pd.DataFrame, columns: Mapping[str, Text], *, title: Text) -> None:
    """A table under its names: times by the office's clock, counts with their separators, codes narrow."""
    config: dict[str, Any] = {}
    for key, text in columns.items():
        label = seen.say(text)
        if key in TIMES:
            times = clock_times(seen, table[key])
            table = table.assign(**{key: pd.Series(times, index=table.index)})
            config[label] = time_column(seen, label, times)
        elif key in COUNTS:
            config[label] = st.column_config.NumberColumn(label, format="localized")
        else:
            config[label] = st.column_config.TextColumn(label, width="small" if key in CODES else None)
    st.dataframe(
        table.rename(columns={key: seen.say(text) for key, text in columns.items()}),
        hide_index=True,
        column_config=config,
        alt=seen.say(title),
    )
