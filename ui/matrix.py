"""Figures side by side: a table of groups and KPIs in which a click on a number opens its receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from i18n import Text
from queries.filters import Filters
from queries.intervals import MIN_CASES
from queries.kpi import Kpi
from queries.kpis import Receipt
from ui.kpis import show_receipt, show_value
from ui.ranking import HEADER_HEIGHT, ROW_HEIGHT
from ui.viewer import Viewer

HINT = Text(
    zh="点一个数字，看它的口径与案件。灰色：不足{least}件。",
    en="Click a number for its receipt and its cases. Grey: fewer than {least} cases.",
)
KPI = Text(zh="指标", en="KPI")
TABLE = Text(zh="{groups}各项指标对照表", en="All figures by {groups}")
ABREAST = 3
WIDTHS = {False: 70, True: 52}
GREY = "color: #94a3b8"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One group: its key and name, its receipts now and a year before, the filters of its cases."""

    key: str
    name: str
    receipts: Mapping[str, Receipt]
    filters: Filters
    # where names are too long
    short: str = ""
    year_ago: Mapping[str, Receipt] | None = None


def show_matrix(seen: Viewer, lines: Sequence[Line], kpis: Sequence[Kpi], *, key: str, label: Text, across: bool = False) -> None:
    """Groups down and KPIs across, or, with `across`, the groups across; the receipt of the chosen number below."""
    grey = [[_is_small(line.receipts[kpi.key]) for kpi in kpis] for line in lines]
    texts = [[_say(kpi, line.receipts[kpi.key], seen) for kpi in kpis] for line in lines]
    if across:
        # side by side on a phone there is room for the names of three
        columns = {line.key: line.name if len(lines) <= ABREAST else line.short or line.name for line in lines}
        names = [seen.say(kpi.label) for kpi in kpis]
        texts, grey = ([list(row) for row in zip(*table, strict=True)] for table in (texts, grey))
    else:
        names, columns = [line.name for line in lines], {kpi.key: seen.say(kpi.label) for kpi in kpis}
    head = seen.say(KPI if across else label)
    table = pd.DataFrame(texts, columns=list(columns))
    table.insert(0, head, names)
    marks = pd.DataFrame([["", *(GREY if one else "" for one in row)] for row in grey], columns=table.columns, index=table.index)
    st.dataframe(
        table.style.apply(lambda _: marks, axis=None),
        key=key,
        hide_index=True,
        height=HEADER_HEIGHT + ROW_HEIGHT * len(table),
        row_height=ROW_HEIGHT,
        selection_mode="single-cell",
        alt=seen.say(TABLE, groups=seen.say(label)),
        on_select="rerun",
        column_config={head: st.column_config.TextColumn(width=132 if len(lines) <= ABREAST else 94)}
        | {key: st.column_config.TextColumn(text, width=WIDTHS[len(lines) > ABREAST] if across else None) for key, text in columns.items()},
    )
    st.caption(seen.say(HINT, least=MIN_CASES))
    _show_chosen(seen, lines, kpis, key=key, across=across)


def show_receipts(seen: Viewer, shown: Sequence[tuple[str, Receipt, Filters, Receipt | None]]) -> None:
    """Receipts side by side, each under a title: (title, receipt, filters of its cases, the receipt of a year before)."""
    with st.grid(len(shown), min_column_width=320, gap="small"):
        for title, receipt, filters, year_ago in shown:
            with st.container(border=True):
                st.caption(title)
                show_receipt(seen, receipt, filters, year_ago)


def picked_cell(key: str) -> tuple[int, str] | None:
    """The cell that was clicked in a table: row and column; None when none is."""
    kept = st.session_state.get(key)
    cells = kept["selection"]["cells"] if kept else []
    return (int(cells[0][0]), str(cells[0][1])) if cells else None


def _show_chosen(seen: Viewer, lines: Sequence[Line], kpis: Sequence[Kpi], *, key: str, across: bool) -> None:
    picked = picked_cell(key)
    if picked is None or picked[0] >= len(kpis if across else lines):
        return
    row, column = picked
    line = next((one for one in lines if one.key == column), None) if across else lines[row]
    kpi = kpis[row] if across else next((one for one in kpis if one.key == column), None)
    if line and kpi:
        year_ago = line.year_ago.get(kpi.key) if line.year_ago else None
        show_receipts(seen, [(line.name, line.receipts[kpi.key], line.filters, year_ago)])


def _say(kpi: Kpi, receipt: Receipt, seen: Viewer) -> str:
    """The value with one digit at most: a table is for comparing."""
    if kpi.unit == "share" and receipt.value is not None:
        return f"{receipt.value * 100:.1f}%"
    return show_value(kpi, receipt.value, seen)


def _is_small(receipt: Receipt) -> bool:
    return receipt.denominator is not None and receipt.denominator < MIN_CASES
