"""A city and a district are drawn in squares on every map, a part of them in cells; what is said of a square leads to its cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from model.units import BLOCK, CELL, SQUARE, cells_in, side_of
from queries.cases import Choice, case_page
from queries.filters import Filters
from queries.overview import zone_figures
from queries.run import frame_of
from reports.compose import compose
from reports.gather import gather
from reports.map import draw_map
from reports.period import Kind, Period
from tests.city import CITY, DISTRICT, SINCE, Area
from tests.ui.conftest import forget
from wall.frame import draw_scene, look
from wall.scene import scenes

Open = Callable[..., AppTest]


@dataclass(frozen=True, kw_only=True)
class Place:
    """An area in its database, the side of what it is drawn in, and how people call that."""

    url: str
    engine: Engine
    area: Area
    side: int
    zh: str
    en: str


@pytest.fixture(params=["city", "district"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """The city, and the district."""
    is_city = request.param == "city"
    url = request.getfixturevalue(f"{request.param}_url")
    opened = open_engine(url)
    zh, en = ("1公里", "1 km") if is_city else ("200米", "200 m")
    yield Place(url=url, engine=opened, area=CITY if is_city else DISTRICT, side=SQUARE if is_city else BLOCK, zh=zh, en=en)
    opened.dispose()


@pytest.fixture
def city(city_url: str) -> Iterator[Engine]:
    opened = open_engine(city_url)
    yield opened
    opened.dispose()


@pytest.fixture
def overview(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the overview of a database at an address; `state` is what was pressed before."""

    def open_page(url: str, params: dict[str, str] | None = None, **state: str) -> AppTest:
        monkeypatch.setenv("DATABASE_URL", url)
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


def busiest_square(place: Place) -> tuple[int, int]:
    """The square with most cases outside of the hot subdistrict, and how many, cell by cell."""
    counts: dict[int, int] = {}
    elsewhere = (CaseRow.void.is_(False), ~CaseRow.community.startswith(place.area.hot))
    found = select(CaseRow.cell, func.count()).where(*elsewhere).group_by(CaseRow.cell)
    abreast = place.side // 100
    with place.engine.connect() as connection:
        for cell, n in connection.execute(found):
            east, north = divmod(cell, 1_000_000)
            square = place.side * 10**12 + east // abreast * 1_000_000 + north // abreast
            counts[square] = counts.get(square, 0) + n
    return max(counts.items(), key=lambda one: (one[1], one[0]))


def choice(app: AppTest) -> str:
    """What the map shows, as its choice says it."""
    return next(str(box.options[0]) for box in app.selectbox if box.key == "show")


def test_the_choice_says_the_unit(overview: Open, place: Place) -> None:
    assert choice(overview(place.url, {"lang": "zh"})) == f"案件网格（{place.zh}）"
    assert choice(overview(place.url, {"lang": "en"})) == f"Case cells ({place.en})"


def test_a_chosen_part_is_drawn_in_cells(overview: Open, place: Place) -> None:
    assert choice(overview(place.url, {"zone": "Z07,S03Z08"})) == "案件网格（100米）"


def test_a_chosen_district_of_a_city_is_drawn_in_blocks(overview: Open, city_url: str) -> None:
    zones = [f"S{subdistrict:02d}Z{zone:02d}" for subdistrict in (9, 10, 11) for zone in range(1, 32)]
    assert choice(overview(city_url, {"zone": ",".join(zones)})) == "案件网格（200米）"


def test_a_pressed_square_leads_to_its_cases(overview: Open, place: Place) -> None:
    square, n = busiest_square(place)

    app = overview(place.url, {"period": "all"}, pressed_cell=str(square))

    ways = [parse_qs(link.proto.query_string) for link in app.get("page_link")]
    [way] = [one for one in ways if one.get("cell") == [str(square)]]
    assert listed(place.engine, way) == n
    assert f"**受理** {n:,}" in [one.value for one in app.markdown]
    assert any(f"网格（{place.zh}）" in one.value for one in app.caption)


