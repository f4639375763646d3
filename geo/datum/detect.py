"""Which datum is a file in that does not say so? Better no answer than a wrong one."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.crs import Shapes, metric_crs, project, project_shapes
from geo.datum.china import in_box
from geo.datum.convert import to_wgs84
from geo.datum.kinds import READINGS, Reading
from geo.datum.reference import Reference, looks_projected, looks_swapped
from i18n import Text

# x, y by row
Points = NDArray[np.float64]
# metres east and north as complex numbers
Places = NDArray[np.complex128]
Marks = NDArray[np.bool_]
NAMES = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}

# degrees, about 50 m: places nearer than this are one witness, however many cases or vertices it has
WITNESS = 0.0005
MOST_WITNESSES = 2_000
# standard errors by which a reading must win (McNemar's test on the witnesses that change sides): 16 to 0, 30 to 3
CLEARLY = 4.0
# unit steps to the eight winds
WINDS = np.exp(1j * np.arange(8) * np.pi / 4)

# metres: a small push, which must not do any good either
NUDGE = 100.0
# by the boundary, drawn with 25 m of care: at least 80 % inside, clearly more than under any rival, and no better after a small push
CARE, INSIDE = 25.0, 0.8
# by shapes of the same layer, when the file has five or more: half of their witnesses within 15 m, a quarter more than under any rival
# or after a small push, and clearly more
FEW, NEAR, HALF, QUARTER = 5, 15.0, 0.5, 0.25

PROJECTED = Text(
    zh="坐标不是经纬度，而是平面坐标（米）；请给出EPSG代码，或至少两个控制点（control:x,y=经度,纬度;…）",
    en="The coordinates are no degrees but metres of a grid; give its EPSG code, or two control points or more (control:x,y=lon,lat;…)",
)
SWAPPED = Text(zh="经度和纬度颠倒了；请对调两列", en="Longitude and latitude are swapped; change the two columns over")
NOTHING_KNOWN = Text(
    zh="没有可比对的辖区边界或图层，无法判断坐标基准",
    en="there is no boundary and no layer to compare with, so the datum cannot be told",
)
OUTSIDE_CHINA = Text(zh="位于中国以外，坐标是WGS-84", en="It lies outside China, so the coordinates are WGS-84")


@dataclass(frozen=True, kw_only=True)
class Score:
    """How one reading fits: the share of witnesses inside the boundary, and their median metres to the layer's shapes."""

    inside: float | None = None
    metres: float | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The datum that fits, None when that cannot be told; a score per reading and a sentence that says why."""

    datum: Reading | None
    scores: dict[str, Score] = field(default_factory=dict)
    why: Text


def detect_datum(shapes: ArrayLike, reference: Reference) -> Verdict:
    """Which of wgs84, gcj02 and bd09 the shapes are in (x, y as the file has them), seen against what is known.

    Points, lines and outlines speak through witnesses, one per 50 m. A reading is believed only if it beats the other readings
    and also itself pushed as far to the eight winds, because what lies loosely in a boundary, or runs straight along a line
    of its own kind, fits in several places. It wins by the boundary or by shapes of the same layer; when the two disagree
    there is no answer. Outside China nothing is shifted, so the answer is wgs84.
    """
    outlines = _outlines(np.asarray(shapes, dtype=object))
    xy = _witnesses(outlines)
    box = reference.bounds()
    if looks_projected(xy[:, 0], xy[:, 1]):
        return Verdict(datum=None, why=PROJECTED)
    if looks_swapped(xy[:, 0], xy[:, 1], reference):
        return Verdict(datum=None, why=SWAPPED)
    if len(xy) == 0 or box is None:
        return Verdict(datum=None, why=NOTHING_KNOWN)
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if not in_box(*middle) or not in_box(xy[:, 0], xy[:, 1]).any():
        return Verdict(datum=READINGS["wgs84"], why=OUTSIDE_CHINA)
    crs = metric_crs(*middle)
    places = {name: _place(*project(*to_wgs84(xy[:, 0], xy[:, 1], datum), crs)) for name, datum in READINGS.items()}
    return _judge(places, len(outlines), reference, crs)


def _judge(places: dict[str, Places], count: int, reference: Reference, crs: str) -> Verdict:
    """The verdict over where the witnesses of so many shapes lie under each reading, in metres of `crs`."""
    found, inside, metres = set[str](), dict[str, float](), dict[str, float]()
    if reference.boundary is not None:
        by_boundary, inside = _by_boundary(places, project_shapes([reference.boundary], crs)[0])
        found |= by_boundary
    known = _outlines(np.asarray([] if reference.shapes is None else reference.shapes, dtype=object))
    if len(known):
        by_layer, metres = _by_layer(places, project_shapes(known, crs))
        found |= by_layer if count >= FEW else set()
    # shapes of the layer that are near contradict the boundary even where they are not sure of themselves
    near = {name for name, distance in metres.items() if distance <= NEAR}
    name = found.pop() if len(found) == 1 and near <= found else None
    scores = {name: Score(inside=inside.get(name), metres=metres.get(name)) for name in places}
    return Verdict(datum=READINGS[name] if name else None, scores=scores, why=_explain(name, scores))


def _by_boundary(places: dict[str, Places], boundary: shapely.Geometry) -> tuple[set[str], dict[str, float]]:
    """The reading, if any, that the boundary holds fast on all sides, and the share inside for each."""
    area = boundary.buffer(CARE)
    shapely.prepare(area)

    def inside(place: Places) -> Marks:
        held: Marks = shapely.contains_xy(area, place.real, place.imag)
        return held

    shares = {name: float(inside(place).mean()) for name, place in places.items()}
    most = max(shares, key=lambda name: shares[name])
    here = inside(places[most])
    fast = shares[most] >= INSIDE and all(_beats(here, inside(rival)) for rival in _rivals(most, places))
    fast = fast and all(inside(pushed).mean() <= shares[most] for pushed in _pushed(places[most], NUDGE))
    return {most} if fast else set(), shares


def _by_layer(places: dict[str, Places], shapes: Shapes) -> tuple[set[str], dict[str, float]]:
    """The reading, if any, that lies on the layer's own shapes as no rival does, and the median metres for each."""
    tree = shapely.STRtree(shapes)

    def metres(place: Places) -> Points:
        far = np.full(len(place), np.inf)
        known = np.isfinite(place)
        points = shapely.points(place[known].real, place[known].imag)
        far[known] = tree.query_nearest(points, return_distance=True, all_matches=False)[1]
        return far

    def near(place: Places) -> Marks:
        return metres(place) <= NEAR

    medians = {name: float(np.median(metres(place))) for name, place in places.items()}
    nearest = min(medians, key=lambda name: medians[name])
    here = near(places[nearest])
    rivals = _rivals(nearest, places) + _pushed(places[nearest], NUDGE)
    fast = bool(here.mean() >= HALF) and all(_beats(here, near(rival), QUARTER) for rival in rivals)
    return {nearest} if fast else set(), medians


