"""Links are kept, and worked out anew only for what an import touches; from scratch they would be the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, select, update

from geo.join import link_cases
from geo.layers import layers
from ingest.links import read_features
from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from model.cases import CaseLink, CaseRow
from model.engine import write
from model.places import Feature
from model.setup import read_office
from tests.ingest.sent import EAST, MIDDLE, NORTH, SOUTH, WEST, a_case, rows_of, write_cases, write_layer

MARK = 99.0
HALF = (WEST + EAST) / 2
LEFT, RIGHT = shapely.box(WEST, SOUTH, HALF, NORTH), shapely.box(HALF, SOUTH, EAST, NORTH)
# along the parallel through the middle, from west to east
RIVER = shapely.LineString([(WEST, MIDDLE[1]), (EAST, MIDDLE[1])])
FILES = {
    "zones": [(LEFT, {"code": "01"}), (RIGHT, {"code": "02"})],
    "rivers": [(RIVER, {"code": "R1", "name": "中河"})],
    "bikes": [(shapely.LineString([(121.5050, 31.3045), (121.5055, 31.3045)]), {"code": "B1"})],
    "weak_areas": [(shapely.box(121.502, 31.302, 121.503, 31.303), {"code": "W1"})],
    "cameras": [
        (shapely.Point(MIDDLE), {"code": "C1", "bearing_deg": 0, "field_of_view_deg": 90, "range_m": 60}),
        (shapely.Point(MIDDLE), {"code": "C2", "status": "planned", "range_m": 60}),
    ],
}


def bring(engine: Engine, tmp_path: Path, key: str, features: list[tuple[shapely.Geometry, dict[str, object]]], **options: bool) -> None:
    load_layer(engine, key, write_layer(tmp_path / f"{key}.geojson", features), datum="wgs84", **options)


@pytest.fixture
def ground(engine: Engine, tmp_path: Path) -> Engine:
    """Two zones side by side, a river through both, and one of everything else."""
    for key, features in FILES.items():
        bring(engine, tmp_path, key, features)
    return engine


def links_of(engine: Engine, number: int | str) -> dict[str, tuple[float, float | None, str | None]]:
    """What a case is linked to: the feature's code → metres, along, side."""
    wanted = (
        select(Feature.code, CaseLink.metres, CaseLink.along, CaseLink.side)
        .join(CaseLink, CaseLink.feature_id == Feature.id)
        .join(CaseRow, CaseRow.id == CaseLink.case_id)
        .where(CaseRow.external_id == str(number))
    )
    with engine.connect() as connection:
        return {row.code: (row.metres, row.along, row.side) for row in connection.execute(wanted)}


def from_scratch(engine: Engine) -> pd.DataFrame:
    """The links that all cases would get now, without looking at those that are kept."""
    names = ("id", "lon", "lat", "category", "title")
    cases = pd.DataFrame(rows_of(engine, "cases", *names), columns=list(names)).set_index("id")
    crs = read_office(engine).metric_crs
    with engine.connect() as connection:
        found = [link_cases(cases, read_features(connection, key), layer, crs) for key, layer in layers().items() if layer.join]
    return tidy(pd.concat([links for links in found if len(links)]))


def kept(engine: Engine) -> pd.DataFrame:
    names = ["case_id", "layer", "feature_id", "metres", "along", "side"]
    return tidy(pd.DataFrame(rows_of(engine, "case_links", *names), columns=names))


def tidy(links: pd.DataFrame) -> pd.DataFrame:
    plain = links.astype({"along": float, "metres": float, "side": object})
    return plain.where(plain.notna(), None).sort_values(["case_id", "layer", "feature_id"], ignore_index=True)


def test_a_case_is_linked_to_every_layer(ground: Engine, tmp_path: Path) -> None:
    # about 11.1 m north of the river, of the bike zone, and of the camera, in whose view it is
    load_cases(ground, write_cases(tmp_path / "cases.csv", [a_case(1, lon=121.5051, lat=31.3046, category="0508")]))

    links = links_of(ground, 1)
    assert set(links) == {"02", "R1", "B1", "C1"}
    assert links["02"] == (0, None, None)
    metres, along, side = links["R1"]
    assert metres == pytest.approx(11.09, abs=0.05)
    assert along == pytest.approx(485.5, abs=0.5)
    assert side == "left"
    assert links["B1"][0] == pytest.approx(11.09, abs=0.05)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        pytest.param({"lon": HALF, "lat": 31.308}, {"01"}, id="a shared border goes to the lower code"),
        pytest.param({"lat": 31.308}, {"01"}, id="far from everything but its zone"),
        pytest.param({"lon": 121.6}, set(), id="in no zone"),
        pytest.param({"lon": 121.5025, "lat": 31.3025}, {"01", "W1"}, id="in a weak area"),
        pytest.param({"lon": 121.5052}, {"02", "R1"}, id="rubbish beside a bike zone is no bicycle"),
        pytest.param({"lon": 121.5052, "title": "共享单车乱停"}, {"02", "R1", "B1"}, id="but a bicycle is"),
        pytest.param({"lon": None, "lat": None}, set(), id="without a place"),
    ],
)
def test_where_a_case_belongs(ground: Engine, tmp_path: Path, changes: dict[str, object], codes: set[str]) -> None:
    load_cases(ground, write_cases(tmp_path / "cases.csv", [a_case(1, **changes), a_case(2, lon=121.9)]))
    assert set(links_of(ground, 1)) == codes


