"""The listed cases as a file to take away: every column, what they are said first, and nothing that a spreadsheet would run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import streamlit as st
from openpyxl import Workbook

from i18n import Text, show_moment, show_number
from model.kinds import LABELS, Channel, Kind, Resolution, Satisfaction, Stage
from model.roles import Right
from model.setup import DEMO_MARK
from model.words import writable
from queries.cases import Choice, case_export
from queries.run import frame_of
from queries.states import STATE_LABELS
from ui.cases import ORDERS, say_kpi
from ui.chips import say_value
from ui.export_layers import NO_RIGHT
from ui.filters import CHOICES, LINKED, SEARCH, Options, say_period
from ui.tables import neutralise
from ui.viewer import Viewer, database

# one sheet of a workbook holds 1,048,576 rows; so many cases are built within seconds
MOST_ROWS = 200_000
# what a cell of a workbook holds at most
CELL_SIGNS = 32_767
EXPORT = Text(zh="导出", en="Export")
ABOUT = Text(zh="说明", en="About")
CASES = Text(zh="案件", en="Cases")
TOO_MANY = Text(zh="超过 {most} 件，先缩小范围再导出。", en="More than {most} cases; narrow them first.")
CUT_OFF = Text(zh="数据时点", en="Data as of")
COUNT = Text(zh="件数", en="Number of cases")
PERIOD = Text(zh="受理时间", en="Reported")
KPI = Text(zh="指标", en="Figure")
FORMULA = Text(zh="公式", en="Formula")
EXCLUSIONS = Text(zh="剔除", en="Leaves out")
ORDER = Text(zh="排序", en="Order")
ALL = Text(zh="全部", en="All")
NOTE = Text(zh="注", en="Note")
SAFE = Text(
    zh="以 = + - @ 开头的文字前加了撇号，表格软件不会把它当公式；编号按文字保存。",
    en="Texts that begin with = + - @ carry an apostrophe, so that no spreadsheet runs them; numbers of cases are text.",
)
COLUMNS: dict[str, Text] = {
    "external_id": Text(zh="编号", en="Number"),
    "state": Text(zh="状态", en="State"),
    "stage": Text(zh="环节", en="Stage"),
    "channel": Text(zh="来源", en="Channel"),
    "kind": Text(zh="部件/事件", en="Component or event"),
    "category": Text(zh="类别代码", en="Category code"),
    "category_name": Text(zh="类别", en="Category"),
    "title": Text(zh="标题", en="Title"),
    "description": Text(zh="内容", en="Text"),
    "address": Text(zh="地址", en="Address"),
    "zone": Text(zh="责任区编号", en="Zone code"),
    "zone_name": Text(zh="责任区", en="Zone"),
    "community": Text(zh="居委", en="Community"),
    "department": Text(zh="处置部门", en="Department"),
    "reported_at": Text(zh="受理", en="Reported"),
    "accepted_at": Text(zh="立案", en="Accepted"),
    "dispatched_at": Text(zh="派遣", en="Dispatched"),
    "first_contact_at": Text(zh="先行联系", en="First contact"),
    "due_at": Text(zh="截止", en="Deadline"),
    "handled_at": Text(zh="处置", en="Handled"),
    "verified_at": Text(zh="核查", en="Verified"),
    "closed_at": Text(zh="结案", en="Closed"),
    "reworks": Text(zh="返工次数", en="Reworks"),
    "extensions": Text(zh="延期次数", en="Extensions"),
    "resolution": Text(zh="办理结果", en="Outcome"),
    "satisfaction": Text(zh="回访满意度", en="Call-back"),
    "lon": Text(zh="经度（WGS-84）", en="Longitude (WGS-84)"),
    "lat": Text(zh="纬度（WGS-84）", en="Latitude (WGS-84)"),
    "source": Text(zh="数据来源", en="Source"),
}
WORDS: dict[str, Callable[[str], Text]] = {
    "state": lambda value: STATE_LABELS[value],
    "stage": lambda value: LABELS[Stage(value)],
    "channel": lambda value: LABELS[Channel(value)],
    "kind": lambda value: LABELS[Kind(value)],
    "resolution": lambda value: LABELS[Resolution(value)],
    "satisfaction": lambda value: LABELS[Satisfaction(value)],
}
Lines = list[tuple[str, str]]


def show_export(seen: Viewer, choice: Choice, total: int, options: Options) -> None:
    """Two buttons that build the file when they are pressed."""
    order = st.session_state["order"]
    with st.popover(seen.say(EXPORT), icon=":material/download:", key="export"):
        if not seen.may(Right.EXPORT):
            st.caption(seen.say(NO_RIGHT))
            return
        if total > MOST_ROWS:
            st.caption(seen.say(TOO_MANY, most=show_number(MOST_ROWS, seen.language)))
        about = say_about(seen, choice, total, options, order)
        file = f"cases_{seen.office.now():%Y%m%d-%H%M}_{total}"

        def ask_cases() -> pd.DataFrame:
            return arrange(frame_of(database(), case_export(choice, seen.minute, order, MOST_ROWS)), seen)

        for kind, name, make in (("XLSX", f"{file}.xlsx", write_workbook), ("CSV", f"{file}_csv.zip", write_csv)):
            st.download_button(
                kind,
                lambda make=make: make(ask_cases(), about, seen),  # type: ignore[misc]
                file_name=name,
                key=f"export_{kind.lower()}",
                icon=":material/table_view:",
                on_click="ignore",
                disabled=not 0 < total <= MOST_ROWS,
            )


def say_about(seen: Viewer, choice: Choice, total: int, options: Options, order: str) -> Lines:
    """What a reader must know of the file: whose it is, the data's clock, the conditions, and the count."""
    filters, office = choice.filters, seen.office
    title = office.title_zh if seen.language == "zh" else office.title_en
    lines = [(title, seen.say(DEMO_MARK) if office.demo else ""), (seen.say(CUT_OFF), show_moment(office.now(), seen.language))]
    lines += [(seen.say(COUNT), str(total)), (seen.say(choice.kpi.period if choice.kpi else PERIOD), say_period(filters, seen))]
    if choice.kpi:
        lines += [(seen.say(KPI), say_kpi(choice, seen)), (seen.say(FORMULA), seen.say(choice.kpi.formula))]
        lines += [(seen.say(EXCLUSIONS), seen.say(choice.kpi.exclusions))]
    lines += [(seen.say(SEARCH), filters.text)] if filters.text else []
    for param, (name, label) in CHOICES.items():
        known = options.labels.get(param, {})
        lines.append((seen.say(label), "、".join(str(known.get(one, one)) for one in getattr(filters, name)) or seen.say(ALL)))
    for param, (name, label) in LINKED.items():
        if values := getattr(filters, name):
            lines.append((seen.say(label), "、".join(say_value(param, one, seen) for one in values)))
    return [*lines, (seen.say(ORDER), seen.say(ORDERS[order])), (seen.say(NOTE), seen.say(SAFE))]


