"""A city is drawn in squares of a kilometre on every map of it, a part of it in cells; what is said of a square leads to its cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pytest
from sqlalchemy import Engine, event, func, select
from streamlit.testing.v1 import AppTest

from config import ROOT
from ingest.demo.planted import AS_OF
from model.cases import CaseRow
from model.engine import open_engine
from model.setup import read_office
from model.units import CELL, SQUARE, cells_in, side_of
from queries.cases import Choice, case_page
from queries.filters import Filters
from queries.overview import zone_figures
from queries.run import frame_of
from reports.compose import compose
from reports.gather import gather
from reports.map import draw_map
from reports.period import Kind, Period
from tests.city import HOT, SINCE
from tests.ui.conftest import forget
from wall.frame import draw_scene, look
from wall.scene import scenes

Open = Callable[..., AppTest]


@pytest.fixture
def city(city_url: str) -> Iterator[Engine]:
    opened = open_engine(city_url)
    yield opened
    opened.dispose()


@pytest.fixture
def overview(city_url: str, city: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the overview of the city at an address; `state` is what was pressed before."""
    monkeypatch.setenv("DATABASE_URL", city_url)

    def open_page(params: dict[str, str] | None = None, **state: str) -> AppTest:
        forget()
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        for name, value in (params or {}).items():
            app.query_params[name] = value
        for name, value in state.items():
            app.session_state[name] = value
        app.run()
        assert not app.exception
        return app

    yield open_page
    forget()


def listed(engine: Engine, asked: dict[str, list[str]]) -> int:
    """How many cases the list holds that a link leads to."""
    filters = Filters.from_params({name: values[0] for name, values in asked.items()})
    return int(frame_of(engine, case_page(Choice(filters=filters), AS_OF))["total"].iloc[0])


def busiest_square(engine: Engine) -> tuple[int, int]:
    """The square with most cases outside of the hot subdistrict, and how many, cell by cell."""
    counts: dict[int, int] = {}
    found = select(CaseRow.cell, func.count()).where(CaseRow.void.is_(False), ~CaseRow.community.startswith(HOT)).group_by(CaseRow.cell)
    with engine.connect() as connection:
        for cell, n in connection.execute(found):
            east, north = divmod(cell, 1_000_000)
            square = SQUARE * 10**12 + east // 10 * 1_000_000 + north // 10
            counts[square] = counts.get(square, 0) + n
    return max(counts.items(), key=lambda one: (one[1], one[0]))


def choice(app: AppTest) -> str:
    """What the map shows, as its choice says it."""
    return next(str(box.options[0]) for box in app.selectbox if box.key == "show")


@pytest.mark.parametrize(("language", "words"), [("zh", "案件网格（1公里）"), ("en", "Case cells (1 km)")])
def test_the_choice_says_the_unit(overview: Open, language: str, words: str) -> None:
    assert choice(overview({"lang": language})) == words


def test_a_chosen_part_is_drawn_in_cells(overview: Open) -> None:
    assert choice(overview({"zone": "Z07,S19Z08"})) == "案件网格（100米）"


def test_a_pressed_square_leads_to_its_cases(overview: Open, city: Engine) -> None:
    square, n = busiest_square(city)

    app = overview({"period": "all"}, pressed_cell=str(square))

    ways = [parse_qs(link.proto.query_string) for link in app.get("page_link")]
    [way] = [one for one in ways if one.get("cell") == [str(square)]]
    assert listed(city, way) == n
    assert f"**受理** {n:,}" in [one.value for one in app.markdown]
    assert any("网格（1公里）" in one.value for one in app.caption)


def test_a_hot_spot_of_the_city_is_made_of_squares(overview: Open, city: Engine) -> None:
    app = overview()

    lines = [box for box in app.get("popover") if box.proto.popover.label.startswith("**1**")]
    [line] = lines
    way = parse_qs(line.get("page_link")[0].proto.query_string)
    squares = [int(one) for one in way["cell"][0].split(",")]
    assert {side_of(one) for one in squares} == {SQUARE}
    assert f" {listed(city, way):,} 件" in line.proto.popover.label
    assert any("1公里网格" in str(one.value.to_dict()) for one in line.get("table"))
    # it lies where it was planted
    cells = [cell for square in squares for cell in cells_in(square)]
    hot = select(func.count()).where(CaseRow.cell.in_(cells), CaseRow.reported_on >= SINCE)
    with city.connect() as connection:
        inside, planted = connection.scalar(hot) or 0, connection.scalar(hot.where(CaseRow.community.startswith(HOT))) or 0
    assert planted > 0.8 * inside > 0


def test_a_hot_spot_of_a_part_is_made_of_cells(overview: Open) -> None:
    app = overview({"zone": "S19Z07,S19Z08,S19Z12"})

    ways = [parse_qs(link.proto.query_string) for link in app.get("page_link")]
    cells = {int(one) for way in ways for one in way.get("cell", [""])[0].split(",") if one}
    assert {side_of(cell) for cell in cells} <= {CELL}


def test_the_list_of_a_square_says_which(city_url: str, overview: Open, city: Engine) -> None:
    square, n = busiest_square(city)
    app = overview({"cell": str(square), "period": "all"})
    app.switch_page("pages/cases.py").run()

    assert not app.exception
    [chip] = [one for one in app.button if one.key == "drop_cell"]
    assert chip.label.startswith("网格: 公里网格 ")
    assert any(f"{n:,}" in one.value for one in [*app.markdown, *app.caption, *app.subheader])


def test_the_wall_draws_squares(city: Engine) -> None:
    drawn = draw_scene(scenes()["overview"], look(city, "zh"), "light")
    assert "每格（1公里）案件数" in drawn.svg
    assert "nan" not in drawn.svg


def test_the_bulletin_draws_squares_and_a_part_of_the_city_in_cells(city: Engine) -> None:
    office, day = read_office(city), Period(kind=Kind.MONTHLY, on=AS_OF.date())
    square, _ = busiest_square(city)

    whole = gather(city, office, day, Filters(cells=(square,)), AS_OF)
    part = gather(city, office, day, Filters(zones=("Z07",)), AS_OF)

    for facts, side, words in ((whole, SQUARE, "每格（1公里×1公里）案件数"), (part, CELL, "每格（100米×100米）案件数")):
        assert facts.side == side
        assert {side_of(int(cell)) for cell in facts.cells["cell"]} == {side}
        drawing = draw_map(facts.ground, facts.cells, [], crs=office.metric_crs, language="zh", side=facts.side)
        assert drawing is not None
        assert drawing.scale.title == words
    assert "公里网格" in str(compose(whole, "zh"))


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """What any engine is asked; a page opens its own."""
    found: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def test_a_citys_zones_are_asked_of_when_they_are_coloured_or_chosen(overview: Open, city: Engine, statements: list[str]) -> None:
    """Under the squares nobody sees the figures of its 1,488 zones; the one that is chosen has its card."""
    zone = "S19Z14"
    overview()
    assert statements
    assert not any("on_time_rate" in one for one in statements)
    overview(show="overdue")
    assert any("on_time_rate" in one for one in statements)

    chosen = overview({"zone": zone, "since": "2017-01-01", "until": "2017-10-31"})

    year = Filters(since=date(2017, 1, 1), until=date(2017, 10, 31))
    figures = frame_of(city, zone_figures(year, AS_OF)).set_index("code").loc[zone]
    said = [
        one.proto.popover.label for one in chosen.get("popover") if "未结" in one.proto.popover.label or "超期" in one.proto.popover.label
    ]
    assert said == [f"未结 **{figures['open_now']}**", f"超期 **{figures['overdue_now']}**"]
