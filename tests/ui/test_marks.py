"""Hot spots and repeat points on the overview without a browser: what is listed, where it leads, and what is said when nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs

import pandas as pd
import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from config import ROOT
from ingest.demo.planted import HOT_SPOTS, REPEAT_CLASS
from tests.ui.conftest import forget

OpenOverview = Callable[..., AppTest]
OF_HOT_SPOT = {"station_stalls": "持续", "blind_spot": "持续", "bike_shortage": "新增", "spoil_heaps": "新增"}


@pytest.fixture
def overview(demo_url: str, demo_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenOverview]:
    """Opens the overview over the demo at an address, with some marks switched on."""
    monkeypatch.setenv("DATABASE_URL", demo_url)

    def open_page(marks: tuple[str, ...] = ("spots",), **params: str) -> AppTest:
        forget()
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        for name, value in params.items():
            app.query_params[name] = value
        app.session_state["marks"] = list(marks)
        app.run()
        assert not app.exception
        return app

    yield open_page
    forget()


def lines(app: AppTest) -> list[tuple[str, dict[str, list[str]]]]:
    """The lines whose receipts lead to cases: their words, and the filters that the first way to the cases has."""
    boxes = [box for box in app.get("popover") if box.proto.popover.label.startswith("**")]
    return [(box.proto.popover.label, parse_qs(box.get("page_link")[0].proto.query_string)) for box in boxes]


def cases_of(engine: Engine, asked: dict[str, list[str]]) -> pd.DataFrame:
    """The cases of a link, read without the house's own questions."""
    named = f"id IN ({asked['ids'][0]})" if "ids" in asked else f"cell IN ({asked['cell'][0]})"
    days = f" AND reported_on BETWEEN '{asked['since'][0]}' AND '{asked['until'][0]}'" if "since" in asked else ""
    statement = f"SELECT * FROM cases WHERE NOT void AND {named}{days}"
    with engine.connect() as connection:
        return pd.read_sql(statement, connection)


def test_the_planted_spots_are_listed_and_lead_to_their_cases(overview: OpenOverview, demo_engine: Engine) -> None:
    app = overview()

    listed = lines(app)
    assert len(listed) == len(HOT_SPOTS)
    for spot in HOT_SPOTS:
        [(label, asked)] = [line for line in listed if str(spot.cells()[0]) in line[1]["cell"][0].split(",")]
        assert f"badge[{OF_HOT_SPOT[spot.key]}]" in label
        assert f" {len(cases_of(demo_engine, asked))} 件（" in label
        assert (asked["since"], asked["until"]) == (["2017-09-02"], ["2017-10-31"])
    assert any("与之前同样长的时间相比" in text.value for text in app.caption)


def test_a_zone_shows_its_own_spot_with_its_number_and_all_its_cases(overview: OpenOverview, demo_engine: Engine) -> None:
    everywhere = [label.split(" ")[0] for label, _ in lines(overview(lang="en")) if "Badly parked bicycles" in label]

    [(label, asked)] = lines(overview(zone="Z14", lang="en"))

    assert [label.split(" ")[0]] == everywhere
    assert f" {len(cases_of(demo_engine, asked))} cases (" in label
    assert "zone" not in asked


def test_a_zone_without_a_spot_says_so(overview: OpenOverview) -> None:
    app = overview(zone="Z31")

    assert lines(app) == []
    assert any("这里没有热点" in text.value for text in app.caption)


def test_the_planted_repeat_point_comes_first(overview: OpenOverview, demo_engine: Engine) -> None:
    app = overview(marks=("repeats",))

    label, asked = lines(app)[0]
    assert label.startswith("**A** ")
    assert "5 次，其中热线信访 5 次" in label
    # its very cases, and no neighbour's
    cases = cases_of(demo_engine, asked)
    assert len(cases) == 5
    assert set(cases["category"]) == {REPEAT_CLASS}
    assert set(cases["channel"]) == {"hotline"}


def test_the_list_of_every_repeat_point_has_its_count(overview: OpenOverview, demo_engine: Engine) -> None:
    listed = lines(overview(marks=("repeats",)))
    assert len(listed) == 10
    for label, asked in listed:
        assert f" {len(cases_of(demo_engine, asked))} 次" in label


@pytest.mark.parametrize(
    ("params", "said"),
    [
        pytest.param({"channel": "petition"}, "不足 30 件，不判断热点", id="few cases"),
        pytest.param({"since": "2016-01-01", "until": "2016-06-30"}, "只有 0 件", id="no case"),
        pytest.param({"category": "component/0206"}, "没有热点", id="no spot"),
    ],
)
def test_without_a_spot_one_sentence_says_why(overview: OpenOverview, params: dict[str, str], said: str) -> None:
    app = overview(**params)

    assert lines(app) == []
    assert any(said in text.value for text in app.caption)


def test_with_no_time_before_nothing_is_called_new(overview: OpenOverview) -> None:
    app = overview(until="2017-02-20")

    assert lines(app)
    assert all("badge[热点]" in label for label, _ in lines(app))
    assert any("没有同样长的数据可比" in text.value for text in app.caption)
