"""A backup taken while somebody works is one whole moment; restored into an empty place it is that moment again."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError
from streamlit.testing.v1 import AppTest

from config import ROOT
from model.engine import open_engine, write
from model.office import AuditLine
from model.tables import TABLES
from tests.books import balance, bring_again, furnish, held
from tests.ingest.sent import rows_of
from tests.killed import Hand, Told
from tests.postgres import Cluster
from tests.ui.conftest import forget
from upkeep.__main__ import main
from upkeep.backup import NAME, back_up, drop_old
from upkeep.record import hash_of, read_record, record_path
from upkeep.restore import restore
from upkeep.said import UpkeepError

NUMBERS = count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, once on each of the two."""
    found: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return found


@pytest.fixture
def empty(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> Iterator[str]:
    """An empty place of the same kind."""
    if url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'new' / 'restored.db'}"
        return
    server: Cluster = request.getfixturevalue("postgres_server")
    worker: str = request.getfixturevalue("worker")
    with server.lend(f"r_{worker}_{next(NUMBERS)}", template="template1") as place:
        yield place
        open_engine(place).dispose()


@pytest.fixture
def office(url: str, tmp_path: Path) -> Iterator[Engine]:
    engine = furnish(url, tmp_path)
    yield engine
    engine.dispose()


def test_taken_while_somebody_works(office: Engine, url: str, empty: str, tmp_path: Path) -> None:
    told, hand = Told(), Hand.at(url, 1, tmp_path)
    for _ in range(6):
        told.said.append(hand.ear.recv())
    so_far = list(told.said)

    file, rows = back_up(office, tmp_path / "office.backup")

    told.said.append(hand.ear.recv())
    hand.kill(told)
    assert sum(restore(file, empty).values()) == rows
    restored = open_engine(empty)
    # what had been told before is in it, and nothing is in it by half
    balance(restored, Told(said=so_far))
    assert rows_of(restored, "features") == rows_of(office, "features")
    # the restored office works: a file that had come in is known, others come in
    bring_again(restored, Told(said=so_far))
    restored.dispose()


def test_the_same_rows_again(office: Engine, empty: str, tmp_path: Path) -> None:
    file, _ = back_up(office, tmp_path / "office.backup")
    restore(file, empty)
    restored = open_engine(empty)
    assert held(restored) == held(office)
    restored.dispose()


def test_nothing_is_overwritten(office: Engine, url: str, tmp_path: Path) -> None:
    before = held(office)
    file, _ = back_up(office, tmp_path / "office.backup")
    bytes_of_it = file.read_bytes()

    with pytest.raises(UpkeepError, match="overwrites nothing"):
        back_up(office, file)
    with pytest.raises(UpkeepError, match="not empty"):
        restore(file, url)

    assert file.read_bytes() == bytes_of_it
    assert held(office) == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("office")) == ["office.backup", "office.backup.json"]


def test_a_damaged_backup_is_refused(office: Engine, empty: str, tmp_path: Path) -> None:
    file, _ = back_up(office, tmp_path / "office.backup")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(UpkeepError, match="another checksum"):
        restore(file, empty)

    # and one whose record was made to fit is found out by what it holds
    told = json.loads(record_path(file).read_text())
    record_path(file).write_text(json.dumps(told | {"sha256": hash_of(file), "rows": told["rows"] | {"audit_log": 99}}))
    with pytest.raises(UpkeepError):
        restore(file, empty)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        pytest.param(None, "has no record", id="without its record"),
        pytest.param("[]", "no record of a backup", id="a record of something else"),
        pytest.param({"migration": "9999"}, "newer program", id="of a newer program"),
        pytest.param({"engine": "oracle"}, "same kind of database", id="of another database"),
    ],
)
def test_a_record_that_does_not_fit(sqlite_url: str, tmp_path: Path, told: dict[str, str] | str | None, found: str) -> None:
    file, _ = back_up(open_engine(sqlite_url), tmp_path / "office.backup")
    if told is None:
        record_path(file).unlink()
    else:
        kept = json.loads(record_path(file).read_text())
        record_path(file).write_text(told if isinstance(told, str) else json.dumps(kept | told))
    with pytest.raises(UpkeepError, match=found):
        restore(file, f"sqlite:///{tmp_path / 'restored.db'}")
    assert not (tmp_path / "restored.db").exists()


