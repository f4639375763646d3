"""A small city of the tests' own: 48 subdistricts with few cases, in one of them six times more in the last weeks."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select

from bench.cases import City, Size
from bench.store import fill
from ingest.demo.planted import AS_OF
from model.cases import CaseRow
from model.counts import count_anew
from model.engine import open_engine, write

SUBDISTRICTS, CASES = 48, 12_000
# the subdistrict where something happened, as its communities are called, and since when
HOT, SINCE, TIMES = "19·", AS_OF.date().replace(month=9, day=2), 6


def build_city(template: Engine, file: Path) -> None:
    """The city as an SQLite file; `template` holds the demo."""
    engine = open_engine(f"sqlite:///{file}")
    fill(engine, City(template, Size(cases=CASES, subdistricts=SUBDISTRICTS, years=1)))
    with write(engine) as connection:
        _plant(connection)
        count_anew(connection)
    engine.dispose()


def _plant(connection: Connection) -> None:
    """The recent cases of one subdistrict once again and again."""
    found = select(CaseRow.__table__).where(CaseRow.community.startswith(HOT), CaseRow.reported_on >= SINCE)
    rows = [dict(row) for row in connection.execute(found).mappings()]
    again = [row | {"id": row["id"] ^ time, "external_id": f"{row['external_id']}/{time}"} for row in rows for time in range(1, TIMES)]
    connection.execute(insert(CaseRow), again)
