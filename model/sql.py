"""What SQLite and PostgreSQL say differently: weeks, months, hours, words, and scans."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Float, Integer, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.functions import FunctionElement

from model.cases import DAYS_BETWEEN, lasted, speaks_of_bicycles, speaks_of_rivers


class week_of(FunctionElement[date]):  # noqa: N801 - reads as the SQL function it is
    """The Monday of a day's week."""

    type = Date()
    inherit_cache = True


class month_of(FunctionElement[date]):  # noqa: N801
    """The first day of a day's month."""

    type = Date()
    inherit_cache = True


class weekday_of(FunctionElement[int]):  # noqa: N801
    """The weekday of a day, Monday 0 to Sunday 6, as Python counts."""

    type = Integer()
    inherit_cache = True


class hours_between(FunctionElement[float]):  # noqa: N801
    """The hours from one moment to a later one; NULL when either is."""

    type = Float()
    inherit_cache = True


class place_in(FunctionElement[int]):  # noqa: N801
    """How many of the rising whole numbers that follow the first argument are not above it; all of them where it is NULL."""

    type = Integer()
    inherit_cache = True


class whole(FunctionElement[int]):  # noqa: N801
    """A number of 0 or more without its fraction."""

    type = Integer()
    inherit_cache = True


class holds(FunctionElement[bool]):  # noqa: N801
    """Whether a text holds a LIKE pattern (escaped by `/`), without regard to the case of Latin letters."""

    inherit_cache = True


class unindexed(FunctionElement[Any]):  # noqa: N801
    """A column that SQLite shall not look up in an index: for wide ranges a scan is three times as fast."""

    inherit_cache = True


class hidden(FunctionElement[Any]):  # noqa: N801
    """A column that neither engine shall look up in an index."""

    inherit_cache = True


class bicycles(FunctionElement[bool]):  # noqa: N801
    """Whether a case speaks of bicycles, in the very words of the index of those that do."""

    inherit_cache = True


class rivers(FunctionElement[bool]):  # noqa: N801
    """Whether a case speaks of a river or was found on its walk, in the very words of the index of those that do."""

    inherit_cache = True


class lasting(FunctionElement[bool]):  # noqa: N801
    """Whether a case went on for long, or still does, in the very words of the index of those."""

    inherit_cache = True


class one_of(FunctionElement[bool]):  # noqa: N801
    """Whether a whole number is one of a JSON array's: thousands of them are one value of the statement."""

    inherit_cache = True


def is_one_of(column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None], numbers: Sequence[int]) -> ColumnElement[bool]:
    """Whether the column holds one of so many numbers; engines take only so many values each by itself."""
    return one_of(column, json.dumps(list(numbers)))


