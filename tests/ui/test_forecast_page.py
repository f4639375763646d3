"""The forecast page without a browser: its figures are those of plain counting, and it says so where it has nothing to say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from config import ROOT
from tests.ui.conftest import forget

OpenForecast = Callable[..., AppTest]


@pytest.fixture
def forecast_page(demo_url: str, demo_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenForecast]:
    """Opens the page over the demo, at an address and with settings."""
    monkeypatch.setenv("DATABASE_URL", demo_url)

    def open_page(env: dict[str, str] | None = None, **params: str) -> AppTest:
        for name, value in (env or {}).items():
            monkeypatch.setenv(name, value)
        forget()
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        app.switch_page("pages/forecast.py")
        for name, value in params.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    yield open_page
    forget()


@pytest.fixture(scope="module")
def daily(demo_engine: Engine) -> pd.Series:
    """Cases by day, as anybody would count them; the day of the clock is not over."""
    with demo_engine.connect() as connection:
        days = pd.read_sql("SELECT reported_on AS day, count(*) AS n FROM cases WHERE NOT void GROUP BY 1", connection)
    return days.assign(day=pd.to_datetime(days["day"])).set_index("day")["n"].asfreq("D", fill_value=0)[:"2017-10-30"]


def headline(app: AppTest) -> tuple[float, float, float]:
    """The number and its interval."""
    said = next(text.value for text in app.markdown if text.value.startswith("####"))
    mean, low, high = (float(one.replace(",", "")) for one in re.findall(r"(?<!\d)\d[\d,]*(?=\*\*|[–)）])", said))
    return mean, low, high


def numbers(column: pd.Series) -> np.ndarray:
    return column.str.replace(",", "").astype(float).to_numpy()


def test_the_headline_is_near_the_last_weeks_and_equals_its_parts(forecast_page: OpenForecast, daily: pd.Series) -> None:
    app = forecast_page()

    mean, low, high = headline(app)
    assert low < mean < high
    # no holiday ahead, and none in the last fourteen days
    assert mean == pytest.approx(daily[-14:].sum(), rel=0.05)
    zones = app.dataframe[0].value
    assert len(zones) == 31
    assert numbers(zones["未来14天"]).sum() == pytest.approx(mean, abs=16)
    assert numbers(zones["近14天"]).sum() == daily[-14:].sum()
    app.segmented_control(key="forecast_by").set_value("channel").run()
    channels = app.dataframe[0].value
    assert channels["按来源"].to_list()[0] == "城管通"
    assert numbers(channels["近14天"]).sum() == daily[-14:].sum()


def test_the_errors_of_the_simplest_guess_are_those_counted_by_hand(forecast_page: OpenForecast, daily: pd.Series) -> None:
    app = forecast_page(lang="en")

    counts, misses = daily.to_numpy(), []
    for week in range(12):
        # each forecast knew the days before `origin`, and began a day later, since its own day was not over
        origin = len(counts) - 15 - 7 * week
        for day in range(origin + 1, origin + 15):
            same = next(day - 7 * n for n in (1, 2, 3) if day - 7 * n < origin)
            misses.append(abs(counts[day] - counts[same]))
    parts = [str(cell) for table in app.table for cell in table.value.to_numpy().ravel()]
    said = next(part for part in parts if "a day against" in part)
    assert said.endswith(f"against {np.mean(misses):.1f}")
    assert float(app.metric[2].value.strip("%")) < -20
    held, tried = (int(one) for one in app.metric[3].value.split("/"))
    assert tried == 12
    assert held >= 7


def test_a_zone_says_the_same_alone_and_among_all(forecast_page: OpenForecast) -> None:
    table = forecast_page().dataframe[0].value.set_index("责任区").loc["责任区14"]

    mean, low, high = headline(forecast_page(zone="Z14"))

    assert (f"{mean:.0f}", f"{low:.0f}–{high:.0f}") == (table["未来14天"], table["80%区间"])


def test_a_city_sees_its_zones_page_by_page(forecast_page: OpenForecast, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = forecast_page()
    rows = whole.dataframe[0].value

    monkeypatch.setattr("ui.zone_pages.MOST_ZONES", 12)
    first = forecast_page()
    assert headline(first) == headline(whole)
    pd.testing.assert_frame_equal(first.dataframe[0].value, rows[:12])

    # where the control keeps the page
    first.session_state["forecast_zones_page"] = 3
    last = first.run()
    assert headline(last) == headline(whole)
    pd.testing.assert_frame_equal(last.dataframe[0].value, rows[24:].reset_index(drop=True))

    last.segmented_control(key="forecast_by").set_value("channel").run()
    whole.segmented_control(key="forecast_by").set_value("channel").run()
    pd.testing.assert_frame_equal(last.dataframe[0].value, whole.dataframe[0].value)


def test_filters_narrow_it(forecast_page: OpenForecast) -> None:
    whole, part = headline(forecast_page()), headline(forecast_page(category="event/0508", channel="chengguantong"))

    assert part[0] < whole[0] / 5
    assert (part[2] - part[1]) / part[0] > (whole[2] - whole[1]) / whole[0]


@pytest.mark.parametrize(
    ("env", "params", "said"),
    [
        pytest.param({"FINEGRID_AS_OF": "2017-02-10T18:00"}, {}, "历史只有 40 天", id="too short a history"),
        pytest.param({"FINEGRID_AS_OF": "2017-12-01T09:00"}, {}, "先导入之后的案件", id="too old a history"),
        pytest.param({}, {"community": "没有这个居委"}, "没有案件", id="no case"),
    ],
)
def test_where_there_is_nothing_to_say_it_says_why(
    forecast_page: OpenForecast, env: dict[str, str], params: dict[str, str], said: str
) -> None:
    app = forecast_page(env, **params)

    assert said in app.info[0].value
    assert not app.metric
