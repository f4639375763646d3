"""Where the cases were: the map, its legend, and the zones with most."""

from __future__ import annotations

import pandas as pd

from geo.draw import OPENSTREETMAP
from i18n import Language, show_number
from queries.rules import REPORTED
from reports import words
from reports.gather import Facts
from reports.map import FOUND, draw_map
from reports.sheet import Block, Heading, Key, MapBlock, Paragraph
from reports.words import Row

FILE = "map.svg"
BUSIEST = 3


def say_places(facts: Facts, listed: list[Row], language: Language) -> tuple[list[Block], dict[str, bytes]]:
    """The map with its file."""
    placed = [(row["number"], float(row["lon"]), float(row["lat"])) for row in listed if not (pd.isna(row["lon"]) or pd.isna(row["lat"]))]
    drawing = draw_map(facts.ground, facts.cells, placed, crs=facts.office.metric_crs, language=language, side=facts.side)
    heading = Heading(text=words.PLACES.say(language))
    if drawing is None:
        return [heading, Paragraph(text=words.NO_GROUND.say(language))], {}
    missing = int(facts.readings[0][REPORTED.key].numerator) - int(facts.cells["n"].sum())
    keys = [Key(colour=colour, text=label) for colour, label in zip(drawing.scale.colours, drawing.scale.labels, strict=True)]
    marks = [Key(colour=FOUND, text=words.MARKS.say(language, count=drawing.marks))] if placed else []
    lines = [
        *([words.UNPLACED.say(language, count=show_number(missing, language))] if missing > 0 else []),
        *([attribution(facts)] if attribution(facts) else []),
    ]
    block = MapBlock(
        caption=words.MAP.say(language),
        file=FILE,
        width_mm=drawing.width_mm,
        height_mm=drawing.height_mm,
        title=drawing.scale.title,
        keys=[*keys, *marks],
        lines=lines,
    )
    return [heading, *_busiest(facts, language), block], {FILE: drawing.svg.encode()}


def attribution(facts: Facts) -> str:
    """Whose facts the map shows: the demo's waters come from OpenStreetMap."""
    return OPENSTREETMAP if facts.office.demo else ""


def _busiest(facts: Facts, language: Language) -> list[Block]:
    """The zones with most cases of the period."""
    most = facts.busiest.dropna(subset=["group"]).head(BUSIEST)
    if most.empty:
        return []
    names = zone_names(facts)
    said = [
        words.ZONE_COUNT.say(language, zone=names.get(row["group"], words.clean(row["group"])), count=show_number(row["value"], language))
        for row in words.rows_of(most)
    ]
    return [Paragraph(text=words.BUSIEST.say(language, zones=("、" if language == "zh" else ", ").join(said)))]


def zone_names(facts: Facts) -> dict[str, str]:
    """Names of the zones by code."""
    zones = facts.ground[facts.ground["layer"] == "zones"]
    return {code: words.clean(code if pd.isna(name) else name) for code, name in zip(zones["code"], zones["name"], strict=True)}
