"""A row of KPI cards; each shows its value, its parts and its changes, and opens its receipt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import isnan
from typing import Literal

import pyarrow as pa
import streamlit as st

from i18n import Text, show_day, show_duration, show_number, show_share
from queries.filters import Filters
from queries.kpi import Kpi
from queries.kpis import Receipt
from ui.filters import say_period
from ui.viewer import Viewer

RECEIPT = Text(zh="口径", en="Receipt")
FORMULA = Text(zh="公式", en="Formula")
NUMERATOR = Text(zh="分子", en="Numerator")
DENOMINATOR = Text(zh="分母", en="Denominator")
EXCLUSIONS = Text(zh="剔除", en="Leaves out")
PERIOD = Text(zh="周期", en="Period")
SOURCE = Text(zh="出处", en="Source")
ARROWS = Text(zh="箭头：与上一同长周期相比", en="arrows: against the equal period before")
YEAR_AGO = Text(zh="去年同期", en="A year before")
IN_CASES, IN_HOURS, IN_POINTS = (
    Text(zh="{part}（件）", en="{part} (cases)"),
    Text(zh="{part}（小时）", en="{part} (hours)"),
    Text(zh="{part}（分）", en="{part} (points)"),
)
AND = Text(zh="；", en="; ")
POINTS = Text(zh="个百分点", en=" pt")
CASES = Text(zh="查看分子案件", en="Cases of the numerator")
BELOW_CASES = Text(zh="查看分母案件", en="Cases of the denominator")
SCORED_CASES = Text(zh="查看所评的案件", en="The cases that were scored")
CASES_PAGE = "pages/cases.py"

# a figure of so many letters leaves its unit no room
LONG = 9


@dataclass(frozen=True, kw_only=True)
class Readings:
    """The receipts of a period, of the equal period before and of the same days a year before; empty where there is none."""

    now: Mapping[str, Receipt]
    before: Mapping[str, Receipt]
    year_ago: Mapping[str, Receipt]


def show_kpis(
    seen: Viewer, kpis: Sequence[Kpi], readings: Readings, filters: Filters, *, columns: int = 4, page: str | None = None
) -> None:
    """Draw the cards, as many side by side as fit; `page` is the page that lists the cases behind a figure."""
    with st.grid(columns, min_column_width=158, gap="xsmall", key="kpis"):
        for kpi in kpis:
            # the style sheet writes the unit behind the figure, and a long one, of a city, smaller
            long = "long_" if len(show_value(kpi, readings.now[kpi.key].value, seen)) >= LONG else ""
            with st.container(border=True, gap=None, key=f"kpi_in_{kpi.unit}_{long}{kpi.key}"):
                show_card(seen, kpi, readings, filters)
    compared = any(_has_data(receipt) for receipt in readings.before.values())
    st.caption(" · ".join([say_period(filters, seen), *([seen.say(ARROWS)] if compared else [])]))


def show_card(seen: Viewer, kpi: Kpi, readings: Readings, filters: Filters) -> None:
    """One card: the figure, its change on the period before, and the receipt behind a button that says its parts."""
    receipt, before = readings.now[kpi.key], readings.before.get(kpi.key)
    change = say_change(kpi, receipt, before, seen)
    same = change is not None and is_none(change)
    st.metric(
        seen.say(kpi.label),
        show_value(kpi, receipt.value, seen),
        delta=change,
        delta_color="off" if same else _colour(kpi),
        delta_arrow="off" if same else "auto",
    )
    with st.popover(say_parts(receipt, seen), type="tertiary", key=f"receipt_{kpi.key}", help=seen.say(RECEIPT)):
        show_receipt(seen, receipt, filters, readings.year_ago.get(kpi.key))


def show_receipt(seen: Viewer, receipt: Receipt, filters: Filters, year_ago: Receipt | None = None) -> None:
    """The receipt: formula, parts, what is left out, the period, where the formula comes from, and the way to the cases."""
    kpi = receipt.kpi
    parts = [
        (_name_numerator(kpi, seen), show_number(receipt.numerator, seen.language, digits=_digits(receipt.numerator))),
        (seen.say(IN_CASES, part=seen.say(DENOMINATOR)), show_number(receipt.denominator, seen.language)),
    ]
    lines = [
        (seen.say(FORMULA), seen.say(receipt.formula)),
        # a score is a sum of others, and no fraction
        *([] if kpi.unit == "points" else parts),
        (seen.say(EXCLUSIONS), seen.say(receipt.exclusions)),
        (
            seen.say(PERIOD),
            f"{show_day(receipt.since, seen.language)} – {show_day(receipt.until, seen.language)}{seen.say(AND)}{seen.say(receipt.period)}",
        ),
        (seen.say(YEAR_AGO), show_value(kpi, year_ago.value if year_ago and _has_data(year_ago) else None, seen)),
        (seen.say(SOURCE), seen.say(receipt.source)),
    ]
    st.markdown(f"**{seen.say(kpi.label)}** {show_value(kpi, receipt.value, seen)}")
    # before the table, which may be longer than a phone is high; the filters go along by name: a link drops what the address held
    address = filters.to_params() | {"kpi": kpi.key}
    if kpi.unit != "points":
        st.page_link(CASES_PAGE, label=seen.say(CASES), icon=":material/list:", query_params=address | {"part": "numerator"})
    if receipt.denominator is not None:
        label = SCORED_CASES if kpi.unit == "points" else BELOW_CASES
        st.page_link(CASES_PAGE, label=seen.say(label), icon=":material/list:", query_params=address | {"part": "denominator"})
    show_lines(lines)


def show_lines(lines: Sequence[tuple[str, str]]) -> None:
    """Labels and what they say as a table without a head; Arrow's own, because a frame costs ten times as much at every redraw."""
    labels, said = zip(*lines, strict=True)
    st.table(pa.table({"": labels, " ": said}), hide_header=True, hide_index=True)


