"""Side tables: natural keys, names instead of ids, all or nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, select

from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from ingest.load_table import load_table
from ingest.reasons import Unreadable
from model.people import Patrol
from tests.ingest.sent import EAST, NORTH, SOUTH, WEST, a_case, rows_of, write_cases, write_layer

OFFICIALS = "code,name,title\nL01,值班领导01,处级\nL02,值班领导02,处级\n"
DUTY = "layer,feature_code,official_code,role,since,until\n"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Engine:
    """One zone, two officials, one case."""
    zone = write_layer(tmp_path / "zones.geojson", [(shapely.box(WEST, SOUTH, EAST, NORTH), {"code": "01"})])
    load_layer(engine, "zones", zone, datum="wgs84")
    load_cases(engine, write_cases(tmp_path / "cases.csv", [a_case(1)]))
    load_table(engine, "officials", write(tmp_path / "officials.csv", OFFICIALS))
    return engine


def test_the_same_rows_again_change_nothing(office: Engine, tmp_path: Path) -> None:
    again = load_table(office, "officials", tmp_path / "officials.csv")
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    more = load_table(office, "officials", write(tmp_path / "more.csv", "code,name,phone\nL01,值班领导一,021-0000-0001\nL03,值班领导03,\n"))
    assert (more.new, more.changed, more.unchanged) == (1, 1, 0)
    # the title was not in the file
    assert ("值班领导一", "处级") in rows_of(office, "officials", "name", "title")


def test_features_and_officials_go_by_their_codes(office: Engine, tmp_path: Path) -> None:
    file = write(tmp_path / "duties.csv", DUTY + "zones,01,L01,leader,2017-01-01,2017-06-30\nzones,01,L02,leader,2017-07-01,\n")
    assert load_table(office, "duties", file).new == 2
    assert load_table(office, "duties", file).unchanged == 2
    assert rows_of(office, "duties", "since", "until") == [(date(2017, 1, 1), date(2017, 6, 30)), (date(2017, 7, 1), None)]


def test_times_json_and_tracks(office: Engine, tmp_path: Path) -> None:
    track = "LINESTRING (121.501 31.301, 121.502 31.302)"
    walk = pd.DataFrame([{"official_code": "L01", "started_at": "2017-10-30T09:00", "track": track, "note": "致电13812345678"}])
    assert load_table(office, "patrols", walk).removed["mobile"] == 1
    with office.connect() as connection:
        row = connection.execute(select(Patrol)).one()
    assert row.started_at == datetime(2017, 10, 30, 1, 0, tzinfo=UTC)
    assert row.track.equals(shapely.from_wkt(track))
    assert "138" not in row.note
    assert load_table(office, "patrols", walk).unchanged == 1


def test_events_go_by_the_number_of_their_case(office: Engine, tmp_path: Path) -> None:
    event = "source,external_id,at,stage,actor\ntest,1,2017-10-31T12:00:00+08:00,dispatched,网格中心\n"
    assert load_table(office, "case_events", write(tmp_path / "events.csv", event)).new == 1
    # the report itself is known from the case
    told = write(tmp_path / "same.csv", "source,external_id,at,stage\ntest,1,2017-10-31T10:00:00+08:00,reported\n")
    assert load_table(office, "case_events", told).unchanged == 1


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param("duties", DUTY + "zones,77,L01,leader,2017-01-01,\n", "zones 77", id="an unknown feature"),
        pytest.param("duties", DUTY + "zones,01,L77,leader,2017-01-01,\n", "L77", id="an unknown official"),
        pytest.param("duties", DUTY + "zones,01,L01,leader,January,\n", "row 2: 'January' in since is no .*date", id="no date"),
        pytest.param("duties", DUTY + "zones,01,L01,,2017-01-01,\n", "role is empty", id="an empty column"),
        pytest.param("duties", DUTY + "zones,01,L01,a,2017-01-01,\n" * 2, "row 3: the same entry", id="the same twice"),
        pytest.param("duties", "layer,feature_code,role\nzones,01,leader\n", "official_id", id="a missing column"),
        pytest.param("officials", "code,name,shoes\nL01,x,42\n", "shoes", id="a strange column"),
        pytest.param("officials", OFFICIALS + "L03,x,y,z\n", "row 4", id="a broken row"),
        pytest.param("ledger_entries", "ledger_key,on_date,amount\nnone,2017-01-01,3\n", "does not have", id="an unknown ledger"),
        pytest.param("case_events", "source,external_id,at,stage\ntest,9,2017-10-31T10:00,closed\n", "test 9", id="an unknown case"),
        pytest.param("features", "layer,code\nzones,1\n", "no table features", id="a table that is none of these"),
    ],
)
def test_what_does_not_fit_is_refused_whole(office: Engine, tmp_path: Path, name: str, text: str, said: str) -> None:
    before = {table: rows_of(office, table) for table in ("officials", "duties", "ledger_entries", "case_events", "imports")}
    with pytest.raises(Unreadable, match=said):
        load_table(office, name, write(tmp_path / "sent.csv", text))
    assert {table: rows_of(office, table) for table in before} == before
