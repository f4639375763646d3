"""Hot spots of the chosen cases: tested, outlined on the map, listed below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import streamlit as st

from geo.figures import Outline
from geo.grid import UNITS, Cells, study_cells
from geo.hotspots import LEAST_CELLS, hot_cells
from geo.spots import find_spots
from i18n import Language, Text, show_day, show_number
from model.units import CELL
from queries.filters import UNASSIGNED, Filters
from queries.spots import cell_cases, cell_counts
from ui import ask
from ui.cards import Card
from ui.kept import kept
from ui.kpis import PERIOD
from ui.pressed import count_card, say_in_both, show_number_line
from ui.units import area_of, ask_side
from ui.viewer import Viewer, data_version
from ui.words import is_missing, plain

# a hot spot is a place to go to now: longer periods are looked at by their last days
WINDOW_DAYS = 60
LEAST_CASES = 30
SHOWN = 10
SPOTS = Text(zh="热点", en="Hot spots")
STATES: dict[str, tuple[Text, str]] = {
    "new": (Text(zh="新增", en="New"), "red"),
    "persistent": (Text(zh="持续", en="Persistent"), "orange"),
    "cooling": (Text(zh="降温", en="Cooling"), "blue"),
    "hot": (Text(zh="热点", en="Hot"), "red"),
}
LEGEND = Text(zh="热点（密于偶然）", en="Hot spot (denser than chance)")
COOLING_LEGEND = Text(zh="正在降温的热点", en="Hot spot that cools")
SPOT = Text(zh="热点 {number} · {state}", en="Hot spot {number} · {state}")
CASES = Text(zh="{n} 件", en="{n} cases")
AGAINST = Text(zh="{now}（之前 {before}）", en="{now} ({before} before)")
COMPARED = Text(
    zh="{since} – {until}，与之前同样长的时间相比；假发现率不超过 5%",
    en="{since} – {until} against the equal time before; at most 5% false discoveries",
)
ALONE = Text(
    zh="{since} – {until}；之前没有同样长的数据可比；假发现率不超过 5%",
    en="{since} – {until}; no data of an equal time before; at most 5% false discoveries",
)
MORE = Text(zh="；地图上另有 {n} 处", en="; {n} more on the map")
FEW_CASES = Text(
    zh="{since} – {until} 只有 {n} 件案件，不足 {least} 件，不判断热点。",
    en="{n} cases from {since} to {until}: below {least}, hot spots are not judged.",
)
FEW_CELLS = Text(
    zh="辖区只有 {n} 个网格，不足 {least} 个，不判断热点。",
    en="The area has {n} cells: below {least}, hot spots are not judged.",
)
NO_SPOT = Text(
    zh="{since} – {until} 这里没有热点：没有哪里密得超出偶然。",
    en="No hot spot here from {since} to {until}: nowhere do cases lie denser than chance explains.",
)
NOW = Text(zh="热点 {number}", en="Hot spot {number}")
BEFORE = Text(zh="热点 {number}，之前", en="Hot spot {number}, before")
SPOT_FORMULA = Text(zh="热点各网格内受理的案件", en="cases reported in the cells of the hot spot")
SPOT_SOURCE = Text(
    zh="Getis-Ord Gi*（{unit}网格及其相邻网格），以 Benjamini-Hochberg 法把假发现率控制在 5% 以内",
    en="Getis-Ord Gi* ({unit} cells and those around them), false discoveries held to 5% by Benjamini and Hochberg",
)
NOWHERE = gpd.GeoDataFrame({"cells": [], "n": [], "n_before": [], "state": []}, geometry=[], crs="EPSG:4326")


@dataclass(frozen=True, kw_only=True)
class Spots:
    """What was found in the cases of `recent`: `found` as `find_spots` gives it; where it is empty, `why` and `n` say why.

    `side` is that of the cells, or squares, that were tested.
    """

    recent: Filters
    side: int = CELL
    compared: bool = False
    found: gpd.GeoDataFrame
    why: Text = NO_SPOT
    n: int = 0


def spot_outlines(seen: Viewer, filters: Filters) -> list[Outline]:
    """The hot spots as outlines with their numbers; those that cool are dashed."""
    return _outlines(filters, seen.minute, seen.language, data_version(), seen)


@kept(most=200)
def _outlines(filters: Filters, minute: datetime, language: Language, version: str, _seen: Viewer) -> list[Outline]:
    seen, found = _seen, ask_spots(_seen, filters).found
    return [
        Outline(
            code=f"spot:{number}",
            shape=row["geometry"],
            text=f"{seen.say(SPOT, number=number, state=seen.say(STATES[row['state']][0]))}\n{_say_cases(seen, row)}",
            label=str(number),
            dashed=row["state"] == "cooling",
            kind=seen.say(COOLING_LEGEND if row["state"] == "cooling" else LEGEND),
        )
        for number, row in zip(found.index, found.to_dict("records"), strict=True)
    ]


def show_spots(seen: Viewer, filters: Filters) -> None:
    """The list under the map: each hot spot with its state, cases, main category and zone; a line leads to its cases."""
    spots = ask_spots(seen, filters)
    with st.container(gap="xsmall", key="hot_spots"):
        if spots.found.empty:
            least = LEAST_CELLS if spots.why is FEW_CELLS else LEAST_CASES
            st.caption(seen.say(spots.why, n=spots.n, least=least, **say_days(spots.recent, seen)))
            return
        st.markdown(f"**{seen.say(SPOTS)}**")
        listed = spots.found.head(SHOWN)
        cells = {int(cell): number for number, row in listed["cells"].items() for cell in row}
        about = _about_spots(spots.recent, tuple(sorted(cells.items())), seen.language, seen.minute, data_version())
        for number, row in zip(listed.index, listed.to_dict("records"), strict=True):
            state, colour = STATES[row["state"]]
            words = " · ".join([_say_cases(seen, row), *(plain(word) for word in about.get(number, []))])
            label = f"**{number}** :{colour}-badge[{seen.say(state)}] {words}"
            show_number_line(seen, label, _cards(seen, spots, number, row), key=f"spot_{number}")
        more = seen.say(MORE, n=len(spots.found) - SHOWN) if len(spots.found) > SHOWN else ""
        st.caption(seen.say(COMPARED if spots.compared else ALONE, **say_days(spots.recent, seen)) + more)


def _cards(seen: Viewer, spots: Spots, number: int, row: Mapping[Any, Any]) -> list[Card]:
    """The receipts of a hot spot: its cases now, and those of the equal time before."""
    spans = [(NOW, spots.recent, row["n"]), (BEFORE, spots.recent.previous(), row["n_before"])]
    cards, source = [], Text(zh=SPOT_SOURCE.say("zh", unit=UNITS[spots.side].zh), en=SPOT_SOURCE.say("en", unit=UNITS[spots.side].en))
    for label, filters, n in spans:
        if filters is not None and not is_missing(n):
            days = say_days(filters, seen)
            period, where = [(PERIOD, f"{days['since']} – {days['until']}")], filters.with_(cells=row["cells"])
            cards.append(count_card(seen, say_in_both(label, number=number), int(n), SPOT_FORMULA, where, parts=period, source=source))
    return cards


def ask_spots(seen: Viewer, filters: Filters) -> Spots:
    """The hot spots of the last days of the period. A place is hot against the whole area: of a chosen part those in it are kept.

    In chosen zones are the spots with a cell there; in another part, which has no shape, those with a case there. What is
    tested are cells, or the squares of a city.
    """
    side = ask_side(seen, filters.zones)
    everywhere = filters.with_(zones=(), communities=(), cells=())
    shapeless = bool(filters.communities or filters.cells or UNASSIGNED in filters.zones)
    part = Filters(zones=filters.zones, communities=filters.communities, cells=filters.cells) if shapeless else None
    spots = _spots(last_days(everywhere, seen.office.today(), WINDOW_DAYS), part, side, data_version(), seen)
    if filters == everywhere or shapeless or seen.office.metric_crs is None:
        return spots
    zones = {int(cell) for cell in _cells_of(filters.zones, seen.office.metric_crs, side, data_version(), seen)}
    return _with_any(spots, zones)


def _with_any(spots: Spots, cells: set[int]) -> Spots:
    """The spots with any of these cells."""
    return replace(spots, found=spots.found[[not cells.isdisjoint(row) for row in spots.found["cells"]]])


def last_days(filters: Filters, today: date, days: int) -> Filters:
    """The filters narrowed to the last days of their period that have come."""
    until = min(filters.until or today, today)
    return filters.with_(since=max(filters.since or date.min, until - timedelta(days=days - 1)), until=until)


def say_days(filters: Filters, seen: Viewer) -> dict[str, str]:
    """The ends of a period as `since` and `until`."""
    return {"since": show_day(filters.since, seen.language), "until": show_day(filters.until, seen.language)}


@kept(most=200)
def _spots(recent: Filters, part: Filters | None, side: int, version: str, _seen: Viewer) -> Spots:
    """Tested once until the data changes; of a part without a shape those with a case in it."""
    earlier, crs = recent.previous(), _seen.office.metric_crs
    if crs is None or earlier is None or recent.since is None or earlier.since is None:
        return Spots(recent=recent, found=NOWHERE, why=FEW_CASES)
    counts = ask.ask(cell_counts, recent.with_(since=earlier.since), _seen.minute, recent.since, part, side)
    area = np.union1d(_cells_of((), crs, side, version, _seen), counts["cell"].to_numpy(np.int64))
    numbers = counts.astype({"cell": "int64"}).set_index("cell")[["n", "n_before"]].reindex(area, fill_value=0).astype("int64")
    n, n_before = (int(total) for total in numbers.sum())
    if n < LEAST_CASES:
        return Spots(recent=recent, found=NOWHERE, why=FEW_CASES, n=n)
    if len(area) < LEAST_CELLS:
        return Spots(recent=recent, found=NOWHERE, why=FEW_CELLS, n=len(area))
    compared = n_before >= LEAST_CASES and bool(counts["first_on"].iloc[0] <= pd.Timestamp(earlier.since))
    before = hot_cells(numbers["n_before"]) if compared else None
    spots = Spots(recent=recent, side=side, compared=compared, found=find_spots(hot_cells(numbers["n"]), before, crs))
    return spots if part is None else _with_any(spots, {int(cell) for cell in counts.loc[counts["n_part"] > 0, "cell"]})


@kept(most=100)
def _cells_of(codes: tuple[str, ...], crs: str, side: int, version: str, _seen: Viewer) -> Cells:
    """The cells, or squares, of these zones, of all of them, or of the boundary where there are none; the empty ones too."""
    return study_cells(shapely.union_all(area_of(_seen, codes)), crs, side)


@kept(most=200)
def _about_spots(
    recent: Filters, cells: tuple[tuple[int, int], ...], language: Language, minute: datetime, version: str
) -> dict[int, list[str]]:
    """The most frequent category and zone of each spot, by its number; `cells` are cells with the number of their spot."""
    counts = ask.ask(cell_cases, recent, minute, tuple(cell for cell, _ in cells))
    name = "name_zh" if language == "zh" else "name_en"
    named = pd.DataFrame(
        {
            "spot": counts["cell"].map(dict(cells)),
            "category": counts[name].fillna(counts["category"]),
            "zone": counts["zone_name"].fillna(counts["zone"]),
            "n": counts["n"].astype("int64"),
        }
    )
    return {
        number: [top for by in ("category", "zone") for top in _most(named[named["spot"] == number], by)]
        for number in sorted({number for _, number in cells})
    }


def _most(rows: pd.DataFrame, by: str) -> list[str]:
    """The value with most cases, if any case has one."""
    totals = rows.groupby(by)["n"].sum()
    return [str(totals.idxmax())] if len(totals) else []


def _say_cases(seen: Viewer, row: dict[Any, Any]) -> str:
    """`335 件（前期 20 件）`, or the first part alone."""
    now = seen.say(CASES, n=show_number(row["n"], seen.language))
    return now if pd.isna(row["n_before"]) else seen.say(AGAINST, now=now, before=show_number(int(row["n_before"]), seen.language))
