"""One click each gives the bulletin as Word, PDF and one long picture."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Device, OpenPage
from tests.browser.look import fits_its_width, picture, settled

ONLY_LOOKS = True


def download(page: Page, label: str) -> bytes:
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name=label).click()
    return Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize(
    ("on", "language", "labels", "title"),
    [
        pytest.param("desk", "zh-CN", ("Word", "PDF", "长图"), "巡查专报（日报）", id="zh"),
        pytest.param("phone", "en", ("Word", "PDF", "Long picture"), "Patrol bulletin (daily)", id="en"),
    ],
)
def test_three_files_and_a_preview(page: OpenPage, on: Device, language: str, labels: tuple[str, str, str], title: str) -> None:
    opened = page("/bulletin", on=on, language=language)
    word, pdf, long = (download(opened, label) for label in labels)
    assert title in [paragraph.text for paragraph in Document(io.BytesIO(word)).paragraphs]
    assert title in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert Image.open(io.BytesIO(long)).width == 1080
    opened.get_by_role("button", name="预览" if language == "zh-CN" else "Preview").click()
    expect(opened.get_by_test_id("stImage").locator("img")).to_be_visible(timeout=60_000)
    settled(opened)
    fits_its_width(opened)
    picture(opened, f"bulletin-{on}-{language[:2]}")
