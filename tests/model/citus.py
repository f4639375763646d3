"""What a Citus cluster refuses, by its manual (SQL support and workarounds, 10 to 13), in the statements that a block sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Delete, Engine, Select, Table, Update, event
from sqlalchemy.schema import DDLElement
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, ColumnClause

from config import ROOT

SCRIPT = (ROOT / "docs" / "citus.sql").read_text(encoding="utf-8")
# table → the column that spreads it
SPREAD = dict(re.findall(r"create_distributed_table\('(\w+)', '(\w+)'", SCRIPT))
COPIED = re.findall(r"create_reference_table\('(\w+)'\)", SCRIPT)
STAGED = re.findall(r"CREATE UNLOGGED TABLE (\w+) AS TABLE", SCRIPT)
# statements that the coordinator answers by itself
PLAIN = ("SET LOCAL ", "SELECT pg_advisory_xact_lock(", "SELECT version_num", "select pg_catalog.", "show ", "BEGIN", "COMMIT", "ROLLBACK")


@contextmanager
def watching(engine: Engine) -> Iterator[set[str]]:
    """Every fault of every statement that is sent meanwhile, in a line each."""
    faults: set[str] = set()

    def look(_: Any, statement: Any, *__: Any) -> None:
        faults.update(f"{fault}: {' '.join(str(statement).split())[:300]}" for fault in faults_of(statement))

    event.listen(engine, "before_execute", look)
    yield faults
    event.remove(engine, "before_execute", look)


def faults_of(statement: Any) -> Iterator[str]:
    """Why a cluster would refuse it; nothing where it runs."""
    if isinstance(statement, str):
        if not statement.startswith(PLAIN):
            yield "a text that nobody looked at"
        return
    if isinstance(statement, DDLElement):
        yield "makes or takes away a table"
        return
    parts = list(visitors.iterate(statement))
    tables = {part.name: part for part in parts if isinstance(part, Table)}
    yield from (f"{name} has no place on the cluster" for name in tables if name not in SPREAD and name not in COPIED)
    spread = {name for name in tables if name in SPREAD}
    if not spread:
        return
    equal = [part for part in parts if isinstance(part, BinaryExpression) and part.operator in (operators.eq, operators.in_op)]
    yield from _faults_of_joins(equal, spread)
    for part in parts:
        if isinstance(part, Select) and part._for_update_arg is not None and not any(True for one in equal for _ in _pinned(one)):
            yield "FOR UPDATE over several nodes"
        if isinstance(part, Select) and part._correlate:
            yield "a subquery that looks outside itself"
        if isinstance(part, Update) and SPREAD.get(part.table.name) in {getattr(column, "key", column) for column in part._values or {}}:
            yield "moves a row to another node"
    if isinstance(statement, Update | Delete) and statement.table.name in COPIED:
        yield "changes a copied table by what a spread one says"


def _faults_of_joins(equal: list[BinaryExpression[Any]], spread: set[str]) -> Iterator[str]:
    """Spread tables that meet, but not by the columns that spread them; what is asked of one and the same case lies on its node."""
    values = {name: value for part in equal for name, value in _pinned(part)}
    if spread == values.keys() and len(set(values.values())) == 1:
        return
    pairs = {frozenset(names) for part in equal if len(names := set(_spreading(part))) == 2}
    # of n tables n - 1 pairs have to meet
    if len(pairs) < len(spread) - 1:
        yield f"{', '.join(sorted(spread))} do not meet where they lie together"


def _spreading(part: Any) -> Iterator[str]:
    """The tables whose spreading column stands in an expression or in a subquery of it."""
    for one in visitors.iterate(part):
        if isinstance(one, ColumnClause) and isinstance(one.table, Table) and SPREAD.get(one.table.name) == one.name:
            yield one.table.name


def _pinned(part: BinaryExpression[Any]) -> Iterator[tuple[str, Any]]:
    """The spread table that is asked for one value of the column that spreads it, and the value."""
    if isinstance(part.right, BindParameter):
        value = part.right.value
        several = list(value) if part.operator is operators.in_op else [value]
        if len(several) == 1:
            yield from ((name, several[0]) for name in _spreading(part.left))
