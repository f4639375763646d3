"""Cases come in once, whole, with everything the office adds to them; and the real main job."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, insert, select, update

from config import ROOT
from geo.datum import from_wgs84, parse_datum
from ingest.history import Summary, read_imports, read_rejects
from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from ingest.preset import load_preset
from ingest.reasons import Unreadable
from model.cases import CaseEvent, CaseLink, CaseRow
from model.engine import open_engine, write
from model.places import Feature
from model.setup import read_office
from model.tables import TABLES
from model.types import stable_id
from tests.ingest.sent import EAST, MIDDLE, NORTH, SOUTH, WEST, a_case, rows_of, write_cases, write_layer

UNSAID = load_preset("finegrid").model_copy(update={"datum": None})

SAID = st.tuples(st.integers(0, 5), st.sampled_from("甲乙丙"))


def counts(summary: Summary) -> tuple[int, int, int, int]:
    return summary.new, summary.changed, summary.unchanged, summary.rejected


def kept(engine: Engine, number: str = "1") -> CaseRow:
    with engine.connect() as connection:
        return connection.execute(select(CaseRow).where(CaseRow.external_id == number)).one()


class TestWhatCameIn:
    """New, changed and unchanged are counted exactly, and nothing comes in twice."""

    def test_the_same_file_again_changes_nothing(self, engine: Engine, tmp_path: Path) -> None:
        file = write_cases(tmp_path / "cases.csv", [a_case(n) for n in range(50)])

        assert counts(load_cases(engine, file)) == (50, 0, 0, 0)
        before = {name: rows_of(engine, name) for name in ("cases", "case_events", "case_links")}
        assert counts(load_cases(engine, file)) == (0, 0, 50, 0)
        assert {name: rows_of(engine, name) for name in before} == before

    def test_changes_are_counted_and_written(self, engine: Engine, tmp_path: Path) -> None:
        load_cases(engine, write_cases(tmp_path / "monday.csv", [a_case(1), a_case(2), a_case(3)]))
        closed = a_case(2, title="已清理")
        second = load_cases(engine, write_cases(tmp_path / "tuesday.csv", [a_case(1), closed, a_case(4)]))

        assert counts(second) == (1, 1, 1, 0)
        assert rows_of(engine, "cases", "external_id", "title") == [
            ("1", "暴露垃圾"),
            ("2", "已清理"),
            ("3", "暴露垃圾"),
            ("4", "暴露垃圾"),
        ]

    def test_columns_that_the_file_does_not_carry_stay(self, engine: Engine, tmp_path: Path) -> None:
        load_cases(engine, write_cases(tmp_path / "full.csv", [a_case(1, description="两袋", department="市容所", reworks=2)]))
        sparse = {name: value for name, value in a_case(1).items() if name in ("source", "external_id", "channel", "kind", "reported_at")}
        summary = load_cases(
            engine, write_cases(tmp_path / "closed.csv", [sparse | {"closed_at": "2017-10-31T15:00:00+08:00"}]), preset="finegrid"
        )

        assert counts(summary) == (0, 1, 0, 0)
        case = kept(engine)
        assert (case.description, case.department, case.reworks, case.title, case.lon) == ("两袋", "市容所", 2, "暴露垃圾", MIDDLE[0])
        assert case.closed_at == datetime(2017, 10, 31, 7, 0, tzinfo=UTC)

    def test_of_a_case_that_stands_twice_the_later_row_counts(self, engine: Engine, tmp_path: Path) -> None:
        file = write_cases(tmp_path / "twice.csv", [a_case(1, title="旧"), a_case(2), a_case(1, title="新"), a_case(2)])
        first, second = load_cases(engine, file), load_cases(engine, file)

        assert (counts(first), counts(second)) == ((2, 0, 0, 1), (0, 0, 2, 1))
        assert kept(engine).title == "新"
        reject = read_rejects(engine, first.import_id).iloc[0]
        assert reject["row"] == 2
        assert "4" in reject["reason"]
        assert sum(first.remarks.values()) == 1

    def test_two_numbers_with_one_id_are_refused(self, engine: Engine, tmp_path: Path) -> None:
        load_cases(engine, write_cases(tmp_path / "first.csv", [a_case(1)]))
        with write(engine) as connection:
            connection.execute(update(CaseRow).values(id=stable_id("test", "2")))
        with pytest.raises(Unreadable, match="test 2 and test 1"):
            load_cases(engine, write_cases(tmp_path / "second.csv", [a_case(2), a_case(3)]))
        assert rows_of(engine, "cases", "external_id") == ["1"]

    def test_a_dry_run_says_the_same_and_leaves_nothing(self, engine: Engine, tmp_path: Path) -> None:
        file = write_cases(tmp_path / "cases.csv", [a_case(1), a_case(2, reported_at="never"), a_case(3, lat=0)])
        before = {name: rows_of(engine, name) for name in TABLES}
        tried = load_cases(engine, file, dry_run=True)

        assert {name: rows_of(engine, name) for name in TABLES} == before
        assert (counts(tried), len(tried.rejects), tried.preview["accepted"].sum()) == ((1, 0, 0, 2), 2, 1)
        done = load_cases(engine, file)
        assert (done.lines("zh"), done.lines("en")) == (tried.lines("zh")[:-1], tried.lines("en")[:-1])

    def test_the_book_says_who_brought_what(self, engine: Engine, tmp_path: Path) -> None:
        load_cases(engine, write_cases(tmp_path / "cases.csv", [a_case(1), a_case(2, reported_at="never")]), who="网格中心")

        line = read_imports(engine).iloc[0]
        assert (line["file"], line["target"], line["preset"], line["datum"]) == ("cases.csv", "cases", "finegrid", "wgs84")
        assert (line["rows_in"], line["rows_new"], line["rows_rejected"]) == (2, 1, 1)
        assert rows_of(engine, "audit_log", "who", "what", "subject") == [("网格中心", "import", "cases: cases.csv")]

    def test_a_file_that_fits_no_preset_is_refused(self, engine: Engine, tmp_path: Path) -> None:
        with pytest.raises(Unreadable, match="--preset"):
            load_cases(engine, write_cases(tmp_path / "prices.csv", [{"fruit": "apple", "price": 3}]))
        assert rows_of(engine, "imports", "id") == []

    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        files=st.lists(st.lists(st.tuples(st.integers(0, 5), st.sampled_from("甲乙丙")), min_size=1, max_size=8), min_size=1, max_size=4)
    )
    def test_the_last_word_counts_however_it_came(self, sqlite_url: str, tmp_path: Path, files: list[list[tuple[int, str]]]) -> None:
        engine, state = open_engine(sqlite_url), dict[str, str]()
        with write(engine) as connection:
            connection.execute(delete(CaseRow))
        for rows in files:
            summary = load_cases(engine, write_cases(tmp_path / "file.csv", [a_case(number, title=title) for number, title in rows]))
            said = {str(number): title for number, title in rows}
            assert summary.new == len(said.keys() - state.keys())
            assert summary.changed == sum(state.get(number, title) != title for number, title in said.items())
            state |= said
        assert dict(rows_of(engine, "cases", "external_id", "title")) == state


class TestWhatTheOfficeAdds:
    """Local days, deadlines, categories, and the life of a case."""

    def test_days_and_hours_are_the_offices(self, engine: Engine, tmp_path: Path) -> None:
        case = a_case(1, reported_at="2017-10-31T23:30:00+08:00", closed_at="2017-11-02T00:15:00+08:00")
        load_cases(engine, write_cases(tmp_path / "cases.csv", [case]))

        row = kept(engine)
        assert (row.reported_on, row.reported_hour, row.closed_on) == (date(2017, 10, 31), 23, date(2017, 11, 2))
        assert row.reported_at == datetime(2017, 10, 31, 15, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("changes", "due"),
        [
            pytest.param({}, "2017-10-31 14:00", id="four working hours"),
            pytest.param({"accepted_at": "2017-10-31T16:30:00+08:00"}, "2017-11-01 12:00", id="from when it was accepted"),
            pytest.param({"category": "0101"}, "2017-11-28 17:30", id="twenty working days"),
            pytest.param({"category": "0403"}, "2017-10-31 11:00", id="one urgent hour"),
            pytest.param({"category": "9101"}, "2017-12-30 23:59", id="sixty calendar days"),
            pytest.param({"due_at": "2017-10-31T12:34:00+08:00"}, "2017-10-31 12:34", id="the source's own"),
            pytest.param({"category": "没有的"}, None, id="a category without a limit"),
        ],
    )
    def test_deadlines(self, engine: Engine, tmp_path: Path, changes: dict[str, str], due: str | None) -> None:
        load_cases(engine, write_cases(tmp_path / "cases.csv", [a_case(1, **changes)]))
        found = kept(engine).due_at
        assert (found and found.astimezone(read_office(engine).timezone).strftime("%Y-%m-%d %H:%M")) == due

    def test_a_deadline_that_was_put_off_stays_until_the_category_changes(self, engine: Engine, tmp_path: Path) -> None:
        load_cases(engine, write_cases(tmp_path / "cases.csv", [a_case(1)]))
        later = datetime(2017, 11, 10, tzinfo=UTC)
        with write(engine) as connection:
            connection.execute(update(CaseRow).values(due_at=later, due_on=later.date()))

        assert load_cases(engine, write_cases(tmp_path / "again.csv", [a_case(1, title="又")])).changed == 1
        assert (kept(engine).due_at, kept(engine).due_on) == (later, later.date())
        load_cases(engine, write_cases(tmp_path / "other.csv", [a_case(1, category="0103")]))
        assert kept(engine).due_on == date(2017, 10, 31)

    @pytest.mark.parametrize(
        ("lines", "due"),
        [
            pytest.param({"suspended": "10:15", "resumed": "12:15"}, "13:00", id="the clock stood for two hours"),
            pytest.param({"suspended": "10:15"}, "11:00", id="it stands still: the deadline moves when it runs again"),
            pytest.param({"extended": "10:30"}, "12:00", id="an extension grants the hour once more"),
            pytest.param({"suspended": "10:15", "resumed": "12:15", "extended": "12:30"}, "14:00", id="both"),
        ],
    )
    def test_a_deadline_that_is_worked_out_anew_heeds_what_the_office_did(
        self, engine: Engine, tmp_path: Path, lines: dict[str, str], due: str
    ) -> None:
        load_cases(engine, write_cases(tmp_path / "cases.csv", [a_case(1)]))
        with write(engine) as connection:
            case_id = connection.scalar(select(CaseRow.id))
            for number, (stage, at) in enumerate(lines.items()):
                moment = datetime.fromisoformat(f"2017-10-31T{at}:00+08:00")
                connection.execute(insert(CaseEvent).values(case_id=case_id, id=number, at=moment, stage=stage, actor="grid"))

        load_cases(engine, write_cases(tmp_path / "other.csv", [a_case(1, category="0403")]))
        found = kept(engine).due_at
        assert found.astimezone(read_office(engine).timezone).strftime("%Y-%m-%d %H:%M") == f"2017-10-31 {due}"

    def test_unknown_categories_join_the_catalogue(self, engine: Engine, tmp_path: Path) -> None:
        summary = load_cases(engine, write_cases(tmp_path / "cases.csv", [a_case(1, category="Pothole"), a_case(2, category="Pothole")]))
        assert summary.categories == 1
        assert ("event", "Pothole", "Pothole") in rows_of(engine, "categories", "kind", "code", "name_en")

    def test_stamps_become_the_life_of_the_case(self, engine: Engine, tmp_path: Path) -> None:
        stamps = {"accepted_at": "2017-10-31T10:30:00+08:00", "closed_at": "2017-10-31T12:00:00+08:00"}
        load_cases(engine, write_cases(tmp_path / "cases.csv", [a_case(1, **stamps)]))
        load_cases(engine, write_cases(tmp_path / "more.csv", [a_case(1, **stamps, handled_at="2017-10-31T11:00:00+08:00")]))
        with engine.connect() as connection:
            life = connection.execute(select(CaseEvent.stage).order_by(CaseEvent.at)).scalars().all()
        assert life == ["reported", "accepted", "handled", "closed"]

    def test_the_time_zone_is_taken_from_the_preset_once(self, engine: Engine, tmp_path: Path) -> None:
        zoned = load_preset("finegrid").model_copy(update={"timezone": "America/New_York"})
        first = load_cases(engine, write_cases(tmp_path / "cases.csv", [a_case(1)]), preset=zoned)
        load_cases(engine, tmp_path / "cases.csv", preset=zoned.model_copy(update={"timezone": "Europe/Paris"}))
        assert read_office(engine).timezone.key == "America/New_York"
        assert any("America/New_York" in note.en for note in first.notes)
        assert kept(engine).reported_hour == 22


class TestDatum:
    """A datum is given, found or refused; never guessed."""

    @pytest.fixture
    def boundary(self, engine: Engine, tmp_path: Path) -> Engine:
        square = shapely.box(WEST, SOUTH, EAST, NORTH)
        load_layer(engine, "boundary", write_layer(tmp_path / "boundary.geojson", [(square, {"code": "1"})]), datum="wgs84")
        return engine

    @pytest.fixture
    def places(self) -> np.ndarray:
        dice = np.random.default_rng(7)
        return np.column_stack([dice.uniform(WEST, EAST, 1500), dice.uniform(SOUTH, NORTH, 1500)])

    @pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
    def test_is_found_by_the_boundary(self, boundary: Engine, tmp_path: Path, places: np.ndarray, datum: str) -> None:
        lon, lat = from_wgs84(places[:, 0], places[:, 1], parse_datum(datum))
        sent = [a_case(n, lon=x, lat=y) for n, (x, y) in enumerate(zip(lon, lat, strict=True))]
        summary = load_cases(boundary, write_cases(tmp_path / "cases.csv", sent), preset=UNSAID)

        assert summary.datum == datum
        assert read_imports(boundary)["datum"].iloc[0] == datum
        found = pd.DataFrame(rows_of(boundary, "cases", "external_id", "lon", "lat"), columns=["n", "lon", "lat"])
        found = found.set_index(found["n"].astype(int)).sort_index()
        assert np.abs(found[["lon", "lat"]].to_numpy() - places).max() < 1e-6

    def test_is_refused_when_nothing_is_known(self, engine: Engine, tmp_path: Path) -> None:
        with pytest.raises(Unreadable, match="--datum"):
            load_cases(engine, write_cases(tmp_path / "cases.csv", [a_case(1)]), preset=UNSAID)
        assert rows_of(engine, "cases", "id") == rows_of(engine, "imports", "id") == []

    def test_is_refused_when_three_cases_cannot_tell(self, boundary: Engine, tmp_path: Path) -> None:
        with pytest.raises(Unreadable, match="--datum"):
            load_cases(boundary, write_cases(tmp_path / "cases.csv", [a_case(1), a_case(2), a_case(3)]), preset=UNSAID)

    def test_is_wgs84_outside_china(self, engine: Engine, tmp_path: Path) -> None:
        summary = load_cases(engine, write_cases(tmp_path / "cases.csv", [a_case(1, lon=-71.06, lat=42.36)]), preset=UNSAID)
        assert summary.datum == "wgs84"
        assert read_office(engine).metric_crs == "EPSG:32619"

    def test_given_counts_against_the_preset(self, engine: Engine, tmp_path: Path) -> None:
        x, y = from_wgs84(*MIDDLE, parse_datum("EPSG:4549"))
        load_cases(
            engine, write_cases(tmp_path / "cases.csv", [a_case(1, lon=float(x), lat=float(y))]), preset="finegrid", datum="EPSG:4549"
        )
        row = kept(engine)
        assert (row.lon, row.lat) == pytest.approx(MIDDLE, abs=1e-8)
        assert row.cell == int(x // 100) * 1_000_000 + int(y // 100)
        assert read_office(engine).metric_crs == "EPSG:4549"


def run(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m ingest` as a person would call it; warnings are errors there too."""
    command = [sys.executable, "-W", "error", "-m", "ingest", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def boston(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[str]]:
    url = f"sqlite:///{tmp_path_factory.mktemp('boston') / 'boston.db'}"
    cases = shared_data / "boston-311-2011.zip"
    done = [
        run(url, "layer", "zones", str(shared_data / "boston-neighbourhoods.geojson")),
        run(url, "cases", str(cases), "--preset", "boston-311"),
        run(url, "cases", str(cases), "--preset", "boston-311"),
    ]
    assert [one.returncode for one in done] == [0, 0, 0], done
    return url, [one.stdout for one in done]


class TestTheRealMainJob:
    """Boston 2011 by the two commands, into an empty database, against the city's own verdict."""

    @pytest.fixture
    def filled(self, boston: tuple[str, list[str]]) -> Engine:
        return open_engine(boston[0])

    def test_all_come_in_and_nearly_all_in_one_zone(self, filled: Engine) -> None:
        with filled.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(CaseRow)) == 58_251
            zoned = connection.execute(select(CaseLink.case_id).where(CaseLink.layer == "zones")).scalars().all()
        assert len(zoned) == len(set(zoned)) == 58_236
        assert len(zoned) / 58_251 >= 0.999

    def test_four_polygons_are_repaired_and_named(self, boston: tuple[str, list[str]], filled: Engine) -> None:
        for name in ("Hyde Park", "East Boston", "Downtown", "Beacon Hill"):
            assert f"{name}: invalid" in boston[1][0]
        assert boston[1][0].count("repaired") == 4
        with filled.connect() as connection:
            assert all(shape.is_valid for shape in connection.execute(select(Feature.geometry)).scalars())

    def test_the_second_import_changes_nothing(self, boston: tuple[str, list[str]]) -> None:
        assert "58,251 rows read: 0 new, 0 changed, 58,251 unchanged, 0 rejected" in boston[1][2]

    def test_the_citys_verdict_is_ours_without_one_exception(self, filled: Engine, shared_data: Path) -> None:
        with zipfile.ZipFile(shared_data / "boston-311-2011.zip") as archive, archive.open(archive.namelist()[0]) as packed:
            verdicts = {row["case_enquiry_id"]: row["ontime"] for row in csv.DictReader(io.TextIOWrapper(packed, "utf-8"))}
        tally = {"in time": 0, "late": 0, "open past the deadline": 0}
        with filled.connect() as connection:
            rows = connection.execute(
                select(CaseRow.external_id, CaseRow.closed_at, CaseRow.due_at).where(CaseRow.due_at.is_not(None))
            ).all()
        for number, closed_at, due_at in rows:
            if verdicts[number]:
                ours = "open past the deadline" if closed_at is None else "in time" if closed_at <= due_at else "late"
                assert (ours == "in time") == (verdicts[number] == "ONTIME"), number
                tally[ours] += 1
        assert tally == {"in time": 35_591, "late": 8_073, "open past the deadline": 3_448}

    def test_the_office_is_in_boston_now(self, filled: Engine) -> None:
        office = read_office(filled)
        assert (office.timezone.key, office.metric_crs) == ("America/New_York", "EPSG:32619")


