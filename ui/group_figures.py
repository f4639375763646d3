"""The KPIs of every group of a grouping, now and before, and the receipt of each figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import pandas as pd

from queries.filters import Filters
from queries.groups import By, narrow
from queries.kpi import Kpi
from queries.kpis import Receipt, read_kpis
from queries.rules import all_kpis
from ui.kept import kept
from ui.kpis import Readings
from ui.viewer import Viewer, data_version, database

# a figure of a group: value, numerator, denominator
Cell = tuple[float | None, float, float | None]


@dataclass(frozen=True, kw_only=True)
class GroupFigures:
    """Every figure of every group in one period; `table` is the answer of `read_kpis`."""

    by: By
    kpis: tuple[Kpi, ...]
    filters: Filters
    table: pd.DataFrame

    @property
    def groups(self) -> list[Any]:
        """The groups that have any case, in the order of the database; None for the cases without one."""
        return [None if pd.isna(one) else one for one in self.table["group"].drop_duplicates()]

    @cached_property
    def cells(self) -> dict[tuple[str, Any], Cell]:
        """The figures by KPI key and group."""
        rows = zip(*(self.table[name] for name in ("kpi", "group", "value", "numerator", "denominator")), strict=True)
        return {(kpi, _plain(group)): (_plain(value), float(_plain(above) or 0), _plain(below)) for kpi, group, value, above, below in rows}

    def receipts(self, group: Any) -> dict[str, Receipt]:
        """The receipts of one group by KPI; a group without cases has counts of 0."""
        cells, since, until = self.cells, self.filters.since, self.filters.until
        found = {}
        for kpi in self.kpis:
            nothing: Cell = (0.0, 0.0, None) if kpi.denominator is None else (None, 0.0, 0.0)
            value, above, below = cells.get((kpi.key, group), nothing)
            found[kpi.key] = Receipt(kpi=kpi, value=value, numerator=above, denominator=below, since=since, until=until)
        return found

    def together(self, groups: Sequence[Any]) -> dict[str, Receipt]:
        """The receipts of several groups as if they were one; a score follows from its parts, which must stand before it."""
        each = [self.receipts(group) for group in groups]
        found: dict[str, Receipt] = {}
        for kpi in self.kpis:
            if kpi.parts:
                value = _score(kpi, found)
                found[kpi.key] = replace(
                    each[0][kpi.key], value=value, numerator=value or 0.0, denominator=found[kpi.parts[0].kpi.key].denominator
                )
                continue
            above = sum(one[kpi.key].numerator for one in each)
            below = None if kpi.denominator is None else sum(one[kpi.key].denominator or 0 for one in each)
            value = above if below is None else above / below if below else None
            found[kpi.key] = replace(each[0][kpi.key], value=value, numerator=above, denominator=below)
        return found

    def cases_of(self, group: Any) -> Filters:
        """The filters that leave one group's cases."""
        return narrow(self.filters, self.by, group)

    def is_empty(self) -> bool:
        """Whether nothing was counted at all."""
        return self.table.empty or not float(self.table["numerator"].sum())


def ask_groups(seen: Viewer, kpis: Sequence[Kpi], filters: Filters, by: By) -> GroupFigures:
    """The figures of every group; one statement, asked once until the data changes."""
    return _groups(tuple(kpi.key for kpi in kpis), filters, seen.minute, by, data_version())


def ask_before(seen: Viewer, figures: GroupFigures) -> GroupFigures | None:
    """The same figures in the equal period before; None where there is none, or no data of it."""
    earlier = figures.filters.previous()
    found = ask_groups(seen, figures.kpis, earlier, figures.by) if earlier and _reaches(earlier, seen) else None
    return None if found is None or found.is_empty() else found


def ask_year_ago(seen: Viewer, figures: GroupFigures) -> GroupFigures | None:
    """The same figures on the same days a year before; None where there is none."""
    earlier = figures.filters.last_year()
    return ask_groups(seen, figures.kpis, earlier, figures.by) if earlier and _reaches(earlier, seen) else None


def readings_of(group: Any, now: GroupFigures, before: GroupFigures | None, year_ago: GroupFigures | None) -> Readings:
    """The receipts of a group in the three periods, as KPI cards want them."""
    earlier, last_year = (figures.receipts(group) if figures else {} for figures in (before, year_ago))
    return Readings(now=now.receipts(group), before=earlier, year_ago=last_year)


def _reaches(filters: Filters, seen: Viewer) -> bool:
    """Whether the period ends after the first case came: before it there is nothing to count, and counting nothing takes a scan."""
    first = seen.fresh.first_on
    return first is not None and (filters.until is None or filters.until >= first)


@kept(most=200)
def _groups(keys: tuple[str, ...], filters: Filters, now: datetime, by: By, version: str) -> GroupFigures:
    kpis = tuple(all_kpis()[key] for key in keys)
    return GroupFigures(by=by, kpis=kpis, filters=filters, table=read_kpis(database(), kpis, filters, now, by))


def _score(kpi: Kpi, parts: Mapping[str, Receipt]) -> float | None:
    """The points of a score; None when a part has nothing to be measured on."""
    rates = [(part, parts[part.kpi.key].value) for part in kpi.parts]
    known = [part.points * (1 - rate if part.complement else rate) for part, rate in rates if rate is not None]
    return sum(known) if len(known) == len(rates) else None


def _plain(value: Any) -> Any:
    return None if pd.isna(value) else value
