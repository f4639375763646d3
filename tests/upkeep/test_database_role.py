"""The dashboard's own role on a real server: it starts, imports and acts, and cannot change what the audit log says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from model.engine import migrate, open_engine, write
from model.trouble import FORBIDDEN, trouble_of
from tests.books import balance, bring_again, furnish
from tests.killed import Hand, Told
from tests.postgres import Cluster
from upkeep.backup import back_up
from upkeep.check import look_through
from upkeep.roles import set_up_role
from upkeep.said import UpkeepError

ROLE = "finegrid_app_of_test"


@pytest.fixture
def owner(postgres_url: str, tmp_path: Path) -> Iterator[Engine]:
    """A furnished office, as its owner sees it."""
    engine = furnish(postgres_url, tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def role_url(owner: Engine, postgres_server: Cluster, postgres_url: str) -> Iterator[str]:
    """What DATABASE_URL is for the dashboard's role."""
    set_up_role(owner, ROLE)
    yield make_url(postgres_url).set(username=ROLE).render_as_string()
    with owner.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {ROLE}"))
    postgres_server.run(sql.SQL("DROP ROLE {}").format(sql.Identifier(ROLE)))


@pytest.fixture
def app(role_url: str) -> Iterator[Engine]:
    """The dashboard's engine: it opens although its role may create nothing."""
    engine = open_engine(role_url)
    yield engine
    engine.dispose()


def test_it_imports_and_acts(app: Engine, role_url: str, owner: Engine, tmp_path: Path) -> None:
    told, hand = Told(), Hand.at(role_url, 3, tmp_path)
    while {"import", "case.report", "case.dispatch", "roster.plan"} - {one[0] for one in told.said}:
        told.said.append(hand.ear.recv())
    hand.kill(told)
    assert not told.of("refused")
    balance(app, told)
    bring_again(app, told)
    # what is added later, by the owner's next migration, asks for the grants again; twice does no harm
    set_up_role(owner, ROLE)
    balance(app, told)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_log SET who = 'nobody'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "INSERT INTO audit_log SELECT * FROM audit_log ON CONFLICT (id) DO UPDATE SET who = 'nobody'",
        "DROP TABLE audit_log",
        "ALTER TABLE audit_log RENAME TO gone",
        "CREATE TRIGGER forge BEFORE INSERT ON audit_log EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "DELETE FROM imports",
        "DELETE FROM rejects",
        "UPDATE rejects SET reason = ''",
        "UPDATE alembic_version SET version_num = '0001'",
        "ALTER TABLE imports DISABLE ROW LEVEL SECURITY",
    ],
)
def test_it_cannot_change_what_was_written(app: Engine, change: str) -> None:
    with pytest.raises(ProgrammingError) as caught, write(app) as connection:
        connection.execute(text(change))
    assert trouble_of(caught.value) is FORBIDDEN


def test_an_import_is_completed_once(app: Engine, owner: Engine) -> None:
    with write(app) as connection:
        assert connection.execute(text("UPDATE imports SET rows_new = 7")).rowcount == 0
    with write(owner) as connection:
        assert connection.execute(text("UPDATE imports SET rows_new = rows_new")).rowcount == 1


def test_who_may_is_said(app: Engine, owner: Engine, tmp_path: Path) -> None:
    assert [line.en for well, line in look_through(app) if not well] == []
    [warning] = [line.en for well, line in look_through(owner) if not well]
    assert "DELETE, TRUNCATE, UPDATE" in warning
    # a backup is the owner's: the book of imports is not the role's to copy whole
    with pytest.raises(UpkeepError, match="row-level security"):
        back_up(app, tmp_path / "office.dump")


def test_an_older_database_is_not_migrated_by_it(owner: Engine, role_url: str) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine = create_engine(role_url)
    with pytest.raises(ProgrammingError) as caught:
        migrate(engine)
    assert trouble_of(caught.value) is FORBIDDEN
    engine.dispose()


@pytest.mark.parametrize("mighty", ["postgres"])
def test_a_role_that_nothing_holds_back_is_refused(owner: Engine, mighty: str) -> None:
    with pytest.raises(UpkeepError, match="nothing holds it back"):
        set_up_role(owner, mighty)


def test_sqlite_has_none(sqlite_url: str) -> None:
    with pytest.raises(UpkeepError, match="SQLite has no roles"):
        set_up_role(open_engine(sqlite_url), ROLE)
