"""From any datum to WGS-84 and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.datum.china import shift, unshift
from geo.datum.kinds import Bd09, Control, Datum, Epsg, Gcj02, UnknownDatum, Wgs84
from i18n import Text

Floats = NDArray[np.float64]
NOT_REGISTERED = Text(
    zh="没有 EPSG:{code} 这个坐标系；请查对编号，或给出控制点",
    en="EPSG:{code} is not in the register; look the number up, or give control points",
)
NOT_PLANE = Text(
    zh="EPSG:{code}（{name}）没有平面坐标；应为投影或地理坐标系",
    en="EPSG:{code} ({name}) has no plane coordinates; wanted a projected or geographic CRS",
)
NO_WAY = Text(
    zh="EPSG:{code}（{name}）到 WGS-84 的转换没有公布；请改用控制点",
    en="EPSG:{code} ({name}) has no published way to WGS-84; give control points instead",
)


def to_wgs84(x: ArrayLike, y: ArrayLike, datum: Datum) -> tuple[Floats, Floats]:
    """WGS-84 longitudes and latitudes of coordinates in `datum` (degrees, or the grid's own units); NaN stays NaN."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    match datum:
        case Wgs84():
            return x, y
        case Gcj02() | Bd09():
            return unshift(x, y, str(datum))
        case Epsg(code):
            return _pair(_register(code).transform(x, y))
        case Control():
            fit = fit_control(datum)
            on_plane = fit.turn * (x + 1j * y - fit.middle) + fit.target
            return _pair(_plane(fit.lon, fit.lat).transform(on_plane.real, on_plane.imag))


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> tuple[Floats, Floats]:
    """Coordinates in `datum` of WGS-84 longitudes and latitudes: the exact inverse of `to_wgs84`."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    match datum:
        case Wgs84():
            return lon, lat
        case Gcj02() | Bd09():
            return shift(lon, lat, str(datum))
        case Epsg(code):
            return _pair(_register(code).transform(lon, lat, direction="INVERSE"))
        case Control():
            fit = fit_control(datum)
            east, north = _plane(fit.lon, fit.lat).transform(lon, lat, direction="INVERSE")
            local = (np.asarray(east) + 1j * np.asarray(north) - fit.target) / fit.turn + fit.middle
            return local.real, local.imag


def convert_frame(frame: gpd.GeoDataFrame, datum: Datum) -> gpd.GeoDataFrame:
    """The frame in EPSG:4326, every vertex converted from `datum`, whatever CRS the frame claims; heights are dropped."""
    flat = shapely.force_2d(frame.geometry.to_numpy())
    shapes = shapely.transform(flat, lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], datum)))
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, name=frame.geometry.name, crs="EPSG:4326"))


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A similarity (Helmert, four parameters) from a local grid to a transverse Mercator plane around lon, lat (WGS-84).

    Plane = turn · (local − middle) + target, in complex numbers. `residual_m` is the largest distance by which a control
    point misses its place, 0 with two points; `scale` should be near 1 when the grid counts in metres.
    """

    lon: float
    lat: float
    turn: complex
    middle: complex
    target: complex
    residual_m: float

    @property
    def scale(self) -> float:
        """Metres per local unit."""
        return abs(self.turn)

    @property
    def rotation_deg(self) -> float:
        """How far the grid is turned, anticlockwise."""
        return float(np.degrees(np.angle(self.turn)))


@lru_cache(maxsize=32)
def fit_control(control: Control) -> Fit:
    """The least-squares similarity through the control points."""
    x, y, lon, lat = np.array(control.pairs).T
    lon, lat = to_wgs84(lon, lat, control.datum)
    centre = float(lon.mean()), float(lat.mean())
    east, north = _plane(*centre).transform(lon, lat, direction="INVERSE")
    local, plane = x + 1j * y, np.asarray(east) + 1j * np.asarray(north)
    middle, target = local.mean(), plane.mean()
    turn = np.vdot(local - middle, plane - target) / np.vdot(local - middle, local - middle)
    misses = np.abs(turn * (local - middle) + target - plane)
    return Fit(
        lon=centre[0], lat=centre[1], turn=complex(turn), middle=complex(middle), target=complex(target), residual_m=float(misses.max())
    )


@lru_cache(maxsize=32)
def _plane(lon: float, lat: float) -> Transformer:
    """From metres on a plane that touches the earth at lon, lat to WGS-84 degrees."""
    return Transformer.from_crs(f"+proj=tmerc +lon_0={lon!r} +lat_0={lat!r} +ellps=WGS84 +type=crs", "EPSG:4326", always_xy=True)


@lru_cache(maxsize=32)
def _register(code: int) -> Transformer:
    """From the CRS of that EPSG code to WGS-84, x first; UnknownDatum when there is none or its shift to WGS-84 is not published."""
    try:
        crs = CRS.from_epsg(code)
    except CRSError as error:
        raise UnknownDatum(NOT_REGISTERED, code=code) from error
    if not (crs.is_geographic or crs.is_projected):
        raise UnknownDatum(NOT_PLANE, code=code, name=crs.name)
    # CGCS2000 is WGS-84 to centimetres; for any other datum a shift of nothing could be 100 m wrong
    same = crs.geodetic_crs is not None and "China" in crs.geodetic_crs.name and "2000" in crs.geodetic_crs.name
    try:
        return Transformer.from_crs(crs, "EPSG:4326", always_xy=True, allow_ballpark=same)
    except ProjError as error:
        raise UnknownDatum(NO_WAY, code=code, name=crs.name) from error


def _pair(xy: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    return np.asarray(xy[0]), np.asarray(xy[1])
