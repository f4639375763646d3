"""Cells of a side table as the values that its columns hold."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd
import shapely
from sqlalchemy import Boolean, Date, Float, Integer
from sqlalchemy.types import JSON, TypeEngine

from i18n import Text
from model.types import Geometry, Moment
from model.words import writable, writable_json

YES, NO = frozenset({"true", "yes", "1", "是"}), frozenset({"false", "no", "0", "否"})


class CellError(ValueError):
    """A cell that its column cannot hold: the row's label, what was found and what was wanted."""

    def __init__(self, row: Any, found: object, wanted: Text) -> None:
        super().__init__(f"row {row}: {found!r} is no {wanted.en}")
        self.row, self.found, self.wanted = row, found, wanted


def read_column(cells: pd.Series[Any], kind: TypeEngine[Any], zone: ZoneInfo) -> pd.Series[Any]:
    """The values of a column, None where a cell is empty; naive times are in `zone`. CellError names the first that does not fit."""
    form = next((form for form in FORMS if isinstance(kind, form.kind)), WORDS)
    values: list[Any] = []
    for row, cell in cells.items():
        try:
            values.append(None if _is_empty(cell) else form.read(cell, zone))
        except (ValueError, TypeError, RecursionError, shapely.errors.ShapelyError) as error:
            raise CellError(row, cell, form.wanted) from error
    return pd.Series(values, index=cells.index, dtype=object)


def _is_empty(cell: Any) -> bool:
    return cell == "" if isinstance(cell, str) else not isinstance(cell, dict | list) and bool(pd.isna(cell))


def _moment(cell: Any, zone: ZoneInfo) -> datetime:
    moment = cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _day(cell: Any, _: ZoneInfo) -> date:
    return cell if type(cell) is date else datetime.fromisoformat(str(cell)).date()


def _truth(cell: Any, _: ZoneInfo) -> bool:
    word = str(cell).strip().lower()
    if word not in YES | NO:
        raise ValueError(word)
    return word in YES


def _whole(cell: Any, _: ZoneInfo) -> int:
    # ids have 63 bits, more than a float holds
    try:
        return operator.index(cell) if not isinstance(cell, str) else int(cell)
    except (TypeError, ValueError):
        if not float(cell).is_integer():
            raise
        return int(float(cell))


def _shape(cell: Any, _: ZoneInfo) -> Any:
    return shapely.from_wkt(cell) if isinstance(cell, str) else cell


class Form(NamedTuple):
    """How the cells of one column type are read, and what a person is told to write."""

    kind: type[TypeEngine[Any]]
    wanted: Text
    read: Callable[[Any, ZoneInfo], Any]


# a type that derives from another stands before it
FORMS = (
    Form(Moment, Text(zh="时间（如 2017-10-31T18:00）", en="time such as 2017-10-31T18:00"), _moment),
    Form(Date, Text(zh="日期（如 2017-10-31）", en="date such as 2017-10-31"), _day),
    Form(Boolean, Text(zh="是或否（true / false）", en="true or false"), _truth),
    Form(Integer, Text(zh="整数", en="whole number"), _whole),
    Form(Float, Text(zh="数字", en="number"), lambda cell, _: float(cell)),
    Form(JSON, Text(zh="JSON", en="JSON"), lambda cell, _: writable_json(json.loads(cell) if isinstance(cell, str) else cell)),
    Form(Geometry, Text(zh="WKT 图形", en="shape in WKT"), _shape),
)
WORDS = Form(TypeEngine, Text(zh="文字", en="text"), lambda cell, _: writable(str(cell)))