class TestTheCommandLine:
    """Exit codes, and one clear sentence on the error stream."""

    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            pytest.param(["cases", "nothing.csv"], 1, "nothing.csv", id="no such file"),
            pytest.param(["cases", "README"], 1, "README", id="not a table"),
            pytest.param(["layer", "zones", "README"], 1, "no shapes", id="not a layer"),
            pytest.param(["layer", "moons", "x.geojson"], 2, "moons", id="no such layer"),
            pytest.param(["cases", "cases.csv", "--datum", "mars"], 1, "mars", id="no such datum"),
            pytest.param(["cases", "cases.csv", "--preset", "mars"], 1, "mars", id="no such preset"),
            pytest.param(["fly"], 2, "fly", id="no such command"),
        ],
    )
    def test_refusals(self, sqlite_url: str, tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
        (tmp_path / "README").write_bytes(b"%PDF-1.7 ...")
        write_cases(tmp_path / "cases.csv", [a_case(1)])
        paths = [str(tmp_path / one) if "." in one or one == "README" else one for one in arguments]
        done = run(sqlite_url, *paths)
        assert done.returncode == code
        assert said in done.stderr
        assert "Traceback" not in done.stderr

    def test_rejects_are_written_where_they_were_asked_for(self, sqlite_url: str, tmp_path: Path) -> None:
        write_cases(tmp_path / "cases.csv", [a_case(1), a_case(2, lat=0)])
        done = run(sqlite_url, "cases", str(tmp_path / "cases.csv"), "--rejects", str(tmp_path / "out.csv"))
        assert (done.returncode, "1 new" in done.stdout) == (0, True)
        assert list(pd.read_csv(tmp_path / "out.csv")["row"]) == [3]
        assert "cases.csv" in run(sqlite_url, "history").stdout