def show_value(kpi: Kpi, value: float | None, seen: Viewer) -> str:
    """The value in its unit; the dash where there is none."""
    if kpi.unit == "share":
        return show_share(value, digits=kpi.digits)
    if kpi.unit == "hours":
        return show_duration(None if value is None or isnan(value) else timedelta(hours=value), seen.language)
    return show_number(value, seen.language, digits=kpi.digits)


def _name_numerator(kpi: Kpi, seen: Viewer) -> str:
    """The numerator with its unit; a sum of weights has none."""
    unit = {"hours": IN_HOURS, "points": IN_POINTS}.get(kpi.unit, None if kpi.weights else IN_CASES)
    return seen.say(NUMERATOR) if unit is None else seen.say(unit, part=seen.say(NUMERATOR))


def say_parts(receipt: Receipt, seen: Viewer) -> str:
    """`911 ÷ 972`, or the word for receipt where the figure is a plain count."""
    if receipt.denominator is None or receipt.kpi.unit == "points":
        return seen.say(RECEIPT)
    above = show_number(receipt.numerator, seen.language, digits=_digits(receipt.numerator))
    return f"{above} ÷ {show_number(receipt.denominator, seen.language)}"


def say_change(kpi: Kpi, receipt: Receipt, before: Receipt | None, seen: Viewer) -> str | None:
    """The change on another period: percentage points of a share, percent of a count; None where either is missing.

    What rounds to nothing has no sign: it is neither better nor worse.
    """
    if before is None or receipt.value is None or before.value is None or not _has_data(before):
        return None
    said = _say_change(kpi, receipt.value - before.value, before.value, seen)
    return said.lstrip("+-") if said and is_none(said) else said


def is_none(change: str) -> bool:
    """Whether a change, as it is said, is none."""
    return re.search("[1-9]", change) is None


def _say_change(kpi: Kpi, change: float, before: float, seen: Viewer) -> str | None:
    match kpi.unit:
        case "share":
            return f"{change * 100:+.1f}{seen.say(POINTS)}"
        case "cases":
            return f"{change / before:+.1%}" if before else None
        case "hours":
            return f"{'' if change < 0 else '+'}{show_duration(timedelta(hours=change), seen.language)}"
        case _:
            return f"{change:+.{kpi.digits}f}"


def _has_data(receipt: Receipt) -> bool:
    return receipt.numerator > 0 if receipt.denominator is None else receipt.denominator > 0


def _digits(number: float) -> int:
    return 0 if float(number).is_integer() else 1


def _colour(kpi: Kpi) -> Literal["normal", "inverse", "off"]:
    match kpi.better:
        case "higher":
            return "normal"
        case "lower":
            return "inverse"
        case _:
            return "off"