def test_a_hot_spot_is_made_of_squares(overview: Open, place: Place) -> None:
    app = overview(place.url)

    lines = [box for box in app.get("popover") if box.proto.popover.label.startswith("**1**")]
    [line] = lines
    way = parse_qs(line.get("page_link")[0].proto.query_string)
    squares = [int(one) for one in way["cell"][0].split(",")]
    assert {side_of(one) for one in squares} == {place.side}
    assert f" {listed(place.engine, way):,} 件" in line.proto.popover.label
    assert any(f"{place.zh}网格" in str(one.value.to_dict()) for one in line.get("table"))
    # it lies where it was planted
    cells = [cell for square in squares for cell in cells_in(square)]
    hot = select(func.count()).where(CaseRow.cell.in_(cells), CaseRow.reported_on >= SINCE)
    with place.engine.connect() as connection:
        inside = connection.scalar(hot) or 0
        planted = connection.scalar(hot.where(CaseRow.community.startswith(place.area.hot))) or 0
    assert planted > 0.8 * inside > 0


def test_a_hot_spot_of_a_part_is_made_of_cells(overview: Open, city_url: str) -> None:
    app = overview(city_url, {"zone": "S19Z07,S19Z08,S19Z12"})

    ways = [parse_qs(link.proto.query_string) for link in app.get("page_link")]
    cells = {int(one) for way in ways for one in way.get("cell", [""])[0].split(",") if one}
    assert {side_of(cell) for cell in cells} <= {CELL}


def test_the_list_of_a_square_says_which(overview: Open, place: Place) -> None:
    square, n = busiest_square(place)
    app = overview(place.url, {"cell": str(square), "period": "all"})
    app.switch_page("pages/cases.py").run()

    assert not app.exception
    [chip] = [one for one in app.button if one.key == "drop_cell"]
    assert chip.label.startswith(f"网格: {place.zh.removeprefix('1')}网格 ")
    assert any(f"{n:,}" in one.value for one in [*app.markdown, *app.caption, *app.subheader])


def test_the_wall_draws_squares(place: Place) -> None:
    drawn = draw_scene(scenes()["overview"], look(place.engine, "zh"), "light")
    assert f"每格（{place.zh}）案件数" in drawn.svg
    assert "nan" not in drawn.svg


def test_the_bulletin_draws_squares_and_a_part_in_cells(place: Place) -> None:
    office, day = read_office(place.engine), Period(kind=Kind.MONTHLY, on=AS_OF.date())
    square, _ = busiest_square(place)

    whole = gather(place.engine, office, day, Filters(cells=(square,)), AS_OF)
    part = gather(place.engine, office, day, Filters(zones=("Z07",)), AS_OF)

    for facts, side, unit in ((whole, place.side, place.zh), (part, CELL, "100米")):
        assert facts.side == side
        assert {side_of(int(cell)) for cell in facts.cells["cell"]} == {side}
        drawing = draw_map(facts.ground, facts.cells, [], crs=office.metric_crs, language="zh", side=facts.side)
        assert drawing is not None
        assert drawing.scale.title == f"每格（{unit}×{unit}）案件数"
    assert f"{place.zh.removeprefix('1')}网格" in str(compose(whole, "zh"))


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """What any engine is asked; a page opens its own."""
    found: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def test_a_citys_zones_are_asked_of_when_they_are_coloured_or_chosen(
    overview: Open, city_url: str, city: Engine, statements: list[str]
) -> None:
    """Under the squares nobody sees the figures of its 1,488 zones; the one that is chosen has its card."""
    zone = "S19Z14"
    overview(city_url)
    assert statements
    assert not any("on_time_rate" in one for one in statements)
    overview(city_url, show="overdue")
    assert any("on_time_rate" in one for one in statements)

    chosen = overview(city_url, {"zone": zone, "since": "2017-01-01", "until": "2017-10-31"})

    year = Filters(since=date(2017, 1, 1), until=date(2017, 10, 31))
    figures = frame_of(city, zone_figures(year, AS_OF)).set_index("code").loc[zone]
    said = [
        one.proto.popover.label for one in chosen.get("popover") if "未结" in one.proto.popover.label or "超期" in one.proto.popover.label
    ]
    assert said == [f"未结 **{figures['open_now']}**", f"超期 **{figures['overdue_now']}**"]
