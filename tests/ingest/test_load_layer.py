"""Layers come in once, repaired, in the right datum, and keep what a file does not say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, select

from geo.datum import from_wgs84, parse_datum
from geo.layers import LINE, POINT, Layer, layers
from ingest.history import read_imports, read_rejects
from ingest.load_layer import load_layer
from ingest.reasons import Unreadable
from model.engine import write
from model.places import Feature
from model.setup import keep_setting, read_office
from tests.ingest.sent import EAST, MIDDLE, NORTH, SOUTH, WEST, rows_of, write_layer

SQUARE = shapely.box(WEST, SOUTH, EAST, NORTH)
LEFT, RIGHT = shapely.box(WEST, SOUTH, MIDDLE[0], NORTH), shapely.box(MIDDLE[0], SOUTH, EAST, NORTH)
SUBLAYERS = {"rivers": 116, "bikes": 52, "cameras": 62}


def shapes_of(engine: Engine, key: str) -> dict[str, shapely.Geometry]:
    with engine.connect() as connection:
        return {row.code: row.geometry for row in connection.execute(select(Feature).where(Feature.layer == key))}


def one_of(engine: Engine, code: str) -> Feature:
    with engine.connect() as connection:
        return connection.execute(select(Feature).where(Feature.code == code)).one()


def a_shape(layer: Layer) -> shapely.Geometry:
    """The simplest shape that the layer takes."""
    if layer.geometry & POINT:
        return shapely.Point(MIDDLE)
    return shapely.LineString([MIDDLE, (EAST, NORTH)]) if layer.geometry & LINE else SQUARE


@pytest.mark.parametrize("key", list(layers()))
def test_every_layer_comes_in_by_itself(engine: Engine, tmp_path: Path, key: str) -> None:
    layer = layers()[key]
    file = write_layer(tmp_path / "any.geojson", [(a_shape(layer), {"编号": "甲1", "名称": "第一", layer.label.zh: "x"})])
    summary = load_layer(engine, key, file, datum="wgs84")
    again = load_layer(engine, key, file, datum="wgs84")

    assert (summary.new, summary.rejected, again.new, again.changed, again.unchanged) == (1, 0, 0, 0, 1)
    feature = one_of(engine, "甲1")
    assert feature.layer == key
    assert shapely.equals_exact(feature.geometry, a_shape(layer))
    assert {field.key for field in layer.fields if field.default is not None} <= set(feature.props)
    assert read_office(engine).metric_crs == "EPSG:4549"


def test_boston_neighbourhoods(engine: Engine, shared_data: Path) -> None:
    summary = load_layer(engine, "zones", shared_data / "boston-neighbourhoods.geojson")

    assert (summary.rows_in, summary.new, summary.rejected, summary.datum) == (26, 26, 0, "wgs84")
    repaired = [note.en.split(":")[0] for note in summary.notes if "repaired" in note.en]
    assert sorted(repaired) == ["Beacon Hill", "Downtown", "East Boston", "Hyde Park"]
    assert all(shape.is_valid for shape in shapes_of(engine, "zones").values())
    # two of them really overlap, by Boston University; the place is told
    assert list(summary.problems["kind"]) == ["overlap"]
    assert any("-71.11093, 42.35052" in note.en for note in summary.notes)


class TestChanges:
    """A feature keeps its id, and what a file does not carry."""

    @pytest.fixture
    def zones(self, engine: Engine, tmp_path: Path) -> Engine:
        file = write_layer(
            tmp_path / "zones.geojson", [(LEFT, {"code": "1", "name": "西", "户数": 800}), (RIGHT, {"code": "2", "name": "东"})]
        )
        load_layer(engine, "zones", file, datum="wgs84")
        return engine

    def test_ids_stay(self, zones: Engine, tmp_path: Path) -> None:
        before = one_of(zones, "1").id
        summary = load_layer(zones, "zones", write_layer(tmp_path / "new.geojson", [(SQUARE, {"code": "1"})]), datum="wgs84")
        assert (summary.new, summary.changed, summary.unchanged, summary.retired) == (0, 1, 0, 0)
        after = one_of(zones, "1")
        assert (after.id, after.name, after.props["households"]) == (before, "西", 800)
        assert after.geometry.equals(SQUARE)

    def test_a_feature_missing_from_the_file_stays_unless_replaced(self, zones: Engine, tmp_path: Path) -> None:
        with write(zones) as connection:
            keep_setting(connection, "as_of", "2017-10-31T18:00:00+08:00")
        file = write_layer(tmp_path / "one.geojson", [(LEFT, {"code": "1"})])
        assert load_layer(zones, "zones", file, datum="wgs84").retired == 0
        assert one_of(zones, "2").retired_on is None
        assert load_layer(zones, "zones", file, datum="wgs84", replace=True).retired == 1
        assert one_of(zones, "2").retired_on == date(2017, 10, 31)

    def test_replacing_by_a_faulty_file_is_refused(self, zones: Engine, tmp_path: Path) -> None:
        file = write_layer(tmp_path / "bad.geojson", [(SQUARE, {"code": "1"}), (shapely.Point(MIDDLE), {"code": "2"})])
        with pytest.raises(Unreadable, match="--replace"):
            load_layer(zones, "zones", file, datum="wgs84", replace=True)
        assert one_of(zones, "1").geometry.equals(LEFT)

    def test_what_is_refused_is_named(self, zones: Engine, tmp_path: Path) -> None:
        bow = shapely.Polygon([(121.50, 31.30), (121.51, 31.31), (121.51, 31.30), (121.50, 31.31)])
        file = write_layer(tmp_path / "bad.geojson", [(SQUARE, {"code": "3"}), (bow, {"code": "4", "name": "蝴蝶结"})])
        summary = load_layer(zones, "zones", file, datum="wgs84")
        rejects = read_rejects(zones, summary.import_id)
        assert (summary.new, list(rejects["row"])) == (1, [2])
        assert "蝴蝶结" in rejects["reason"].iloc[0]

    def test_a_gap_and_an_overlap_are_placed(self, zones: Engine, tmp_path: Path) -> None:
        load_layer(zones, "boundary", write_layer(tmp_path / "edge.geojson", [(SQUARE, {"code": "1"})]), datum="wgs84")
        wide, narrow = shapely.box(WEST, SOUTH, MIDDLE[0] + 0.001, NORTH), shapely.box(MIDDLE[0], SOUTH + 0.001, EAST, NORTH)
        file = write_layer(tmp_path / "new.geojson", [(wide, {"code": "1"}), (narrow, {"code": "2"})])
        summary = load_layer(zones, "zones", file, datum="wgs84")
        assert sorted(summary.problems["kind"]) == ["gap", "overlap"]
        overlap, gap = summary.problems["square_metres"]
        # 0.001° are 95.2 m along this parallel and 110.9 m along the meridian
        assert overlap == pytest.approx(95.2 * 8 * 110.9, rel=0.005)
        assert gap == pytest.approx(4 * 95.2 * 110.9, rel=0.005)

    def test_a_dry_run_leaves_nothing(self, zones: Engine, tmp_path: Path) -> None:
        before = rows_of(zones, "features", "code", "name"), rows_of(zones, "imports")
        summary = load_layer(zones, "zones", write_layer(tmp_path / "a.geojson", [(SQUARE, {"code": "9"})]), datum="wgs84", dry_run=True)
        assert (summary.new, len(summary.preview)) == (1, 1)
        assert (rows_of(zones, "features", "code", "name"), rows_of(zones, "imports")) == before


class TestShanghai:
    """A real GeoPackage of several layers, as it is and shifted like a Chinese web map."""

    @pytest.fixture
    def file(self, shared_data: Path) -> Path:
        return shared_data / "shanghai-osm-yangpu.gpkg"

    @pytest.mark.parametrize(("key", "count"), SUBLAYERS.items())
    def test_layers_come_in_by_their_names(self, engine: Engine, file: Path, key: str, count: int) -> None:
        summary = load_layer(engine, key, file, datum="wgs84")
        again = load_layer(engine, key, file, datum="wgs84")
        assert (summary.new, summary.rejected, again.unchanged) == (count, 0, count)
        if key == "rivers":
            assert {"小吉浦", "钱家浜", "纬二河", "纬三河"} <= set(rows_of(engine, "features", "name"))

    @pytest.fixture
    def shifted(self, file: Path, tmp_path: Path) -> dict[str, Path]:
        """Each layer shifted to GCJ-02, once as GeoPackage that still claims WGS-84, once as GeoJSON that says nothing."""

        def shift(xy: np.ndarray) -> np.ndarray:
            return np.column_stack(from_wgs84(xy[:, 0], xy[:, 1], parse_datum("gcj02")))

        for name in ("waterways", "bicycle_parking_areas", "surveillance_cameras"):
            frame = gpd.read_file(file, layer=name)
            frame["geometry"] = shapely.transform(frame.geometry.to_numpy(), shift)
            frame.to_file(tmp_path / "claims.gpkg", layer=name)
            write_layer(
                tmp_path / f"{name}.geojson", [(shape, {"osm_id": n}) for n, shape in zip(frame["osm_id"], frame.geometry, strict=True)]
            )
        return {"claims": tmp_path / "claims.gpkg", "silent": tmp_path}

    @pytest.mark.parametrize("key", SUBLAYERS)
    def test_shifted_and_nothing_known_is_refused(self, engine: Engine, shifted: dict[str, Path], key: str) -> None:
        with pytest.raises(Unreadable, match="--datum"):
            load_layer(engine, key, shifted["claims"])
        assert rows_of(engine, "features", "id") == []

    def test_a_datum_that_leads_far_away_is_noted(self, engine: Engine, file: Path, tmp_path: Path) -> None:
        load_layer(engine, "boundary", file, sublayer="district", datum="wgs84")
        write_layer(tmp_path / "far.geojson", [(shapely.Point(121.5, 31.3), {}), (shapely.Point(116.4, 39.9), {})])
        noted = load_layer(engine, "cameras", tmp_path / "far.geojson", datum="wgs84").notes
        assert any("50.00% of the places lie more than 10 km away" in note.en for note in noted)

    def test_a_file_that_lies_is_refused(self, engine: Engine, file: Path, shifted: dict[str, Path]) -> None:
        load_layer(engine, "rivers", file, datum="wgs84")
        with pytest.raises(Unreadable, match=r"GCJ-02.*--datum gcj02"):
            load_layer(engine, "rivers", shifted["claims"])

    def test_a_file_that_says_nothing_is_recognised(self, engine: Engine, file: Path, shifted: dict[str, Path]) -> None:
        load_layer(engine, "rivers", file, datum="wgs84")
        before = shapes_of(engine, "rivers")
        summary = load_layer(engine, "rivers", shifted["silent"] / "waterways.geojson")
        after = shapes_of(engine, "rivers")

        assert (summary.datum, summary.new) == ("gcj02", 0)
        assert read_imports(engine)["datum"].iloc[0] == "gcj02"
        assert any("GCJ-02" in note.en for note in summary.notes)
        # 1e-7 degrees are a centimetre
        assert max(before[code].hausdorff_distance(after[code]) for code in before) < 1e-7

    def test_the_same_rivers_once_more_are_recognised(self, engine: Engine, file: Path) -> None:
        load_layer(engine, "rivers", file, datum="wgs84")
        summary = load_layer(engine, "rivers", file)
        assert (summary.datum, summary.unchanged) == ("wgs84", 116)

    def test_a_projected_file_comes_to_the_same_place(self, engine: Engine, file: Path, tmp_path: Path) -> None:
        gpd.read_file(file, layer="waterways").to_crs("EPSG:4549").to_file(tmp_path / "metres.gpkg", layer="rivers")
        assert load_layer(engine, "rivers", tmp_path / "metres.gpkg").datum == "EPSG:4549"
        before = shapes_of(engine, "rivers")
        load_layer(engine, "rivers", file, datum="wgs84")
        after = shapes_of(engine, "rivers")
        assert max(before[code].hausdorff_distance(after[code]) for code in before) < 1e-8

    def test_metres_without_a_word_are_refused(self, engine: Engine, tmp_path: Path) -> None:
        file = write_layer(tmp_path / "metres.geojson", [(shapely.box(640_000, 3_460_000, 641_000, 3_461_000), {"code": "1"})])
        with pytest.raises(Unreadable, match="EPSG"):
            load_layer(engine, "zones", file)
