"""What goes wrong around the program costs nobody a row: one sentence says what happened, and when it is over all goes on by itself."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DatabaseError

import model.engine
from actions.act import Refused
from actions.findings import Finding, report_finding
from actions.loop import read_standing, take_step
from ingest.load_cases import load_cases
from model.cases import CaseRow
from model.engine import open_engine, write
from model.kinds import Channel
from model.loop import Step
from model.loop_rules import CLOCK_BEHIND
from model.office import AuditLine, Import
from model.setup import keep_setting, read_office
from model.trouble import BUSY, CLOSED_FOLDER, DAMAGED, FULL, GONE, READ_ONLY, TOO_NEW, Text, trouble_of
from tests.books import balance, furnish
from tests.disks import SAVED, bring, fill_disk, look, only_read, plan
from tests.ingest.sent import MIDDLE, a_case, rows_of, write_cases
from tests.killed import WHO, Told, begin
from tests.once import folder


def not_saved(trouble: Text) -> str:
    return f"Nothing was saved. {trouble.en}"


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Engine]:
    """A furnished office on SQLite."""
    engine = furnish(sqlite_url, tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody reaches, so that somebody else can be kept out of it by its own rights."""
    place = Path(tempfile.mkdtemp(dir=folder()))
    place.chmod(0o777)
    yield place
    place.chmod(0o777)
    shutil.rmtree(place)


def test_a_small_disk_that_is_full(tmp_path: Path) -> None:
    _, ear = begin(fill_disk, str(tmp_path))
    first = ear.recv()
    if first is None:
        pytest.skip("this machine lets nobody mount a small disk; the next test fills the file itself")
    assert first == [SAVED, "0"]
    assert ear.recv() == FULL.en
    assert ear.recv() == [not_saved(FULL), "0"]
    assert ear.recv() == [SAVED, "0"]
    assert ear.recv() == 2000


