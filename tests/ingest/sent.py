"""Files as an office could send them, written for a test; and what the database holds afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from sqlalchemy import Engine, select

from model.tables import TABLES

Row = dict[str, Any]
# a square kilometre in the east of Shanghai, and a point in its middle
WEST, SOUTH, EAST, NORTH = 121.500, 31.300, 121.510, 31.309
MIDDLE = (121.505, 31.3045)


def a_case(number: int | str, **changes: Any) -> Row:
    """A case in our own columns, reported on Tuesday 31 October 2017 at 10:00."""
    case = {
        "source": "test",
        "external_id": str(number),
        "channel": "wechat",
        "kind": "event",
        "category": "0102",
        "title": "暴露垃圾",
        "lon": MIDDLE[0],
        "lat": MIDDLE[1],
        "reported_at": "2017-10-31T10:00:00+08:00",
    }
    return case | changes


def write_cases(path: Path, cases: Iterable[Row]) -> Path:
    """A CSV in our own columns."""
    pd.DataFrame(list(cases)).to_csv(path, index=False)
    return path


def write_layer(path: Path, features: Iterable[tuple[shapely.Geometry, Mapping[str, Any]]]) -> Path:
    """A GeoJSON file that says nothing of its datum."""
    drawn = [{"type": "Feature", "properties": dict(props), "geometry": json.loads(shapely.to_geojson(shape))} for shape, props in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": drawn}, ensure_ascii=False), encoding="utf-8")
    return path


def rows_of(engine: Engine, table: str, *columns: str) -> list[Any]:
    """All rows of a table, or some of its columns, in order."""
    model = TABLES[table]
    chosen = [getattr(model, name) for name in columns] or list(model.__table__.columns)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(select(*chosen))]
    ordered = sorted(found, key=repr)
    return [row[0] for row in ordered] if len(columns) == 1 else ordered
