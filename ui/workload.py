"""What is known of the cases to come: their daily counts as one block of numbers, and the forecast made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from analysis.forecast import HORIZON, LEAST_DAYS, Forecast, Numbers, forecast, kinds_of_days
from i18n import Text, show_day
from model.clock import work_calendar
from queries.features import feature_names
from queries.filters import UNASSIGNED, Filters
from queries.forecast import daily_counts
from queries.overview import daily
from ui import ask
from ui.kept import KEPT_SECONDS
from ui.viewer import Viewer, data_version
from ui.zone_pages import zones_of_page

# how much of the past a forecast looks at; data that ended longer ago is too old to go on from
HISTORY_DAYS, STALE_DAYS = 546, 7
# the zones that are not shown, taken together, and which page of the zones is
REST, ZONES_PAGE = "", "forecast_zones_page"
NO_CASES = Text(zh="这个条件下没有案件，无从预测。", en="No case matches: there is nothing to forecast from.")
SHORT = Text(
    zh="历史只有 {days} 天，至少要 {least} 天才能预测并检验。", en="{days} days of history: a forecast and its test take at least {least}."
)
STALE = Text(
    zh="最新的案件是 {day} 的，已过 {days} 天。先导入之后的案件，再看预测。",
    en="The newest case is of {day}, {days} days ago. Import what came since, then come back.",
)


@dataclass(frozen=True, kw_only=True)
class Workload:
    """The counts of the complete days [day, channel, zone] up to and with `last`, and the forecast from `first` on.

    `zones` are the shown ones, with REST behind them where there are others. Where nothing can be forecast, `ahead` is None and `why`
    says the reason; where there is no case at all the page says it.
    """

    why: str = ""
    last: date = date.min
    first: date = date.min
    channels: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    counts: Numbers = field(default_factory=lambda: np.zeros((0, 0, 0)))
    ahead: Forecast | None = None

    @property
    def shown(self) -> tuple[str, ...]:
        """The zones that are told apart."""
        return tuple(zone for zone in self.zones if zone != REST)

    @property
    def days(self) -> pd.DatetimeIndex:
        """The days of the counts."""
        return pd.date_range(end=pd.Timestamp(self.last), periods=len(self.counts))

    @property
    def days_ahead(self) -> pd.DatetimeIndex:
        """The days of the forecast."""
        return pd.date_range(pd.Timestamp(self.first), periods=HORIZON)


def ask_workload(seen: Viewer, filters: Filters) -> Workload:
    """The forecast for the chosen cases from tomorrow on; their state and the chosen period do not matter to it."""
    today, newest = seen.office.today(), seen.reported_on
    if newest is None:
        return Workload()
    # today is not over, so it is no day to learn from
    last = min(newest, today - timedelta(days=1))
    if (today - last).days > STALE_DAYS:
        return Workload(why=seen.say(STALE, day=show_day(newest, seen.language), days=(today - newest).days))
    # zones and channels are parts of one forecast, so that a part says the same alone and in the table of all
    asked = filters.with_(since=last - timedelta(days=HISTORY_DAYS - 1), until=last, states=(), zones=(), channels=())
    zones = filters.zones or tuple(zones_of_page(all_zones(), ZONES_PAGE))
    work = _part(_workload(asked, zones, last, today, data_version(), seen), filters)
    if not work.counts.any():
        return Workload(why=seen.say(NO_CASES))
    if work.ahead is None:
        return Workload(why=seen.say(SHORT, days=len(work.counts), least=LEAST_DAYS + (today - last).days))
    return work


def all_zones() -> list[str]:
    """The codes of all zones, and what is in none of them."""
    return [*ask.ask(feature_names, "zones")["code"], UNASSIGNED]


@st.cache_data(ttl=KEPT_SECONDS, max_entries=50, show_spinner=False)
def _workload(filters: Filters, zones: tuple[str, ...], last: date, today: date, version: str, _seen: Viewer) -> Workload:
    """Made once until the data changes. Only the shown zones are counted by themselves: a city has too many for one page."""
    counts, channels, shown = _block(
        ask.ask(daily, filters, _seen.minute), ask.ask(daily_counts, filters.with_(zones=zones), _seen.minute), last
    )
    gap = (today - last).days
    work = Workload(last=last, first=today + timedelta(days=1), channels=channels, zones=shown, counts=counts)
    if len(counts) < LEAST_DAYS + gap:
        return work
    days = [day.date() for day in pd.date_range(work.days[0], work.days_ahead[-1])]
    return replace(work, ahead=forecast(counts, kinds_of_days(days, work_calendar().is_working), gap=gap))


def _part(work: Workload, filters: Filters) -> Workload:
    """The chosen channels and zones of a forecast."""
    channels = [place for place, channel in enumerate(work.channels) if not filters.channels or channel in filters.channels]
    zones = [place for place, zone in enumerate(work.zones) if not filters.zones or zone in filters.zones]
    return replace(
        work,
        channels=tuple(work.channels[place] for place in channels),
        zones=tuple(work.zones[place] for place in zones),
        counts=work.counts[:, channels][:, :, zones],
        ahead=work.ahead.part(channels, zones) if work.ahead and channels and zones else None,
    )


def _block(found: pd.DataFrame, of_zones: pd.DataFrame, last: date) -> tuple[Numbers, tuple[str, ...], tuple[str, ...]]:
    """Counts as [day, channel, zone] without a missing day: channels by their cases, zones by code, those in none last, then the rest."""
    if found.empty:
        return np.zeros((0, 0, 0)), (), ()
    channels = list(found.groupby("channel")["reported"].sum().sort_values(ascending=False).index)
    zones = sorted(of_zones["zone"].fillna(UNASSIGNED).unique(), key=lambda code: (code == UNASSIGNED, code))
    days = pd.date_range(found["day"].min(), pd.Timestamp(last))
    whole, counts = np.zeros((len(days), len(channels))), np.zeros((len(days), len(channels), len(zones)))
    axes = {"day": days, "channel": pd.Index(channels), "zone": pd.Index(zones)}
    np.add.at(whole, _places(found, axes, ("day", "channel")), found["reported"].to_numpy(dtype="int64"))
    cases = of_zones.assign(zone=of_zones["zone"].fillna(UNASSIGNED))
    np.add.at(counts, _places(cases, axes, ("day", "channel", "zone")), cases["n"].to_numpy(dtype="int64"))
    # what comes in between the two questions makes no negative number
    rest = np.maximum(whole - counts.sum(axis=2), 0)
    if not rest.any():
        return counts, tuple(channels), tuple(zones)
    return np.concatenate([counts, rest[:, :, None]], axis=2), tuple(channels), (*zones, REST)


def _places(found: pd.DataFrame, axes: Mapping[str, pd.Index], names: Sequence[str]) -> tuple[NDArray[np.intp], ...]:
    """Where the rows of an answer belong in a block with these axes."""
    return tuple(axes[name].get_indexer(pd.Index(found[name])) for name in names)
