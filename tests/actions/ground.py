"""A small office to act in: two zones side by side, a river through both with its chiefs, the catalogue, a clock that stands."""

from __future__ import annotations

from datetime import date

import shapely
from sqlalchemy import Engine, insert

from geo.crs import unproject
from model.catalogue import load_catalogue
from model.engine import write
from model.people import Duty, Official
from model.places import Feature
from model.setup import Office, keep_setting, read_office

CRS = "EPSG:4549"
# metres in CRS: the south-west corner of the first zone
X, Y = 643_000, 3_468_000
WIDE, HIGH = 500, 400
REACH_METRES = 800.0


def place(east: float, north: float) -> tuple[float, float]:
    """WGS-84 longitude and latitude so many metres from the corner."""
    lon, lat = unproject([X + east], [Y + north], CRS)
    return float(lon[0]), float(lat[0])


def shape(*corners: tuple[float, float]) -> list[tuple[float, float]]:
    return [place(*corner) for corner in corners]


def build(engine: Engine, as_of: str = "2017-10-31T18:00:00+08:00") -> Office:
    """The office that now stands in the database."""
    zones = {
        "Z01": shapely.Polygon(shape((0, 0), (WIDE, 0), (WIDE, HIGH), (0, HIGH))),
        "Z02": shapely.Polygon(shape((WIDE, 0), (2 * WIDE, 0), (2 * WIDE, HIGH), (WIDE, HIGH))),
    }
    river = shapely.LineString(shape((100, 200), (100 + REACH_METRES, 200)))
    with write(engine) as connection:
        load_catalogue(connection)
        for key, value in {"metric_crs": CRS, "as_of": as_of, "timezone": "Asia/Shanghai"}.items():
            keep_setting(connection, key, value)
        rows = [{"layer": "zones", "code": code, "props": {}, "geometry": zone} for code, zone in zones.items()]
        connection.execute(insert(Feature), [*rows, {"layer": "rivers", "code": "R1", "props": {}, "geometry": river}])
        connection.execute(insert(Official), [{"code": code, "name": code} for code in ("HC1", "HJ1", "HC9")])
        reach = {"feature_id": 3, "since": date(2017, 1, 1)}
        duties = [
            {"official_id": 1, "role": "river_chief_neighbourhood", "until": None},
            {"official_id": 2, "role": "river_chief_subdistrict", "until": date(2017, 6, 30)},
        ]
        connection.execute(insert(Duty), [reach | duty for duty in duties])
    return read_office(engine)
