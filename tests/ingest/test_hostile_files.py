"""Files made to break whoever opens them are refused in one sentence, within seconds and memory, and nothing is written."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from openpyxl import Workbook
from sqlalchemy import Engine, func, select

from config import ROOT
from ingest import archive
from ingest.gpx import read_track
from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from ingest.read import read_rows, read_shapes
from ingest.reasons import Unreadable
from model.cases import CaseRow
from model.office import Import
from model.places import Feature
from tests.ingest.sent import a_case, write_cases, write_layer
from tests.ingest.workbooks import make_xls

# bytes of address space in which every hostile file must be refused; the program with its libraries takes half of them
MOST_MEMORY = 3 << 30
SECONDS = 60
SHEET = "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>{}</sheetData></worksheet>"
FAR = "<row r='1'><c r='A1'><v>1</v></c></row><row r='{row}'><c r='{column}{row}'><v>1</v></c></row>"
LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
ELSEWHERE = (
    "<OGRVRTDataSource><OGRVRTLayer name='s'><SrcDataSource>{}</SrcDataSource><GeometryType>wkbPoint</GeometryType>"
    "<GeometryField encoding='PointFromColumns' x='lon' y='lat'/></OGRVRTLayer></OGRVRTDataSource>"
)


def book(path: Path, sheet: str, **more: bytes) -> Path:
    """A workbook whose sheet is this XML."""
    whole = io.BytesIO()
    made = Workbook()
    made.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, SHEET.format(sheet) if name.endswith("sheet1.xml") else old.read(name))
        for name, content in more.items():
            new.writestr(name, content)
    return path


def text(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def pack(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def many(path: Path, count: int) -> Path:
    """An archive of very many empty files."""
    with zipfile.ZipFile(path, "w") as made:
        for number in range(count):
            made.writestr(f"{number:08d}{'x' * 60}", b"")
    return path


def link(path: Path) -> Path:
    """An archive in which a.csv is a symbolic link to a file of the server, and another climbs out of its folder."""
    entry = zipfile.ZipInfo("a.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(entry, "/etc/passwd")
        made.writestr("../../../../tmp/climbed.doc", b"x")
    return path


def far_xls(path: Path) -> Path:
    """An old workbook with a cell in the last row and a column that is none."""
    raw = bytearray(make_xls([[1.0], [2.0]]))
    at = raw.rfind(b"\x03\x02\x0e\x00") + 4
    raw[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(raw)
    return path


def bare_shapefile(folder: Path, *missing: str) -> Path:
    """A zipped shapefile without some of its parts."""
    frame = gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.Point(121.5, 31.3)], crs="EPSG:4326")
    frame.to_file(folder / "s.shp", engine="pyogrio")
    parts = {one.name: one.read_bytes() for one in folder.glob("s.*") if one.suffix not in missing}
    return pack(folder / "s.zip", parts)


def as_table(path: Path) -> None:
    for _ in read_rows(path):
        pass


Hostile = Callable[[Path], Path]
TABLES: list[object] = [
    pytest.param(
        lambda f: book(f / "t.xlsx", FAR.format(row=1_048_576, column="XFD")), "too large or broken", id="two cells in far corners"
    ),
    pytest.param(lambda f: book(f / "t.xlsx", FAR.format(row=99_999_999, column="ZZZZ")), "too large or broken", id="beyond the corners"),
    pytest.param(lambda f: book(f / "t.xlsx", FAR.format(row=1_048_577, column="A")), "1,048,577 rows", id="more rows than Excel has"),
    pytest.param(
        lambda f: pack(f / "t.zip", {"t.xlsx": book(f / "t.xlsx", FAR.format(row=1_048_576, column="XFD")).read_bytes()}),
        "too large or broken",
        id="the same in a zip",
    ),
    pytest.param(lambda f: book(f / "t.xlsx", "<row><c><v>1</v></c></row>" + " " * (100 << 20)), "zip bomb", id="workbook that expands"),
    pytest.param(lambda f: far_xls(f / "t.xls"), "too large or broken|cannot be opened|is empty", id="old workbook with a far cell"),
    pytest.param(lambda f: text(f / "t.csv", ("a," * 3_000_000 + "\n") * 3), "columns, at most 2,000", id="millions of columns"),
    pytest.param(lambda f: pack(f / "t.zip", {"t.csv": b"a,b\n" + bytes(200 << 20)}), "zip bomb", id="zip bomb"),
    pytest.param(lambda f: pack(f / "t.zip", {"a.csv": b"a", "in.zip": b"PK"}), "another archive", id="nested archive"),
    pytest.param(lambda f: pack(f / "t.zip", {"a.csv": b"a", "in.tar.gz": b"x"}), "another archive", id="nested archive of another kind"),
    pytest.param(lambda f: many(f / "t.zip", 50_000), "directory of t.zip has", id="fifty thousand files"),
]
SHAPES: list[object] = [
    pytest.param(
        lambda f: text(f / "t.geojson", '{"features":' + "[" * 99_999 + "]" * 99_999 + "}"), "cannot be opened", id="nested too deep"
    ),
    pytest.param(
        lambda f: text(f / "t.geojson", '{"type":"FeatureCollection","features":[],"x":[' + "[]," * 9_000_000 + "1]}"),
        "cannot be opened",
        id="an object of nine million lists",
    ),
    pytest.param(lambda f: text(f / "t.geojson", b"{" + b" " * (65 << 20)), "larger than 64 MB", id="a GeoJSON of 65 MB"),
    pytest.param(lambda f: text(f / "t.gpkg", ELSEWHERE.format("/etc/passwd")), "is no GeoPackage", id="GeoPackage that points at a file"),
    pytest.param(lambda f: text(f / "t.geojson", ELSEWHERE.format("/etc/passwd")), "is no GeoJSON", id="GeoJSON that points at a file"),
    pytest.param(
        lambda f: text(f / "t.shp", ELSEWHERE.format("/vsicurl/http://hostile.invalid/x")), "is no shapefile", id="shape that asks a host"
    ),
    pytest.param(
        lambda f: pack(f / "t.zip", {"../../t.gpkg": ELSEWHERE.format("/etc/passwd").encode()}), "is no GeoPackage", id="the same in a zip"
    ),
    pytest.param(lambda f: bare_shapefile(f, ".shx"), "lacks .shx", id="shapefile without .shx"),
    pytest.param(lambda f: bare_shapefile(f, ".dbf", ".prj"), "lacks .dbf", id="shapefile without .dbf"),
    pytest.param(lambda f: bare_shapefile(f, ".shp"), "lacks .shp", id="shapefile without .shp"),
]


@pytest.mark.parametrize(("make", "said"), TABLES)
def test_tables(tmp_path: Path, make: Hostile, said: str) -> None:
    with pytest.raises(Unreadable, match=said) as refused:
        as_table(make(tmp_path))
    check_sentence(refused.value)


@pytest.mark.parametrize(("make", "said"), SHAPES)
def test_shapes(tmp_path: Path, make: Hostile, said: str) -> None:
    with pytest.raises(Unreadable, match=said) as refused:
        read_shapes(make(tmp_path))
    check_sentence(refused.value)


def check_sentence(refused: Unreadable) -> None:
    """One sentence in each language that names the file, without the server's own folders."""
    zh, _, en = str(refused).rpartition(" / ")
    assert zh
    assert en
    assert "/tmp/" not in str(refused).replace("/etc/passwd", "")
    assert "Traceback" not in str(refused)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(f"<?xml version='1.0'?><!DOCTYPE gpx [<!ENTITY l0 'x'>{LAUGHS}]><gpx><trk><name>&l9;</name></trk></gpx>", id="laughs"),
        pytest.param("<!DOCTYPE gpx SYSTEM 'file:///etc/passwd'><gpx></gpx>", id="a type from elsewhere"),
        pytest.param(f"<!-- <gpx > -->{ELSEWHERE.format('/etc/passwd')}", id="another format with the word in a remark"),
        pytest.param(f"<kml><!ENTITY l0 'x'>{LAUGHS}</kml>", id="KML"),
        pytest.param("<gpx>" + "<trk>" * 200_000, id="nested too deep"),
    ],
)
def test_tracks(tmp_path: Path, head: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_track(text(tmp_path / "t.gpx", head))
    check_sentence(refused.value)


def test_a_link_in_an_archive_is_a_text_like_any_other(tmp_path: Path) -> None:
    [rows] = list(read_rows(link(tmp_path / "t.zip")))
    assert list(rows.frame.columns) == ["/etc/passwd"]
    assert not Path("/tmp/climbed.doc").exists()


def test_macros_are_not_run_and_their_workbook_is_read(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsm", "<row><c t='str'><v>编号</v></c><c t='str'><f>CALL(1)</f><v>名称</v></c></row>" * 2,
                **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})  # fmt: skip
    assert [list(rows.frame.columns) for rows in read_rows(path)] == [["编号", "名称"]]


