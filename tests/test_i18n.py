"""Numbers, times and durations as people here write them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n import Text, pick_language, show_day, show_duration, show_moment, show_number, show_share


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        pytest.param(0, "0分", "0 min", id="nothing"),
        pytest.param(59, "59分", "59 min", id="under an hour"),
        pytest.param(200, "3小时20分", "3 h 20 min", id="hours and minutes"),
        pytest.param(180, "3小时", "3 h", id="whole hours"),
        pytest.param(2 * 1440 + 250, "2天4小时", "2 d 4 h", id="days and hours"),
        pytest.param(1440 + 5, "1天", "1 d", id="the second unit is empty"),
        pytest.param(-90, "-1小时30分", "-1 h 30 min", id="late"),
    ],
)
def test_durations(minutes: int, zh: str, en: str) -> None:
    span = timedelta(minutes=minutes)
    assert (show_duration(span, "zh"), show_duration(span, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("value", "zh", "en"), [(41282, "4.128万", "41.28k"), (9999, "9,999", "9,999"), (-41282, "-4.128万", "-41.28k"), (None, "—", "—")]
)
def test_compact_numbers(value: int | None, zh: str, en: str) -> None:
    assert (show_number(value, "zh", compact=True), show_number(value, "en", compact=True)) == (zh, en)


def test_shares_and_days() -> None:
    assert show_share(911 / 972) == "93.72%"
    assert show_share(None) == show_share(float("nan")) == "—"
    assert show_day(date(2017, 10, 31), "zh", weekday=True) == "2017年10月31日 周二"
    assert show_day(date(2017, 10, 31), "en", weekday=True) == "Tue 31 Oct 2017"
    assert show_moment(datetime(2017, 10, 31, 18, 0), "zh") == "2017年10月31日 18:00"


def test_leaving_one_language_out_cannot_start() -> None:
    with pytest.raises(ValueError, match="both languages"):
        Text(zh="未结案件", en="")


@pytest.mark.parametrize(
    ("asked", "browser", "language"),
    [("en", "zh-CN", "en"), ("zh", "en-US", "zh"), (None, "en-GB", "en"), (None, "zh-TW", "zh"), (None, None, "zh")],
)
def test_the_language_follows_the_wish_then_the_browser(asked: str | None, browser: str | None, language: str) -> None:
    assert pick_language(asked, browser) == language


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000)))
def test_a_duration_shows_two_units_at_most(span: timedelta) -> None:
    assert len(show_duration(span, "en").split()) in (2, 4)


@given(st.integers(-(10**12), 10**12))
def test_plain_numbers_read_back(number: int) -> None:
    assert int(show_number(number, "zh").replace(",", "")) == number
