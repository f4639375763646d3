"""The READMEs say what is so: the worked layer is the file, the pictures exist, both languages have the same shape."""

import re

import pytest

from config import ROOT

READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
LAYER = ROOT / "geo" / "layers" / "fitness.py"


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_worked_layer_is_the_file(readme) -> None:
    assert LAYER.read_text(encoding="utf-8").rstrip() in readme.read_text(encoding="utf-8")


def test_a_layer_takes_no_more_than_forty_lines() -> None:
    assert len(LAYER.read_text(encoding="utf-8").splitlines()) <= 40


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(readme) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", readme.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not link.startswith("http") and not (ROOT / link).exists()] == []


def test_both_languages_have_the_same_shape() -> None:
    english, chinese = (re.findall(r"^(#+|```)", path.read_text(encoding="utf-8"), re.M) for path in READMES)
    assert english == chinese