def test_a_case_that_moves_takes_its_links_along(ground: Engine, tmp_path: Path) -> None:
    load_cases(ground, write_cases(tmp_path / "monday.csv", [a_case(1, lon=121.501), a_case(2, lon=121.501)]))
    load_cases(ground, write_cases(tmp_path / "tuesday.csv", [a_case(1, lon=121.509, lat=31.308)]))
    assert (set(links_of(ground, 1)), set(links_of(ground, 2))) == ({"02"}, {"01", "R1"})
    pd.testing.assert_frame_equal(kept(ground), from_scratch(ground))


def test_a_changed_zone_touches_only_the_cases_in_it(ground: Engine, tmp_path: Path) -> None:
    load_cases(ground, write_cases(tmp_path / "cases.csv", [a_case(n, lon=121.5002 + n * 0.001, lat=31.308) for n in range(10)]))
    with write(ground) as connection:
        connection.execute(update(CaseLink).values(metres=MARK))
    # the left zone gives its western half away
    bring(ground, tmp_path, "zones", [(shapely.box(WEST + 0.0025, SOUTH, HALF, NORTH), {"code": "01"}), (RIGHT, {"code": "02"})])

    metres = {n: {code: link[0] for code, link in links_of(ground, n).items()} for n in range(10)}
    assert all(metres[n] == {} for n in range(3))
    assert all(metres[n] == {"01": 0} for n in range(3, 5))
    assert all(metres[n] == {"02": MARK} for n in range(5, 10))


def test_an_unchanged_layer_touches_nothing(ground: Engine, tmp_path: Path) -> None:
    load_cases(ground, write_cases(tmp_path / "cases.csv", [a_case(1)]))
    with write(ground) as connection:
        connection.execute(update(CaseLink).values(metres=MARK))
    for key, features in FILES.items():
        bring(ground, tmp_path, key, features)
    assert {link[0] for link in links_of(ground, 1).values()} == {MARK}


def test_a_retired_feature_links_no_more(ground: Engine, tmp_path: Path) -> None:
    load_cases(ground, write_cases(tmp_path / "cases.csv", [a_case(1, lon=121.508)]))
    bring(ground, tmp_path, "zones", FILES["zones"][:1], replace=True)
    assert set(links_of(ground, 1)) == {"R1"}
    load_cases(ground, write_cases(tmp_path / "later.csv", [a_case(2, lon=121.508)]))
    assert set(links_of(ground, 2)) == {"R1"}
    bring(ground, tmp_path, "zones", FILES["zones"])
    assert set(links_of(ground, 1)) == set(links_of(ground, 2)) == {"02", "R1"}


def test_step_by_step_gives_what_all_at_once_would(ground: Engine, tmp_path: Path) -> None:
    dice = np.random.default_rng(11)

    def scatter(first: int, count: int) -> Path:
        places = zip(dice.uniform(WEST - 0.001, EAST + 0.001, count), dice.uniform(SOUTH, NORTH, count), strict=True)
        words = dice.choice(["0508", "0102"], count)
        sent = [a_case(first + n, lon=lon, lat=lat, category=word) for n, ((lon, lat), word) in enumerate(zip(places, words, strict=True))]
        return write_cases(tmp_path / "scattered.csv", sent)

    load_cases(ground, scatter(0, 400))
    for step in range(4):
        cut = HALF + dice.uniform(-0.002, 0.002)
        bring(ground, tmp_path, "zones", [(shapely.box(cut, SOUTH, EAST, NORTH), {"code": "02"})])
        bent = shapely.LineString([(WEST, MIDDLE[1]), (cut, MIDDLE[1] + 0.001 * step), (EAST, MIDDLE[1])])
        bring(ground, tmp_path, "rivers", [(bent, {"code": "R1"})])
        camera = shapely.Point(cut, MIDDLE[1])
        bring(ground, tmp_path, "cameras", [(camera, {"code": "C1", "bearing_deg": 90 * step, "range_m": 300}), (camera, {"code": "C3"})])
        bring(ground, tmp_path, "bikes", [(shapely.LineString([(cut, 31.302), (cut, 31.3025)]), {"code": f"B{step}"})])
        load_cases(ground, scatter(100 * step, 200))
        pd.testing.assert_frame_equal(kept(ground), from_scratch(ground))
    assert set(kept(ground)["layer"]) == set(FILES)
