"""The reaches, the walks along them, and what the water held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import numpy as np
import shapely
from shapely import LineString
from shapely.ops import substring

from ingest.demo.ground import RIVERS, in_degrees, in_metres, streets
from ingest.demo.planted import AS_OF, FIRST_DAY, ODOROUS_REACH, OVERDUE_LAST_WALKS, OVERDUE_REACH, ZONE

Rng = np.random.Generator
Row = dict[str, Any]
# how the pieces of a river that is cut are called
PARTS = {"纬二河": ("淞沪路以西", "淞沪路以东"), "纬三河": ("淞沪路以西", "淞沪路以东"), "经一河": ("南段", "北段")}
CLASS_TARGETS = {"小吉浦": "IV", "钱家浜": "IV", "纬一河": "V", "经二河": "III", "纬七河": "III"}
# made up: the river-chief office's line, which cannot be dialled
HOTLINE = "021-0000-9999"
# the share of the 6 m passage that is open: all of it at the two rivers where the report says so, part of it at its two building sites
PASSAGE = {"小吉浦": 1.0, "钱家浜": 1.0, "纬二河": 0.55, "纬三河": 0.40}
BUILDING = ("纬二河", "纬三河")
# what begins so near another river meets it
MEETING_METRES = 40.0
# kept within the span that every way of counting accepts: twice a week, and twice a month
WEEKLY_DAYS, MONTHLY_DAYS = ((0, 3), (1, 4)), (8, 23)
TRACK_STEP_METRES, TRACK_NOISE_METRES = 40.0, 3.0
WALKED = (0.90, 1.0)
PACE_METRES_A_SECOND = 0.7
# what lies past class V by ammonia is not yet black-odorous, so its oxygen stays above 2
# oxygen, permanganate, ammonia, phosphorus, transparency (cm), redox (mV) typical of a class, well inside its limits
TYPICAL = {
    "III": (5.6, 5.0, 0.80, 0.16, 75, 180),
    "IV": (3.9, 8.0, 1.25, 0.25, 55, 150),
    "V": (2.5, 12.0, 1.75, 0.35, 40, 110),
    "劣V": (2.3, 14.0, 3.20, 0.45, 32, 70),
    "black-odorous": (1.1, 16.0, 9.50, 0.60, 18, -60),
}
MEASURES = ("dissolved_oxygen", "permanganate", "ammonia", "phosphorus", "transparency_cm", "redox_mv")
WORSE = {"III": "IV", "IV": "V", "V": "劣V"}
SCATTER = 0.06


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A reach: its line in WGS-84, drawn as the river flows."""

    code: str
    river: str
    part: str
    line: tuple[tuple[float, float], ...]

    @property
    def name(self) -> str:
        return f"{self.river}（{self.part}）" if self.part else self.river

    @property
    def metric(self) -> LineString:
        """The line in EPSG:4549."""
        return in_metres(LineString(self.line))

    @property
    def class_target(self) -> str:
        return CLASS_TARGETS.get(self.river, "IV")


def _reaches() -> tuple[Reach, ...]:
    pieces = [(river, part, line) for river, lines in RIVERS.items() for part, line in zip(PARTS.get(river, ("",)), lines, strict=True)]
    return tuple(Reach(code=f"R{n:02d}", river=river, part=part, line=line) for n, (river, part, line) in enumerate(pieces, start=1))


REACHES = _reaches()


def reach_features() -> list[Row]:
    """Everything the layer file holds of each reach, shapes in EPSG:4549."""
    return [
        {
            "code": reach.code,
            "name": reach.name,
            "river": reach.river,
            "levels": "街道、居委",
            "class_target": reach.class_target,
            "start": _end_of(reach, 0),
            "end": _end_of(reach, -1),
            "goals": _goals(reach),
            "hotline": HOTLINE,
            "left_bank": "东岸6米防汛通道已打通" if reach.river == "小吉浦" else _bank(reach, "左岸"),
            "right_bank": "沿岸6米防汛通道已打通" if reach.river == "钱家浜" else _bank(reach, "右岸"),
            **_passage(reach),
            "geometry": reach.metric,
        }
        for reach in REACHES
    ]


def _end_of(reach: Reach, place: int) -> str:
    """Where a reach begins (0) or ends (-1), in words: at another river, else near a street."""
    point = shapely.Point(reach.metric.coords[place])
    near = [other.river for other in REACHES if other.river != reach.river and other.metric.distance(point) <= MEETING_METRES]
    return f"{near[0]}交汇处" if near else f"近{min(streets(), key=lambda name: streets()[name].distance(point))}"


