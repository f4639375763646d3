"""Where the next parking zones should go: how many, how long, how far they reach, and the places worked out for that."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from analysis.siting import MOST_SITES, Plan, added_by, coverage, plan_sites
from geo.kerbs import cut_kerbs, free_kerbs, reached
from i18n import Text
from queries.filters import Filters
from ui.bikes import Bikes, zones_at
from ui.choices import pick_one
from ui.kept import KEPT_SECONDS
from ui.viewer import Viewer, data_version

DEFAULT_SITES = 5
TITLE = Text(zh="下一批停放区设在哪里", en="Where the next zones should go")
HOW_MANY = Text(zh="新设几处", en="How many new zones")
REACH = Text(zh="服务半径", en="Reach")
REACHES: dict[str, Text] = {str(one): Text(zh=f"半径 {one} 米", en=f"reach {one} m") for one in (30, 50, 80, 100)}
LENGTH = Text(zh="每处长度", en="Length")
LENGTHS: dict[str, Text] = {str(one): Text(zh=f"每处 {one} 米", en=f"{one} m each") for one in (20, 40, 60)}


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the viewer asks for: so many zones of so many metres, each serving so many metres around."""

    n: int
    reach: float
    metres: float


@dataclass(frozen=True, kw_only=True)
class Sites:
    """The plan and its places: found has a row a site, from 1: name, metres, zone, added, together, cases (ids), cells, geometry
    (WGS-84). steps: the cases (ids) that each step of the curve adds."""

    wishes: Wishes
    plan: Plan
    found: gpd.GeoDataFrame
    has_kerbs: bool
    steps: tuple[tuple[int, ...], ...]

    @property
    def first(self) -> dict[int, int]:
        """The first site that covers a case, by its id."""
        return {case: int(number) for number, row in reversed(list(self.found["cases"].items())) for case in row}


def pick_wishes(seen: Viewer) -> Wishes:
    """How many zones, how long, and how far they reach; kept in the address."""
    st.markdown(f"**{seen.say(TITLE)}**")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="wishes"):
        asked = st.query_params.get("sites", "")
        if "sites" not in st.session_state:
            known = asked.isascii() and asked.isdigit() and 1 <= int(asked) <= MOST_SITES
            st.session_state["sites"] = int(asked) if known else DEFAULT_SITES
        n = int(st.slider(seen.say(HOW_MANY), 1, MOST_SITES, key="sites", width=260))
        reach = pick_one(seen, REACH, REACHES, key="reach", default="50")
        metres = pick_one(seen, LENGTH, LENGTHS, key="length", default="40")
    if n == DEFAULT_SITES:
        st.query_params.pop("sites", None)
    elif asked != str(n):
        st.query_params["sites"] = str(n)
    return Wishes(n=n, reach=float(reach), metres=float(metres))


def ask_sites(seen: Viewer, bikes: Bikes, wishes: Wishes) -> Sites:
    """The sites for the cases outside; worked out once until the data or a wish changes."""
    return _sites(bikes.filters, wishes, data_version(), seen.minute.isoformat(), bikes)


@st.cache_data(ttl=KEPT_SECONDS, max_entries=100, show_spinner=False)
def _sites(filters: Filters, wishes: Wishes, version: str, minute: str, _bikes: Bikes) -> Sites:
    stretches = cut_kerbs(_kerbs(version, _bikes), wishes.metres)
    cases = _bikes.outside
    pairs = reached(stretches, cases["lon"], cases["lat"], wishes.reach)
    covers = coverage(pairs, len(stretches), len(cases))
    plan = plan_sites(covers, wishes.n)
    found = stretches.iloc[list(plan.sites)].to_crs("EPSG:4326")
    rows = [cases.iloc[covers.indices[covers.indptr[site] : covers.indptr[site + 1]]] for site in plan.sites]
    found = found.assign(
        zone=zones_at(found.geometry, _bikes.zones, _bikes.crs),
        added=np.array(plan.gains, dtype=np.int64),
        together=np.cumsum(plan.gains, dtype=np.int64),
        cases=pd.Series([tuple(one["id"]) for one in rows], index=found.index, dtype=object),
        cells=pd.Series([tuple(sorted({int(cell) for cell in one["cell"].dropna()})) for one in rows], index=found.index, dtype=object),
    )
    return Sites(
        wishes=wishes,
        plan=plan,
        found=found.set_axis(pd.RangeIndex(1, len(found) + 1, name="site")),
        has_kerbs=bool(len(_bikes.kerbs)),
        steps=tuple(tuple(int(one) for one in cases["id"].iloc[rows]) for rows in added_by(covers, plan.order)),
    )


@st.cache_data(ttl=KEPT_SECONDS, max_entries=4, show_spinner=False)
def _kerbs(version: str, _bikes: Bikes) -> gpd.GeoDataFrame:
    """The free kerbs of the whole area."""
    return free_kerbs(_bikes.kerbs, _bikes.all_parking, _bikes.boundary, _bikes.crs)
