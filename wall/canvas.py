"""A page of 1920 by 1080 units as SVG: words, bars and lines that are read across a room, on the screen and in print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from geo.colour import Theme

WIDTH, HEIGHT = 1920, 1080
# a 55-inch screen shows a unit as 0.634 mm: 76 units of Chinese are 33 arc-minutes at five metres, and the digits of 44 units
# (0.7 of the size) are 22 arc-minutes at three; ISO 9241-303 wants at least 16 and likes 20 to 22. Names that would be cut are
# set in 36 units, 26 arc-minutes of Chinese at three metres
HEADLINE, NUMBER, WORDS, SMALL = 76, 44, 42, 36
FONT = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC','WenQuanYi Micro Hei',sans-serif"
# ink and every colour in which words are written keep at least 7:1 on their ground, bars 3:1; a sign stands beside each colour
COLOURS: dict[Theme, dict[str, str]] = {
    "dark": {
        "ground": "#0b1220",
        "panel": "#141d2f",
        "ink": "#f8fafc",
        "quiet": "#b8c4d6",
        "line": "#3b4a63",
        "main": "#7cc4ff",
        "good": "#5eead4",
        "bad": "#ffb066",
        "fill": "#2f7abf",
        "fill_bad": "#c2691c",
    },
    "light": {
        "ground": "#ffffff",
        "panel": "#f1f5f9",
        "ink": "#0b1220",
        "quiet": "#3f4c60",
        "line": "#cbd5e1",
        "main": "#0b3d91",
        "good": "#0b5345",
        "bad": "#7c2d12",
        "fill": "#3f86cc",
        "fill_bad": "#c2691c",
    },
}
CLOSING = "，。；：、！？）%"
NEAR_EMS = 7
EMS = {
    **dict.fromkeys(" ',.:;ijlI|!()[]{}-/", 0.39),
    **dict.fromkeys("tfrsz?*", 0.5),
    **dict.fromkeys("ABCDGHKNOPQRUw&", 0.78),
    **dict.fromkeys("%mMW@", 0.97),
}
# where a clause ends, the strongest first; a sign of English ends one only before a space
CLAUSES = ("；", "; ", "：", "，", ": ", ", ")
Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


class Canvas:
    """One page. Lengths are units of the page; whatever is written is text and never markup."""

    def __init__(self, theme: Theme) -> None:
        self.theme: Theme = theme
        self.colours = COLOURS[theme]
        size = {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "width": str(WIDTH), "height": str(HEIGHT)}
        self._root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "font-family": FONT})
        self.box(0, 0, WIDTH, HEIGHT, fill=self.colours["ground"])

    def write(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = WORDS,
        colour: str = "ink",
        anchor: Anchor = "start",
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        """Words with their baseline at y; a halo of the ground keeps them apart from what lies under them."""
        shape = {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": f"{size:g}", "fill": self.colours[colour], "text-anchor": anchor}
        if halo:
            # the same words once more, underneath: not every renderer knows paint-order
            edge = {"stroke": self.colours["ground"], "stroke-width": f"{size / 5:g}", "stroke-linejoin": "round"}
            under = SubElement(self._root, "text", shape | edge | ({"font-weight": "700"} if bold else {}))
            under.text = _plain(words)
        element = SubElement(self._root, "text", shape | ({"font-weight": "700"} if bold else {}))
        element.text = _plain(words)

    def write_lines(self, x: float, y: float, words: str, *, width: float, size: float, lines: int, bold: bool = False) -> float:
        """Words over several lines; gives the baseline of the last. What does not fit ends in an ellipsis."""
        wrapped = balance(words, width / size)
        if len(wrapped) > lines:
            rest = "".join(line if ord(line[-1]) >= 0x2E80 else line + " " for line in wrapped[lines - 1 :])
            wrapped = [*wrapped[: lines - 1], shorten(rest.rstrip(), width / size)]
        for place, line in enumerate(wrapped):
            self.write(x, y + place * size * 1.25, line, size=size, bold=bold)
        return y + (len(wrapped) - 1) * size * 1.25

    def box(self, x: float, y: float, width: float, height: float, *, fill: str, radius: float = 0) -> None:
        """A filled box; `fill` is the name of a colour or a colour."""
        shape = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{max(width, 0):.1f}", "height": f"{max(height, 0):.1f}"}
        SubElement(self._root, "rect", shape | {"fill": self.colours.get(fill, fill), "rx": f"{radius:g}"})

    def line(self, points: Iterable[Point], *, colour: str, width: float = 4, dashed: bool = False) -> None:
        """A line through points."""
        shape = {"points": _points(points), "fill": "none", "stroke": self.colours.get(colour, colour), "stroke-width": f"{width:g}"}
        SubElement(self._root, "polyline", shape | {"stroke-linejoin": "round"} | ({"stroke-dasharray": "14 12"} if dashed else {}))

    def area(self, rings: Sequence[Iterable[Point]], *, fill: str, stroke: str = "", width: float = 2) -> None:
        """A filled shape with its holes."""
        path = " ".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in rings)
        edge = {"stroke": self.colours.get(stroke, stroke), "stroke-width": f"{width:g}"} if stroke else {}
        SubElement(self._root, "path", {"d": path, "fill": self.colours.get(fill, fill), "fill-rule": "evenodd", **edge})

    def dot(self, x: float, y: float, radius: float, *, fill: str) -> None:
        """A filled circle."""
        shape = {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{radius:g}", "fill": self.colours.get(fill, fill)}
        SubElement(self._root, "circle", shape)

    def svg(self) -> str:
        """The page."""
        return ElementTree.tostring(self._root, encoding="unicode")


def ems(words: str) -> float:
    """The width of words in ems: Chinese and full-width signs count 1, Latin ones as in the bold cut of Noto Sans CJK, rounded up."""
    return sum(EMS.get(one, 0.62 if one.isascii() else 1.0) for one in words)


def shorten(words: str, width: float) -> str:
    """Words cut to so many ems, the cut marked by an ellipsis."""
    if ems(words) <= width:
        return words
    while words and ems(words) > width - 1:
        words = words[:-1]
    return words.rstrip() + "…"


def wrap(words: str, width: float) -> list[str]:
    """Words as lines of at most so many ems: between Chinese signs anywhere, else between words, best of all behind a comma.

    No line begins with a closing sign.
    """
    lines, line = [], ""
    for piece in _pieces(words):
        if line and ems(line + piece.rstrip()) > width and piece[0] not in CLOSING:
            cut = max(line.rfind(sign) for sign in "，；：。") + 1
            # a comma not far back is a better end than the middle of a word
            cut = cut if ems(line[cut:]) <= NEAR_EMS and ems(line[cut:] + piece) <= width and cut else len(line)
            lines.append(line[:cut].rstrip())
            line = (line[cut:] + piece).lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def balance(words: str, width: float) -> list[str]:
    """As `wrap`, but what needs two lines is cut where a clause ends if both of its parts fit, the cut nearest to the middle."""
    wrapped = wrap(words, width)
    if len(wrapped) != 2:
        return wrapped
    for sign in CLAUSES:
        cuts = [place + len(sign) for place in range(len(words)) if words.startswith(sign, place)]
        halves = [[words[:cut].rstrip(), words[cut:].strip()] for cut in cuts]
        fitting = [half for half in halves if half[1] and max(map(ems, half)) <= width]
        if fitting:
            return min(fitting, key=lambda half: abs(ems(half[0]) - ems(half[1])))
    return wrapped


def _pieces(words: str) -> list[str]:
    """Chinese signs one by one, other runs whole with the space behind them."""
    pieces: list[str] = []
    for one in words:
        # a number stays with the sign before it: 责任区17 is not cut before 17
        joins = pieces and ord(one) < 0x2E80 and not pieces[-1].endswith(" ") and (one != " " or ord(pieces[-1][-1]) < 0x2E80)
        if joins and pieces[-1][-1] not in CLOSING[:-1]:
            pieces[-1] += one
        else:
            pieces.append(one)
    return pieces


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _plain(words: str) -> str:
    """Without what XML cannot hold, and without signs that turn the direction of writing."""
    turning = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F}
    return "".join(one if (ord(one) >= 0x20 and ord(one) not in turning and not 0xD800 <= ord(one) <= 0xDFFF) else " " for one in words)
