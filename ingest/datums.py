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
from ingest.history import fill
from ingest.reasons import Unreadable
from model.places import Feature
from model.setup import keep_setting, read_settings

UNSURE = Text(
    zh="{file}：{why}。用 --datum wgs84、gcj02、bd09、EPSG:编号 或 control:… 指明，或先导入辖区边界（layer boundary）",
    en="{file}: {why}. Say it with --datum wgs84, gcj02, bd09, EPSG:n or control:…, or import the boundary first (layer boundary)",
)
LIES = Text(
    zh="{file} 声明为 {declared}，但比对表明不是：{why}。请用 --datum {found}，或用 --datum wgs84 坚持",
    en="{file} declares {declared}, but the comparison says otherwise: {why}. Give --datum {found}, or --datum wgs84 to insist",
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
    file: str, shapes: Any, reference: Reference, *, given: str | None, declared: str | None = None
) -> tuple[Datum, Text | None]:
    """The datum of a file's coordinates (x, y as it has them) and, if it was found by comparison, the sentence that says so.

    What is given counts. A file's own word for WGS-84 counts only where the comparison does not contradict it; inside China it must
    confirm it, since files lie there. Unreadable when it cannot be told.
    """
    if given:
        return parse_datum(given), None
    verdict = _compare(shapes, reference)
    if verdict.datum is None:
        raise Unreadable(fill(UNSURE, file=file, why=verdict.why))
    if declared and not isinstance(verdict.datum, Wgs84):
        raise Unreadable(fill(LIES, file=file, declared=declared, why=verdict.why, found=verdict.datum))
    return verdict.datum, None if isinstance(verdict.datum, Wgs84) else verdict.why


def check_declared(file: str, shapes: Any, reference: Reference, declared: str) -> None:
    """Refuse shapes (WGS-84, after their own CRS was undone) that are clearly in a web map's datum."""
    verdict = _compare(shapes, reference)
    if verdict.datum is not None and not isinstance(verdict.datum, Wgs84):
        raise Unreadable(fill(LIES, file=file, declared=declared, why=verdict.why, found=verdict.datum))


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
