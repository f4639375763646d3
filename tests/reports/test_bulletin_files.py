"""The three files: what they say is what the pages say, they hold to GB/T 9704, and data stays data."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import Engine

from i18n import show_number, show_share
from ingest.personal import remove_from
from model.engine import open_engine
from queries.filters import Filters
from queries.kpis import read_kpis, read_receipts
from queries.rules import CLOSED, CLOSING_IN_TIME, FINDING, OPEN_NOW, OVERDUE_NOW, REPORTED
from reports.__main__ import main
from reports.gather import Facts
from reports.sheet import Column, Paragraph, Sheet, Table
from reports.typeset import make_pdf, make_png
from reports.word import make_docx
from tests.reports.conftest import DAY, HOSTILE
from tests.reports.printed import count_lines, open_word, pdf_text, said_in, squeeze, word_text

SIGN = "国"
POINTS_PER_MM = 72 / 25.4


@pytest.fixture(scope="module")
def word(sheet: Sheet) -> bytes:
    return make_docx(sheet)


@pytest.fixture(scope="module")
def pdf(sheet: Sheet) -> bytes:
    return make_pdf(sheet)


@pytest.fixture(scope="module")
def texts(word: bytes, pdf: bytes) -> dict[str, str]:
    return {"word": word_text(word), "pdf": pdf_text(pdf)}


@pytest.fixture(scope="module")
def full(sheet: Sheet) -> Sheet:
    """Nothing but body text, three pages of it."""
    return replace(sheet, blocks=[Paragraph(text=SIGN * 28 * 22 * 3)], files={})


@pytest.mark.parametrize("file", ["word", "pdf"])
def test_every_word_of_the_sheet_is_in_the_file(file: str, texts: dict[str, str], sheet: Sheet) -> None:
    assert [said for said in said_in(sheet) if squeeze(said) not in texts[file]] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_english_says_as_much_as_chinese(language: str, sheet: Sheet, english: Sheet) -> None:
    one, other = (sheet, english) if language == "zh" else (english, sheet)
    assert [block.kind for block in one.blocks] == [block.kind for block in other.blocks]
    assert not re.search("[\u4e00-\u9fff]", "".join(block.text for block in english.blocks if block.kind == "heading"))


def test_english_is_set_too(english: Sheet) -> None:
    text = pdf_text(make_pdf(english))
    assert [said for said in said_in(english) if squeeze(said) not in text] == []


@pytest.mark.parametrize("file", ["word", "pdf"])
@pytest.mark.parametrize("days", [0, 1, 7], ids=["the day", "the day before", "the same day last week"])
def test_figures_are_those_of_the_pages(file: str, days: int, texts: dict[str, str], patrolled: Engine, facts: Facts) -> None:
    on = date.fromordinal(DAY.toordinal() - days)
    kpis = (REPORTED, CLOSED, CLOSING_IN_TIME, OPEN_NOW, OVERDUE_NOW, FINDING)
    receipts = read_receipts(patrolled, kpis, Filters(since=on, until=on), facts.office.now())
    for kpi in kpis:
        receipt = receipts[kpi.key]
        shown = show_number(receipt.value, "zh") if kpi.unit == "cases" else show_share(receipt.value)
        assert kpi.label.zh in texts[file]
        assert shown in texts[file]
        if receipt.denominator:
            assert f"{shown}（{receipt.numerator:.0f}/{receipt.denominator:.0f}）" in texts[file].replace("(", "（").replace(")", "）")


@pytest.mark.parametrize("file", ["word", "pdf"])
def test_channels_add_up_to_the_whole(file: str, texts: dict[str, str], patrolled: Engine, facts: Facts) -> None:
    figures = read_kpis(patrolled, (REPORTED,), Filters(since=DAY, until=DAY), facts.office.now(), "channel")
    rows = {"hotline": "12345热线", "wechat": "微信派单", "chengguantong": "城管通", "patrol": "领导巡查"}
    counts = dict(zip(figures["group"], figures["value"], strict=True))
    for channel, name in rows.items():
        assert re.search(f"{name}{counts[channel]:.0f}", texts[file]), channel
    assert f"合计{figures['value'].sum():.0f}" in texts[file]


@pytest.mark.parametrize("shown", HOSTILE.values())
@pytest.mark.parametrize("file", ["word", "pdf"])
def test_hostile_words_stand_as_they_are(file: str, shown: str, texts: dict[str, str]) -> None:
    assert squeeze(shown) in texts[file]


@pytest.mark.parametrize("file", ["word", "pdf"])
def test_it_says_what_it_counted_and_that_it_is_made_up(file: str, texts: dict[str, str]) -> None:
    for said in ("筛选：无（全部案件）", "统计截止：2017年10月31日18:00", "本期案件", "演示数据，均为虚构", "OpenStreetMap"):
        assert squeeze(said) in texts[file]


@pytest.mark.parametrize("file", ["word", "pdf"])
def test_no_personal_data_is_in_it(file: str, texts: dict[str, str], sheet: Sheet, patrolled: Engine) -> None:
    assert [said for said in said_in(sheet) if remove_from(said)[1]] == []
    with patrolled.connect() as connection:
        phones = [row[0] for row in connection.exec_driver_sql("select phone from officials where phone is not null")]
        names = [row[0] for row in connection.exec_driver_sql("select name from officials")]
    assert [private for private in (*phones, *names) if squeeze(private) in texts[file]] == []


def test_a_word_page_is_that_of_an_official_document(word: bytes) -> None:
    document = open_word(word)
    [section] = document.sections
    sizes = {"page_width": 210, "page_height": 297, "top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
    assert {name: round(getattr(section, name).mm) for name in sizes} == sizes
    assert document.settings.odd_and_even_pages_header_footer
    assert "PAGE" in section.footer._element.xml
    body = document.styles["Bulletin Body"].font
    assert (body.size.pt, body.name) == (16, "仿宋_GB2312")


def test_the_word_file_has_its_pictures_and_no_trace_of_the_template(word: bytes) -> None:
    archive = zipfile.ZipFile(io.BytesIO(word))
    pictures = [name for name in archive.namelist() if name.startswith("word/media/")]
    # the map and the one photo that can be opened
    assert len(pictures) == 2
    xml = archive.read("word/document.xml").decode()
    assert "{%" not in xml.replace("{% for x in y %}", "")
    assert "照片无法打开" in xml


def test_a_pdf_page_is_that_of_an_official_document(pdf: bytes) -> None:
    reader = PdfReader(io.BytesIO(pdf))
    assert {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in reader.pages} == {(595, 842)}
    for number, page in enumerate(reader.pages, start=1):
        assert f"—{number}—" in squeeze(page.extract_text())
    fonts = {str(font["/BaseFont"]) for page in reader.pages for font in (one.get_object() for one in page["/Resources"]["/Font"].values())}
    assert {"FandolFang", "FandolHei", "FandolKai", "FandolSong"} <= {name.partition("+")[2].partition("-")[0] for name in fonts}


def test_a_full_pdf_page_holds_22_lines_of_28_characters(full: Sheet) -> None:
    assert count_lines(make_pdf(full), 1, SIGN) == [28] * 22


def test_the_print_area_begins_at_37_and_28_millimetres(full: Sheet) -> None:
    corners: list[tuple[float, float]] = []
    PdfReader(io.BytesIO(make_pdf(full))).pages[1].extract_text(
        visitor_text=lambda text, at, *_: corners.append((at[4], at[5])) if SIGN in text else None
    )
    left, top = min(x for x, _ in corners), 841.89 - max(y for _, y in corners)
    assert abs(left - 28 * POINTS_PER_MM) < 0.1
    # the baseline of the first line lies 0.88 of its size below the edge
    assert abs(top - (37 * POINTS_PER_MM + 0.88 * 16)) < 0.1


def test_the_picture_is_one_long_one_for_a_telephone(sheet: Sheet) -> None:
    with Image.open(io.BytesIO(make_png(sheet))) as picture:
        assert picture.format == "PNG"
        assert picture.width == 1080
        assert picture.height > 4 * picture.width


def test_a_long_word_stays_within_its_column(sheet: Sheet) -> None:
    table = Table(columns=[Column(head="a", width=0.2), Column(head="b", width=0.8)], rows=[["X" * 80, "|" * 3]])
    made = PdfReader(io.BytesIO(make_pdf(replace(sheet, blocks=[table], files={})))).pages[0]
    ends: list[float] = []
    made.extract_text(visitor_text=lambda text, _, at, __, ___: ends.append(len(text.strip())) if "XX" in text else None)
    assert max(ends) <= 22


def test_a_rare_character_takes_the_server_s_font(sheet: Sheet) -> None:
    made = make_pdf(replace(sheet, blocks=[Paragraph(text="䶮𠮷")], files={}))
    assert "䶮𠮷" in pdf_text(made)


@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
def test_the_command_writes_all_three(
    kind: str, demo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("reports.__main__.open_engine", lambda: open_engine(demo_url))
    assert main([kind, "--on", "2017-10-31", "--out", str(tmp_path / "new"), "--lang", "en"]) == 0
    written = capsys.readouterr().out.split()
    assert [Path(path).suffix for path in written] == [".docx", ".pdf", ".png"]
    assert all(Path(path).stat().st_size > 10_000 for path in written)


def test_a_day_to_come_is_refused_in_a_sentence(demo_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("reports.__main__.open_engine", lambda: open_engine(demo_url))
    assert main(["daily", "--on", "2017-11-01"]) == 1
    assert "2017-10-31" in capsys.readouterr().err


def test_the_template_reads_no_text_as_markup() -> None:
    source = (Path(__file__).parents[2] / "reports" / "templates" / "bulletin.typ").read_text(encoding="utf-8")
    assert "eval(" not in source