def test_a_file_that_may_not_grow(office: Engine) -> None:
    office.dispose()

    def bound(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count=1")

    model.engine.event.listen(office, "connect", bound)
    # the pages that are there already take some more
    assert next(said for days in range(1, 900) if (said := plan(office, days)) != SAVED) == not_saved(FULL)
    assert look(office) == "0"
    model.engine.event.remove(office, "connect", bound)
    office.dispose()
    assert plan(office, 999) == SAVED
    balance(office, Told())


@pytest.mark.parametrize(
    ("of_folder", "of_file", "seen"),
    [
        pytest.param(0o777, 0o444, ["0", not_saved(READ_ONLY)], id="the file: looked at, not changed"),
        pytest.param(0o555, 0o444, CLOSED_FOLDER.en, id="the folder: nothing opens"),
    ],
)
def test_read_only(open_folder: Path, of_folder: int, of_file: int, seen: object) -> None:
    place = open_folder / "office.db"
    furnish(f"sqlite:///{place}", open_folder).dispose()
    place.chmod(of_file)
    open_folder.chmod(of_folder)
    _, ear = begin(only_read, f"sqlite:///{place}")
    assert ear.recv() == seen


def test_locked_for_longer_than_the_wait(office: Engine, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model.engine, "LOCK_WAIT_SECONDS", 0.1)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert plan(office) == not_saved(BUSY)
        # whoever only looks waits for nobody
        assert look(office) == "0"
        other.execute("ROLLBACK")
    assert plan(office) == SAVED


def test_locked_on_postgresql(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model.engine, "LOCK_WAIT_SECONDS", 0.1)
    engine = furnish(postgres_url, tmp_path)
    with engine.connect() as other:
        other.execute(text("LOCK TABLE shifts IN SHARE MODE"))
        assert plan(engine) == not_saved(BUSY)
        assert look(engine) == "0"
    assert plan(engine) == SAVED
    balance(engine, Told())
    engine.dispose()


def test_a_file_that_is_gone(office: Engine, file: Path) -> None:
    assert plan(office, 1) == SAVED
    away = file.rename(file.with_name("away.db"))
    for log in file.parent.glob(f"{file.name}-*"):
        log.rename(log.with_name(log.name.replace(file.name, away.name)))

    assert plan(office, 2) == not_saved(GONE)
    assert look(office) == GONE.en
    # nothing empty was put in its place
    assert not file.exists()

    for part in file.parent.glob("away.db*"):
        part.rename(part.with_name(part.name.replace(away.name, file.name)))
    assert plan(office, 3) == SAVED
    balance(office, Told())


def test_a_file_that_goes_in_the_middle_of_a_change(office: Engine, file: Path) -> None:
    def change() -> None:
        with write(office) as connection:
            keep_setting(connection, "title_zh", "半途")
            file.rename(file.with_name("away.db"))

    with pytest.raises(sqlite3.OperationalError) as caught:
        change()
    assert trouble_of(caught.value) is GONE


def test_a_file_that_was_replaced_is_opened_anew(office: Engine, file: Path, tmp_path: Path) -> None:
    other = furnish(f"sqlite:///{tmp_path / 'other.db'}", tmp_path)
    load_cases(other, write_cases(tmp_path / "cases.csv", [a_case(1)]), datum="wgs84")
    other.dispose()
    assert look(office) == "0"
    for log in file.parent.glob(f"{file.name}-*"):
        log.unlink()
    (tmp_path / "other.db").replace(file)
    assert look(office) == "1"
    assert plan(office) == SAVED


@pytest.mark.parametrize("content", [b"not a database" * 500, b"SQLite format 3\0" + b"\xff" * 8000], ids=["other bytes", "a torn head"])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "office.db"
    place.write_bytes(content)
    with pytest.raises(DatabaseError) as caught:
        open_engine(f"sqlite:///{place}")
    assert trouble_of(caught.value) is DAMAGED
    assert place.read_bytes() == content


def test_a_database_of_a_newer_program(engine: Engine) -> None:
    with write(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ValueError, match="newer program") as caught:
        model.engine.migrate(engine)
    assert trouble_of(caught.value) is TOO_NEW


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    engine = create_engine(f"postgresql+psycopg://postgres@/office?host={tmp_path}")
    assert look(engine).startswith("The database cannot be reached.")
    engine.dispose()


def test_a_clock_that_jumps(engine: Engine, tmp_path: Path) -> None:
    furnish(engine.url.render_as_string(), tmp_path).dispose()
    office, began = read_office(engine), datetime(2017, 10, 31, 10, tzinfo=UTC)

    def report(number: str, hours: float) -> int:
        where = {"channel": Channel.PATROL, "kind": "event", "category": "0102", "lon": MIDDLE[0], "lat": MIDDLE[1]}
        then = replace(office, as_of=began + timedelta(hours=hours))
        return report_finding(engine, WHO, then, Finding(number=number, **where)).id

    def step(case_id: int, step: Step, hours: float) -> None:
        with engine.connect() as connection:
            standing = read_standing(connection, case_id)
        assert standing is not None
        at = (began + timedelta(hours=hours)).astimezone(office.timezone)
        take_step(engine, WHO, case_id, step, saw=standing.mark, at=at, department="城管中队", note="已清理")

    # the clock stands, goes back an hour, jumps ahead by ten years, and is put right again
    one = report("1", 0)
    step(one, Step.DISPATCH, 0)
    with pytest.raises(Refused, match="clock") as caught:
        step(one, Step.CLAIM, -1)
    assert caught.value.why is CLOCK_BEHIND
    report("2", -1)
    ahead = report("3", 87_600)
    with pytest.raises(Refused, match="clock"):
        step(ahead, Step.DISPATCH, 1)
    step(one, Step.CLAIM, 1)
    step(one, Step.FEEDBACK, 1)
    report("4", -400_000)

    with engine.connect() as connection:
        cases = connection.execute(select(CaseRow.external_id, CaseRow.reported_at, CaseRow.due_at)).all()
        log = connection.execute(select(AuditLine.what).where(AuditLine.what != "import").order_by(AuditLine.id)).scalars().all()
    # the log keeps the order in which things were done, whatever the clock said
    assert log == ["case.report", "case.dispatch", "case.report", "case.report", "case.claim", "case.feedback", "case.report"]
    assert {case.external_id for case in cases if case.due_at > case.reported_at} == {"1", "2", "3", "4"}
    balance_of_lives(engine, one)


def balance_of_lives(engine: Engine, case_id: int) -> None:
    with engine.connect() as connection:
        standing = read_standing(connection, case_id)
    assert standing is not None
    assert [line.stage for line in standing.lines] == ["reported", "dispatched", "claimed", "handled"]


def test_two_imports_at_once(engine: Engine, tmp_path: Path) -> None:
    url = engine.url.render_as_string()
    furnish(url, tmp_path).dispose()
    files = {
        name: write_cases(tmp_path / f"{name}.csv", [a_case(n, title=name, lon=MIDDLE[0] + n * 1e-6) for n in numbers])
        for name, numbers in {"one": range(400), "other": range(399, 199, -1)}.items()
    }
    both = [begin(bring, url, str(path))[1] for path in files.values()]
    assert [ear.recv() for ear in both] == ["ready", "ready"]
    assert [ear.recv() for ear in both] == [400, 200]

    assert held(engine) in [after(tmp_path / "a.db", tmp_path, files.values()), after(tmp_path / "b.db", tmp_path, [*files.values()][::-1])]
    with engine.connect() as connection:
        books = connection.execute(select(Import.rows_in, Import.rows_new).where(Import.target == "cases")).all()
    assert sum(book.rows_new for book in books) == 400
    balance(engine, Told())


def after(place: Path, folder_of_files: Path, files: object) -> dict[str, list[object]]:
    """What the database holds when one file follows the other."""
    engine = furnish(f"sqlite:///{place}", folder_of_files)
    for file in files:  # type: ignore[attr-defined]
        load_cases(engine, file, datum="wgs84")
    found = held(engine)
    engine.dispose()
    return found


def held(engine: Engine) -> dict[str, list[object]]:
    return {table: rows_of(engine, table) for table in ("cases", "case_events", "case_links")}
