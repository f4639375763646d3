"""Attributes of features as their field's type wants them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from geo.layers import Field
from geo.winds import BEARINGS
from i18n import Text
from ingest import reasons
from ingest.columns import WORDS
from ingest.dates import parse_times
from ingest.preset import FORMATS
from ingest.sieve import Sieve

WANTED = {
    "integer": Text(zh="整数", en="a whole number"),
    "number": Text(zh="数字", en="a number"),
    "date": Text(zh="日期", en="a date"),
    "boolean": Text(zh="是或否", en="yes or no"),
}
CHINESE_UNITS = {"m": "米", "°": "度"}
# days have no zone; any will do
ZONE = ZoneInfo("UTC")


def read_field(texts: pd.Series[Any], one: Field, sieve: Sieve) -> pd.Series[Any]:
    """The values of a field as plain Python (str, int, float, bool, ISO dates), None where there is nothing; refuse what does not fit.

    A choice goes by its key or either label; a bearing may be a wind (NE, 东北); a number may carry its unit.
    """
    if one.choices:
        return _read_choices(texts, one, sieve)
    if one.type == "text":
        return texts.astype(object).where(texts.notna(), None)
    values = READERS[one.type](texts, one)
    sieve.refuse(texts.notna() & values.isna(), reasons.BAD_FIELD, field=one.key, found=texts, wanted=WANTED[one.type])
    return values.astype(object).where(values.notna(), None)


def _read_choices(texts: pd.Series[Any], one: Field, sieve: Sieve) -> pd.Series[Any]:
    known = {word.casefold(): key for key, label in one.choices.items() for word in (key, label.zh, label.en)}
    values = texts.str.casefold().map(known).astype(object)
    sieve.refuse(texts.notna() & values.isna(), reasons.BAD_FIELD, field=one.key, found=texts, wanted=", ".join(one.choices))
    return values.where(values.notna(), None)


def _numbers(texts: pd.Series[Any], one: Field) -> pd.Series[Any]:
    plain = texts.str.replace(",", "", regex=False).str.replace("，", "", regex=False)
    for unit in filter(None, (one.unit, CHINESE_UNITS.get(one.unit))):
        plain = plain.str.removesuffix(unit).str.strip()
    numbers = pd.to_numeric(plain, errors="coerce").astype("Float64")
    if one.unit == "°":
        numbers = numbers.fillna(plain.str.casefold().map(BEARINGS).astype("Float64"))
    return numbers.mask(~numbers.abs().lt(1e15).fillna(False))


def _integers(texts: pd.Series[Any], one: Field) -> pd.Series[Any]:
    numbers = _numbers(texts, one)
    return numbers.mask((numbers.round() != numbers).fillna(False)).astype("Int64")


def read_day(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Days as `datetime.date`, None where there is none or it cannot be read."""
    moments = parse_times(texts, FORMATS, ZONE)
    days: list[date | None] = [None if pd.isna(moment) else moment.date() for moment in moments]
    return pd.Series(days, index=texts.index, dtype=object)


READERS: dict[str, Callable[[pd.Series[Any], Field], pd.Series[Any]]] = {
    "number": _numbers,
    "integer": _integers,
    "date": lambda texts, _: read_day(texts).map(date.isoformat, na_action="ignore"),
    "boolean": lambda texts, _: texts.str.casefold().map(WORDS).map({"yes": True, "no": False}).astype("boolean"),
}
