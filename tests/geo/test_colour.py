"""Classes of a figure: every value falls into the one whose label names it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.colour import CASE_COLOURS, PALETTES, SURFACES, make_breaks, make_scale, on_dark


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        pytest.param([], [], id="no values"),
        pytest.param([None, float("nan")], [], id="no value among them"),
        pytest.param([4], ["4"], id="one value"),
        pytest.param([4, 4, 4], ["4"], id="all the same"),
        pytest.param([0, 0, 0, 0, 0, 0, 0, 9], ["0–9"], id="nearly all the same"),
        pytest.param([1, 2, 3, 4, 5, 6], ["1", "2", "3", "4", "5–6"], id="few counts"),
        pytest.param(list(range(1, 101)), ["1–20", "21–40", "41–59", "60–79", "80–100"], id="many counts"),
        pytest.param([12_345, 54_321], ["12,345–54,321"], id="large counts"),
    ],
)
def test_counts_get_these_classes(values: list[float | None], labels: list[str]):
    scale = make_scale(values, title="n", theme="light", whole=True)

    assert list(scale.labels) == labels
    assert len(scale.colours) == len(labels)


@given(values=st.lists(st.integers(0, 5000), min_size=1, max_size=200))
def test_a_count_falls_into_the_class_that_names_it(values: list[int]):
    scale = make_scale(values, title="n", theme="dark", whole=True, show=str)

    for value in values:
        low, _, high = scale.labels[scale.class_of(value)].partition("–")
        assert float(low) <= value <= float(high or low)


@given(values=st.lists(st.floats(0, 1), min_size=1, max_size=200))
def test_higher_shares_never_fall_into_lower_classes(values: list[float]):
    scale = make_scale(values, title="share", theme="light")

    classes = [scale.class_of(value) for value in sorted(values)]
    assert classes == sorted(classes)
    assert classes[0] == 0
    assert classes[-1] == len(scale.colours) - 1
    assert list(make_breaks(values, whole=False)) == sorted(make_breaks(values, whole=False))


@pytest.mark.parametrize("value", [None, float("nan")])
def test_no_value_has_no_class(value: float | None):
    assert make_scale([1, 2], title="n", theme="light").class_of(value) == -1


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_scales_run_from_the_ground_to_its_opposite(palette, theme):
    brightness = [luminance(colour) for colour in PALETTES[palette][theme]]

    assert brightness == sorted(brightness, reverse=theme == "light")
    # each class can be told from the next
    assert min(abs(one - other) for one, other in pairwise(brightness)) > 0.015


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_marks_can_be_read(theme):
    surface = SURFACES[theme]

    assert contrast(surface["ink"], surface["panel"]) >= 7
    assert contrast(surface["chosen"], surface["land"]) >= 3
    assert min(contrast(colour, surface["land"]) for colour in CASE_COLOURS[theme]) >= 3
    # a line of which nothing is known, and which may leave the land
    assert min(contrast(surface["unknown"], surface[under]) for under in ("land", "outside")) >= 3


def test_a_layers_colour_is_lifted_on_dark_ground():
    assert on_dark("#000000") == "#555555"
    assert on_dark("#ffffff") == "#ffffff"


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
