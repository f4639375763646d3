"""The name of a line on the wall's map stands beside it: on the line, 经二河 reads as 经三河."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
import shapely

from wall.canvas import SMALL, Canvas, ems
from wall.parts import MapBox

CRS = "EPSG:4549"
NAME = "经二河"
FRAME = shapely.box(121.48, 31.28, 121.54, 31.34)


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param([(121.51, 31.29), (121.51, 31.33)], id="upright, in the middle"),
        pytest.param([(121.539, 31.29), (121.539, 31.33)], id="upright, at the right edge"),
        pytest.param([(121.49, 31.31), (121.53, 31.31)], id="flat"),
    ],
)
def test_a_name_stands_clear_of_its_line_and_on_the_map(ends: list[tuple[float, float]]) -> None:
    canvas, line = Canvas("light"), shapely.LineString(ends)
    box = MapBox(canvas, FRAME, CRS, x=100, width=800, height=700)
    box.trace(line, colour="bad", width=14)
    box.label(line, NAME, size=SMALL)
    drawn = ElementTree.fromstring(canvas.svg())
    traced, words = drawn.findall(".//{*}polyline")[-1], drawn.findall(".//{*}text")[-1]
    points = [tuple(map(float, point.split(","))) for point in traced.get("points", "").split()]
    left, base = float(words.get("x", "")), float(words.get("y", ""))
    name = shapely.box(left, base - 0.9 * SMALL, left + ems(NAME) * SMALL, base + 0.1 * SMALL)
    assert not name.intersects(shapely.LineString(points).buffer(7))
    assert 100 <= left <= left + ems(NAME) * SMALL <= 900
