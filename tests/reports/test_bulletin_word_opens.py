"""Another program opens the Word file and prints it: nothing is lost, and the page is that of an official document."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from reports.sheet import Paragraph, Sheet
from reports.word import make_docx
from tests.reports.printed import count_lines, pdf_text, said_in, squeeze

SIGN = "国"


@pytest.fixture(scope="module")
def printed(sheet: Sheet, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Two Word files as LibreOffice prints them: the bulletin, and three pages of body text."""
    program = shutil.which("soffice")
    if program is None:
        raise RuntimeError("found no LibreOffice; run scripts/setup.sh tools")
    folder = tmp_path_factory.mktemp("libreoffice")
    full = replace(sheet, blocks=[Paragraph(text=SIGN * 28 * 22 * 3)], files={})
    for name, made in (("bulletin", sheet), ("full", full)):
        (folder / f"{name}.docx").write_bytes(make_docx(made))
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *map(str, folder.glob("*.docx"))], check=True, capture_output=True, timeout=120)
    return {path.stem: path.read_bytes() for path in Path(folder).glob("*.pdf")}


def test_every_word_is_printed(printed: dict[str, bytes], sheet: Sheet) -> None:
    text = pdf_text(printed["bulletin"])
    assert [said for said in said_in(sheet) if not set(squeeze(said)) <= set(text)] == []
    assert "\ufffd" not in text


def test_a_full_page_holds_22_lines_of_28_characters(printed: dict[str, bytes]) -> None:
    assert count_lines(printed["full"], 1, SIGN) == [28] * 22


def test_the_paper_is_a4(printed: dict[str, bytes]) -> None:
    box = PdfReader(io.BytesIO(printed["bulletin"])).pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
