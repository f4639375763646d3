"""Scene: which reach is overdue for its walk, and how the water is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from analysis.reaches import Standing, judge_walks, latest_first, stand
from analysis.walks import walk_rules
from analysis.water import GRADES, is_worse, water_class
from i18n import Text
from queries.features import features
from queries.rivers import LAYER, chiefs, walks
from queries.water import water_samples
from wall.canvas import WIDTH, Canvas
from wall.frame import MARGIN
from wall.parts import Bar, MapBox, Tile, draw_bars, draw_tiles
from wall.scene import Asked, Scene, Told

LATE = Text(zh="{reach}巡河已逾期 {days} 天；共 {n} 条河段逾期", en="{reach} is {days} days overdue for its walk; {n} overdue in all")
MISSED = Text(zh="巡河都按时；{n} 条河段水质未达目标", en="All reaches were walked in time; {n} miss their water class")
FINE = Text(zh="{n} 条河段都按时巡河，水质都达目标", en="All {n} reaches were walked in time and keep their water class")
NONE = Text(zh="还没有河段数据：请导入河道图层", en="There are no reaches yet: import the river layer")
OVERDUE, MISS = Text(zh="巡河逾期河段", en="Reaches overdue"), Text(zh="水质未达目标", en="Miss their class")
CLASS = Text(zh="{grade}类", en="Class {grade}")
MAP_WIDTH = 640.0


@dataclass(frozen=True)
class Known:
    """Reaches and boundary, the chiefs that are late, the class of each reach and the one aimed at, the reaches that miss it."""

    reaches: pd.DataFrame
    late: list[Standing]
    graded: dict[str, tuple[str | None, str | None]]
    missed: list[str]


def tell(asked: Asked) -> Told:
    """The reach that is overdue by most days, and the reaches by water class."""
    reaches = asked.ask(features, (LAYER, "boundary"))
    own = reaches[reaches["layer"] == LAYER]
    if own.empty:
        return Told(headline=asked.say(NONE), draw=lambda _: None)
    late = latest_first(stand_of(asked, own))
    graded = grades(asked.ask(water_samples), own)
    missed = [code for code, (grade, target) in graded.items() if is_worse(grade, target)]
    return Told(
        headline=_say(asked, own, late, missed),
        news="bad" if late else "good",
        draw=lambda canvas: _draw(canvas, asked, Known(reaches, late, graded, missed)),
    )


def stand_of(asked: Asked, reaches: pd.DataFrame) -> list[Standing]:
    """How every chief stands to every reach today."""
    found = zip(reaches["id"], reaches["props"], strict=True)
    lengths = {int(number): float(length) for number, props in found if (length := (props or {}).get("length_m"))}
    rules, known = walk_rules(), asked.ask(chiefs)
    return stand(known, judge_walks(asked.ask(walks), known, lengths, rules, asked.now), rules, asked.office.today())


def grades(samples: pd.DataFrame, reaches: pd.DataFrame) -> dict[str, tuple[str | None, str | None]]:
    """The class of the newest sample of each reach, and the class aimed at."""
    targets = {str(code): (props or {}).get("class_target") for code, props in zip(reaches["code"], reaches["props"], strict=True)}
    newest = samples.groupby("code").tail(1).to_dict("records")
    return {str(row["code"]): (water_class(_factors(row)).grade, targets.get(str(row["code"]))) for row in newest}


def _factors(row: dict[Any, Any]) -> dict[str, float | None]:
    left_out = ("code", "feature_id", "name", "sampled_at")
    return {str(name): None if pd.isna(value) else float(value) for name, value in row.items() if name not in left_out}


def _say(asked: Asked, reaches: pd.DataFrame, late: list[Standing], missed: list[str]) -> str:
    if late:
        names = dict(zip(reaches["code"], reaches["name"], strict=True))
        first, n = late[0], len({one.reach for one in late})
        return asked.say(LATE, reach=names.get(first.reach) or first.reach, days=first.late_days, n=n)
    return asked.say(MISSED, n=len(missed)) if missed else asked.say(FINE, n=len(reaches))


def _draw(canvas: Canvas, asked: Asked, known: Known) -> None:
    late, graded, missed = known.late, known.graded, known.missed
    shapes = gpd.GeoDataFrame(known.reaches, geometry="geometry", crs="EPSG:4326")
    overdue = {one.reach for one in late}
    if crs := asked.office.metric_crs:
        box = MapBox(canvas, shapes.geometry.to_numpy(), crs, x=MARGIN, width=MAP_WIDTH)
        box.trace(shapes.loc[shapes["layer"] == "boundary", "geometry"].to_numpy(), colour="quiet", width=3, dashed=True)
        for code, shape in zip(shapes["code"], shapes.geometry, strict=True):
            if code in overdue or code in graded:
                box.trace(shape, colour="bad" if code in overdue else "main", width=14 if code in overdue else 7)
    tiles = [
        Tile(name=asked.say(OVERDUE), figure=str(len(overdue)), colour="bad" if overdue else "good"),
        Tile(name=asked.say(MISS), figure=str(len(missed)), colour="bad" if missed else "good"),
    ]
    left = MARGIN + MAP_WIDTH + 40
    draw_tiles(canvas, tiles, x=left, width=480, columns=1)
    counts = Counter(grade for grade, _ in graded.values() if grade)
    bars = [Bar(name=asked.say(CLASS, grade=grade), value=counts[grade], words=str(counts[grade])) for grade in GRADES if counts[grade]]
    draw_bars(canvas, bars, x=left + 500, width=WIDTH - MARGIN - left - 500)


SCENE = Scene(key="rivers", title=Text(zh="河道 · 河长制", en="Rivers · river chiefs"), tell=tell, order=50)
