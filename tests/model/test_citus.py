"""The schema can be spread over nodes as docs/citus.sql does it: checked against the rules of Citus, not on a cluster."""

from __future__ import annotations

import re

from sqlalchemy import UniqueConstraint

import model.tables  # noqa: F401
from config import ROOT
from model.base import Base

SCRIPT = (ROOT / "docs" / "citus.sql").read_text(encoding="utf-8")
SPREAD = dict(re.findall(r"create_distributed_table\('(\w+)', '(\w+)'", SCRIPT))
COPIED = re.findall(r"create_reference_table\('(\w+)'\)", SCRIPT)
TABLES = Base.metadata.tables


def test_every_table_has_its_place_once() -> None:
    assert sorted([*SPREAD, *COPIED]) == sorted(TABLES)


def test_every_key_of_a_spread_table_holds_the_column_that_spreads_it() -> None:
    for name, column in SPREAD.items():
        table = TABLES[name]
        unique = [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
        unique += [index.columns for index in table.indexes if index.unique]
        assert all(column in key for key in [table.primary_key.columns, *unique]), name


def test_no_foreign_key_crosses_from_or_to_a_spread_table() -> None:
    for table in TABLES.values():
        for key in table.foreign_keys:
            assert {table.name, key.column.table.name}.isdisjoint(SPREAD), key


def test_a_copied_table_comes_after_those_that_it_points_at() -> None:
    for name in COPIED:
        pointed = {key.column.table.name for key in TABLES[name].foreign_keys} - {name}
        assert all(COPIED.index(other) < COPIED.index(name) for other in pointed), name


def test_what_belongs_to_a_case_lies_beside_it() -> None:
    children = {name for name, table in TABLES.items() if "case_id" in table.columns}
    assert {name for name, column in SPREAD.items() if column == "case_id"} == children
    assert all(f"create_distributed_table('{name}', 'case_id', colocate_with => 'cases')" in SCRIPT for name in children)
