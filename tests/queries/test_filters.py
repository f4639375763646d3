"""Filters survive the URL, forgive what they do not know, and find the periods to compare with."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.kinds import Channel, Kind
from queries.filters import CLOSED_LISTS, KNOWN, STATES, Filters

TEXTS = st.lists(st.text(max_size=12), max_size=4).map(tuple)
DAYS = st.none() | st.dates(date(1900, 1, 1), date(2199, 12, 31))


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    return Filters(
        since=draw(DAYS),
        until=draw(DAYS),
        zones=draw(TEXTS),
        channels=tuple(draw(st.lists(st.sampled_from(Channel)))),
        categories=draw(TEXTS),
        departments=draw(TEXTS),
        communities=draw(TEXTS),
        kinds=tuple(draw(st.lists(st.sampled_from(Kind)))),
        states=tuple(draw(st.lists(st.sampled_from(STATES)))),
        sources=draw(TEXTS),
        cells=tuple(draw(st.lists(st.integers(0, 10**15), max_size=3))),
        hours=tuple(draw(st.lists(st.integers(0, 23), max_size=3))),
        weekdays=tuple(draw(st.lists(st.integers(0, 6), max_size=3))),
        features=draw(TEXTS),
        within=tuple(draw(st.lists(st.sampled_from(CLOSED_LISTS["within"]), max_size=2))),
        places=tuple(draw(st.lists(st.just(KNOWN), max_size=1))),
        ids=tuple(draw(st.lists(st.integers(0, (1 << 63) - 1), max_size=3))),
        text=draw(st.text(max_size=20)),
    )


@given(filters())
def test_the_url_brings_the_same_filters_back(chosen: Filters) -> None:
    assert Filters.from_params(chosen.to_params()) == chosen
    assert hash(Filters.from_params(chosen.to_params())) == hash(chosen)


NAMES = st.sampled_from(
    ["since", "until", "zone", "channel", "state", "cell", "hour", *("within", "place"), "ids", "list", "q", "lang", "page"]
)


@given(st.dictionaries(NAMES, st.text(max_size=30)))
def test_any_url_is_read(params: dict[str, str]) -> None:
    chosen = Filters.from_params(params)
    assert Filters.from_params(chosen.to_params()) == chosen
    chosen.previous()
    chosen.last_year()


def test_a_long_list_has_a_name_in_the_address_and_comes_back_whole() -> None:
    ids = tuple(range(10**17, 10**17 + 20_000))
    chosen = Filters(ids=ids, channels=("hotline",))
    params = chosen.to_params()
    assert sum(map(len, params.values())) < 100
    assert Filters.from_params(params) == chosen


@given(filters())
def test_the_period_before_ends_where_the_period_starts(chosen: Filters) -> None:
    before = chosen.previous()
    if before is None or chosen.since is None or before.until is None:
        return
    assert (chosen.since - before.until).days == 1
    assert before.with_(since=chosen.since, until=chosen.until) == chosen


def test_what_a_url_says_wrongly_is_left_out() -> None:
    url = {"since": "2017-13-01", "channel": "hotline,telegraph", "hour": "25,7,x", "zone": "Z01,,Z02", "colour": "red"}
    chosen = Filters.from_params(url)
    assert chosen == Filters(channels=("hotline",), hours=(7,), zones=("Z01", "Z02"))


def test_a_parameter_may_come_several_times() -> None:
    assert Filters.from_params({"zone": ["Z01", "Z02"]}).zones == ("Z01", "Z02")


def test_an_empty_choice_leaves_the_url_empty() -> None:
    assert Filters().to_params() == {}


def test_days_in_the_wrong_order_are_turned_round() -> None:
    chosen = Filters(since=date(2017, 10, 31), until=date(2017, 10, 1))
    assert (chosen.since, chosen.until) == (date(2017, 10, 1), date(2017, 10, 31))


@pytest.mark.parametrize(
    ("period", "before"),
    [
        pytest.param(("2017-10-01", "2017-10-31"), ("2017-09-01", "2017-09-30"), id="a month"),
        pytest.param(("2017-07-01", "2017-09-30"), ("2017-04-01", "2017-06-30"), id="a quarter"),
        pytest.param(("2017-01-01", "2017-10-31"), ("2016-03-01", "2016-12-31"), id="ten months"),
        pytest.param(("2017-10-09", "2017-10-15"), ("2017-10-02", "2017-10-08"), id="a week"),
        pytest.param(("2017-10-31", "2017-10-31"), ("2017-10-30", "2017-10-30"), id="a day"),
    ],
)
def test_the_period_before(period: tuple[str, str], before: tuple[str, str]) -> None:
    chosen = Filters(since=date.fromisoformat(period[0]), until=date.fromisoformat(period[1]))
    earlier = chosen.previous()
    assert earlier is not None
    assert (str(earlier.since), str(earlier.until)) == before


def test_last_year_from_a_leap_day() -> None:
    earlier = Filters(since=date(2016, 2, 29), until=date(2016, 2, 29)).last_year()
    assert earlier == Filters(since=date(2015, 2, 28), until=date(2015, 2, 28))


def test_no_period_has_nothing_before() -> None:
    assert Filters(since=date(2017, 1, 1)).previous() is None
    assert Filters(until=date(2017, 1, 1)).last_year() is None
