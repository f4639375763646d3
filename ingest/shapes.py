"""Shapes of a file: GeoJSON, GeoPackage, shapefile (plain or zipped), or a table with longitude and latitude."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from ingest import delimited, reasons
from ingest import sheet as sheets
from ingest.archive import BLOCK, BOOKS, MOST_JSON, MOST_SHAPES, TEXTS, check_archive, find_table, list_members
from ingest.encoding import detect_encoding
from ingest.reasons import Unreadable
from ingest.rows import TEXT, chunk_rows

JSONS = (".geojson", ".json")
SHAPES = (".gpkg", ".shp", *JSONS)
# what a file begins with, by its name; JSON comes in any encoding and is looked at when it is decoded
KINDS = {
    ".gpkg": ("GeoPackage", b"SQLite format 3\x00"),
    ".shp": ("shapefile", b"\x00\x00\x27\x0a"),
    **dict.fromkeys(JSONS, ("GeoJSON", b"")),
}
CRS_MEMBER = re.compile(r'"crs"\s*:\s*\{')
# the parts of a shapefile that mean something
NEEDED = (".shp", ".shx", ".dbf")
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
LONGITUDES = ("lon", "lng", "longitude", "long", "经度", "x", "coordx", "x坐标", "坐标x")
LATITUDES = ("lat", "latitude", "纬度", "y", "coordy", "y坐标", "坐标y")


def read_shapes(path: Path | str, sublayer: str | None = None, *, names: Collection[str] = ()) -> gpd.GeoDataFrame:
    """The features of a file, coordinates as they stand in it; the index counts features from 1, or is the row of a table.

    `crs` is what the file itself states, else None: a GeoJSON without a `crs` and a table say nothing. The same as text
    (`EPSG:4326`) is in `attrs["declared"]`, and rows of a table that do not fit its heading are in `attrs["broken"]`.
    When a file holds several layers, `sublayer` chooses, or the one whose name is among `names` (case does not matter).
    A GeoPackage's row number is the column `fid` unless it has one.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix in TEXTS + BOOKS:
        return _read_points(path)
    if suffix in SHAPES:
        return _read_layer(path, {path.stem: path}, sublayer, names)
    if zipfile.is_zipfile(path):
        with _unpacking(path) as found:
            return _read_layer(path, found, sublayer, names) if found else _read_points(path)
    raise Unreadable(reasons.NO_SHAPES, file=path.name, found=suffix or path.name)


@contextmanager
def _unpacking(path: Path) -> Iterator[dict[str, Path]]:
    """The shape files of a zip by their own names, unpacked under names of ours, so that none of theirs reaches the disk."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        infos = list_members(archive, path.name)
        stems: dict[str, str] = {}
        found: dict[str, Path] = {}
        if any(info.filename.lower().endswith(SHAPES) for info in infos):
            # a second look, because checking makes the directory's sizes its own
            with zipfile.ZipFile(path) as again:
                check_archive(again, path.name, MOST_SHAPES)
        for info in infos:
            inside = Path(_true_name(info))
            suffix = inside.suffix.lower()
            if suffix in SHAPES + PARTS:
                stem = stems.setdefault(str(inside.with_suffix("")).lower(), f"part{len(stems)}")
                target = Path(folder) / (stem + suffix)
                with archive.open(info) as packed, target.open("wb") as unpacked:
                    shutil.copyfileobj(packed, unpacked, BLOCK)
                if suffix in SHAPES:
                    found[inside.stem] = target
        if stems and not found:
            raise Unreadable(reasons.MISSING_PARTS, file=path.name, found=".shp")
        yield found


def _true_name(info: zipfile.ZipInfo) -> str:
    # zips made on a Chinese Windows keep names in GBK and do not say so; zipfile then reads them as cp437
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    return raw.decode(detect_encoding([raw]), "replace")


def _read_layer(path: Path, files: dict[str, Path], sublayer: str | None, names: Collection[str]) -> gpd.GeoDataFrame:
    places = {name: (file, layer) for stem, file in files.items() for name, layer in _list_layers(path, stem, file)}
    if not places:
        raise Unreadable(reasons.NO_SHAPES, file=path.name, found="0")
    file, layer = places[_choose(path, list(places), sublayer, names)]
    return _number(_open(path, file, layer))


def _list_layers(path: Path, stem: str, file: Path) -> list[tuple[str, str | None]]:
    """The layers with shapes in a file: what a person calls them, and what the driver does."""
    if file.suffix.lower() != ".gpkg":
        return [(stem, None)]
    _check_kind(path, file)
    try:
        return [(name, name) for name, kind in pyogrio.list_layers(file) if kind is not None]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise Unreadable(reasons.BROKEN_ARCHIVE, file=path.name, found=_without_folder(error, file)) from error


def _choose(path: Path, found: Sequence[str], sublayer: str | None, names: Collection[str]) -> str:
    listed = ", ".join(found)
    if sublayer is not None:
        exact = [name for name in found if name == sublayer] or [name for name in found if name.casefold() == sublayer.casefold()]
        if len(exact) != 1:
            raise Unreadable(reasons.NO_SUBLAYER, file=path.name, sublayer=sublayer, found=listed)
        return exact[0]
    if len(found) == 1:
        return found[0]
    wanted = {name.casefold() for name in names}
    fitting = [name for name in found if name.casefold() in wanted]
    if len(fitting) != 1:
        raise Unreadable(reasons.WHICH_SUBLAYER, file=path.name, found=listed)
    return fitting[0]


def _open(path: Path, file: Path, layer: str | None) -> gpd.GeoDataFrame:
    try:
        _check_kind(path, file)
        if file.suffix.lower() in JSONS:
            return _open_json(file)
        options: dict[str, Any] = {"encoding": _dbf_encoding(file)} if file.suffix.lower() == ".shp" else {"layer": layer}
        frame = pyogrio.read_dataframe(file, fid_as_index=file.suffix.lower() == ".gpkg", **options)
    except Unreadable:
        raise
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError, ValueError) as error:
        raise Unreadable(reasons.BROKEN_ARCHIVE, file=path.name, found=_without_folder(error, file)) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise Unreadable(reasons.NO_SHAPES, file=path.name, found=layer or file.stem)
    if frame.index.name == "fid" and "fid" not in frame.columns:
        frame = frame.reset_index()
    return frame


def _check_kind(path: Path, file: Path) -> None:
    """Refuse what is not what its name says: the library would open anything under any name, even files that point at others."""
    wanted, sign = KINDS[file.suffix.lower()]
    with file.open("rb") as stream:
        head = stream.read(64)
    if not head.startswith(sign):
        raise Unreadable(reasons.NOT_ITS_KIND, file=path.name, wanted=wanted)
    if file.suffix.lower() == ".shp":
        there = {one.suffix.lower() for one in file.parent.glob("*") if one.stem == file.stem}
        if missing := [part for part in NEEDED if part not in there]:
            raise Unreadable(reasons.MISSING_PARTS, file=path.name, found=", ".join(missing))


def _without_folder(error: Exception, file: Path) -> str:
    """What the library says, without the server's own folder."""
    return str(error).replace(f"{file.parent}/", "")


