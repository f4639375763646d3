"""Every number of every page opens its receipt: the figures by a button beside them, the numbers of tables when they are pressed."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from tests.ui.conftest import OpenDemoPage
from tests.ui.test_receipts import PAGES

NUMBER = re.compile(r"[−+-]?\d[\d,]*(?:\.\d+)?(?: ?(?:%|件|m²|米|天|小时|分|mg/L|cm|mV).*| ?\(.*)?")
# numbers without a receipt, by table and column, and why: a new one fails
WITHOUT = {
    # which row it is
    ("sites_table", "新点"), ("gaps_table", "序号"), ("covered_table", "新点"), ("plan_order", "次序"),
    # what was written down is its own source: the books of the office, each row one line of them
    ("台账明细", "数量"), ("导入记录", "*"), ("导入情况", "*"), ("features_rivers", "监督电话"),
    # the draw can be worked out again from the words above it, digit by digit
    ("随机点位是怎么抽的", "*"),
    # the rows of the same line are counted: their names stand beside it
    ("领导分管的责任区", "分管个数"),
}  # fmt: skip
# tables whose press opens something that holds the receipt: the group, the reach, the case
OPENS = {
    "ranking_": "the group, whose receipt stands beside the ranking",
    "case_table": "the case",
    "supervised_": "the case",
    "changes_": "the receipts of both times, whose difference it is",
}


def numbers_of(table: pd.DataFrame) -> list[str]:
    """The columns of a table that hold numbers; links, days and moments are none."""
    return [str(name) for name in table.columns if name and any(_is_number(one) for one in table[name].dropna())]


def _is_number(value: Any) -> bool:
    return (isinstance(value, int | float) and not isinstance(value, bool)) or bool(NUMBER.fullmatch(str(value).strip()))


@pytest.mark.parametrize(("name", "params"), PAGES)
def test_every_figure_has_a_receipt(demo_page: OpenDemoPage, name: str, params: dict[str, str]) -> None:
    page = demo_page(name, **params)
    bare: list[str] = []

    def look(block: Any) -> None:
        inside = list(block.children.values())
        kinds = {one.type for one in inside}
        for one in inside:
            if hasattr(one, "children"):
                look(one)
            elif one.type == "metric" and not {"popover"} & (kinds | kinds_above.get(id(block), set())):
                bare.append(f"{one.label} {one.value}")

    kinds_above: dict[int, set[str]] = {}

    def note(block: Any) -> None:
        for one in block.children.values():
            if hasattr(one, "children"):
                kinds_above[id(one)] = {other.type for other in block.children.values()}
                note(one)

    note(page.main)
    look(page.main)
    assert bare == []


@pytest.mark.parametrize(("name", "params"), PAGES)
def test_every_number_of_a_table_opens_its_receipt(demo_page: OpenDemoPage, name: str, params: dict[str, str]) -> None:
    page = demo_page(name, **params)
    bare, before = [], len(page.table)
    for table in [(one.key or one.proto.alt, one.key, one.value) for one in page.dataframe]:
        known, key, rows = table
        if known.startswith(tuple(OPENS)) or (known, "*") in WITHOUT:
            continue
        for column in numbers_of(rows):
            if (known, column) not in WITHOUT and not (key and opens(page, key, rows, column, before)):
                bare.append((known, column))
    assert bare == []


def opens(page: Any, key: str, rows: pd.DataFrame, column: str, before: int) -> bool:
    """Whether the first number of a column, when it is pressed, brings a receipt beside those of `before`; it is let go again."""
    row = next(place for place, one in enumerate(rows[column]) if pd.notna(one) and _is_number(one))
    page.session_state[key] = {"selection": {"rows": [], "columns": [], "cells": [(row, column)]}}
    page.run()
    assert not page.exception
    told = [*(one.value for one in page.markdown), *(str(line) for one in page.table for line in one.value.iloc[:, 1])]
    page.session_state[key] = {"selection": {"rows": [], "columns": [], "cells": []}}
    said = numbers_in(rows[column].iloc[row])[0]
    return len(page.table) > before and any(are_equal(said, other) for one in told for other in numbers_in(one))


def numbers_in(said: Any) -> list[tuple[float, int]]:
    """The numbers of a text, each with how many digits it has behind the point."""
    found = re.findall(r"\d[\d,]*(?:\.(\d+))?", text := str(said))
    values = [float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]
    return list(zip(values, map(len, found), strict=True))


def are_equal(one: tuple[float, int], other: tuple[float, int]) -> bool:
    """Whether two numbers are the same as far as both are told."""
    return abs(one[0] - other[0]) <= 0.5001 * 10.0 ** -min(one[1], other[1])