def hide(condition: ColumnElement[bool], *columns: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The condition with these columns hidden from the choice of an index, for where another one is the shorter by far."""
    names = {column.key for column in columns}

    def replace(part: Any, **_: Any) -> Any:
        return _typed(hidden(part), part) if isinstance(part, ColumnClause) and part.name in names else None

    return visitors.replacement_traverse(condition, {}, replace)  # type: ignore[no-any-return, call-overload]  # untyped for any condition


def _typed(function: FunctionElement[Any], column: Any) -> FunctionElement[Any]:
    function.type = column.type
    return function


def pattern(text: str) -> str:
    """The LIKE pattern, escaped by `/`, of a text anywhere inside another."""
    for sign in "/%_":
        text = text.replace(sign, "/" + sign)
    return f"%{text}%"


def scan(column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """The column, hidden from SQLite's index choice; PostgreSQL chooses by its statistics."""
    return _typed(unindexed(column), column)


def _inner(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> list[str]:
    return [compiler.process(clause, **options) for clause in element.clauses]


@compiles(week_of)
def _week(element: week_of, compiler: SQLCompiler, **options: Any) -> str:
    (day,) = _inner(element, compiler, **options)
    return f"CAST(date_trunc('week', {day}) AS DATE)"


@compiles(week_of, "sqlite")
def _week_sqlite(element: week_of, compiler: SQLCompiler, **options: Any) -> str:
    (day,) = _inner(element, compiler, **options)
    return f"date({day}, 'weekday 0', '-6 days')"


@compiles(month_of)
def _month(element: month_of, compiler: SQLCompiler, **options: Any) -> str:
    (day,) = _inner(element, compiler, **options)
    return f"CAST(date_trunc('month', {day}) AS DATE)"


@compiles(month_of, "sqlite")
def _month_sqlite(element: month_of, compiler: SQLCompiler, **options: Any) -> str:
    (day,) = _inner(element, compiler, **options)
    return f"date({day}, 'start of month')"


@compiles(weekday_of)
def _weekday(element: weekday_of, compiler: SQLCompiler, **options: Any) -> str:
    (day,) = _inner(element, compiler, **options)
    return f"(CAST(EXTRACT(ISODOW FROM {day}) AS INTEGER) - 1)"


@compiles(weekday_of, "sqlite")
def _weekday_sqlite(element: weekday_of, compiler: SQLCompiler, **options: Any) -> str:
    (day,) = _inner(element, compiler, **options)
    return f"((CAST(strftime('%w', {day}) AS INTEGER) + 6) % 7)"


@compiles(hours_between)
def _hours(element: hours_between, compiler: SQLCompiler, **options: Any) -> str:
    start, end = _inner(element, compiler, **options)
    # EXTRACT would answer in decimal digits, which takes three times as long
    return f"date_part('epoch', {end} - {start}) / 3600.0"


@compiles(hours_between, "sqlite")
def _hours_sqlite(element: hours_between, compiler: SQLCompiler, **options: Any) -> str:
    start, end = _inner(element, compiler, **options)
    return f"(julianday({end}) - julianday({start})) * 24.0"


@compiles(place_in, "postgresql")
def _place_postgresql(element: place_in, compiler: SQLCompiler, **options: Any) -> str:
    number, *edges = _inner(element, compiler, **options)
    return f"coalesce(width_bucket({number}, ARRAY[{', '.join(edges)}]), {len(edges)})"


@compiles(place_in)
def _place(element: place_in, compiler: SQLCompiler, **options: Any) -> str:
    number, *edges = _inner(element, compiler, **options)
    return f"CASE {' '.join(f'WHEN {number} < {edge} THEN {place}' for place, edge in enumerate(edges))} ELSE {len(edges)} END"


def _bits(element: FunctionElement[int], compiler: SQLCompiler, **options: Any) -> list[str]:
    number, bits = element.clauses
    words = compiler.process(number, **options)
    return [f"(({words}) & {1 << bit}) <> 0" for bit in range(int(bits.value))]


@compiles(whole)
def _whole(element: whole, compiler: SQLCompiler, **options: Any) -> str:
    (number,) = _inner(element, compiler, **options)
    return f"CAST(trunc({number}) AS INTEGER)"


@compiles(whole, "sqlite")
def _whole_sqlite(element: whole, compiler: SQLCompiler, **options: Any) -> str:
    (number,) = _inner(element, compiler, **options)
    return f"CAST({number} AS INTEGER)"


@compiles(holds)
def _holds(element: holds, compiler: SQLCompiler, **options: Any) -> str:
    text, wanted = _inner(element, compiler, **options)
    return f"({text} ILIKE {wanted} ESCAPE '/')"


@compiles(holds, "sqlite")
def _holds_sqlite(element: holds, compiler: SQLCompiler, **options: Any) -> str:
    text, wanted = _inner(element, compiler, **options)
    return f"({text} LIKE {wanted} ESCAPE '/')"


@compiles(unindexed)
def _unindexed(element: unindexed, compiler: SQLCompiler, **options: Any) -> str:
    (column,) = _inner(element, compiler, **options)
    return column


@compiles(unindexed, "sqlite")
def _unindexed_sqlite(element: unindexed, compiler: SQLCompiler, **options: Any) -> str:
    (column,) = _inner(element, compiler, **options)
    return f"+{column}"


@compiles(hidden)
def _hidden(element: hidden, compiler: SQLCompiler, **options: Any) -> str:
    (column,) = _inner(element, compiler, **options)
    return f"coalesce({column}, {column})"


@compiles(hidden, "sqlite")
def _hidden_sqlite(element: hidden, compiler: SQLCompiler, **options: Any) -> str:
    (column,) = _inner(element, compiler, **options)
    return f"+{column}"


@compiles(one_of)
def _one_of(element: one_of, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = _inner(element, compiler, **options)
    return f"({column} IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST({numbers} AS JSON))))"


@compiles(one_of, "sqlite")
def _one_of_sqlite(element: one_of, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = _inner(element, compiler, **options)
    return f"({column} IN (SELECT value FROM json_each({numbers})))"


@compiles(bicycles)
def _bicycles(_: bicycles, compiler: SQLCompiler, **__: Any) -> str:
    return _plain(speaks_of_bicycles("ILIKE", "cases."), compiler)


@compiles(bicycles, "sqlite")
def _bicycles_sqlite(_: bicycles, compiler: SQLCompiler, **__: Any) -> str:
    return _plain(speaks_of_bicycles("LIKE", "cases."), compiler)


@compiles(rivers)
def _rivers(_: rivers, compiler: SQLCompiler, **__: Any) -> str:
    return _plain(speaks_of_rivers("cases."), compiler)


@compiles(lasting)
def _lasting(_: lasting, compiler: SQLCompiler, **__: Any) -> str:
    return _plain(lasted(DAYS_BETWEEN["postgresql"], "cases."), compiler)


@compiles(lasting, "sqlite")
def _lasting_sqlite(_: lasting, compiler: SQLCompiler, **__: Any) -> str:
    return _plain(lasted(DAYS_BETWEEN["sqlite"], "cases."), compiler)


def _plain(words: str, compiler: SQLCompiler) -> str:
    """SQL that holds no values, with its percent signs as the driver wants them."""
    return f"({compiler.process(text(words))})"
