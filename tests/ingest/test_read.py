"""Files of every kind come in as rows of text, with their row in the file; what does not fit comes back and harms nothing else."""

from __future__ import annotations

import codecs
import csv
import io
import struct
import tempfile
import tracemalloc
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import archive
from ingest.encoding import detect_encoding
from ingest.preset import presets
from ingest.read import Rows, count_rows, read_headings, read_rows, read_shapes
from ingest.reasons import Unreadable
from ingest.rows import MOST_CELL
from tests.ingest.workbooks import make_xls

CHINESE = "编号,诉求内容,受理时间\nA1,政立路505弄占道堆物，请处理,2017-10-31 18:00\nA2,共享单车乱停放,2017-11-01 09:30\n"
HEADINGS = ["编号", "诉求内容", "受理时间"]


def write(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def pack(folder: Path, name: str, members: dict[str, bytes], **options: int) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as packed:
        for member, content in members.items():
            packed.writestr(member, content)
    return path


def whole(path: Path, **options: object) -> Rows:
    chunks = list(read_rows(path, **options))  # type: ignore[arg-type]
    return Rows(pd.concat([chunk.frame for chunk in chunks]), pd.concat([chunk.broken for chunk in chunks]))


def cells(rows: Rows) -> list[list[str | None]]:
    return rows.frame.astype(object).where(rows.frame.notna(), None).to_numpy().tolist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = CHINESE.replace(",", delimiter)
    rows = whole(write(tmp_path, "cases.csv", text.encode(encoding)))
    assert list(rows.frame.columns) == HEADINGS
    assert cells(rows)[0] == ["A1", "政立路505弄占道堆物，请处理", "2017-10-31 18:00"]
    assert list(rows.frame.index) == [2, 3]
    assert rows.broken.empty


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        pytest.param(b"plain", "utf-8", id="ascii"),
        pytest.param("汉字".encode() * 5_000 + b"\xe6\xb1,", "utf-8", id="one cell cut inside a character"),
        pytest.param(("路灯不亮\n" + "很" * 100_000).encode("gb18030"), "gb18030", id="GB18030 that is nearly sound UTF-8"),
        pytest.param("ID,內容\n1,臺北市的違規停車檢舉案件處理進度\n".encode("big5") * 20, "big5", id="Big5"),
        pytest.param(b"a," * (1 << 20) + "中文".encode("gb18030"), "gb18030", id="Chinese only after two megabytes"),
    ],
)
def test_detect_encoding(raw: bytes, wanted: str) -> None:
    found = detect_encoding(raw[i : i + (1 << 20)] for i in range(0, len(raw), 1 << 20))
    assert codecs.lookup(found).name == codecs.lookup(wanted).name


