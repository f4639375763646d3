"""DuckDB answers the same questions by scanning the Parquet files of the same rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy.dialects.postgresql.base import PGDialect, PGTypeCompiler
from sqlalchemy.sql.expression import Select


class DuckTypes(PGTypeCompiler):
    """Its FLOAT has seven digits only."""

    def visit_FLOAT(self, type_: Any, **_: Any) -> str:  # noqa: N802 - the name that SQLAlchemy looks for
        return "DOUBLE"


class DuckDialect(PGDialect):
    """PostgreSQL's grammar, which DuckDB speaks, with question marks; moments are bound in UTC without a zone."""

    name = "duckdb"
    type_compiler_cls = DuckTypes
    supports_statement_cache = False
    # its `/` of whole numbers has a fraction
    div_is_floordiv = False

    def __init__(self) -> None:
        super().__init__(paramstyle="qmark")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


DIALECT = DuckDialect()


class Duck:
    """A DuckDB over the Parquet files of a folder, a view for each table; it keeps nothing of them."""

    def __init__(self, folder: Path) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'")
        for file in sorted(folder.glob("*.parquet")):
            self.connection.execute(f"CREATE VIEW {file.stem} AS SELECT * FROM read_parquet('{file}')")

    def ask(self, question: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The rows of a question."""
        statement, values = translate(question)
        return self.connection.execute(statement, values).fetchall()

    def close(self) -> None:
        self.connection.close()


def translate(question: Select[*tuple[Any, ...]]) -> tuple[str, list[Any]]:
    """A question as DuckDB takes it: the statement and its values in order."""
    compiled: Any = question.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    values = compiled.construct_params()
    process = compiled._bind_processors
    return str(compiled), [process[name](values[name]) if name in process else values[name] for name in compiled.positiontup or ()]
