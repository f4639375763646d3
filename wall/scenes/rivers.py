"""Scene: which reach is overdue for its walk, and how the water is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import geopandas as gpd
import pandas as pd

from analysis.reaches import Standing, judge_walks, latest_first, lengths_of, stand
from analysis.walks import walk_rules
from analysis.water import GRADES, factors_of, is_worse, water_class
from geo.walked import fill_walked
from i18n import Text
from queries.features import features
from queries.rivers import LAYER, chiefs, unmeasured_walks, walks
from queries.water import water_samples
from wall.canvas import SMALL, WIDTH, WORDS, Canvas, ems, shorten
from wall.changes import Trend, stock_change, trend_of
from wall.frame import BOTTOM, MARGIN, TOP
from wall.parts import Bar, MapBox, Tile, draw_bars, draw_tiles
from wall.scene import Asked, Scene, Told

LATE = Text(zh="{reach}巡河已逾期 {days} 天；", en="{reach} is {days} days overdue for its walk; ")
MORE_LATE = Text(zh="共 {n} 条河段逾期，", en="{n} reaches overdue in all, ")
AND_MISSED = Text(zh="{missed} 条水质未达目标", en="{missed} reaches miss their water class")
AND_FINE = Text(zh="水质都达目标", en="the water keeps its class everywhere")
MISSED = Text(zh="巡河都按时；{n} 条河段水质未达目标", en="All reaches were walked in time; {n} miss their water class")
FINE = Text(zh="{n} 条河段都按时巡河，水质都达目标", en="All {n} reaches were walked in time and keep their water class")
NONE = Text(zh="还没有河段数据：请导入河道图层", en="There are no reaches yet: import the river layer")
OVERDUE, MISS = Text(zh="巡河逾期", en="Reaches overdue"), Text(zh="水质未达目标", en="Miss their class")
CLASS = Text(zh="{grade}类", en="Class {grade}")
BY_CLASS = Text(zh="各类水质的河段（条；上次；│ 目标）", en="Reaches by class (before; │ target)")
WEEK_AGO, LAST_SAMPLE = Text(zh="一周前 {n}", en="{n} a week ago"), Text(zh="上次采样 {n}", en="{n} one sample ago")
AGO = timedelta(days=7)
Grades = dict[str, tuple[str | None, str | None]]
IS_LATE, IN_TIME = Text(zh="巡河逾期", en="Walk overdue"), Text(zh="按时", en="In time")
UNIT, ONE = Text(zh="条", en="reaches"), Text(zh="条", en="reach")
MAP_WIDTH, TILE_HEIGHT = 820.0, 260.0
NAMED, LABEL_EMS = 3, 9


@dataclass(frozen=True)
class Known:
    """Reaches and boundary, the chiefs that are late and were a week ago, the class of each reach and the one aimed at, now and by the
    sample before, the reaches that miss it."""

    reaches: pd.DataFrame
    late: list[Standing]
    was_late: list[Standing]
    graded: Grades
    was_graded: Grades

    @property
    def missed(self) -> list[str]:
        return missed_of(self.graded)


def missed_of(graded: Grades) -> list[str]:
    """The reaches whose water is worse than the class aimed at."""
    return [code for code, (grade, target) in graded.items() if is_worse(grade, target)]


def tell(asked: Asked) -> Told:
    """The reach that is overdue by most days, and the reaches by water class."""
    reaches = asked.ask(features, (LAYER, "boundary"))
    own = reaches[reaches["layer"] == LAYER]
    if own.empty:
        return Told(headline=asked.say(NONE), draw=lambda _: None)
    late, was_late = (latest_first(standing) for standing in stand_of(asked, own))
    samples = asked.ask(water_samples)
    earlier = samples[samples.groupby("code").cumcount(ascending=False) > 0]
    known = Known(reaches, late, was_late, grades(samples, own), grades(earlier, own))
    return Told(headline=_say(asked, own, late, known.missed), draw=lambda canvas: _draw(canvas, asked, known))


def stand_of(asked: Asked, reaches: pd.DataFrame) -> tuple[list[Standing], list[Standing]]:
    """How every chief stands to every reach today, and stood a week ago."""
    rules, known = walk_rules(), asked.ask(chiefs)
    made = fill_walked(asked.ask(walks), asked.ask(unmeasured_walks), asked.office.metric_crs)
    judged = judge_walks(made, known, lengths_of(reaches["id"], reaches["props"]), rules, asked.now)
    today = asked.office.today()
    return stand(known, judged, rules, today), stand(known, judged, rules, today - AGO)


def grades(samples: pd.DataFrame, reaches: pd.DataFrame) -> Grades:
    """The class of the newest sample of each reach, and the class aimed at."""
    targets = {str(code): (props or {}).get("class_target") for code, props in zip(reaches["code"], reaches["props"], strict=True)}
    newest = samples.groupby("code").tail(1).to_dict("records")
    return {str(row["code"]): (water_class(factors_of(row)).grade, targets.get(str(row["code"]))) for row in newest}


def _say(asked: Asked, reaches: pd.DataFrame, late: list[Standing], missed: list[str]) -> str:
    if late:
        names = dict(zip(reaches["code"], reaches["name"], strict=True))
        first, n = late[0], len({one.reach for one in late})
        parts = [LATE, *([MORE_LATE] if n > 1 else []), AND_MISSED if missed else AND_FINE]
        told = {"reach": names.get(first.reach) or first.reach, "days": first.late_days, "n": n, "missed": len(missed)}
        return "".join(asked.say(part, **told) for part in parts)
    return asked.say(MISSED, n=len(missed)) if missed else asked.say(FINE, n=len(reaches))


def _draw(canvas: Canvas, asked: Asked, known: Known) -> None:
    late, graded = known.late, known.graded
    shapes = gpd.GeoDataFrame(known.reaches, geometry="geometry", crs="EPSG:4326")
    overdue = {one.reach for one in late}
    if crs := asked.office.metric_crs:
        box = MapBox(canvas, shapes.geometry.to_numpy(), crs, x=MARGIN, width=MAP_WIDTH, height=BOTTOM - TOP - 84)
        box.trace(shapes.loc[shapes["layer"] == "boundary", "geometry"].to_numpy(), colour="quiet", width=3, dashed=True)
        for code, shape in zip(shapes["code"], shapes.geometry, strict=True):
            if code in overdue or code in graded:
                box.trace(shape, colour="bad" if code in overdue else "main", width=14 if code in overdue else 7)
        named = shapes.set_index("code")
        for code in [code for code in dict.fromkeys(one.reach for one in late) if code in named.index][:NAMED]:
            box.label(named.geometry[code], shorten(str(named["name"][code] or code), LABEL_EMS), size=SMALL, colour="bad")
        _draw_legend(canvas, asked)
    left, right = MARGIN + MAP_WIDTH + 60, WIDTH - MARGIN
    draw_tiles(canvas, _tiles(asked, known), x=left, width=right - left, bottom=TOP + TILE_HEIGHT)
    bars = _bars(asked, known)
    draw_bars(canvas, bars, title=asked.say(BY_CLASS), x=left, width=right - left, top=TOP + TILE_HEIGHT + 10)


def _tiles(asked: Asked, known: Known) -> list[Tile]:
    """The reaches overdue, beside those of a week ago, and those that miss their class, beside those of the sample before."""
    figures: tuple[tuple[Text, int, Text, int | None], ...] = (
        (OVERDUE, len({one.reach for one in known.late}), WEEK_AGO, len({one.reach for one in known.was_late})),
        (MISS, len(known.missed), LAST_SAMPLE, len(missed_of(known.was_graded)) if known.was_graded else None),
    )
    return [
        Tile(
            name=asked.say(name),
            figure=str(n),
            unit=asked.say(ONE if n == 1 else UNIT),
            colour="bad" if n else "good",
            trend=None if before is None else trend_of(stock_change(n, before), asked.say(when, n=before), "lower"),
        )
        for name, n, when, before in figures
    ]


def _bars(asked: Asked, known: Known) -> list[Bar]:
    """The reaches of each class, how many they were by the sample before, and how many are to be of that class."""
    counts, before = (Counter(grade for grade, _ in graded.values()) for graded in (known.graded, known.was_graded))
    aims = Counter(target for _, target in known.graded.values())

    def before_of(grade: str) -> Trend | None:
        return trend_of(stock_change(counts[grade], before[grade]), str(before[grade])) if known.was_graded else None

    return [
        Bar(name=asked.say(CLASS, grade=grade), value=counts[grade], words=str(counts[grade]), trend=before_of(grade), target=aims[grade])
        for grade in GRADES
        if counts[grade] or aims[grade]
    ]


def _draw_legend(canvas: Canvas, asked: Asked) -> None:
    """Under the map: the thick line of a reach that is overdue, the thin one of the others."""
    x = float(MARGIN)
    for label, colour, width in ((IS_LATE, "bad", 14), (IN_TIME, "main", 7)):
        words = asked.say(label)
        canvas.line([(x, BOTTOM - 28), (x + 70, BOTTOM - 28)], colour=colour, width=width)
        canvas.write(x + 86, BOTTOM - 14, words, colour="quiet")
        x += 86 + ems(words) * WORDS + 50


SCENE = Scene(key="rivers", title=Text(zh="河道 · 河长制", en="Rivers · river chiefs"), tell=tell, order=50)
