"""How large is it? KPIs over any filters and any grouping, the receipt behind each figure, and the cases behind each receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import pandas as pd
from sqlalchemy import ColumnElement, Engine, and_, literal, select, union_all

from i18n import Text
from queries.count import kpi_select
from queries.facts import Clock, fact
from queries.filters import Filters
from queries.kpi import Kpi
from queries.narrow import matching
from queries.run import TEXT, frame_of

# value, numerator, denominator
Figure = tuple[float | None, float | None, float | None]


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Where a figure comes from (公式、分子、分母、口径). Without a denominator the figure is the numerator."""

    kpi: Kpi
    value: float | None
    numerator: float
    denominator: float | None
    since: date | None
    until: date | None

    @property
    def formula(self) -> Text:
        return self.kpi.formula

    @property
    def source(self) -> Text:
        return self.kpi.source

    @property
    def exclusions(self) -> Text:
        return self.kpi.exclusions

    @property
    def period(self) -> Text:
        return self.kpi.period


def read_kpis(engine: Engine, kpis: Sequence[Kpi], filters: Filters, now: datetime, by: str | None = None) -> pd.DataFrame:
    """Columns kpi, group (when asked), value, numerator, denominator; one row per KPI and group, NA for a zero denominator."""
    wide = frame_of(engine, kpi_select(kpis, filters, now, by))
    figures = [(kpi.key, *row) for kpi in kpis for row in _figures(kpi, wide)]
    names = ("value", "numerator", "denominator")
    columns = list(zip(*figures, strict=True)) or [()] * 4
    frame = pd.DataFrame({name: pd.array(column, dtype="Float64") for name, column in zip(names, columns[1:], strict=True)})
    if by:
        frame.insert(0, "group", pd.concat([wide["group"]] * len(kpis), ignore_index=True))
    frame.insert(0, "kpi", pd.Series(columns[0], dtype=TEXT))
    return frame


def read_receipts(engine: Engine, kpis: Sequence[Kpi], filters: Filters, now: datetime) -> dict[str, Receipt]:
    """The receipts of KPIs by key, without grouping."""
    return read_all_receipts(engine, kpis, (filters,), now)[0]


def read_all_receipts(engine: Engine, kpis: Sequence[Kpi], several: Sequence[Filters], now: datetime) -> list[dict[str, Receipt]]:
    """The receipts of KPIs under each of several filters, in one statement."""
    each = [kpi_select(kpis, filters, now).add_columns(literal(place).label("place")) for place, filters in enumerate(several)]
    rows = union_all(*each).subquery()
    wide = frame_of(engine, select(*rows.c).order_by(rows.c.place))
    figures = {kpi.key: _figures(kpi, wide) for kpi in kpis}
    return [{kpi.key: _receipt(kpi, figures[kpi.key][place], filters) for kpi in kpis} for place, filters in enumerate(several)]


def read_score(engine: Engine, score: Kpi, filters: Filters, now: datetime, by: str | None = None) -> pd.DataFrame:
    """Every deduction of a score: columns group (when asked), part (the KPI's key), value, numerator, denominator, points, lost."""
    figures = read_kpis(engine, [part.kpi for part in score.parts], filters, now, by).rename(columns={"kpi": "part"})
    parts = {part.kpi.key: part for part in score.parts}
    figures["points"] = figures["part"].map(lambda key: parts[key].points).astype("Float64")
    missing = figures["value"].where(figures["part"].map(lambda key: parts[key].complement).astype(bool), 1 - figures["value"])
    return figures.assign(lost=figures["points"] * missing)


def case_condition(kpi: Kpi, part: Literal["numerator", "denominator"], filters: Filters, now: datetime) -> ColumnElement[bool]:
    """SQL: the cases that a KPI counts; of a mean or a score, both parts are the cases it is made of."""
    clock = Clock.of(filters, now)
    condition = kpi.above if part == "numerator" else kpi.below
    return and_(*(fact(one, clock) for one in sorted(condition)), *matching(filters, now))


def _figures(kpi: Kpi, wide: pd.DataFrame) -> list[Figure]:
    """Value, numerator and denominator of one KPI in every group."""
    if kpi.parts:
        parts = [_figures(part.kpi, wide) for part in kpi.parts]
        below = [row[0][2] for row in zip(*parts, strict=True)]
        values = [_score(kpi, [one[0] for one in row]) for row in zip(*parts, strict=True)]
        return [(value, value, count) for value, count in zip(values, below, strict=True)]
    above = [float(one) for one in wide[f"{kpi.key}__n"]]
    if kpi.denominator is None:
        return [(one, one, None) for one in above]
    return [(one / below if below else None, one, float(below)) for one, below in zip(above, wide[f"{kpi.key}__d"], strict=True)]


def _score(kpi: Kpi, rates: list[float | None]) -> float | None:
    """The points of a score; None when a part has nothing to be measured on."""
    if None in rates:
        return None
    known = [rate for rate in rates if rate is not None]
    return sum(part.points * (1 - rate if part.complement else rate) for part, rate in zip(kpi.parts, known, strict=True))


def _receipt(kpi: Kpi, figure: Figure, filters: Filters) -> Receipt:
    value, above, below = figure
    return Receipt(kpi=kpi, value=value, numerator=above or 0.0, denominator=below, since=filters.since, until=filters.until)
