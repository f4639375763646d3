"""The migrations make the tables that the models describe, on both databases, and take them away again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, Index, inspect, select, text
from sqlalchemy.orm import Session

from config import ROOT
from model.base import Base
from model.cases import IS_SLIPPED, IS_UNSETTLED
from model.engine import has_tables, migrate, open_engine, write
from model.kept_facts import SLIPPED, UNSETTLED
from model.places import Feature
from model.tables import TABLES
from tests.postgres import Cluster

# what PostGIS and Alembic keep beside our tables, and the index that only PostGIS knows how to build
NOT_OURS = {"spatial_ref_sys", "alembic_version", "ix_features_geometry"}
UNIT_SQUARE = shapely.box(121.50, 31.30, 121.51, 31.31)

# SQLAlchemy's reflection has no name for PostGIS's column type
pytestmark = pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry':sqlalchemy.exc.SAWarning")


def ours(_thing: object, name: str | None, _kind: str, _reflected: bool, _compared: object) -> bool:
    return name not in NOT_OURS


def ours_on_sqlite(thing: object, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
    """Without the indexes that only PostgreSQL is to have: the comparison does not ask which engine they are for."""
    foreign = kind == "index" and not reflected and isinstance(thing, Index) and "postgresql" in thing.info
    return not foreign and ours(thing, name, kind, reflected, compared)


def alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "model" / "migrations"))
    config.attributes["connection"] = connection
    return config


def differences(engine: Engine) -> list[object]:
    """What a new migration would have to do so that the tables are as the models say."""
    with engine.connect() as connection:
        include = ours_on_sqlite if engine.dialect.name == "sqlite" else ours
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": include})
        return compare_metadata(context, Base.metadata)


def drop_all_and_break(engine: Engine) -> None:
    with write(engine) as connection:
        command.downgrade(alembic(connection), "base")
        raise RuntimeError("half way")


def our_tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - NOT_OURS


def opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def square(code: str) -> Feature:
    return Feature(layer="zones", code=code, name="试验区", props={}, geometry=UNIT_SQUARE)


@pytest.fixture(params=["sqlite", "postgresql"])
def opened_empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database that held nothing, not even its folder or PostGIS, just opened."""
    if request.param == "sqlite":
        yield from opened(f"sqlite:///{tmp_path / 'new' / 'empty.db'}")
    else:
        server: Cluster = request.getfixturevalue("postgres_server")
        worker: str = request.getfixturevalue("worker")
        with server.lend(f"bare_{worker}", template="template1") as url:
            yield from opened(url)


def test_an_empty_database_gets_every_table(opened_empty: Engine):
    assert our_tables(opened_empty) == set(TABLES)


def test_migrating_twice_changes_nothing(engine: Engine):
    with Session(engine) as session:
        session.add(square("01"))
        session.commit()

    migrate(engine)

    with Session(engine) as session:
        assert session.scalars(select(Feature.code)).all() == ["01"]


def test_models_and_migrations_agree(engine: Engine):
    assert differences(engine) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("ALTER TABLE cases DROP COLUMN address", id="a column is missing"),
        pytest.param("DROP INDEX ix_cases_cell", id="an index is missing"),
        pytest.param("CREATE TABLE stray (id INTEGER)", id="a table nobody described"),
    ],
)
def test_a_disagreement_is_seen(engine: Engine, change: str):
    with write(engine) as connection:
        connection.execute(text(change))

    assert len(differences(engine)) == 1


def test_the_indexes_of_unsettled_cases_are_in_the_words_of_the_questions():
    assert [str(one).replace("cases.", "") for one in (UNSETTLED, SLIPPED)] == [IS_UNSETTLED, IS_SLIPPED]


def test_down_to_nothing_and_up_again(engine: Engine):
    with write(engine) as connection:
        command.downgrade(alembic(connection), "base")
    assert our_tables(engine) == set()
    assert not has_tables(engine)

    migrate(engine)
    assert our_tables(engine) == set(TABLES)


def test_a_shape_comes_back_as_it_went_in(engine: Engine):
    with Session(engine) as session:
        session.add(square("01"))
        session.commit()

    with Session(engine) as session:
        kept = session.query(Feature).one()
        assert shapely.equals_exact(kept.geometry, UNIT_SQUARE)


class TestSQLite:
    """What a file of its own promises."""

    @pytest.fixture
    def engine(self, sqlite_url: str) -> Iterator[Engine]:
        yield from opened(sqlite_url)

    def test_readers_and_the_writer_do_not_wait(self, engine: Engine):
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"

    def test_a_migration_broken_half_way_leaves_nothing(self, engine: Engine):
        before = our_tables(engine)

        with pytest.raises(RuntimeError, match="half way"):
            drop_all_and_break(engine)

        assert our_tables(engine) == before


class TestPostGIS:
    """What QGIS and SQL see."""

    @pytest.fixture
    def engine(self, postgres_url: str) -> Iterator[Engine]:
        yield from opened(postgres_url)

    def test_geometry_is_a_native_column(self, engine: Engine):
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT f_table_name, srid FROM geometry_columns WHERE f_table_schema = 'public'")).all()
        assert {tuple(row) for row in rows} == {("features", 4326), ("patrols", 4326), ("inspections", 4326)}

    def test_geometry_has_a_spatial_index(self, engine: Engine):
        with engine.connect() as connection:
            definition = connection.scalar(text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_features_geometry'"))
        assert "USING gist (geometry)" in definition

    @pytest.mark.parametrize(
        ("lon", "lat", "found"),
        [pytest.param(121.505, 31.305, ["01"], id="inside"), pytest.param(121.52, 31.305, [], id="outside")],
    )
    def test_sql_asks_where_a_point_is(self, engine: Engine, lon: float, lat: float, found: list[str]):
        with Session(engine) as session:
            session.add(square("01"))
            session.commit()
            where = text("SELECT code FROM features WHERE ST_Contains(geometry, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))")
            assert session.scalars(where, {"lon": lon, "lat": lat}).all() == found
