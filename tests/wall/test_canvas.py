"""Words on the wall: they fit, they are text, and they can be read across the room."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.colour import Theme
from wall.canvas import COLOURS, HEADLINE, NUMBER, SMALL, WORDS, Canvas, balance, ems, shorten, wrap
from wall.frame import HEADLINE_SIZES
from wall.scene import scenes

SCREEN_METRES = 1.2176  # the width of a 55-inch screen of 16 to 9
HOSTILE = "<script>alert(1)</script>&\"'\u202e#eval {{7*7}}"


@given(st.text(), st.integers(min_value=3, max_value=40))
def test_wrapping_loses_nothing_but_spaces(words: str, width: int) -> None:
    assert "".join("".join(wrap(words, width)).split()) == "".join(words.split())


@given(st.text(alphabet="一二三四，。；0123 ab", min_size=1, max_size=80), st.integers(min_value=8, max_value=30))
def test_no_line_is_wider_than_its_room(words: str, width: int) -> None:
    # a closing sign may hang over, and a word that is wider than the line cannot be cut
    longest = max((ems(piece) for piece in words.split()), default=0)
    if not any(sign in words for sign in "，。；") and longest <= width:
        assert all(ems(line) <= width for line in wrap(words, width))


@given(st.text(), st.integers(min_value=3, max_value=40))
def test_a_cut_at_a_clause_loses_nothing_either(words: str, width: int) -> None:
    assert "".join("".join(balance(words, width)).split()) == "".join(words.split())


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        pytest.param(
            "超期 510 件，绿化办最多；今天还有 1 件到期",
            ["超期 510 件，绿化办最多；", "今天还有 1 件到期"],
            id="a semicolon before a comma",
        ),
        pytest.param("近30天 352 件案件，附近没有停放区的有 201 件", ["近30天 352 件案件，", "附近没有停放区的有 201 件"], id="a comma"),
        pytest.param("1,030 cases in 7 days, like before", ["1,030 cases in 7 days,", "like before"], id="not within a number"),
        pytest.param("没有超期案件", ["没有超期案件"], id="one line"),
    ],
)
def test_two_lines_part_where_a_clause_ends(words: str, lines: list[str]) -> None:
    assert balance(words, 16) == lines


@given(st.text(), st.integers(min_value=2, max_value=40))
def test_what_is_cut_fits(words: str, width: int) -> None:
    assert ems(shorten(words, width)) <= max(width, 1)


@given(st.text())
def test_whatever_is_written_is_text(words: str) -> None:
    canvas = Canvas("dark")
    canvas.write(0, 0, words)
    root = ElementTree.fromstring(canvas.svg())
    assert [element.tag.split("}")[1] for element in root] == ["rect", "text"]


def test_hostile_words_stay_words() -> None:
    canvas = Canvas("dark")
    canvas.write(0, 0, HOSTILE)
    assert "<script" not in canvas.svg()
    assert "\u202e" not in canvas.svg()


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance of `#rrggbb`."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("words", ["ink", "quiet", "main", "good", "bad"])
@pytest.mark.parametrize("ground", ["ground", "panel"])
def test_words_have_seven_to_one(theme: Theme, words: str, ground: str) -> None:
    assert contrast(COLOURS[theme][words], COLOURS[theme][ground]) >= 7


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("bar", ["fill", "fill_bad"])
@pytest.mark.parametrize("ground", ["ground", "panel"])
def test_bars_have_three_to_one(theme: Theme, bar: str, ground: str) -> None:
    # WCAG 2 for what is no text; the figure stands beside each bar in ink
    assert contrast(COLOURS[theme][bar], COLOURS[theme][ground]) >= 3


def minutes_of_arc(units: float, metres: float) -> float:
    """How large a length of the page looks from so far, on a 55-inch screen."""
    return units * SCREEN_METRES / 1920 / metres * 3437.75


def test_it_can_be_read_across_the_room() -> None:
    # ISO 9241-303: at least 16 minutes of arc, 20 to 22 preferred; Chinese signs fill their em, digits 0.7 of it
    assert minutes_of_arc(HEADLINE, 5) >= 30
    assert minutes_of_arc(min(HEADLINE_SIZES), 5) >= 25
    assert minutes_of_arc(SMALL, 3) >= 20
    assert minutes_of_arc(0.7 * SMALL, 3) >= 16
    assert minutes_of_arc(0.7 * NUMBER, 3) >= 20
    assert minutes_of_arc(WORDS, 3) >= 20


def test_every_scene_has_its_turn() -> None:
    assert list(scenes()) == ["overview", "today", "clock", "zones", "rivers", "bikes", "weak_areas", "ledgers", "patrol"]