plain = st.text(st.characters(codec="gb18030", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=20)


@settings(max_examples=60, deadline=None)
@given(
    table=st.lists(st.tuples(*[st.one_of(plain, st.sampled_from(["", "a,b", 'say "hi"', "two\nlines", "=1+1", "\r\n"]))] * 3), min_size=1),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_what_is_written_is_read(table: list[tuple[str, str, str]], encoding: str) -> None:
    # what stands in a GB18030 file has to be mostly common Chinese to be known as such
    filler = ("市民反映道路破损", "街道已经派人处理", "居委会回复满意")
    lines = io.StringIO()
    csv.writer(lines).writerows([("one", "two", "three"), *table, *[filler] * 40])
    with tempfile.TemporaryDirectory() as folder:
        rows = whole(write(Path(folder), "t.csv", lines.getvalue().encode(encoding)), chunk_rows=7)
    wanted = {i: [cell.strip() or None for cell in line] for i, line in enumerate(table, 2)}
    found = dict(zip(rows.frame.index, cells(rows), strict=True))
    trimmed = {i: line for i, line in wanted.items() if any(line)}
    assert {i: line for i, line in found.items() if i < len(table) + 2} == trimmed
    assert rows.broken.empty


def test_row_numbers_are_the_file_s_own(tmp_path: Path) -> None:
    rows = whole(write(tmp_path, "t.csv", 'a,b\n1,"x\ny"\n\n2,z\n,\n3,w\n'))
    assert dict(zip(rows.frame["a"], rows.frame.index, strict=True)) == {"1": 2, "2": 4, "3": 6}


def test_rows_that_do_not_fit_come_back(tmp_path: Path) -> None:
    rows = whole(write(tmp_path, "t.csv", "a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12,,\n"))
    assert cells(rows) == [["1", "2", "3"], ["10", "11", "12"]]
    assert rows.broken["row"].to_list() == [3, 4]
    assert rows.broken["cells"].to_list() == [["4", "5"], ["6", "7", "8", "9"]]
    assert "only 2 fields where the heading has 3" in rows.broken["reason"].iloc[0]
    assert "4 个字段" in rows.broken["reason"].iloc[1]


@pytest.mark.parametrize("more", [0, 30])
def test_a_stray_quote_costs_its_own_row(tmp_path: Path, more: int) -> None:
    lines = ["id,what,when,who", '1,"never closed,2017,x', *(f'{i},"fine",2017,y' for i in range(2, 9 + more))]
    rows = whole(write(tmp_path, "t.csv", "\n".join(lines)))
    assert rows.broken["row"].to_list() == [2]
    assert rows.frame["id"].to_list() == [str(i) for i in range(2, 9 + more)]


def test_a_quote_that_is_open_to_the_end(tmp_path: Path) -> None:
    rows = whole(write(tmp_path, "t.csv", 'id,what,when,who\n1,a,2017,x\n2,"open,2017,x\n' + "3,b,2017,y\n" * 50))
    assert (len(rows.frame), rows.broken["row"].to_list()) == (51, [3])


@pytest.mark.parametrize("line", ["2,{},c", '2,"{}",c', '2,"first\n{}\nlast",c'], ids=["bare", "quoted", "over lines"])
def test_a_cell_of_five_megabytes_is_refused_alone(tmp_path: Path, line: str) -> None:
    rows = whole(write(tmp_path, "t.csv", "a,b,c\n1,x,y\n" + line.format("很" * 5_000_000) + "\n3,x,y\n"))
    assert rows.frame["a"].to_list() == ["1", "3"]
    assert rows.broken["row"].to_list() == [3]
    assert "too large" in rows.broken["reason"].iloc[0]
    assert sum(map(len, rows.broken["cells"].iloc[0])) < 100


def test_a_line_without_end_is_no_crash(tmp_path: Path) -> None:
    rows = whole(write(tmp_path, "t.csv", "a,b,c\n1,x,y\n" + "z" * 20_000_000 + "\n3,x,y\n"))
    assert rows.frame["a"].to_list() == ["1", "3"]
    assert len(rows.broken) >= 1


def test_titles_above_the_heading(tmp_path: Path) -> None:
    path = write(tmp_path, "t.csv", "某街道十月工单,,\n导出人：网格中心,2017-11-01,\n工单编号,受理时间,诉求内容\nG1,2017-10-31,占道\n")
    rows = whole(path, preset=presets()["hotline-12345"])
    assert list(rows.frame.columns) == ["工单编号", "受理时间", "诉求内容"]
    assert list(rows.frame.index) == [4]


def test_headings_are_made_unique(tmp_path: Path) -> None:
    assert read_headings(write(tmp_path, "t.csv", " a ,a,,b,\n1,2,3,4,\n")) == ["a", "a (2)", "#3", "b"]


def test_memory_stays_flat(tmp_path: Path) -> None:
    path = write(tmp_path, "t.csv", "id,text\n" + "".join(f"{i},{'文字' * 30}\n" for i in range(120_000)))
    tracemalloc.start()
    total = sum(len(chunk.frame) for chunk in read_rows(path, chunk_rows=2_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 120_000
    assert peak < 12 << 20 < path.stat().st_size


def make_book(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    sheet = book.create_sheet("工单")
    for row in (
        ["编号", "时间", "数", "文字", "公式", "真假"],
        [101000295613, datetime(2017, 10, 31, 18, 0, 5), 0.1, "MARK", "=1+1", True],
        [310110199001011234, date(2017, 1, 5), 123456789012345, "=HYPERLINK text", time(8, 30), False],
        [],
        ["00012", None, 42109.5, "#N/A", "x", None],
    ):
        sheet.append(row)
    sheet["D3"].data_type = "s"
    book.save(path)
    return path


def test_workbook(tmp_path: Path) -> None:
    rows = whole(make_book(tmp_path / "t.xlsx"))
    assert cells(rows) == [
        ["101000295613", "2017-10-31T18:00:05", "0.1", "MARK", None, "true"],
        ["3.10110199001011E+17", "2017-01-05", "123456789012345", "=HYPERLINK text", "08:30:00", "false"],
        ["00012", None, "42109.5", None, "x", None],
    ]
    assert list(rows.frame.index) == [2, 3, 5]
    assert whole(tmp_path / "t.xlsx", sheet="工单").frame.equals(rows.frame)


def test_workbook_without_that_sheet(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="has no sheet nix; it has 说明, 工单"):
        whole(make_book(tmp_path / "t.xlsx"), sheet="nix")


def test_workbook_with_a_huge_cell(tmp_path: Path) -> None:
    with zipfile.ZipFile(make_book(tmp_path / "t.xlsx")) as book:
        parts = {name: book.read(name).replace(b"MARK", b"m" * (MOST_CELL + 1)) for name in book.namelist()}
    rows = whole(pack(tmp_path, "huge.xlsx", parts, compresslevel=0))
    assert rows.broken["row"].to_list() == [2]
    assert list(rows.frame.index) == [3, 5]


def test_old_workbook(tmp_path: Path) -> None:
    rows = whole(write(tmp_path, "t.xls", make_xls([["编号", "数"], [101000295613.0, 0.5], ["乙", 3.0]])))
    assert cells(rows) == [["101000295613", "0.5"], ["乙", "3"]]


def test_zip_is_read_straight_through(tmp_path: Path) -> None:
    book = make_book(tmp_path / "t.xlsx").read_bytes()
    text = pack(tmp_path, "a.zip", {"up/../../cases.csv": CHINESE.encode("gb18030"), "__MACOSX/._cases.csv": b"x", "read.me": b"x"})
    assert len(whole(text).frame) == 2
    assert len(whole(pack(tmp_path, "b.zip", {"t.xlsx": book})).frame) == 3
    assert not (tmp_path.parent / "cases.csv").exists()


def flag_as_encrypted(path: Path) -> Path:
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return write(path.parent, "secret.zip", bytes(raw))


def understate(path: Path, size: int) -> Path:
    """The same archive, with a smaller size in its directory."""
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02") + 24
    raw[at : at + 4] = struct.pack("<I", size)
    return write(path.parent, f"small-{path.name}", bytes(raw))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda f: write(f, "e.csv", b""), "is empty", id="empty"),
        pytest.param(lambda f: write(f, "t.xls", "<html><table><tr><td>x</table>"), "is a web page", id="web page"),
        pytest.param(lambda f: write(f, "t.csv", b"%PDF-1.7"), "there is no table", id="PDF"),
        pytest.param(lambda f: pack(f, "t.zip", {"a.csv": b"x", "b.csv": b"y"}), "holds 2 tables", id="two tables"),
        pytest.param(lambda f: pack(f, "t.zip", {"a.doc": b"x"}), "there is no table", id="no table"),
        pytest.param(lambda f: pack(f, "t.zip", {"a.csv": b"x", "b.zip": b"y"}), "another archive", id="nested"),
        pytest.param(lambda f: flag_as_encrypted(pack(f, "t.zip", {"a.csv": b"x"})), "encrypted", id="password"),
        pytest.param(lambda f: pack(f, "t.zip", {"a.csv": bytes(100 << 20)}), "zip bomb", id="bomb"),
        pytest.param(
            lambda f: understate(pack(f, "t.xlsx", {"[Content_Types].xml": bytes(100 << 20)}), 10), "zip bomb", id="workbook that lies"
        ),
        pytest.param(lambda f: understate(pack(f, "t.zip", {"a.csv": b"a,b\n" * 99}), 10), "cannot be opened", id="zip that lies"),
        pytest.param(lambda f: write(f, "t.xlsx", b"PK\x03\x04 and then nothing"), "cannot be opened", id="cut off"),
        pytest.param(lambda f: write(f, "t.xls", archive.OLE + bytes(600)), "cannot be opened", id="broken XLS"),
    ],
)
def test_files_that_are_turned_away(tmp_path: Path, make: object, message: str) -> None:
    path = make(tmp_path)  # type: ignore[operator]
    with pytest.raises(Unreadable, match=message) as caught:
        whole(path)
    # both languages, and which file
    assert caught.value.text.say("zh", **caught.value.values) in str(caught.value)
    assert path.name.removeprefix("small-") in str(caught.value)


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_TEXT", 1 << 20)
    with pytest.raises(Unreadable, match="larger than 1 MB"):
        whole(pack(tmp_path, "t.zip", {"a.csv": b"a,b\n" + bytes(range(10, 120)) * 11_000}))


def test_count_rows(tmp_path: Path) -> None:
    text = "id,text\n" + "".join(f"{i},{'x' * (i % 90)}\n" for i in range(20_000))
    plain_file = write(tmp_path, "t.csv", text)
    for path in (plain_file, pack(tmp_path, "t.zip", {"t.csv": text.encode()})):
        assert count_rows(path) == pytest.approx(20_000, rel=0.1)
    assert 1 <= count_rows(make_book(tmp_path / "t.xlsx")) <= 5


POINTS = gpd.GeoDataFrame(
    {"编号": ["甲1", "甲2"], "状态": ["已安装", "计划"]}, geometry=shapely.points([[121.5, 31.31], [121.51, 31.32]]), crs="EPSG:4326"
)


def test_geojson_says_its_crs_or_nothing(tmp_path: Path) -> None:
    silent = write(tmp_path, "a.geojson", POINTS.to_json(drop_id=True))
    frame = read_shapes(silent)
    assert frame.crs is None
    assert frame.attrs["declared"] is None
    assert list(frame.index) == [1, 2]
    said = (
        POINTS.to_crs("EPSG:4549")
        .to_json(drop_id=True)
        .replace('"features"', '"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}, "features"', 1)
    )
    assert read_shapes(write(tmp_path, "b.geojson", said)).attrs["declared"] == "EPSG:4549"
    gbk = POINTS.to_json(drop_id=True, ensure_ascii=False).encode("gb18030")
    assert read_shapes(write(tmp_path, "c.json", gbk))["状态"].to_list() == ["已安装", "计划"]


def test_sublayers_are_chosen_by_name(tmp_path: Path) -> None:
    path = tmp_path / "several.gpkg"
    for name, count in (("Cameras", 2), ("bikes", 1), ("table", 2)):
        POINTS.head(count).to_file(path, layer=name, driver="GPKG")
    assert len(read_shapes(path, names=("cameras", "监控探头"))) == 2
    assert len(read_shapes(path, "BIKES")) == 1
    assert read_shapes(path, "bikes").attrs["declared"] == "EPSG:4326"
    assert "fid" in read_shapes(path, "bikes").columns
    with pytest.raises(Unreadable, match="several layers: Cameras, bikes, table; choose one with --sublayer"):
        read_shapes(path, names=("rivers",))
    with pytest.raises(Unreadable, match="has no layer rivers; it has Cameras, bikes, table"):
        read_shapes(path, "rivers")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("said", [True, False], ids=["with .cpg", "without .cpg"])
def test_shapefile(tmp_path: Path, encoding: str, said: bool) -> None:
    folder = tmp_path / "shp"
    folder.mkdir()
    POINTS.to_file(folder / "探头.shp", encoding=encoding)
    if not said:
        (folder / "探头.cpg").unlink()
    assert read_shapes(folder / "探头.shp")["状态"].to_list() == ["已安装", "计划"]
    zipped = pack(tmp_path, "探头.zip", {f"图层/{part.name}": part.read_bytes() for part in folder.iterdir()})
    frame = read_shapes(zipped)
    assert frame["编号"].to_list() == ["甲1", "甲2"]
    assert frame.attrs["declared"] == "EPSG:4326"


def test_several_shapefiles_in_a_zip(tmp_path: Path) -> None:
    members = {}
    for name in ("zones", "cameras"):
        POINTS.to_file(tmp_path / f"{name}.shp", encoding="utf-8")
        members |= {part.name: part.read_bytes() for part in tmp_path.glob(f"{name}.*")}
    path = pack(tmp_path, "all.zip", members)
    assert len(read_shapes(path, names=("zones",))) == 2
    with pytest.raises(Unreadable, match="several layers: "):
        read_shapes(path)


@pytest.mark.parametrize("headings", ["经度,纬度", "lon,lat", "Longitude,Latitude", "x,y"])
def test_points_of_a_table(tmp_path: Path, headings: str) -> None:
    frame = read_shapes(write(tmp_path, "t.csv", f"编号,{headings}\nA,121.5,31.3\nB,,\nC,121.6\nD,东经,31\n"))
    assert frame["编号"].to_list() == ["A", "B", "D"]
    assert list(frame.index) == [2, 3, 5]
    assert (frame.geometry.iloc[0].x, frame.geometry.iloc[0].y) == (121.5, 31.3)
    assert frame.geometry.isna().to_list() == [False, True, True]
    assert frame.crs is None
    assert [row for row, _, _ in frame.attrs["broken"]] == [4]


@pytest.mark.parametrize(
    ("name", "content"), [("t.csv", "a,b\n1,2\n"), ("t.docx", "x"), ("t.geojson", "{"), ("t.gpkg", "nothing"), ("t.shp", "nothing")]
)
def test_no_shapes(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(Unreadable, match=r"no shapes in|cannot be opened"):
        read_shapes(write(tmp_path, name, content))


def test_real_files(shared_data: Path) -> None:
    rows = whole(shared_data / "boston-311-2011.zip")
    assert (len(rows.frame), len(rows.broken)) == (58_251, 0)
    assert (rows.frame.index[0], rows.frame.index[-1]) == (2, 58_252)
    assert rows.frame["case_enquiry_id"].iloc[0] == "101000295613"
    assert count_rows(shared_data / "boston-311-2011.zip") == pytest.approx(58_251, rel=0.1)
    assert len(read_shapes(shared_data / "boston-neighbourhoods.geojson")) == 26
    rivers = read_shapes(shared_data / "shanghai-osm-yangpu.gpkg", names=("rivers", "waterways"))
    assert (len(rivers), rivers.attrs["declared"]) == (116, "EPSG:4326")