def arrange(cases: pd.DataFrame, seen: Viewer) -> pd.DataFrame:
    """The columns of the file in their order and under their names: words for codes, local times, texts that run nothing."""
    known = cases.assign(category_name=cases["name_zh" if seen.language == "zh" else "name_en"])
    table = pd.DataFrame({name: known[name] for name in COLUMNS})
    for name, text_of in WORDS.items():
        words = {value: seen.say(text_of(value)) for value in table[name].dropna().unique()}
        table[name] = table[name].map(words)
    for name in table.columns[table.columns.str.endswith("_at")]:
        table[name] = table[name].dt.tz_convert(seen.office.timezone).dt.tz_localize(None).dt.floor("s")
    return neutralise(table).rename(columns={name: seen.say(label) for name, label in COLUMNS.items()})


def write_workbook(table: pd.DataFrame, about: Lines, seen: Viewer) -> bytes:
    """The workbook: what it is on the first sheet, the cases on the second."""
    book = Workbook(write_only=True)
    first = book.create_sheet(seen.say(ABOUT))
    first.column_dimensions["A"].width, first.column_dimensions["B"].width = 24, 80
    for line in _rows(neutralise(pd.DataFrame(about))):
        first.append(line)
    second = book.create_sheet(seen.say(CASES))
    second.freeze_panes = "B2"
    second.append(list(table.columns))
    for row in _rows(table):
        second.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def write_csv(table: pd.DataFrame, about: Lines, seen: Viewer) -> bytes:
    """A zip of two files: the cases, and what they are, because a table with remarks above it is no table for programs."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, frame, header in ((ABOUT, neutralise(pd.DataFrame(about)), False), (CASES, table, True)):
            # a byte-order mark, so that every spreadsheet reads the Chinese
            archive.writestr(f"{seen.say(name)}.csv", frame.to_csv(index=False, header=header).encode("utf-8-sig"))
    return file.getvalue()


def _rows(table: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows as a workbook takes them; column by column, because a question for every cell would take longer than writing it."""
    return zip(*(_cells(table[name]) for name in table.columns), strict=True)


def _cells(column: pd.Series[Any]) -> list[Any]:
    """No missing values, no control signs, no more signs than a cell holds, times without a zone as times of Python."""
    values = column.astype(object).where(column.notna(), None).tolist()
    if pd.api.types.is_datetime64_any_dtype(column):
        return [None if value is None else value.to_pydatetime() for value in values]
    return [writable(value)[:CELL_SIGNS] if isinstance(value, str) else value for value in values]
