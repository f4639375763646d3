"""The meeting pack holds the wall's scenes, a page each, with their words."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine

from i18n import Language
from reports.__main__ import main
from reports.meeting import make_pack
from tests.ui.conftest import forget
from wall.frame import draw_scene, look
from wall.scene import scenes


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_for_every_scene(demo_engine: Engine, language: Language) -> None:
    pages = PdfReader(io.BytesIO(make_pack(demo_engine, language))).pages
    assert len(pages) == len(scenes())
    asked = look(demo_engine, language)
    for page, scene in zip(pages, scenes().values(), strict=True):
        words = "".join(page.extract_text().split())
        # a headline may run over two lines
        assert "".join(draw_scene(scene, asked, "light").headline.split()) in words
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        assert width / height == pytest.approx(16 / 9, rel=0.001)


def test_the_command_writes_the_chosen_scenes(demo_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", demo_url)
    forget()
    assert main(["meeting", "--scene", "clock", "--scene", "rivers", "--out", str(tmp_path)]) == 0
    forget()
    [made] = tmp_path.iterdir()
    clock, rivers = PdfReader(made).pages
    assert "↑一周前477" in "".join(clock.extract_text().split())
    assert "经二河" in "".join(rivers.extract_text().split())


def test_an_unknown_scene_is_refused(demo_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DATABASE_URL", demo_url)
    forget()
    assert main(["meeting", "--scene", "nothing"]) == 1
    forget()
    assert "overview" in capsys.readouterr().err


def test_a_sign_of_change_is_printed_in_the_face_of_the_words_beside_it(demo_engine: Engine) -> None:
    [page] = PdfReader(io.BytesIO(make_pack(demo_engine, "zh", ["clock"]))).pages
    # more late cases than a week ago, fewer due in two days
    assert "↑一周前477" in "".join(page.extract_text().split())
    assert "↓一周前89" in "".join(page.extract_text().split())
    assert {name.partition("+")[2].partition("-")[0] for name in faces_of(page)} == {"FandolHei"}


def faces_of(page: Any) -> set[str]:
    """The faces of a page and of the pictures in it."""
    found, left = set(), [page["/Resources"].get_object()]
    while left:
        resources = left.pop()
        found |= {one.get_object()["/BaseFont"] for one in (resources.get("/Font") or {}).values()}
        pictures = [one.get_object() for one in (resources.get("/XObject") or {}).values()]
        left += [one["/Resources"].get_object() for one in pictures if "/Resources" in one]
    return found


def test_square_metres_are_printed_in_a_sign_that_the_face_has(demo_engine: Engine) -> None:
    pages = PdfReader(io.BytesIO(make_pack(demo_engine, "en", ["ledgers"]))).pages
    assert "62,000㎡" in "".join(pages[0].extract_text().split())
