"""A river walk comes in as GPX, CSV or XLSX; samples as CSV or XLSX; and what is no walk is refused in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, select

from ingest.__main__ import main
from ingest.gpx import load_gpx
from ingest.load_layer import load_layer
from ingest.load_table import load_table
from ingest.reasons import Unreadable
from model.engine import open_engine
from model.people import Inspection
from model.places import WaterSample
from tests.ingest.sent import EAST, MIDDLE, NORTH, SOUTH, WEST, rows_of, write_layer

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="a telephone" xmlns="http://www.topografix.com/GPX/1/1">'
# two rivers of about 950 and 1,000 m: one west to east, one south to north
RIVERS = [
    (shapely.LineString([(WEST, MIDDLE[1]), (EAST, MIDDLE[1])]), {"code": "R1", "name": "中河"}),
    (shapely.LineString([(WEST, SOUTH), (WEST, NORTH)]), {"code": "R2", "name": "西河"}),
]
# 11 m north of the first one, for half of its length
BANK = [(121.5010, 31.3046), (121.5030, 31.3046), (121.5060, 31.3046)]


def write_gpx(path: Path, *segments: list[tuple[float, float]], times: bool = True, minutes: int = 10) -> Path:
    """A GPX 1.1 file; a point every so many minutes from 09:00 in Shanghai on."""
    number, drawn = 0, ""
    for segment in segments:
        drawn += "<trkseg>"
        for lon, lat in segment:
            moment = pd.Timestamp("2017-10-30T01:00:00Z") + pd.Timedelta(minutes=minutes * number)
            time = f"<time>{moment:%Y-%m-%dT%H:%M:%SZ}</time>" if times else ""
            drawn += f'<trkpt lat="{lat}" lon="{lon}"><ele>3.2</ele>{time}</trkpt>'
            number += 1
        drawn += "</trkseg>"
    path.write_text(f"{HEAD}<trk><name>巡河</name>{drawn}</trk></gpx>", encoding="utf-8")
    return path


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Engine:
    """Two reaches and one chief."""
    load_layer(engine, "rivers", write_layer(tmp_path / "rivers.geojson", RIVERS), datum="wgs84")
    load_table(engine, "officials", pd.DataFrame([{"code": "HC01", "name": "居委河长01"}]))
    return engine


def walks_of(engine: Engine) -> list[Inspection]:
    with engine.connect() as connection:
        return list(connection.execute(select(Inspection.__table__)).all())


def test_a_track_becomes_a_walk_of_the_reach_that_it_goes_along(office: Engine, tmp_path: Path) -> None:
    file = write_gpx(tmp_path / "walk.gpx", BANK)

    assert load_gpx(office, file, official="HC01").new == 1
    [walk] = walks_of(office)
    assert walk.feature_id == rows_of(office, "features", "code", "id")[0][1]
    assert walk.started_at == datetime(2017, 10, 30, 1, tzinfo=UTC)
    assert walk.ended_at == datetime(2017, 10, 30, 1, 20, tzinfo=UTC)
    # half a degree of a hundredth at this latitude, on the ellipsoid
    assert walk.walked_m == pytest.approx(475.8, abs=2)
    assert walk.track.geom_type == "LineString"
    assert rows_of(office, "imports", "file")[-1] == "walk.gpx.csv"


def test_the_same_track_again_changes_nothing(office: Engine, tmp_path: Path) -> None:
    file = write_gpx(tmp_path / "walk.gpx", BANK)
    load_gpx(office, file, official="HC01", dry_run=True)
    assert walks_of(office) == []
    load_gpx(office, file, official="HC01")
    assert load_gpx(office, file, official="HC01").unchanged == 1
    assert len(walks_of(office)) == 1


def test_a_track_with_a_break_keeps_its_parts(office: Engine, tmp_path: Path) -> None:
    file = write_gpx(tmp_path / "walk.gpx", BANK[:2], [(121.5035, 31.3046)], [(121.5080, 31.3046), (121.5090, 31.3046)])
    load_gpx(office, file, official="HC01")
    [walk] = walks_of(office)
    assert walk.track.geom_type == "MultiLineString"
    assert shapely.get_num_geometries(walk.track) == 2
    assert 280 < walk.walked_m < 350


def test_a_reach_that_is_named_is_taken_as_it_is(office: Engine, tmp_path: Path) -> None:
    load_gpx(office, write_gpx(tmp_path / "walk.gpx", BANK), official="HC01", reach="R2")
    [walk] = walks_of(office)
    assert walk.walked_m == 0


GCJ02 = [(lon + 0.0045, lat - 0.0020) for lon, lat in BANK]


@pytest.mark.parametrize(
    ("segments", "given", "said"),
    [
        pytest.param([BANK], {"times": False}, "no times", id="no times"),
        pytest.param([BANK[:1]], {}, "holds no track: found 1 points", id="one point"),
        pytest.param([[BANK[0], BANK[0]]], {}, "holds no track", id="standing still"),
        pytest.param([], {}, "found 0 points", id="nothing"),
        pytest.param([GCJ02], {}, "no reach within 30 m; it must be WGS-84", id="in GCJ-02"),
        pytest.param([BANK], {"reach": "R9"}, "no reach R9; there are R1, R2", id="an unknown reach"),
    ],
)
def test_what_is_no_walk_is_refused(
    office: Engine, tmp_path: Path, segments: list[list[tuple[float, float]]], given: dict[str, Any], said: str
) -> None:
    file = write_gpx(tmp_path / "walk.gpx", *segments, times=given.get("times", True))
    with pytest.raises(Unreadable, match=said):
        load_gpx(office, file, official="HC01", reach=given.get("reach"))
    assert walks_of(office) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"lon,lat\n1,2\n", b"<html></html>", HEAD.encode(), b"<gpx", b"<gpx >\x00"])
def test_another_file_is_no_gpx(office: Engine, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "walk.gpx"
    file.write_bytes(content)
    with pytest.raises(Unreadable, match=r"walk\.gpx (is no GPX file|holds no track)"):
        load_gpx(office, file, official="HC01")


def test_the_command_line_takes_a_walk(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ingest.__main__.open_engine", lambda: open_engine(sqlite_url))
    assert main(["layer", "rivers", str(write_layer(tmp_path / "rivers.geojson", RIVERS)), "--datum", "wgs84"]) == 0
    officials = tmp_path / "officials.csv"
    officials.write_text("code,name\nHC01,居委河长01\n", encoding="utf-8")
    assert main(["table", "officials", str(officials)]) == 0
    assert main(["walk", str(write_gpx(tmp_path / "walk.gpx", BANK)), "--official", "HC01"]) == 0
    assert "1 new" in capsys.readouterr().out
    assert main(["walk", str(tmp_path / "walk.gpx"), "--official", "HC99"]) == 1
    assert "HC99" in capsys.readouterr().err


SAMPLES = pd.DataFrame(
    [
        ("rivers", "R1", "2017-10-12 09:30", 3.9, 8.0, 1.25, 0.25, 55, -60),
        ("rivers", "R1", "2017-09-12T09:30:00+08:00", 4.1, None, 1.2, 0.24, None, 150),
    ],
    columns=[
        *("layer", "feature_code", "sampled_at", "dissolved_oxygen", "permanganate", "ammonia", "phosphorus"),
        *("transparency_cm", "redox_mv"),
    ],
)
WALKS = pd.DataFrame(
    [("rivers", "R1", "HC01", "2017-10-12 09:30", "2017-10-12 10:10", 800.5, "致电13812345678")],
    columns=["layer", "feature_code", "official_code", "started_at", "ended_at", "walked_m", "note"],
)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_samples_and_walks_come_as_tables(office: Engine, tmp_path: Path, kind: str) -> None:
    samples, walks = (_write(frame, tmp_path / f"{name}.{kind}") for name, frame in (("samples", SAMPLES), ("walks", WALKS)))

    assert load_table(office, "water_samples", samples).new == 2
    assert load_table(office, "water_samples", samples).unchanged == 2
    assert load_table(office, "inspections", walks).new == 1
    with office.connect() as connection:
        first = connection.execute(select(WaterSample.__table__).order_by(WaterSample.sampled_at.desc())).first()
    assert first is not None
    assert (first.sampled_at, first.ammonia, first.redox_mv) == (datetime(2017, 10, 12, 1, 30, tzinfo=UTC), 1.25, -60)
    [walk] = walks_of(office)
    assert (walk.started_at, walk.walked_m) == (datetime(2017, 10, 12, 1, 30, tzinfo=UTC), 800.5)
    assert "13812345678" not in str(walk.note)


def _write(frame: pd.DataFrame, path: Path) -> Path:
    if path.suffix == ".csv":
        frame.to_csv(path, index=False, encoding="gb18030")
        return path
    frame.to_excel(path, index=False)
    return path
