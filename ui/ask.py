"""Questions as pages ask them: short keys in, plain frames out, cached until the data changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import pandas as pd

from i18n import Language
from model.kinds import LABELS, Channel
from queries.features import duties, features
from queries.filters import Filters
from queries.kpi import Kpi
from queries.kpis import Receipt, read_all_receipts
from queries.overview import choices
from queries.rules import all_kpis
from queries.run import Question, frame_of
from queries.states import STATE_LABELS
from ui.filters import Options
from ui.identity import actor
from ui.kept import kept
from ui.kpis import Readings
from ui.veil import veil
from ui.viewer import Viewer, data_version, database, raw_version

STATES = ("open", "overdue", "due_today", "due_soon", "suspended", "closed")


def ask(question: Callable[..., Question], *about: Any) -> pd.DataFrame:
    """The answer to a question about these (hashable) things, asked once until the data changes; without what the role may not see."""
    found = _answer(f"{question.__module__}.{question.__qualname__}", about, raw_version(), _question=question)
    return veil(found, actor())


@kept(most=500)
def _answer(name: str, about: tuple[Any, ...], version: str, _question: Callable[..., Question]) -> pd.DataFrame:
    return frame_of(database(), _question(*about))


def ask_readings(seen: Viewer, kpis: Sequence[Kpi], filters: Filters) -> Readings:
    """The receipts of KPIs now, in the period before and a year before; times before the first case are not asked about."""
    keys, first = tuple(kpi.key for kpi in kpis), seen.fresh.first_on
    then = [
        one if one and first and (one.until is None or one.until >= first) else None for one in (filters.previous(), filters.last_year())
    ]
    found = iter(_receipts(keys, (filters, *(one for one in then if one)), seen.minute, data_version()))
    now, (before, year_ago) = next(found), (next(found) if one else {} for one in then)
    return Readings(now=now, before=before, year_ago=year_ago)


@kept(most=500)
def _receipts(keys: tuple[str, ...], several: tuple[Filters, ...], now: datetime, version: str) -> list[dict[str, Receipt]]:
    known = all_kpis()
    return read_all_receipts(database(), [known[key] for key in keys], several, now)


def ask_options(seen: Viewer) -> Options:
    """What the filters can be set to, with labels in the viewer's language."""
    return _options(seen.language, seen.minute, seen.reported_on, data_version(), seen)


@kept(most=16)
def _options(language: Language, minute: datetime, reported_on: date | None, version: str, _seen: Viewer) -> Options:
    seen, found = _seen, ask(choices, Filters(), minute)
    labels: dict[str, dict[str, str]] = {"zone": {}}
    name = "name_zh" if language == "zh" else "name_en"
    for param, rows in found.groupby("field"):
        known = rows[rows["value"].notna()]
        labels[str(param)] = {row["value"]: row[name] if pd.notna(row[name]) else row["value"] for row in known.to_dict("records")}
    labels["channel"] = {value: seen.say(LABELS[Channel(value)]) for value in labels.get("channel", {})}
    labels["state"] = {state: seen.say(STATE_LABELS[state]) for state in STATES}
    return Options(labels=labels, last_on=reported_on)


def ask_features(layers: Sequence[str]) -> dict[str, gpd.GeoDataFrame]:
    """The features of layers as frames in WGS-84 by layer, index feature id."""
    return _shapes(tuple(layers), data_version())


@kept(most=32)
def _shapes(layers: tuple[str, ...], version: str) -> dict[str, gpd.GeoDataFrame]:
    found = ask(features, layers)
    shapes = gpd.GeoDataFrame(found, geometry="geometry", crs="EPSG:4326").set_index("id")
    return {str(key): frame for key, frame in shapes.groupby("layer")}


def ask_people(seen: Viewer, layer: str, code: str) -> pd.DataFrame:
    """Who answers for a feature today: role, official, title, phone."""
    found = ask(duties, seen.office.today())
    return found[(found["layer"] == layer) & (found["code"] == code)]