def _beats(here: Marks, there: Marks, lead: float = 0) -> bool:
    """Whether more witnesses fit here than there, clearly and by that share of them."""
    lost, won = int(np.sum(here & ~there)), int(np.sum(~here & there))
    return lost - won >= max(CLEARLY * max(CLEARLY, sqrt(lost + won)), lead * len(here))


def _rivals(name: str, places: dict[str, Places]) -> list[Places]:
    """Where the witnesses lie under the other readings, and where they would, pushed to the eight winds as far as the nearest of them."""
    others = [place for other, place in places.items() if other != name]
    step = float(min(np.nanmedian(np.abs(place - places[name])) for place in others))
    return others + _pushed(places[name], step)


def _pushed(place: Places, metres: float) -> list[Places]:
    return [place + metres * wind for wind in WINDS]


def _witnesses(outlines: Shapes) -> Points:
    """One x, y per 50 m of points and lines, at most 2,000, as rows."""
    spacing = max(WITNESS, float(np.sum(shapely.length(outlines))) / 100_000)
    xy: Points = shapely.get_coordinates(shapely.segmentize(outlines, spacing))
    _, first = np.unique(np.floor(xy / WITNESS), axis=0, return_index=True)
    return xy[np.sort(first)][:: len(first) // MOST_WITNESSES + 1]


def _outlines(shapes: Shapes) -> Shapes:
    """Points and lines as they are, polygons as their rings; none that is missing, empty or not finite."""
    measure = shapely.bounds(shapes).sum(axis=1) + shapely.length(shapes) if len(shapes) else np.array([])
    present = shapes[np.isfinite(measure)]
    rings = shapely.boundary(present)
    outlines: Shapes = np.where(shapely.get_dimensions(present) == 2, rings, present)
    return outlines


def _place(x: Points, y: Points) -> Places:
    """Metres east and north as complex numbers; what cannot be projected lies nowhere."""
    known = np.isfinite(x) & np.isfinite(y)
    return np.where(known, x, np.nan) + 1j * np.where(known, y, np.nan)


def _explain(name: str | None, scores: dict[str, Score]) -> Text:
    """Which reading fits and by how much, in both languages."""
    zh, en = [], []
    for reading, score in scores.items():
        zh_parts, en_parts = [], []
        if score.inside is not None:
            zh_parts.append(f"{score.inside:.1%}在辖区边界内")
            en_parts.append(f"{score.inside:.1%} inside the boundary")
        if score.metres is not None:
            zh_parts.append(f"距本图层已有要素{score.metres:,.0f}米")
            en_parts.append(f"{score.metres:,.0f} m from known features of the layer")
        zh.append(f"按{NAMES[reading]}：{'，'.join(zh_parts)}")
        en.append(f"as {NAMES[reading]} {' and '.join(en_parts)}")
    zh_head = f"坐标是{NAMES[name]}" if name else "无法判断坐标基准"
    en_head = f"The coordinates are {NAMES[name]}" if name else "Cannot tell which datum the coordinates are in"
    return Text(zh=f"{zh_head}。{'；'.join(zh)}。", en=f"{en_head}: {', '.join(en)}.")
