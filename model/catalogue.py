"""The catalogue of categories: what can be wrong, its names, and how soon it has to be put right."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from model.cases import Category
from model.kinds import Kind, Limit

CATALOGUE = Path(__file__).with_name("catalogue.csv")
Line = dict[str, Any]


@cache
def read_catalogue() -> tuple[Line, ...]:
    """The lines that ship with the program, as rows of `categories`."""
    with CATALOGUE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return tuple(_line(row) for row in rows)


def _line(row: dict[str, str]) -> Line:
    return {
        "kind": Kind(row["kind"]).value,
        "code": row["code"],
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "limit_type": Limit(row["limit_type"]).value if row["limit_type"] else None,
        "limit_value": float(row["limit_value"]) if row["limit_value"] else None,
    }


def load_catalogue(connection: Connection) -> int:
    """Add the lines that the database does not have and return how many; lines that the office edited stay as they are."""
    return _add(connection, read_catalogue())


def add_unknown(connection: Connection, found: Iterable[tuple[str, str]]) -> int:
    """Add categories of a foreign catalogue, (kind, code) with the source's own words as code and names, without a limit."""
    return _add(connection, [dict.fromkeys(("code", "name_zh", "name_en"), code) | {"kind": kind} for kind, code in found])


def read_limits(connection: Connection) -> dict[tuple[str, str], tuple[str, float]]:
    """The limit of each category that has one, by kind and code."""
    limited = select(Category).where(Category.limit_type.is_not(None), Category.limit_value.is_not(None))
    return {(row.kind, row.code): (row.limit_type, row.limit_value) for row in connection.execute(limited)}


def _add(connection: Connection, lines: Iterable[Line]) -> int:
    known = {tuple(row) for row in connection.execute(select(Category.kind, Category.code))}
    blank: Line = {"limit_type": None, "limit_value": None}
    new = {(line["kind"], line["code"]): blank | line for line in lines if (line["kind"], line["code"]) not in known}
    if new:
        connection.execute(insert(Category), list(new.values()))
    return len(new)
