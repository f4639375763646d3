"""No SQL is made of strings: statements are SQLAlchemy's own, and the few that are written out name nothing from outside."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT

PARTS = ("actions", "analysis", "geo", "ingest", "model", "pages", "queries", "reports", "ui", "wall")
RUNS_SQL = {"text", "exec_driver_sql", "execute", "executemany", "executescript", "copy", "scalar", "scalars", "literal_column", "DDL"}
RUNS_SQL |= {"read_sql", "read_sql_query", "from_statement", "prefix_with", "suffix_with", "with_hint", "op"}
# statements put together in the code, and why each may be
ALLOWED = {
    ("ingest/stage.py", "executemany"): "the names of a table's own columns, from the model",
    ("ingest/stage.py", "copy"): "the same for COPY, which SQLAlchemy does not know",
    ("ingest/stage.py", "_copy"): "hands that statement on",
    ("model/cases.py", "text"): "columns and words of the module itself, in the conditions of its indexes",
    ("model/engine.py", "execute"): "PRAGMAs out of a tuple beside them",
    ("model/engine.py", "exec_driver_sql"): "numbers of the module itself, in statements that take no parameters",
}


def product_files() -> Iterator[Path]:
    """Every Python file of the product; migrations run once, on the schema, before there is anything from outside."""
    yield from (
        path for part in PARTS for path in sorted((ROOT / part).rglob("*.py")) if path.parent != ROOT / "model" / "migrations" / "versions"
    )
    yield from sorted(ROOT.glob("*.py"))


def is_put_together(node: ast.expr) -> bool:
    """Whether a text is made of parts: an f-string with places, +, %, format or join."""
    match node:
        case ast.JoinedStr(values=values):
            return any(isinstance(one, ast.FormattedValue) for one in values)
        case ast.BinOp(op=ast.Add() | ast.Mod(), left=left, right=right):
            words = [
                one
                for one in (left, right)
                if isinstance(one, ast.JoinedStr) or (isinstance(one, ast.Constant) and isinstance(one.value, str))
            ]
            return bool(words) or is_put_together(left) or is_put_together(right)
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "replace", value=ast.Constant())):
            return True
    return False


def suspicious_calls(source: str) -> list[tuple[str, int]]:
    """Calls that could run SQL whose statement is put together, directly or as a name that was: what is called, and in which line."""
    tree = ast.parse(source)
    made = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and is_put_together(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        first = node.args[0]
        looked = (
            RUNS_SQL
            - ({"text"} if isinstance(node.func, ast.Attribute) else set())
            - ({"copy", "op"} if isinstance(node.func, ast.Name) else set())
        )
        if called in looked and (is_put_together(first) or (isinstance(first, ast.Name) and first.id in made)):
            found.append((called, node.lineno))
    return found


def test_no_statement_is_made_of_strings() -> None:
    found = {
        (str(path.relative_to(ROOT)), called): line
        for path in product_files()
        for called, line in suspicious_calls(path.read_text("utf-8"))
    }
    strange = {f"{file}:{line} {called}" for (file, called), line in found.items() if (file, called) not in ALLOWED}
    assert strange == set()


def test_text_is_used_where_it_was_looked_at() -> None:
    """`text()` of SQLAlchemy takes any statement: who uses it stands here."""
    users = set()
    for path in product_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module == "sqlalchemy"
                and {"text", "literal_column", "DDL"} & {one.name for one in node.names}
            ):
                users.add(str(path.relative_to(ROOT)))
    # literals of sums of bits, numbers of the unit grid, the size of the SQLite file, and conditions of indexes
    # that are made of the module's own words
    of_bits = {"queries/count.py", "model/kept_facts.py", "model/sums.py", "model/hours.py", "model/squares.py"}
    assert users <= of_bits | {"queries/health.py", "model/cases.py", "model/sql.py"}


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("c.execute(f'select {x}')", True),
        ("c.execute('select ' + x)", True),
        ("c.execute('select %s' % x)", True),
        ("c.execute('select {}'.format(x))", True),
        ("text(f'select {x}')", True),
        ("s = f'drop {x}'\nc.exec_driver_sql(s)", True),
        ("c.execute(', '.join(x))", True),
        ("c.execute(select(T))", False),
        ("c.execute('select 1')", False),
        ("c.execute(f'select 1')", False),
        ("words.text(f'{x}')", False),
    ],
)
def test_the_look_finds_what_it_should(code: str, bad: bool) -> None:
    assert bool(suspicious_calls(code)) is bad
