"""Times as text become moments in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

MOMENT: Final = "datetime64[us, UTC]"
LOCAL: Final = "datetime64[us]"
# serial numbers of a spreadsheet between 1954 and 2119, days since its day 0
EXCEL_FROM, EXCEL_UNTIL = 20_000, 80_000
EXCEL_START = pd.Timestamp("1899-12-30")
# what databases write for never, years 1 and 9999, is no time
YEARS = (1700, 2200)
EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000}
# a day at least; the parser alone would take `2017` for a day too
ISO = r"[12]\d{3}-\d{2}-\d{2}(?:[T ]\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)?)?\s*(?:Z|z|[+-]\d{2}(?::?\d{2})?)?|[12]\d{7}"
OFFSET = r"(?:Z|z|[+-]\d{2}(?::?\d{2})?)$"
# full-width characters, and what people write between the numbers
WIDTH = str.maketrans("０１２３４５６７８９：－／．　", "0123456789:-/. ")
SIGNS = str.maketrans("年月时点分", "--:::", "日秒整")
HALVES = {"上午": "AM", "下午": "PM"}
HALF = re.compile(r"\s*(上午|下午)\s*([0-9:时点分秒整]+)")


def parse_times(texts: pd.Series[Any], formats: Iterable[str], zone: ZoneInfo, *, day_ends: bool = False) -> pd.Series[Any]:
    """Moments in UTC, NaT where a text fits none of the formats; the index stays.

    A format is strptime's or iso, excel (serial days), epoch_s, epoch_ms; the first that fits counts. Years before 1700 and
    after 2200 are no times. A text without an offset is local time of `zone`: of the hour that a clock set back gives twice
    it is the first, and an hour that a clock set forward leaves out moves to its end, so that no two local times change
    their order. Chinese dates (2017年10月31日 下午2时30分) are read as the same with dashes and colons. A day without a time
    begins that day, or with `day_ends` it is its last second.
    """
    places, values = pd.factorize(texts)
    found = _parse(pd.Series(values, dtype="str").map(_plain), tuple(formats), zone, day_ends)
    # -1 is what factorize says of an absent text
    whole = pd.concat([found, pd.Series([pd.NaT], dtype=MOMENT)], ignore_index=True)
    return pd.Series(whole.array[places], index=texts.index, name=texts.name)


def _plain(text: str) -> str:
    """A Chinese or full-width date with dashes, colons and AM or PM, as the formats know them."""
    if text.isascii():
        return text.strip()
    text = HALF.sub(lambda found: f" {found[2]} {HALVES[found[1]]}", text.strip().translate(WIDTH))
    text = re.sub(r"日(?=\S)", "日 ", text).translate(SIGNS)
    # 2时 has no minutes yet; the sign after the minutes or the seconds ends nothing
    return re.sub(r":(?=$| [AP]M)", ":00", re.sub(r"(:\d+):(?=$| [AP]M)", r"\1", re.sub(r"\s+", " ", text))).strip()


def _parse(values: pd.Series[Any], formats: Sequence[str], zone: ZoneInfo, day_ends: bool) -> pd.Series[Any]:
    found = pd.Series(pd.NaT, index=values.index, dtype=MOMENT)
    for form in formats:
        left = values[found.isna() & (values != "")]
        if left.empty:
            break
        local, moments = _read(left, form)
        if day_ends:
            local = local.where(local.isna() | ~_is_day(left, local), local + pd.Timedelta(days=1, seconds=-1))
        both = moments.fillna(to_utc(local, zone))
        found = found.fillna(both.reindex(found.index))
    return found


def _read(texts: pd.Series[Any], form: str) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Local times, and moments where the text or the format says the offset."""
    nothing = pd.Series(pd.NaT, index=texts.index, dtype=LOCAL)
    never = nothing.dt.tz_localize("UTC")
    if form in EPOCHS:
        return nothing, _between(texts, EPOCHS[form])
    if form == "excel":
        return _excel(texts), never
    if form == "iso":
        fitting = texts.where(texts.str.fullmatch(ISO))
        aware = texts.str.contains(OFFSET, regex=True) & texts.str.contains(":", regex=False)
        local = _to_times(fitting.mask(aware), "ISO8601")
        return local, _to_times(fitting.where(aware), "ISO8601", utc=True)
    if "%z" in form:
        return nothing, _to_times(texts, form, utc=True)
    # the dashes of 年月日 are already there
    return _to_times(texts, form), never


def _to_times(texts: pd.Series[Any], form: str, *, utc: bool = False) -> pd.Series[Any]:
    found: pd.Series[Any] = pd.to_datetime(texts, format=form, errors="coerce", utc=utc)
    found = found.where(found.dt.year.between(*YEARS))
    return found.astype(MOMENT) if utc else found.astype(LOCAL)


def _between(texts: pd.Series[Any], per_tick: int) -> pd.Series[Any]:
    ticks = pd.to_numeric(texts, errors="coerce")
    micros = ticks * per_tick
    # beyond the year 2200 it is no time but some other number
    sound = ticks.notna() & (micros.abs() < 7.3e15)
    found: pd.Series[Any] = pd.to_datetime(micros.where(sound).round().astype("Int64"), unit="us", utc=True)
    return found.astype(MOMENT)


def _excel(texts: pd.Series[Any]) -> pd.Series[Any]:
    days = pd.to_numeric(texts, errors="coerce")
    seconds = (days.where(days.between(EXCEL_FROM, EXCEL_UNTIL)) * 86_400).round()
    found: pd.Series[Any] = EXCEL_START + pd.to_timedelta(seconds, unit="s")
    return found.astype(LOCAL)


def _is_day(texts: pd.Series[Any], local: pd.Series[Any]) -> pd.Series[Any]:
    midnight: pd.Series[Any] = local == local.dt.normalize()
    return midnight & ~texts.str.contains(":", regex=False)


def to_utc(local: pd.Series[Any], zone: ZoneInfo) -> pd.Series[Any]:
    """Local times of a zone in UTC: the first of an hour given twice, the end of an hour left out."""
    first = np.ones(len(local), dtype=bool)
    placed: pd.Series[Any] = local.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    found: pd.Series[Any] = placed.dt.tz_convert("UTC").astype(MOMENT)
    return found
