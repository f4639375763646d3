"""The schema can be spread over nodes as docs/citus.sql does it, and imports and actions then say what runs there, by the manual."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from sqlalchemy import Engine, UniqueConstraint, delete, exists, func, insert, inspect, select, update

import model.tables  # noqa: F401
from actions.loop import urge
from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from ingest.load_table import KEYS, load_table
from model.base import Base
from model.cases import CaseEvent, CaseLink, CaseRow
from model.counts import CaseCount
from model.engine import open_engine, write
from model.setup import read_office
from tests.books import balance, furnish
from tests.hostile_office import write_csv
from tests.ingest.sent import EAST, NORTH, SOUTH, WEST, a_case, write_cases, write_layer
from tests.killed import WHO, Told, Worker
from tests.model.citus import COPIED, SCRIPT, SPREAD, STAGED, faults_of, watching
from tests.model.test_counts import counted, kept
from upkeep.backup import back_up

TABLES = Base.metadata.tables
OURS = {name: column for name, column in SPREAD.items() if name not in STAGED}
# what the extension would bring
EXTENSION = """
CREATE FUNCTION create_reference_table(name text) RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION create_distributed_table(name text, key text, colocate_with text DEFAULT '') RETURNS void LANGUAGE sql AS '';
"""


@pytest.fixture
def laid_out(postgres_url: str) -> Iterator[Engine]:
    """A database as the script leaves it, on one node."""
    engine = open_engine(postgres_url)
    script = SCRIPT.replace("CREATE EXTENSION IF NOT EXISTS citus;", EXTENSION)
    with engine.begin() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute(script)
    yield engine
    engine.dispose()


def test_every_table_has_its_place_once() -> None:
    assert sorted([*SPREAD, *COPIED]) == sorted([*TABLES, *STAGED])


def test_what_an_import_lays_aside_lies_where_its_table_does() -> None:
    assert set(STAGED) == {f"staged_{name}" for name in (*KEYS, "cases", "case_links", "features")}
    for name in STAGED:
        assert SPREAD.get(name) == SPREAD.get(name.removeprefix("staged_")), name


def test_every_key_of_a_spread_table_holds_the_column_that_spreads_it() -> None:
    for name, column in OURS.items():
        table = TABLES[name]
        unique = [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
        unique += [index.columns for index in table.indexes if index.unique]
        assert all(column in key for key in [table.primary_key.columns, *unique]), name


def test_no_foreign_key_crosses_from_or_to_a_spread_table() -> None:
    for table in TABLES.values():
        for key in table.foreign_keys:
            assert {table.name, key.column.table.name}.isdisjoint(SPREAD), key


def test_a_copied_table_comes_after_those_that_it_points_at() -> None:
    for name in set(COPIED) - set(STAGED):
        pointed = {key.column.table.name for key in TABLES[name].foreign_keys} - {name}
        assert all(COPIED.index(other) < COPIED.index(name) for other in pointed), name


def test_what_belongs_to_a_case_lies_beside_it() -> None:
    children = {name for name, table in TABLES.items() if "case_id" in table.columns}
    assert {name for name, column in OURS.items() if column == "case_id"} == children
    assert all(f"create_distributed_table('{name}', 'case_id', colocate_with => 'cases')" in SCRIPT for name in children)


def test_imports_and_actions_say_nothing_that_a_cluster_refuses(laid_out: Engine, postgres_url: str, tmp_path: Path) -> None:
    with watching(laid_out) as faults:
        engine = furnish(postgres_url, tmp_path)
        assert engine is laid_out
        told = Told()
        worker = Worker(engine=engine, seed=1, folder=tmp_path, office=read_office(engine), dice=random.Random(3))
        told.said += itertools.islice(worker.works(), 40)
        assert {"import", "case.report", "case.dispatch", "case.claim", "roster.plan"} <= {one[0] for one in told.kept}
        balance(engine, told)
        rows = [a_case(n, lon=(WEST + EAST) / 2, lat=(SOUTH + NORTH) / 2, department="城管中队") for n in range(30)]
        load_cases(engine, write_cases(tmp_path / "a.csv", rows), datum="wgs84")
        for row in rows[:20]:
            row |= {"lon": WEST + 0.001, "department": "市容所"}
        again = load_cases(engine, write_cases(tmp_path / "b.csv", [*rows, a_case(99, lon=EAST, lat=NORTH)]), datum="wgs84")
        # the zone moves away from some, and its cases are linked anew
        lower = write_layer(tmp_path / "z.geojson", [(shapely.box(WEST, SOUTH, EAST, NORTH - 0.004), {"code": "1"})])
        load_layer(engine, "zones", lower, datum="wgs84")
        load_table(engine, "officials", write_csv(tmp_path / "o.csv", [{"code": "L1", "name": "甲"}, {"code": "L9", "name": "乙"}]))
        life = {"source": "test", "external_id": "1", "at": "2017-10-31 09:00", "stage": "accepted"}
        load_table(engine, "case_events", write_csv(tmp_path / "e.csv", [life]))
        urge(engine, WHO, worker.mine, at=worker.clock.now() + timedelta(days=1))

    assert faults == set()
    assert (again.new, again.changed, again.unchanged) == (1, 20, 10)
    # what is kept is right, and nothing is left of what was laid aside
    assert kept(laid_out) == counted(laid_out)
    with laid_out.connect() as connection:
        names = set(inspect(connection).get_table_names())
        assert set(STAGED) <= names
        assert [connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in STAGED] == [0] * len(STAGED)
    assert back_up(laid_out, tmp_path / "office.dump")


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        pytest.param(select(CaseRow.id).where(CaseRow.id == 1).with_for_update(), None, id="one case held"),
        pytest.param(select(CaseRow.id).where(CaseRow.id.in_([1])).with_for_update(), None, id="a list of one held"),
        pytest.param(select(CaseRow.id).where(CaseRow.id.in_([1, 2])).with_for_update(), "FOR UPDATE over several nodes", id="two held"),
        pytest.param(select(CaseRow.id).with_for_update(), "FOR UPDATE over several nodes", id="all held"),
        pytest.param(delete(CaseLink).where(CaseLink.case_id.in_(select(CaseRow.id))), None, id="where they lie together"),
        pytest.param(
            select(CaseRow.id).join(CaseLink, CaseLink.feature_id == CaseRow.cell), "do not meet where they lie together", id="elsewhere"
        ),
        pytest.param(
            select(CaseEvent.id).where(~exists().where(CaseRow.id == CaseEvent.case_id).correlate(CaseEvent)),
            "a subquery that looks outside itself",
            id="correlated",
        ),
        pytest.param(update(CaseRow).values(id=2).where(CaseRow.id == 1), "moves a row to another node", id="another id"),
        pytest.param(
            delete(CaseCount).where(CaseCount.n == select(func.count(CaseRow.id)).scalar_subquery()),
            "changes a copied table by what a spread one says",
            id="a copied one by a spread one",
        ),
        pytest.param(
            insert(CaseCount).from_select(["n"], select(func.count(CaseRow.id))), None, id="a copied one filled from a spread one"
        ),
        pytest.param("TRUNCATE cases", "a text that nobody looked at", id="a text"),
    ],
)
def test_the_look_finds_what_it_should(statement: Any, fault: str | None) -> None:
    found = [one for one in faults_of(statement) if fault is None or fault in one]
    assert bool(found) is (fault is not None), found


def test_without_the_script_an_import_makes_its_own_place(postgres_url: str, tmp_path: Path) -> None:
    engine = furnish(postgres_url, tmp_path)
    with watching(engine) as faults, write(engine):
        pass
    assert faults == set()
    with watching(engine) as faults:
        load_cases(engine, write_cases(tmp_path / "a.csv", [a_case(1)]), datum="wgs84")
    assert {fault.partition(":")[0] for fault in faults} == {"makes or takes away a table"}
    assert not [name for name in inspect(engine).get_table_names() if name.startswith("staged_")]