def test_a_log_that_lies_there_is_not_played_into_it(sqlite_url: str, tmp_path: Path) -> None:
    file, _ = back_up(open_engine(sqlite_url), tmp_path / "office.backup")
    (tmp_path / "restored.db-wal").write_bytes(b"of another database")
    with pytest.raises(UpkeepError, match=r"restored\.db-wal"):
        restore(file, f"sqlite:///{tmp_path / 'restored.db'}")


def test_a_disk_without_room_leaves_nothing_behind(office: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    # no file of this process, nor of pg_dump, may grow beyond this
    kept, handled = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, kept[1]))
    try:
        with pytest.raises((OSError, sqlite3.Error, UpkeepError)):
            back_up(office, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)
        signal.signal(signal.SIGXFSZ, handled)
    assert list(folder.iterdir()) == []


def test_the_newest_of_a_folder_stay(tmp_path: Path) -> None:
    names = [f"finegrid-2017103{day}T180000Z.db" for day in (0, 1)] + ["finegrid-20171101T180000Z.dump", "ours.db", "finegrid.db"]
    for name in names:
        (tmp_path / name).touch()
        record_path(tmp_path / name).touch()
    assert [path.name for path in drop_old(tmp_path, 2)] == names[:1]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*names[1:], *(f"{name}.json" for name in names[1:])])
    assert drop_old(tmp_path, 5) == []


def test_the_restored_dashboard_opens(
    demo_copy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    backups, place = tmp_path / "backups", tmp_path / "elsewhere" / "office.db"
    backups.mkdir()
    monkeypatch.setenv("DATABASE_URL", demo_copy)
    forget()
    assert main(["backup", str(backups), "--keep", "3"]) == 0
    [file] = [path for path in backups.iterdir() if NAME.fullmatch(path.name)]
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{place}")
    forget()
    assert main(["restore", str(file)]) == 0
    assert main(["restore", str(file)]) == 1
    assert main(["check"]) == 0
    said = capsys.readouterr()
    assert f"{sum(read_record(file).rows.values()):,}" in said.out
    assert "overwrites nothing" in said.err

    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()

    assert not page.exception
    assert not page.error
    assert page.subheader[0].value == "总览"
    forget()


def test_check_finds_a_damaged_file(demo_copy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    file = Path(demo_copy.removeprefix("sqlite:///"))
    with file.open("r+b") as opened:
        opened.seek(os.path.getsize(file) // 2 // 4096 * 4096)
        opened.write(b"\xff" * 4096 * 8)
    monkeypatch.setenv("DATABASE_URL", demo_copy)
    forget()
    assert main(["check"]) == 1
    assert "restore" in capsys.readouterr().err
    forget()


@pytest.mark.parametrize("change", ["void = 1", "facts = facts - (facts & 64)", "end_hours = end_hours + 1", "end_bin = NULL"])
def test_what_was_changed_by_hand_is_noticed_and_counted_anew(
    demo_copy: str, change: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", demo_copy)
    forget()
    with write(open_engine()) as connection:
        closed = "SELECT id FROM cases WHERE void = 0 AND suspended = 0 AND closed_at IS NOT NULL LIMIT 3"
        connection.execute(text(f"UPDATE cases SET {change} WHERE id IN ({closed})"))
    assert main(["check"]) == 1
    assert "python -m upkeep recount" in capsys.readouterr().out
    assert main(["recount"]) == 0
    assert main(["check"]) == 0
    forget()


def test_the_audit_log_of_a_file_only_grows(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    line = "INTO audit_log (id, at, who, what, subject) VALUES (1, '2017-10-31', 'a', 'b', 'c')"
    with write(engine) as connection:
        connection.execute(text(f"INSERT {line}"))
    for change in ("UPDATE audit_log SET who = 'x'", "DELETE FROM audit_log", f"REPLACE {line}"):
        with pytest.raises(IntegrityError, match="only grows"), write(engine) as connection:
            connection.execute(text(change))
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(AuditLine)) == 1
    engine.dispose()


def test_what_is_copied_has_no_log_beside_it(demo_copy: str, tmp_path: Path) -> None:
    file, _ = back_up(open_engine(demo_copy), tmp_path / "one.db")
    moved = shutil.move(file, tmp_path / "moved.db")
    assert sorted(path.name for path in tmp_path.glob("moved*")) == ["moved.db"]
    engine = open_engine(f"sqlite:///{moved}")
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(TABLES["cases"])) == 41_282
    engine.dispose()