def _open_json(file: Path) -> gpd.GeoDataFrame:
    if file.stat().st_size > MOST_JSON:
        raise Unreadable(reasons.TOO_LARGE, file=file.name, limit=MOST_JSON >> 20)
    raw = file.read_bytes()
    text = raw.decode(detect_encoding([raw]), "replace").lstrip("\ufeff \t\r\n")
    if not text.startswith("{"):
        raise Unreadable(reasons.NOT_ITS_KIND, file=file.name, wanted="GeoJSON")
    # the library reads it bit by bit; Python would hold all of it many times over
    frame = pyogrio.read_dataframe(text.encode("utf-8"))
    # without a crs member the standard says WGS-84, but Chinese files often mean GCJ-02: they say nothing
    if not CRS_MEMBER.search(text) and isinstance(frame, gpd.GeoDataFrame):
        frame = frame.set_crs(None, allow_override=True)
    return frame


def _dbf_encoding(shp: Path) -> str | None:
    """The encoding of a shapefile's attributes where no .cpg names it; None leaves it to the driver."""
    beside = {one.suffix.lower(): one for one in shp.parent.glob(f"{shp.stem}.*") if one.stem == shp.stem}
    if ".cpg" in beside or ".dbf" not in beside:
        return None
    # the header ends where it says; what follows are fixed-width texts
    raw = beside[".dbf"].read_bytes()
    encoding = detect_encoding([raw[32:]])
    return encoding if encoding in {"utf-8", "gb18030"} else None


def _number(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    frame.attrs["declared"] = _declared(frame.crs)
    return frame


def _declared(crs: Any) -> str | None:
    if crs is None:
        return None
    code = crs.to_epsg(min_confidence=20)
    return f"EPSG:{code}" if code else str(crs.name)


def _read_points(path: Path) -> gpd.GeoDataFrame:
    table = find_table(path)
    lines = sheets.read_cells(table) if table.kind == "book" else delimited.read_cells(table)
    chunks = list(chunk_rows(lines, frozenset(), 50_000, file=path.name))
    if not chunks:
        raise Unreadable(reasons.EMPTY_FILE, file=path.name)
    rows = pd.concat([chunk.frame for chunk in chunks])
    lon, lat = (_find_column(rows, wanted) for wanted in (LONGITUDES, LATITUDES))
    if lon is None or lat is None:
        raise Unreadable(reasons.NO_SHAPES, file=path.name, found=", ".join(map(str, rows.columns)))
    x, y = (pd.to_numeric(rows[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan) for name in (lon, lat))
    shapes = np.full(len(rows), None, dtype=object)
    there = np.isfinite(x) & np.isfinite(y)
    shapes[there] = shapely.points(x[there], y[there])
    frame = gpd.GeoDataFrame(rows.drop(columns=[lon, lat]).astype(TEXT), geometry=shapes)
    frame.attrs["declared"] = None
    frame.attrs["broken"] = [tuple(line) for chunk in chunks for line in chunk.broken.itertuples(index=False)]
    return frame


def _find_column(rows: pd.DataFrame, wanted: Sequence[str]) -> str | None:
    plain = {str(name).casefold().replace(" ", ""): str(name) for name in reversed(list(rows.columns))}
    return next((plain[name] for name in wanted if name in plain), None)
