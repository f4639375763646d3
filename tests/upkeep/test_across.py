"""An office grows out of its file: everything of it stands on PostgreSQL afterwards, and goes on there; and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from sqlalchemy import Engine, insert, select, text

from ingest.load_layer import load_layer
from model.cases import Attachment, CaseRow
from model.engine import open_engine, write
from model.office import AuditLine
from tests.books import furnish, held
from tests.ingest.sent import EAST, NORTH, SOUTH, WEST, rows_of, write_layer
from tests.ui.conftest import forget
from upkeep.__main__ import main
from upkeep.across import copy_across
from upkeep.said import UpkeepError


@pytest.fixture
def server(postgres_url: str) -> Iterator[Engine]:
    """An empty, migrated database on PostgreSQL."""
    engine = open_engine(postgres_url)
    yield engine
    engine.dispose()


def test_there_and_back(demo_copy: str, postgres_url: str, server: Engine, tmp_path: Path) -> None:
    office = open_engine(demo_copy)
    with write(office) as connection:
        case = connection.execute(select(CaseRow.id, CaseRow.reported_at).limit(1)).one()
        photo = {"id": 1, "sha256": "0" * 64, "mime": "image/jpeg", "bytes": bytes(range(256)), "taken_at": case.reported_at}
        connection.execute(insert(Attachment).values(case_id=case.id, **photo))
    back = open_engine(f"sqlite:///{tmp_path / 'back.db'}")

    rows = copy_across(demo_copy, server)
    assert rows["cases"] > 40_000
    copy_across(postgres_url, back)

    assert held(back) == held(office)


def test_what_is_written_next_gets_numbers_of_its_own(sqlite_url: str, server: Engine, tmp_path: Path) -> None:
    furnish(sqlite_url, tmp_path)
    copy_across(sqlite_url.removeprefix("sqlite:///"), server)
    before = rows_of(server, "audit_log")

    zone = write_layer(tmp_path / "more.geojson", [(shapely.box(WEST, SOUTH, EAST, NORTH), {"code": "2"})])
    load_layer(server, "zones", zone, datum="wgs84")

    with server.connect() as connection:
        ids = connection.scalars(select(AuditLine.id).order_by(AuditLine.id)).all()
    assert len(ids) > len(before)
    assert len(set(ids)) == len(ids)


def test_nothing_is_written_over(sqlite_url: str, postgres_url: str, server: Engine, tmp_path: Path) -> None:
    furnish(sqlite_url, tmp_path)
    furnish(postgres_url, tmp_path)
    before = held(server)
    with pytest.raises(UpkeepError, match="not empty"):
        copy_across(sqlite_url, server)
    assert held(server) == before


def test_a_copy_that_breaks_off_leaves_nothing(sqlite_url: str, server: Engine, tmp_path: Path) -> None:
    furnish(sqlite_url, tmp_path)
    with write(server) as connection:
        connection.execute(text("ALTER TABLE audit_log ADD CONSTRAINT never CHECK (id < 0)"))
    with pytest.raises(Exception, match="never"):
        copy_across(sqlite_url, server)
    assert not any(held(server).values())


def test_what_was_changed_by_hand_is_not_taken_over(demo_copy: str, sqlite_url: str) -> None:
    with write(open_engine(demo_copy)) as connection:
        connection.execute(text("UPDATE case_counts SET n = n + 1 WHERE id = (SELECT min(id) FROM case_counts)"))
    target = open_engine(sqlite_url)
    with pytest.raises(UpkeepError, match="python -m upkeep check"):
        copy_across(demo_copy, target)
    assert not any(held(target).values())


def test_the_command(
    sqlite_url: str, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    furnish(sqlite_url, tmp_path)
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    forget()
    assert main(["copy", str(tmp_path / "nothing.db")]) == 1
    assert "nothing.db" in capsys.readouterr().err
    assert main(["copy", sqlite_url]) == 0
    assert "copied and counted" in capsys.readouterr().out
    assert main(["copy", sqlite_url]) == 1
    assert "not empty" in capsys.readouterr().err
    open_engine().dispose()
    forget()
