"""What is written on the pictures of the wall, measured where it stands: 7:1, and colours that colour-blind eyes tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine

from geo.colour import Theme
from i18n import Language
from tests.wall.test_canvas import contrast
from wall.canvas import COLOURS, SMALL, ems
from wall.frame import draw_scene, look
from wall.scene import scenes

LEAST, LEAST_APART = 7.0, 20.0
# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB
BLINDNESS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
TO_XYZ = np.array(((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)))
WHITE = np.array((0.9505, 1.0, 1.089))
# colours that mean opposite things
OPPOSITES = (("main", "bad"), ("good", "bad"), ("fill", "fill_bad"))


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_of_every_scene_has_seven_to_one(demo_engine: Engine, language: Language, theme: Theme) -> None:
    asked = look(demo_engine, language)
    short = [
        f"{scene.key}: {words!r} {ratio:.1f}"
        for scene in scenes().values()
        for words, ratio in written(draw_scene(scene, asked, theme).svg)
        if ratio < LEAST
    ]
    assert short == []


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_word_is_smaller_than_what_can_be_read_at_three_metres(demo_engine: Engine, language: Language, theme: Theme) -> None:
    asked = look(demo_engine, language)
    sizes = {
        scene.key: min(float(text.get("font-size", 0)) for text in ElementTree.fromstring(draw_scene(scene, asked, theme).svg) if text.text)
        for scene in scenes().values()
    }
    assert {key: size for key, size in sizes.items() if size < SMALL} == {}


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("pair", OPPOSITES, ids="-".join)
def test_opposites_differ_for_colour_blind_eyes(theme: Theme, blindness: str, pair: tuple[str, str]) -> None:
    first, other = (seen(COLOURS[theme][name], blindness) for name in pair)
    assert float(np.linalg.norm(first - other)) >= LEAST_APART


def written(svg: str) -> Iterator[tuple[str, float]]:
    """Each text of a picture with its contrast to what lies under it; a halo is the ground of the words over it."""
    under: list[Element] = []
    halo = ""
    for element in ElementTree.fromstring(svg):
        if element.tag.endswith("}text"):
            if element.get("stroke"):
                halo = element.text or ""
            else:
                yield element.text or "", contrast(element.get("fill", ""), ground_of(element, under, haloed=halo == element.text))
                halo = ""
        else:
            under.append(element)


def ground_of(text: Element, under: list[Element], *, haloed: bool) -> str:
    """The colour of the topmost box or disc under the middle of words; of their halo, the page's ground."""
    if haloed:
        return under[0].get("fill", "")
    size, words = float(text.get("font-size", 0)), text.text or ""
    shift = {"start": 0.5, "middle": 0.0, "end": -0.5}[text.get("text-anchor", "start")] * ems(words) * size
    x, y = float(text.get("x", 0)) + shift, float(text.get("y", 0)) - size * 0.35
    return next(element.get("fill", "") for element in reversed(under) if covers(element, x, y))


def covers(element: Element, x: float, y: float) -> bool:
    """Whether a box or a disc holds a point; words stand on nothing else without a halo."""
    number = {name: float(element.get(name, 0)) for name in ("x", "y", "width", "height", "cx", "cy", "r") if element.get(name)}
    if element.tag.endswith("}rect"):
        return 0 <= x - number["x"] <= number["width"] and 0 <= y - number["y"] <= number["height"]
    return element.tag.endswith("}circle") and (x - number["cx"]) ** 2 + (y - number["cy"]) ** 2 <= number["r"] ** 2


def seen(colour: str, blindness: str) -> NDArray[np.float64]:
    """A colour as CIE L*a*b* after what a colour-blind eye loses."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(np.array(BLINDNESS[blindness]) @ linear, 0, 1) / WHITE
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array((116 * y - 16, 500 * (x - y), 200 * (y - z)))
