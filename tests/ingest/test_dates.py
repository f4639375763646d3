"""Times as people and systems write them, against Python's own parser and the rules of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dates import parse_times
from ingest.preset import FORMATS

SHANGHAI, BOSTON = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def parse(text: str, *formats: str, zone: ZoneInfo = SHANGHAI, day_ends: bool = False) -> datetime | None:
    found = parse_times(pd.Series([text], dtype="string[pyarrow]"), formats or FORMATS, zone, day_ends=day_ends).iloc[0]
    return None if pd.isna(found) else found.to_pydatetime()


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2017-10-31 18:00:05", "2017-10-31T18:00:05"),
        ("2017-10-31T18:00", "2017-10-31T18:00"),
        ("2017-10-31 18:00:05.250", "2017-10-31T18:00:05.250"),
        ("2017-10-31", "2017-10-31T00:00"),
        ("20171031", "2017-10-31T00:00"),
        ("2017/1/5 8:03", "2017-01-05T08:03"),
        ("2017/10/31 18:00:05", "2017-10-31T18:00:05"),
        ("2017-1-5 8:03:09", "2017-01-05T08:03:09"),
        ("2017年10月31日", "2017-10-31T00:00"),
        ("2017年1月5日 8时3分", "2017-01-05T08:03"),
        ("2017年1月5日8时3分9秒", "2017-01-05T08:03:09"),
        ("2017年10月31日 下午2时30分", "2017-10-31T14:30"),
        ("2017年10月31日上午8时", "2017-10-31T08:00"),
        ("2017/10/31 下午 02:30:15", "2017-10-31T14:30:15"),
        ("２０１７－１０－３１　１８：００", "2017-10-31T18:00"),
        ("43039.75", "2017-10-31T18:00"),
        ("2017-10-31T18:00:00+08:00", "2017-10-31T18:00"),
        ("2017-10-31T10:00:00Z", "2017-10-31T18:00"),
        ("2017-10-31 05:00:00-0500", "2017-10-31T18:00"),
    ],
)
def test_spellings(text: str, local: str) -> None:
    assert parse(text) == datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "2017",
        "201710",
        "13812345678",
        "2017-13-01",
        "2017-02-29",
        "31/10/2017",
        "2017-10-31 25:00",
        "0001-01-01",
        "1.5",
        "99999",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("form", "text"), [("epoch_s", "1509444000"), ("epoch_ms", "1509444000000"), ("%d.%m.%Y %H:%M%z", "31.10.2017 18:00+0800")]
)
def test_named_and_own_formats(form: str, text: str) -> None:
    assert parse(text, form) == datetime(2017, 10, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(("text", "local"), [("2017-10-31", "2017-10-31T23:59:59"), ("2017-10-31 08:00", "2017-10-31T08:00")])
def test_a_deadline_that_is_a_day_lasts_to_its_end(text: str, local: str) -> None:
    assert parse(text, day_ends=True) == datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        pytest.param("2011-11-06 00:59:59", "2011-11-06T04:59:59", id="before the clock is set back"),
        pytest.param("2011-11-06 01:30:00", "2011-11-06T05:30:00", id="given twice: the first"),
        pytest.param("2011-11-06 02:00:00", "2011-11-06T07:00:00", id="after it"),
        pytest.param("2011-03-13 02:30:00", "2011-03-13T07:00:00", id="left out: its end"),
    ],
)
def test_days_on_which_clocks_change(local: str, utc: str) -> None:
    assert parse(local, zone=BOSTON) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


moments = st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
written = st.sampled_from(
    [form for form in FORMATS if "%" in form] + ["%Y-%m-%dT%H:%M:%S", "%Y年%m月%d日 %H时%M分%S秒", "%Y年%m月%d日%H时%M分"]
)


@settings(max_examples=150, deadline=None)
@given(times=st.lists(st.tuples(moments, written), min_size=1, max_size=8))
def test_like_strptime(times: list[tuple[datetime, str]]) -> None:
    texts = pd.Series([moment.strftime(form) for moment, form in times], index=range(7, 7 + len(times)))
    wanted = [datetime.strptime(text, form).replace(tzinfo=SHANGHAI) for text, (_, form) in zip(texts, times, strict=True)]
    found = parse_times(texts, FORMATS, SHANGHAI)
    assert [moment.to_pydatetime() for moment in found] == wanted
    assert list(found.index) == list(texts.index)


@settings(max_examples=150, deadline=None)
@given(first=moments, second=moments, near=st.integers(-7_200, 7_200))
def test_local_times_never_change_their_order(first: datetime, second: datetime, near: int) -> None:
    # the two days on which clocks change are where it could go wrong
    for a, b in ((first, second), *((day + timedelta(seconds=abs(near)), day + timedelta(seconds=7_200)) for day in CHANGES)):
        pair = parse_times(pd.Series([a.isoformat(), b.isoformat()]), ["iso"], BOSTON)
        assert (pair.iloc[0] <= pair.iloc[1]) == (a <= b) or pair.iloc[0] == pair.iloc[1]


CHANGES = (datetime(2011, 3, 13, 1), datetime(2011, 11, 6, 0, 30))


@settings(max_examples=100, deadline=None)
@given(moment=moments, offset=st.integers(-12 * 4, 14 * 4))
def test_offsets_are_obeyed(moment: datetime, offset: int) -> None:
    minutes = offset * 15
    text = f"{moment.isoformat()}{'+' if minutes >= 0 else '-'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    assert parse(text, "iso") == datetime.fromisoformat(text)


def test_nothing_stays_nothing() -> None:
    found = parse_times(pd.Series([None, "2017-10-31", None], dtype="string[pyarrow]", index=[5, 6, 9]), FORMATS, SHANGHAI)
    assert found.isna().to_list() == [True, False, True]
    assert str(found.dtype) == "datetime64[us, UTC]"
    assert parse_times(pd.Series([], dtype="string[pyarrow]"), FORMATS, SHANGHAI).empty
