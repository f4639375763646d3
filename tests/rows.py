"""What stands in a database, by a plain statement of the test."""

from __future__ import annotations

from typing import Any

from sqlalchemy import create_engine, text


def read_rows(url: str, statement: str) -> list[Any]:
    """The rows that the statement finds, read by a connection of its own."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(connection.execute(text(statement)))
    engine.dispose()
    return found
