"""Which places are reported again and again for the same thing?"""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_array, eye_array
from scipy.spatial import KDTree

from geo.crs import WGS84, project, unproject

# the same place: so near, or the same address with a number in it; a repeat point: so many cases of one category
METRES = 30.0
TIMES = 5
# coordinates that so many different addresses share stand for a whole estate or for "unknown", not for a place
STAND_IN = 10
EMPTY = np.empty((0, 2), dtype=np.int64)


def repeat_points(cases: pd.DataFrame, crs: str, *, metres: float = METRES, times: int = TIMES) -> gpd.GeoDataFrame:
    """The places with at least `times` cases of one category, most cases first; the caller chooses the days.

    `cases` has the columns id, kind, category, address, lon, lat (WGS-84). A place is one case and all those within `metres` of
    it (in `crs`) or at its very address. The case with most others around it makes the first place, what it took is left out, and so
    on: no case counts twice, and places do not grow into chains. Gives index point from 1; columns kind, category, ids, n,
    address (the most frequent); geometry the middle of its cases (EPSG:4326). Cases without a category or a place are left out.
    """
    known = _placed(cases.dropna(subset=["category", "lon", "lat"]).reset_index(drop=True), crs)
    groups = [group for _, group in known.groupby(["kind", "category"]) if len(group) >= times]
    places = [place for group in groups for place in _places(group, metres, times)]
    places.sort(key=lambda place: (-len(place), int(place["id"].min())))
    found = pd.DataFrame(
        {
            "kind": [place["kind"].iloc[0] for place in places],
            "category": [place["category"].iloc[0] for place in places],
            "ids": pd.Series([tuple(sorted(place["id"].tolist())) for place in places], dtype=object),
            "n": [len(place) for place in places],
            "address": [_most_frequent(place["address"]) for place in places],
        }
    ).set_axis(pd.RangeIndex(1, len(places) + 1, name="point"))
    middles = np.array([(place["x"].mean(), place["y"].mean()) for place in places]).reshape(-1, 2)
    return gpd.GeoDataFrame(found, geometry=gpd.points_from_xy(*unproject(middles[:, 0], middles[:, 1], crs)), crs=WGS84)


def _placed(cases: pd.DataFrame, crs: str) -> pd.DataFrame:
    """The cases with x, y in metres, `numbered` (their address if it has a number) and `exact` (their coordinates are their own)."""
    address = cases["address"].fillna("").str.strip()
    x, y = project(cases["lon"], cases["lat"], crs)
    addresses = address.groupby([cases["lon"], cases["lat"]]).transform("nunique")
    return cases.assign(x=x, y=y, numbered=address.where(address.str.contains(r"\d"), ""), exact=addresses < STAND_IN)


def _places(group: pd.DataFrame, metres: float, times: int) -> Iterator[pd.DataFrame]:
    """The places of one category, the fullest first."""
    together, left = _together(group, metres), np.ones(len(group), dtype=bool)
    while True:
        around = (together @ left) * left
        centre = int(around.argmax())
        if around[centre] < times:
            return
        taken = np.asarray(together[[centre]].toarray()[0] > 0) & left
        yield group[taken]
        left &= ~taken


def _together(group: pd.DataFrame, metres: float) -> csr_array:
    """1 where two cases are at the same place; every case is at its own."""
    size, exact, rows = len(group), np.flatnonzero(group["exact"]), np.flatnonzero(group["numbered"] != "")
    near = exact[KDTree(group[["x", "y"]].to_numpy()[exact]).query_pairs(metres, output_type="ndarray")] if len(exact) else EMPTY
    close = csr_array((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(size, size))
    addresses = csr_array((np.ones(len(rows)), (rows, pd.factorize(group["numbered"].iloc[rows])[0])), shape=(size, max(len(rows), 1)))
    together = (close + close.T + addresses @ addresses.T + eye_array(size)).tocsr()
    together.data[:] = 1
    return together


def _most_frequent(addresses: pd.Series[str]) -> str | None:
    counted = addresses.dropna().value_counts()
    return str(counted.index[0]) if len(counted) else None
