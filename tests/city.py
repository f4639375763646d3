"""A small city and a small district of the tests' own: subdistricts with few cases, in one of them six times more in the last weeks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select

from bench.cases import City, Size
from bench.store import fill
from ingest.demo.planted import AS_OF
from model.cases import CaseRow
from model.counts import count_anew
from model.engine import open_engine, write

# each subdistrict has so many cases; since then something happens in one of them
CASES, SINCE, TIMES = 250, AS_OF.date().replace(month=9, day=2), 6


@dataclass(frozen=True, kw_only=True)
class Area:
    """So many subdistricts, and the one where something happened, as its communities are called."""

    subdistricts: int
    hot: str


CITY, DISTRICT = Area(subdistricts=48, hot="19·"), Area(subdistricts=5, hot="3·")


def build_city(template: Engine, file: Path, area: Area) -> None:
    """The area as an SQLite file; `template` holds the demo."""
    engine = open_engine(f"sqlite:///{file}")
    fill(engine, City(template, Size(cases=CASES * area.subdistricts, subdistricts=area.subdistricts, years=1)))
    with write(engine) as connection:
        _plant(connection, area.hot)
        count_anew(connection)
    engine.dispose()


def _plant(connection: Connection, hot: str) -> None:
    """The recent cases of one subdistrict once again and again."""
    found = select(CaseRow.__table__).where(CaseRow.community.startswith(hot), CaseRow.reported_on >= SINCE)
    rows = [dict(row) for row in connection.execute(found).mappings()]
    again = [row | {"id": row["id"] ^ time, "external_id": f"{row['external_id']}/{time}"} for row in rows for time in range(1, TIMES)]
    connection.execute(insert(CaseRow), again)
