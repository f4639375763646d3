"""Everything a bulletin says, asked once: the facts that all three files are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from geo.grid import side_for, study_area
from model.setup import Office
from queries.bulletin import due_within, finding_photos, finding_steps, findings, on_duty
from queries.cases import Choice, case_page
from queries.facts import Clock
from queries.features import features
from queries.filters import UNASSIGNED, Filters
from queries.freshness import read_freshness
from queries.groups import By
from queries.intervals import rank_groups
from queries.kpi import Kpi
from queries.kpis import Receipt, read_kpis, read_receipts
from queries.overview import by_channel, cells, top_categories
from queries.rules import (
    CLOSED,
    CLOSING,
    CLOSING_IN_TIME,
    FINDING,
    OPEN_NOW,
    OVERDUE_NOW,
    REPORTED,
    RULE_SETS,
)
from queries.run import Question, frame_of
from reports.period import Period

KPIS = (REPORTED, CLOSED, CLOSING, CLOSING_IN_TIME, OPEN_NOW, OVERDUE_NOW, FINDING)
ZONE_KPIS = (CLOSING_IN_TIME, REPORTED, OPEN_NOW, OVERDUE_NOW)
NATIONAL = RULE_SETS["national"]
SCORE = next(kpi for kpi in NATIONAL.kpis if kpi.parts)
GROUND = ("boundary", "zones", "rivers")
# what a bulletin holds at most
MOST_FINDINGS = 2_000
MOST_PHOTOS = 6
MOST_LATE = 10
MOST_CATEGORIES = 5


@dataclass(frozen=True, kw_only=True)
class Standings:
    """A ranking: groups from first to last as `rank_groups` gives them, and every figure of each by (KPI key, group)."""

    kpi: Kpi
    ranks: pd.DataFrame
    cells: dict[tuple[str, Any], tuple[float | None, float | None, float | None]]
    filters: Filters


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a bulletin says, in no language yet. Three of a kind are: the period, the one before, the one further back."""

    office: Office
    period: Period
    # the choice of cases, without days and with the period's
    chosen: Filters
    filters: Filters
    now: datetime
    # the cut-off: the end of the period, or now when that is earlier
    moment: datetime
    # empty where the data does not reach back so far
    readings: tuple[dict[str, Receipt], ...]
    channels: tuple[pd.DataFrame | None, ...]
    categories: pd.DataFrame
    duty: pd.DataFrame
    findings: pd.DataFrame
    steps: pd.DataFrame
    photos: pd.DataFrame
    overdue: pd.DataFrame
    soon: pd.DataFrame
    zones: Standings
    departments: Standings
    # the zones of the period by cases reported, the most first: columns group, value
    busiest: pd.DataFrame
    # where the cases of the period lie: cells, or the squares of a city, with their side in metres
    cells: pd.DataFrame
    side: int
    ground: pd.DataFrame

    @property
    def cut_short(self) -> bool:
        """Whether the period is not over yet."""
        return self.period.until >= self.now.date()


def gather(engine: Engine, office: Office, period: Period, chosen: Filters | None = None, now: datetime | None = None) -> Facts:
    """The facts of a period; `chosen` narrows the cases (its days are not heeded), `now` is the office's clock unless given."""
    now = (now or office.now()).astimezone(office.timezone).replace(second=0, microsecond=0)
    chosen = (chosen or Filters()).with_(since=None, until=None)
    filters = period.narrow(chosen)

    def ask(question: Question) -> pd.DataFrame:
        return frame_of(engine, question)

    ground = ask(features(GROUND))
    codes = () if UNASSIGNED in chosen.zones else chosen.zones
    side = side_for(study_area({str(layer): rows for layer, rows in ground.groupby("layer")}, codes), office.metric_crs)
    first = read_freshness(engine).first_on
    spans = [filters, *(_reached(first, one, chosen) for one in period.earlier)]
    return Facts(
        office=office,
        period=period,
        chosen=chosen,
        filters=filters,
        now=now,
        moment=Clock.of(filters, now).moment,
        readings=tuple(read_receipts(engine, KPIS, span, now) if span else {} for span in spans),
        channels=tuple(ask(by_channel(span, now)) if span else None for span in spans),
        categories=ask(top_categories(filters, now, MOST_CATEGORIES)),
        duty=ask(on_duty(period.since, min(period.until, now.date()))),
        findings=ask(findings(filters, now, MOST_FINDINGS)),
        steps=ask(finding_steps(filters, now)),
        photos=ask(finding_photos(filters, now, MOST_PHOTOS)),
        overdue=ask(case_page(Choice(filters=filters, kpi=OVERDUE_NOW), now, order="due")),
        soon=ask(due_within(filters, now, MOST_LATE)),
        # the zones page ranks all zones, whichever of them are chosen
        zones=_standings(engine, CLOSING_IN_TIME, among=ZONE_KPIS, filters=period.ranking(chosen).with_(zones=()), now=now, by="zone"),
        departments=_standings(engine, SCORE, among=NATIONAL.kpis, filters=period.ranking(chosen), now=now, by="department"),
        busiest=read_kpis(engine, (REPORTED,), filters, now, "zone").sort_values(["value", "group"], ascending=[False, True]),
        cells=ask(cells(filters, now, side)),
        side=side,
        ground=ground,
    )


def _reached(first: date | None, period: Period, chosen: Filters) -> Filters | None:
    """The filters of an earlier period; None when it ended before the first case came."""
    return None if first is None or period.until < first else period.narrow(chosen)


def _standings(engine: Engine, kpi: Kpi, *, among: tuple[Kpi, ...], filters: Filters, now: datetime, by: By) -> Standings:
    table = read_kpis(engine, among, filters, now, by)
    rows = zip(*(table[name] for name in ("kpi", "group", "value", "numerator", "denominator")), strict=True)
    cells = {(key, _plain(group)): (_plain(value), _plain(above), _plain(below)) for key, group, value, above, below in rows}
    return Standings(kpi=kpi, ranks=rank_groups(table, kpi), cells=cells, filters=filters)


def _plain(value: Any) -> Any:
    return None if pd.isna(value) else value