def _goals(reach: Reach) -> str:
    west = "；与淞沪路以西其他河道连通，补种两岸绿化" if "以西" in reach.part or reach.river in {"小吉浦", "经一河", "纬一河"} else ""
    return f"水质稳定达到{reach.class_target}类；涉河违建发现一起、拆除一起{west}"


def _bank(reach: Reach, side: str) -> str:
    return f"{reach.river}{side}，护岸新建中" if reach.river in BUILDING else f"{reach.river}{side}"


def _passage(reach: Reach) -> dict[str, float | None]:
    """Metres of the passage along one bank, open and not; unknown where nothing is told of it."""
    share, length = PASSAGE.get(reach.river), round(reach.metric.length)
    opened = None if share is None else float(round(share * length))
    return {"passage_open_m": opened, "passage_blocked_m": None if opened is None else length - opened}


def walk_days(code: str, number: int, level: str) -> list[date]:
    """When a chief walked a reach: twice what the level demands, except the planted one, which stops early."""
    days = [FIRST_DAY + timedelta(days=n) for n in range((AS_OF.date() - FIRST_DAY).days + 1)]
    if level == "neighbourhood":
        kept = [day for day in days if day.weekday() in WEEKLY_DAYS[number % 2]]
    else:
        kept = [day for day in days if day.day in {first + number % 5 for first in MONTHLY_DAYS}]
    if code == OVERDUE_REACH:
        last = OVERDUE_LAST_WALKS[level]
        kept = [*(day for day in kept if day < last), last]
    return kept


def walks(rng: Rng, chiefs: dict[str, dict[str, str]]) -> list[Row]:
    """Every walk along every reach; `chiefs` gives reach → level → official. Tracks are WGS-84 lines as WKT."""
    rows: list[Row] = []
    for number, reach in enumerate(REACHES):
        line = reach.metric
        for level, official in chiefs[reach.code].items():
            for day in walk_days(reach.code, number, level):
                rows.append(_walk(reach, line, official, day, rng))
    return sorted(rows, key=lambda row: (row["started_at"], row["feature_code"]))


def _walk(reach: Reach, line: LineString, official: str, day: date, rng: Rng) -> Row:
    """One walk: most of the reach, at a walking pace with stops, in the morning or early afternoon."""
    part = line.length * rng.uniform(*WALKED)
    begin = rng.uniform(0, line.length - part)
    piece = shapely.segmentize(substring(line, begin, begin + part), TRACK_STEP_METRES)
    noisy = LineString(shapely.get_coordinates(piece) + rng.normal(0, TRACK_NOISE_METRES, (len(piece.coords), 2)))
    started = datetime.combine(day, time(int(rng.integers(9, 16)), int(rng.integers(0, 60))), ZONE)
    return {
        "layer": "rivers",
        "feature_code": reach.code,
        "official_code": official,
        "started_at": started,
        "ended_at": started + timedelta(seconds=round(part / PACE_METRES_A_SECOND) + 60 * int(rng.integers(8, 20))),
        "track": shapely.to_wkt(in_degrees(noisy), rounding_precision=6),
        "walked_m": round(part, 1),
        "note": "",
    }


@cache
def monthly_classes() -> dict[str, tuple[str, ...]]:
    """The class of each reach in the ten months: at its target or one worse, and the planted recovery of 钱家浜."""
    found = {}
    for number, reach in enumerate(REACHES):
        goal = reach.class_target
        bad = {1 + (number * 3) % 10, 1 + (number * 7 + 4) % 10} | ({6, 7, 8} if number % 4 == 0 else set())
        found[reach.code] = tuple(WORSE[goal] if month in bad else goal for month in range(1, 11))
    found[ODOROUS_REACH] = ("black-odorous", "black-odorous", "劣V", "劣V", "劣V", "V", "V", "V", "IV", "IV")
    return found


def water_samples(rng: Rng) -> list[Row]:
    """One sample a month and reach, on a morning between the 10th and the 16th."""
    rows: list[Row] = []
    for code, classes in monthly_classes().items():
        for month, grade in enumerate(classes, start=1):
            values = np.array(TYPICAL[grade]) * rng.uniform(1 - SCATTER, 1 + SCATTER, len(MEASURES))
            sampled = datetime(2017, month, int(rng.integers(10, 17)), int(rng.integers(8, 12)), int(rng.integers(0, 60)), tzinfo=ZONE)
            figures = {measure: round(float(value), 2) for measure, value in zip(MEASURES, values, strict=True)}
            rows.append({"layer": "rivers", "feature_code": code, "sampled_at": sampled, **figures})
    return rows
