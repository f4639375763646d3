"""Everything that is told of the case that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from geo.crs import project
from queries.cases import TODAY, Box, case, case_belongs, case_life, case_photos, neighbours
from queries.run import frame_of
from ui import ask
from ui.viewer import Viewer, database
from ui.words import is_missing

# a repeat lies so near; its box is a little wider than the circle
NEAR_METRES = 100.0
DEGREE_METRES = 111_000.0


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The open case: its row, the lines of its life, what it belongs to, its neighbours with `metres`, and its photos."""

    case: Mapping[str, Any]
    life: pd.DataFrame
    belongs: pd.DataFrame
    near: pd.DataFrame
    photos: pd.DataFrame

    @property
    def id(self) -> int:
        """cases.id"""
        return int(self.case["id"])

    @property
    def place(self) -> tuple[float, float] | None:
        """Longitude and latitude (WGS-84); None where nobody wrote them down."""
        return None if is_missing(self.case["lon"]) or is_missing(self.case["lat"]) else (float(self.case["lon"]), float(self.case["lat"]))


def ask_opened(seen: Viewer) -> Opened | None:
    """The case that is open; None where none is, or where the number that the address gives is nobody's. Four or five questions."""
    chosen: int | None = st.session_state["case"]
    found = ask.ask(case, chosen, TODAY, seen.minute) if chosen is not None else pd.DataFrame()
    if found.empty or chosen is None:
        st.session_state["case"] = None
        return None
    row: dict[str, Any] = {str(name): value for name, value in found.iloc[0].items()}
    return Opened(
        case=row,
        life=ask.ask(case_life, chosen),
        belongs=ask.ask(case_belongs, chosen, seen.office.today()),
        near=_ask_near(seen, row),
        # pictures are large: they are not kept
        photos=frame_of(database(), case_photos(chosen)) if row["photos"] else pd.DataFrame(),
    )


def _ask_near(seen: Viewer, row: Mapping[str, Any]) -> pd.DataFrame:
    """The neighbours within NEAR_METRES, the nearest first, with `metres` in the office's CRS and whether they are `alike`."""
    crs = seen.office.metric_crs
    if is_missing(row["lon"]) or is_missing(row["lat"]) or crs is None:
        return pd.DataFrame()
    lon, lat, at = float(row["lon"]), float(row["lat"]), row["reported_at"].to_pydatetime()
    near = ask.ask(_neighbours_of, box_around(lon, lat), at, int(row["id"]))
    if near.empty:
        return near
    x, y = project(near["lon"], near["lat"], crs)
    here_x, here_y = project([lon], [lat], crs)
    alike = (near["kind"] == row["kind"]) & (near["category"] == row["category"]).fillna(False)
    near = near.assign(metres=np.hypot(x - here_x, y - here_y), alike=alike)
    return near[near["metres"] <= NEAR_METRES].sort_values(["alike", "metres"], ascending=[False, True]).reset_index(drop=True)


def box_around(lon: float, lat: float, metres: float = NEAR_METRES) -> Box:
    """West, south, east, north in WGS-84 degrees of a box that holds the circle of so many metres, with one per cent to spare."""
    high = metres * 1.01 / DEGREE_METRES
    wide = high / max(cos(radians(lat)), 0.01)
    return lon - wide, lat - high, lon + wide, lat + high


def _neighbours_of(box: Box, at: datetime, but: int) -> Any:
    return neighbours(box, at, but=but)
