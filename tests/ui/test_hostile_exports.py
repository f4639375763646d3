"""What leaves as a file runs nothing in the program that opens it: workbooks, text files, layers, the sheet for the pocket."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine

from geo.export import export_features, write_geojson, write_geopackage
from geo.layers import layers
from model.engine import open_engine
from model.setup import Office
from model.words import FORMULA_STARTS
from queries.cases import Choice, case_export
from queries.features import features
from queries.filters import Filters
from queries.freshness import Freshness
from queries.run import frame_of
from tests.hostile import STRINGS, seen_as
from ui.case_export import arrange, write_csv, write_workbook
from ui.files import name_on_disk
from ui.patrol_sheet import _template
from ui.tables import neutralise
from ui.viewer import Viewer

NOW = datetime(2017, 10, 31, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def office(hostile_url: str) -> Iterator[Engine]:
    """The hostile office; only to read."""
    engine = open_engine(hostile_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def seen() -> Viewer:
    zone = ZoneInfo("Asia/Shanghai")
    own = Office(timezone=zone, as_of=NOW, metric_crs="EPSG:4549", title_zh=STRINGS[0], title_en=STRINGS[1], demo=True)
    return Viewer(language="zh", theme="light", office=own, fresh=Freshness(version="1", imported_at=None, reported_at=None))


@pytest.fixture(scope="module")
def table(office: Engine, seen: Viewer) -> pd.DataFrame:
    chosen = Choice(filters=Filters(sources=("hostile", "finegrid")))
    return arrange(frame_of(office, case_export(chosen, NOW, "newest", 2_000)), seen)


ABOUT = [(text, text) for text in STRINGS if len(text) < 200]


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(table: pd.DataFrame, seen: Viewer) -> None:
    assert len(table) > 500
    content = write_workbook(table, ABOUT, seen)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [cell.value for cell in cells if isinstance(cell.value, str) and cell.value.startswith(FORMULA_STARTS)] == []
    assert [cell for cell in cells if cell.hyperlink] == []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert [name for name in archive.namelist() if "external" in name.lower() or "vba" in name.lower()] == []


def test_no_cell_of_a_text_file_is_a_formula(table: pd.DataFrame, seen: Viewer) -> None:
    with zipfile.ZipFile(io.BytesIO(write_csv(table, ABOUT, seen))) as archive:
        rows = [row for name in archive.namelist() for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline=""))]
    assert [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)] == []
    # nothing broke out of its row
    assert {len(row) for row in rows} == {2, len(table.columns)}


def test_every_string_stays_what_it_was_behind_its_apostrophe() -> None:
    safe = neutralise(pd.DataFrame({"text": list(STRINGS)}))["text"]
    for kept, text in zip(safe, STRINGS, strict=True):
        # a lone carriage return would begin a row of its own
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        assert kept == (f"'{lines}" if lines.startswith(FORMULA_STARTS) else lines)


@pytest.mark.parametrize("key", ["zones", "fitness", "rivers"])
def test_layers_to_take_away(office: Engine, key: str, tmp_path: Path) -> None:
    found = frame_of(office, features((key,)))
    frame = gpd.GeoDataFrame(found, geometry="geometry", crs="EPSG:4326")
    about = {"source": STRINGS[0], "note": STRINGS[170]}
    told = json.loads(write_geojson(export_features(frame, layers()[key]), name=STRINGS[3], about=about))
    assert [one["properties"]["name"] for one in told["features"]] == list(frame["name"])
    (tmp_path / "layer.gpkg").write_bytes(
        write_geopackage(export_features(frame, layers()[key]), name=key, title=STRINGS[212], about=about)
    )
    with sqlite3.connect(tmp_path / "layer.gpkg") as package:
        assert package.execute(f"select count(*) from {key}").fetchone() == (len(frame),)
        assert sorted(name for (name,) in package.execute(f"select name from {key}")) == sorted(frame["name"])
    package.close()
    assert shapely.is_valid(frame.geometry.to_numpy()).all()


class _Tags(HTMLParser):
    """The tags and attributes of a page, and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_sheet_for_the_pocket() -> None:
    stops = [
        {"name": text, "kind": text, "reason": text, "also": [text], "where": text, "at": text, "code": "<svg></svg>"} for text in STRINGS
    ]
    page = _template().render(language="zh", title=STRINGS[0], head=STRINGS[1], mark=STRINGS[2], colon="：", boxes="", foot="", stops=stops)
    read = _Tags()
    read.feed(page)
    assert not read.tags & {"script", "img", "iframe", "a", "form", "base", "object", "embed", "input"}
    assert {name for name in read.attributes if name.startswith("on") or name in {"href", "src", "srcdoc"}} == set()
    words = seen_as("".join(read.words))
    assert [text for text in STRINGS if len(text) < 200 and seen_as(text) not in words] == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("案件.csv", "案件.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\案件.xlsx", "案件.xlsx"),
        ("a\x00b.csv", "ab.csv"),
        ("..", "file"),
        ("", "file"),
        ("/", "file"),
        ("长" * 300 + ".csv", "长" * 76 + ".csv"),
    ],
)
def test_the_name_of_an_upload(sent: str, kept: str) -> None:
    assert name_on_disk(sent) == kept
    assert len(kept.encode()) < 255
