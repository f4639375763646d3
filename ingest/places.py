"""Coordinates of cases, still in the file's datum."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from geo.datum import Bd09, Datum, Epsg, Gcj02, Wgs84
from ingest import reasons
from ingest.reasons import both
from ingest.sieve import Sieve

# degrees in EPSG: WGS 84, CGCS2000, Xian 1980, Beijing 1954, NAD83
IN_DEGREES = frozenset({4326, 4490, 4610, 4214, 4269})
# where China lies, in degrees
CHINA_LON, CHINA_LAT = (73.0, 135.5), (3.0, 54.0)
# degrees from the middle of the file within which a row lies with the others once it is turned round
WITH_OTHERS = 1.0


def read_places(cases: pd.DataFrame, datum: Datum | None, sieve: Sieve, notes: Counter[str]) -> None:
    """lon and lat as numbers (x and y where the datum is in metres), in the frame itself; refuse what cannot be a place.

    A case without coordinates is kept. What is no place becomes NaN. Without a datum they are taken for degrees.
    """
    if not {"lon", "lat"} <= set(cases.columns):
        for name in {"lon", "lat"} & set(cases.columns):
            del cases[name]
        return
    texts = cases["lon"].fillna("—") + ", " + cases["lat"].fillna("—")
    lon, lat = (pd.to_numeric(cases[name], errors="coerce").astype("float64") for name in ("lon", "lat"))
    finite = pd.Series(np.isfinite(lon) & np.isfinite(lat), index=cases.index)
    given = cases["lon"].notna() & cases["lat"].notna()
    sieve.refuse(cases["lon"].notna() ^ cases["lat"].notna(), reasons.HALF_COORDINATE)
    sieve.refuse(given & ~finite, reasons.BAD_COORDINATE, found=texts)
    if in_degrees(datum):
        zero = finite & ((lon == 0) | (lat == 0))
        swapped = finite & ~zero & _swapped(lon, lat)
        beyond = finite & ~zero & ~swapped & ((lon.abs() > 180) | (lat.abs() > 90))
        sieve.refuse(zero, reasons.ZERO_COORDINATE)
        sieve.refuse(swapped, reasons.SWAPPED, found=texts)
        sieve.refuse(beyond, reasons.OUT_OF_RANGE, found=texts)
        sound = finite & ~zero & ~swapped & ~beyond
    else:
        nowhere = finite & (lon == 0) & (lat == 0)
        sieve.refuse(nowhere, reasons.ZERO_COORDINATE)
        sound = finite & ~nowhere
    if missing := int((~given).sum()):
        notes[both(reasons.NO_PLACE)] += missing
    cases["lon"], cases["lat"] = lon.where(sound), lat.where(sound)


def in_degrees(datum: Datum | None) -> bool:
    """Whether coordinates of that datum are longitude and latitude."""
    match datum:
        case None | Wgs84() | Gcj02() | Bd09():
            return True
        case Epsg(code):
            return code in IN_DEGREES
        case _:
            return False


def _swapped(lon: pd.Series[Any], lat: pd.Series[Any]) -> pd.Series[Any]:
    """Rows whose longitude stands under latitude: no latitude is so high, it would be China, or it would lie with the others."""
    beyond = (lat.abs() > 90) & (lat.abs() <= 180) & (lon.abs() <= 90)
    china = lon.between(*CHINA_LAT) & lat.between(*CHINA_LON)
    if lon.notna().sum() == 0 or lat.notna().sum() == 0:
        return beyond
    middle_lon, middle_lat = lon.median(), lat.median()
    apart = (lon - middle_lon).abs() > 2 * WITH_OTHERS
    turned = ((lon - middle_lat).abs() < WITH_OTHERS) & ((lat - middle_lon).abs() < WITH_OTHERS)
    return beyond | china | (apart & turned)