def test_the_wide_and_the_far_stay_within_memory(tmp_path: Path) -> None:
    """The worst of them one after the other in a process that may hold so much and no more."""
    worst = [*TABLES[:4], TABLES[6], TABLES[-1], *SHAPES[:3]]
    made = [one.values[0](folder) for n, one in enumerate(worst) if (folder := tmp_path / str(n)).mkdir() is None]  # type: ignore[attr-defined]
    script = (
        "import resource, sys; from pathlib import Path\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MOST_MEMORY}, {MOST_MEMORY}))\n"
        "from ingest.read import read_rows, read_shapes\n"
        "from ingest.reasons import Unreadable\n"
        "for place, path in enumerate(map(Path, sys.argv[1:])):\n"
        "    try:\n"
        f"        list(read_rows(path)) if place < {len(worst) - 3} else read_shapes(path)\n"
        "    except Unreadable:\n"
        "        print('refused')\n"
    )
    command = [sys.executable, "-c", script, *map(str, made)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False, env={**os.environ})
    assert (done.returncode, done.stdout.count("refused")) == (0, len(made)), done.stderr[-2_000:]


def test_nothing_of_a_refused_file_is_written(engine: Engine, tmp_path: Path) -> None:
    for load in (
        lambda: load_cases(engine, book(tmp_path / "a.xlsx", FAR.format(row=1_048_576, column="XFD")), preset="finegrid"),
        lambda: load_cases(engine, pack(tmp_path / "b.zip", {"t.csv": b"a,b\n" + bytes(200 << 20)}), preset="finegrid"),
        lambda: load_layer(engine, "zones", text(tmp_path / "c.gpkg", ELSEWHERE.format("/etc/passwd"))),
    ):
        with pytest.raises(Unreadable):
            load()
    with engine.connect() as connection:
        assert [connection.scalar(select(func.count()).select_from(model)) for model in (CaseRow, Feature, Import)] == [0, 0, 0]


def test_honest_files_beside_the_limits_are_read(tmp_path: Path) -> None:
    wide = ",".join(f"c{n}" for n in range(2_000))
    assert sum(len(rows.frame) for rows in read_rows(text(tmp_path / "wide.csv", f"{wide}\n" + ("1" + ",1" * 1_999 + "\n") * 20))) == 20
    assert len(list(read_rows(write_cases(tmp_path / "cases.csv", [a_case(n) for n in range(3)])))) == 1
    assert len(read_shapes(write_layer(tmp_path / "p.geojson", [(shapely.Point(121.5, 31.3), {"code": "a", "crs": "x"})]))) == 1
    assert archive.MOST_DIRECTORY > 20_000 * 100
