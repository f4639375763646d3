"""Bulletin, meeting pack and calendar of a hostile office: whole, opened by other programs, and nothing in them runs."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from docx import Document
from icalendar import Calendar
from lxml import etree
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject
from sqlalchemy import Engine

from model.engine import open_engine
from model.setup import read_office
from reports.compose import compose
from reports.gather import gather
from reports.meeting import make_pack
from reports.period import Kind, Period
from reports.sheet import Sheet
from reports.typeset import make_pdf, make_png
from reports.word import make_docx
from tests.hostile import FOUND_BY_MARK, HOST, STRINGS, seen_as
from tests.reports.printed import said_in, squeeze
from ui.calendar_feed import make_calendar

DAY = date(2017, 10, 31)
# what may stand in a PDF's object and does something when it is opened or touched
ACTIVE = {
    "/JS",
    "/JavaScript",
    "/Launch",
    "/OpenAction",
    "/AA",
    "/URI",
    "/GoToR",
    "/SubmitForm",
    "/ImportData",
    "/EmbeddedFile",
    "/RichMedia",
}


@pytest.fixture(scope="module")
def office(hostile_url: str) -> Iterator[Engine]:
    """The hostile office; only to read."""
    engine = open_engine(hostile_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def hostile_sheet(office: Engine) -> Sheet:
    """Its bulletin of the day."""
    return compose(gather(office, read_office(office), Period(kind=Kind.DAILY, on=DAY)), "zh")


@pytest.fixture(scope="module")
def word(hostile_sheet: Sheet) -> bytes:
    return make_docx(hostile_sheet)


def active_in(content: bytes) -> list[str]:
    """Every name in a PDF, at any depth, that stands for something active."""
    reader, found, seen = PdfReader(io.BytesIO(content)), [], set()
    waiting: list[object] = [reader.trailer]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            found += [str(key) for key in one if key in ACTIVE] + [
                str(value) for value in one.values() if isinstance(value, str) and value in ACTIVE
            ]
            waiting += list(one.values())
        elif isinstance(one, ArrayObject):
            waiting += list(one)
    return found


def test_the_bulletin_says_what_was_typed(hostile_sheet: Sheet, word: bytes) -> None:
    shown = squeeze("".join(part.text or "" for part in Document(io.BytesIO(word)).element.body.iter() if str(part.tag).endswith("}t")))
    assert [said for said in said_in(hostile_sheet) if squeeze(said) not in shown] == []
    marks = set(re.findall(r"HX\d{3}X", shown))
    assert len(marks) > 20
    # as it stands, not as a template, a format or a tag would have it
    whole = seen_as(shown)
    kept = [mark for mark in marks if seen_as(FOUND_BY_MARK[mark]) in whole]
    assert len(kept) > 10


def test_the_word_file_holds_no_field_no_link_and_no_program(word: bytes, hostile_sheet: Sheet) -> None:
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        names = archive.namelist()
        parts = {name: archive.read(name) for name in names}
    assert not [name for name in names if re.search(r"vba|activeX|embeddings|externalLink|\.bin$|oleObject", name)]
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(content)
        if name.endswith(".rels"):
            assert b"External" not in content
            assert HOST.encode() not in content
    body = etree.fromstring(parts["word/document.xml"])
    kinds = {etree.QName(one).localname for one in body.iter() if isinstance(one.tag, str)}
    assert not kinds & {"instrText", "fldSimple", "fldChar", "hyperlink", "altChunk", "object", "control", "subDoc"}
    # 49 would be a template that ran
    assert all("7*7" in said for said in said_in(hostile_sheet) if "{{" in said and "HX170X" in said)


def test_the_pdf_and_the_picture(hostile_sheet: Sheet) -> None:
    pdf = make_pdf(hostile_sheet)
    assert active_in(pdf) == []
    assert HOST.encode() not in pdf
    picture = Image.open(io.BytesIO(make_png(hostile_sheet)))
    assert picture.width == 1080


def test_the_meeting_pack(office: Engine) -> None:
    pack = make_pack(office, "zh")
    assert active_in(pack) == []
    assert len(PdfReader(io.BytesIO(pack)).pages) > 3


def test_another_program_opens_the_word_file(word: bytes, tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None:
        raise RuntimeError("found no LibreOffice; run scripts/setup.sh tools")
    (tmp_path / "hostile.docx").write_bytes(word)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "hostile.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    printed = (tmp_path / "hostile.pdf").read_bytes()
    assert len(PdfReader(io.BytesIO(printed)).pages) > 1
    assert [one for one in active_in(printed) if one != "/OpenAction"] == []


def test_the_calendar_holds_one_event_a_day_whoever_serves() -> None:
    people = [text[:80] for text in STRINGS]
    rows = [{"on_date": date.fromordinal(DAY.toordinal() + n), "official_code": "L", "official": who} for n, who in enumerate(people)]
    made = make_calendar(rows, title="领导轮值", language="zh", at=datetime(2017, 10, 31, tzinfo=UTC))
    events = Calendar.from_ical(made.decode()).walk("VEVENT")
    assert len(events) == len(rows) == made.count(b"\r\nBEGIN:VEVENT\r\n")
    assert b"\r\nBEGIN:VALARM" not in made
    assert [seen_as(str(event["summary"])) for event in events] == [seen_as(f"值班：{who}") for who in people]
