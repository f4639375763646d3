"""Where is a blind spot, in words, and which planned cameras would see it?"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pandas as pd

from i18n import NOTHING, Text
from queries.cameras import cell_addresses
from queries.filters import Filters
from ui import ask
from ui.camera_views import SPOTS, SeenCases
from ui.viewer import Viewer
from ui.words import is_missing

PLACE = Text(zh="{zone} {streets}一带", en="{streets} in {zone}")
# a street that carries less than this part of a place's cases does not name it
NAMING_SHARE = 0.2


def name_spots(seen: Viewer, filters: Filters, found: SeenCases) -> dict[int, str]:
    """The first blind spots in words, by number: the zone with most cases and the streets written most often; not made harmless."""
    blind = found.blind.head(SPOTS)
    cells = tuple(sorted({cell for row in blind["cells"] for cell in row}))
    written = ask.ask(cell_addresses, filters, seen.minute, cells)
    return {int(number): _name(seen, written[written["cell"].isin(row)]) for number, row in zip(blind.index, blind["cells"], strict=True)}


def _name(seen: Viewer, written: pd.DataFrame) -> str:
    zones, streets = Counter[str](), Counter[str]()
    for row in written.to_dict("records"):
        zone = row["zone"] if is_missing(row["zone_name"]) else row["zone_name"]
        zones[NOTHING if is_missing(zone) else str(zone)] += int(row["n"])
        if street := street_of(row["address"]):
            streets[street] += int(row["n"])
    total = sum(zones.values())
    named = [street for street, n in streets.most_common(2) if n >= NAMING_SHARE * total]
    words = ("、" if seen.language == "zh" else ", ").join(named)
    zone = zones.most_common(1)[0][0] if zones else NOTHING
    return seen.say(PLACE, zone=zone, streets=words) if words else zone


def street_of(address: Any) -> str:
    """The street of an address: its longest part without figures, `国安路` of `国安路734号`; empty where there is none."""
    if is_missing(address):
        return ""
    part = max(re.split(r"[\d#,，]+", str(address)), key=len).strip(" -.")
    return part if len(part) > 1 else ""


def would_see(found: SeenCases, cells: tuple[int, ...]) -> tuple[int, int]:
    """How many planned cameras see an unseen case in some cells, and how many cases they see."""
    pairs = found.unseen_pairs
    rows = pairs[pairs["cell"].isin(cells) & pairs["camera"].isin(found.planned)]
    return rows["camera"].nunique(), rows["case"].nunique()
