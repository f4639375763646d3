"""In which datum is a file, and in which projected CRS does the office count metres?"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from config import settings
from geo.crs import metric_crs
from geo.datum import Datum, Reference, Verdict, Wgs84, detect_datum, looks_projected, parse_datum
from geo.datum.china import in_box
from geo.datum.detect import OUTSIDE_CHINA
from i18n import Text
from ingest.history import Summary, fill
from ingest.reasons import Unreadable
from model.places import Feature
from model.setup import keep_setting, read_settings

UNSURE = Text(
    zh="{file}：{why}。请指明坐标基准：wgs84、gcj02、bd09、EPSG:编号 或 control:…（命令行用 --datum，数据页选“坐标基准”）{hint}",
    en="{file}: {why}. Name the datum: wgs84, gcj02, bd09, EPSG:n or control:… "
    "(--datum on the command line, “Datum” on the Data page){hint}",
)
BOUNDARY_FIRST = Text(zh="，或先导入辖区边界（layer boundary）", en=", or import the boundary first (layer boundary)")
LIES = Text(
    zh="{file} 声明为 {declared}，但比对表明不是：{why}。请用 --datum {found}（数据页：坐标基准），或用 wgs84 坚持",
    en="{file} declares {declared}, but the comparison says otherwise: {why}. Give --datum {found} (“Datum” on the Data page), "
    "or wgs84 to insist",
)
# degrees from the box around the boundary, some 10 km
FAR_AWAY = 0.1
FAR = Text(
    zh="{share} 的位置在辖区 10 公里以外；如不应如此，请检查坐标基准和经纬度",
    en="{share} of the places lie more than 10 km away; if they should not, check the datum and the coordinates",
)


def read_boundary(connection: Connection) -> shapely.Geometry | None:
    """The edge of the subdistrict (EPSG:4326): the boundary layer, else all zones together; None when there is neither."""
    for key in ("boundary", "zones"):
        shapes = _shapes(connection, key)
        if len(shapes):
            return shapely.make_valid(shapely.unary_union(shapes))
    return None


def read_reference(connection: Connection, layer: str | None = None) -> Reference:
    """What the database knows: the boundary, and the shapes that the layer already has."""
    own = _shapes(connection, layer) if layer else None
    return Reference(boundary=read_boundary(connection), shapes=own if own is not None and len(own) else None)


def _shapes(connection: Connection, key: str) -> Any:
    wanted = select(Feature.geometry).where(Feature.layer == key, Feature.retired_on.is_(None))
    return np.array(connection.scalars(wanted).all(), dtype=object)


def choose_datum(
    file: str, shapes: Any, reference: Reference, *, given: str | None, declared: str | None = None, boundary_helps: bool = True
) -> tuple[Datum, Text | None]:
    """The datum of a file's coordinates (x, y as it has them) and, if it was found by comparison, the sentence that says so.

    What is given counts. A file's own word for WGS-84 counts only where the comparison does not contradict it; inside China it must
    confirm it, since files lie there. Unreadable when it cannot be told.
    """
    if given:
        return parse_datum(given), None
    verdict = _compare(shapes, reference)
    if verdict.datum is None:
        raise Unreadable(
            fill(UNSURE, file=file, why=_clause(verdict.why), hint=BOUNDARY_FIRST if boundary_helps and reference.boundary is None else "")
        )
    if declared and not isinstance(verdict.datum, Wgs84):
        raise Unreadable(fill(LIES, file=file, declared=declared, why=_clause(verdict.why), found=verdict.datum))
    return verdict.datum, None if isinstance(verdict.datum, Wgs84) else verdict.why


def check_declared(file: str, shapes: Any, reference: Reference, declared: str) -> None:
    """Refuse shapes (WGS-84, after their own CRS was undone) that are clearly in a web map's datum."""
    verdict = _compare(shapes, reference)
    if verdict.datum is not None and not isinstance(verdict.datum, Wgs84):
        raise Unreadable(fill(LIES, file=file, declared=declared, why=_clause(verdict.why), found=verdict.datum))


def _clause(sentence: Text) -> Text:
    """A sentence without its full stop, to go on after it."""
    return Text(zh=sentence.zh.rstrip("。"), en=sentence.en.rstrip("."))


def note_far(connection: Connection, summary: Summary, lon: NDArray[Any], lat: NDArray[Any]) -> None:
    """Note how many places (WGS-84) lie far from what is known: a datum that was given may be the wrong one."""
    boundary = read_boundary(connection)
    if boundary is None or not len(lon):
        return
    west, south, east, north = boundary.bounds
    near = (lon >= west - FAR_AWAY) & (lon <= east + FAR_AWAY) & (lat >= south - FAR_AWAY) & (lat <= north + FAR_AWAY)
    if (share := float((~near).mean())) > 0:
        summary.notes.append(fill(FAR, share=f"{max(share, 0.0001):.2%}"))


def _compare(shapes: Any, reference: Reference) -> Verdict:
    shapes = np.asarray(shapes, dtype=object)
    xy = shapely.get_coordinates(shapes)
    xy = xy[np.isfinite(xy).all(axis=1)]
    # outside China nothing is shifted, so nothing has to be known
    if not looks_projected(xy[:, 0], xy[:, 1]) and not in_box(xy[:, 0], xy[:, 1]).any():
        return Verdict(datum=Wgs84(), why=OUTSIDE_CHINA)
    return detect_datum(shapes, reference)


def fix_metric_crs(connection: Connection, lon: NDArray[Any], lat: NDArray[Any]) -> str:
    """The office's metric CRS: as set, else as kept, else chosen for these WGS-84 points and kept from now on."""
    kept = read_settings(connection).get("metric_crs")
    chosen = settings().metric_crs or kept or metric_crs(float(np.nanmedian(lon)), float(np.nanmedian(lat)))
    if kept is None:
        keep_setting(connection, "metric_crs", chosen)
    return chosen
