"""A file as it really comes: good rows in, bad rows told why, and nobody's number anywhere in the database."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine

from ingest.history import Summary, read_rejects
from ingest.load_cases import load_cases
from model.engine import open_engine
from tests.ingest.sent import rows_of

HEADINGS = ["工单编号", "诉求类型", "诉求标题", "诉求内容", "诉求地址", "联系电话", "联系人", "经度", "纬度", "受理时间", "办结时间"]
# made up; the card's checksum is right, the person is not
MOBILE, LANDLINE, CARD, PLATE, MAIL = "13812345678", "021-65432109", "11010519491231002X", "沪A12345", "wang.xm@example.com"
CALLER, CALLED = "13900001111", "王小明"
PLANTED = (MOBILE, "138 1234 5678", LANDLINE, CARD, PLATE, MAIL, CALLER, CALLED)
REPORTED = "2017-10-30 09:15:00"


def line(
    number: str, *, text: str = "小区门口堆放建筑垃圾", lon: str = "121.5050", lat: str = "31.3045", reported: str = REPORTED
) -> list[str]:
    return [number, "投诉", "建筑垃圾", text, "政立路711弄", CALLER, CALLED, lon, lat, reported, ""]


GOOD = [
    line("G1"),
    line("G2", text=f"请回电{MOBILE}，或138 1234 5678，座机{LANDLINE}"),
    line("G3", text=f"身份证{CARD}，车牌{PLATE}，邮箱{MAIL}"),
    line("G4", lon="", lat=""),
    line("G5", text="路口\n第二行，“引号”与逗号,都在"),
]
BAD = {
    "B1": (line("B1", reported="2017-13-45 09:00:00"), "cannot be read"),
    "B2": (line("B2", lat="0"), "is 0"),
    "B3": (line("B3", lon="31.3045", lat="121.5050", text=f"电话{MOBILE}"), "swapped"),
    "B4": (line("B4", text="长" * 5_000_000 + MOBILE), "too large"),
    "B5": (line("B5", reported=""), "no reported time"),
    "B6": (line("B6", lon="东经", text=CARD), "not a number"),
    "B7": ([*line("B7"), MOBILE, CARD], "fields"),
    "": (line(""), "no case number"),
    "B9": (line("B9", reported="2117-10-30 09:15:00"), "future"),
}


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """The rows above in GB18030, as a Windows program of a Chinese office writes them."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *GOOD, *(cells for cells, _ in BAD.values())])
    file = tmp_path / "热线.csv"
    file.write_bytes(text.getvalue().encode("gb18030"))
    return file


def bring(engine: Engine, file: Path, *, dry_run: bool = False) -> Summary:
    return load_cases(engine, file, preset="hotline-12345", datum="wgs84", dry_run=dry_run)


def test_good_rows_come_in_and_bad_rows_are_told_why(engine: Engine, mixed: Path) -> None:
    summary = bring(engine, mixed)

    assert sorted(rows_of(engine, "cases", "external_id")) == ["G1", "G2", "G3", "G4", "G5"]
    assert (summary.rows_in, summary.new, summary.rejected) == (14, 5, 9)
    rejects = read_rejects(engine, summary.import_id)
    for (number, (_, reason)), reject in zip(BAD.items(), rejects.itertuples(), strict=True):
        assert reason in reject.reason, number
        assert len(reject.raw) <= 2_000
    texts = dict(rows_of(engine, "cases", "external_id", "description"))
    assert texts["G5"] == "路口\n第二行，“引号”与逗号,都在"
    assert texts["G2"].startswith("请回电〔")


def test_the_count_of_what_was_taken_out_is_reported(engine: Engine, mixed: Path) -> None:
    removed = bring(engine, mixed).removed
    expected = Counter({"mobile": 2, "landline": 1, "identity_card": 1, "plate": 1, "email": 1})
    assert {kind: removed[kind] for kind in expected} == expected
    assert removed["column:联系电话"] >= 5


@pytest.mark.parametrize("dry_run", [False, True])
def test_nobodys_number_is_in_the_database_file(sqlite_url: str, mixed: Path, dry_run: bool) -> None:
    engine = open_engine(sqlite_url)
    reader = engine.connect()
    # an open reader keeps the log beside the database, so both are seen
    reader.exec_driver_sql("SELECT count(*) FROM cases")
    bring(engine, mixed, dry_run=dry_run)

    database = Path(sqlite_url.removeprefix("sqlite:///"))
    beside = [path for path in database.parent.glob(f"{database.name}*") if path.stat().st_size]
    assert dry_run or any(path.name.endswith("-wal") for path in beside)
    for path in beside:
        bytes_of = path.read_bytes()
        for planted in PLANTED:
            for encoding in ("utf-8", "gb18030", "utf-16-le"):
                assert planted.encode(encoding) not in bytes_of, (path.name, planted)
    reader.close()
    engine.dispose()


def test_formula_cells_come_in_by_their_value(engine: Engine, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADINGS)
    sheet.append(line("X1"))
    sheet.append([*line("X2")[:7], "=121.5+0.005", "=1/0", *line("X2")[9:]])
    book.save(tmp_path / "热线.xlsx")
    # openpyxl keeps no values of formulas, as a program that never calculated; such cells are empty, and the row stands without a place
    summary = bring(engine, tmp_path / "热线.xlsx")
    assert (summary.new, summary.rejected) == (2, 0)
    assert rows_of(engine, "cases", "external_id", "lon") == [("X1", 121.505), ("X2", None)]


def test_the_preview_tells_refused_places_from_accepted_ones(engine: Engine, mixed: Path) -> None:
    preview = bring(engine, mixed, dry_run=True).preview
    # refused with a place of their own: a bad time, no time, no number, a time to come
    assert Counter(preview["accepted"]) == {True: 4, False: 4}
    assert preview["lat"].between(31, 32).all()
