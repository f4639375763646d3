"""The KPIs once more, in plain pandas and from the words of the design, for the tests to compare with."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

FOUND = ["patrol", "wechat", "chengguantong"]
TOLD = ["hotline", "petition"]
WEIGHTS = {"satisfied": 1.0, "fairly": 0.8, "neutral": 0.6, "not": 0.0}
SCORE = {"handling_rate": 30, "on_time_handling_rate": 20, "rework_rate": -20, "overdue_unhandled_rate": -20, "extension_rate": -10}


# what each case adds to the numerator and to the denominator (None for a count), and the day it is filed under
Facts = tuple[pd.Series, pd.Series | None, pd.Series]


def work_out(key: str, cases: pd.DataFrame, since: date | None, until: date | None, now: datetime) -> Facts:
    """What each case adds to a KPI in a period."""
    row, clock = cases, pd.Timestamp(now)
    last = min(until, now.date()) if until else now.date()
    over = until is not None and until < now.date()
    moment = pd.Timestamp(datetime.combine(last + timedelta(days=1), datetime.min.time(), now.tzinfo)) if over else clock

    def within(name: str) -> pd.Series:
        return pd.to_datetime(row[f"{name}_on"]).between(pd.Timestamp(since or date(1700, 1, 1)), pd.Timestamp(last))

    def hours_to(name: str) -> pd.Series:
        return ((row[name] - row["reported_at"]).dt.total_seconds() / 3600).fillna(0)

    reported = within("reported")
    due = within("due") & (row["due_at"] <= clock)
    closed = within("closed") & (row["closed_at"] <= clock)
    real = ~row["void"]
    counted = real & ~row["suspended"]
    handled_at = row["handled_at"].fillna(row["closed_at"])
    filed_at = row["accepted_at"].fillna(row["dispatched_at"]).fillna(handled_at)
    open_then = real & (pd.to_datetime(row["reported_on"]) <= pd.Timestamp(last)) & ~(row["closed_at"] <= moment)
    days_left = (pd.to_datetime(row["due_on"]) - pd.Timestamp(moment.date())).dt.days
    contact = row["first_contact_at"].notna()
    known = row["first_contact"].notna() | contact
    contacted = row["first_contact"].eq(True) | (row["first_contact"].isna() & contact)
    free, in_time = row["due_at"].isna(), row["closed_at"] <= row["due_at"]
    late = (row["closed_at"] > row["due_at"]) | (row["closed_at"].isna() & (row["due_at"] < clock))
    judged = free | (row["closed_at"] <= clock) | (row["due_at"] < clock)
    should, told = due & counted, row["channel"].isin(FOUND + TOLD)
    outcome = row["resolution"].isin(["resolved", "explained"])
    weight = row["satisfaction"].map(WEIGHTS).astype(float).fillna(0)
    table = {
        "reported": (reported & real, None, "reported"),
        "closed": (closed & real, None, "closed"),
        "closed_in_time": (closed & counted & in_time, None, "closed"),
        "open_now": (open_then, None, "reported"),
        "overdue_now": (open_then & counted & (row["due_at"] < moment), None, "reported"),
        "due_today": (open_then & counted & (days_left == 0) & ~(row["due_at"] < moment), None, "reported"),
        "due_soon": (open_then & counted & days_left.isin([1, 2]), None, "reported"),
        "filing_rate": (filed_at <= clock, reported & counted, "reported"),
        "handling_rate": (handled_at <= clock, should, "due"),
        "on_time_handling_rate": (handled_at <= row["due_at"], should, "due"),
        "handled_late": (should & ~(handled_at <= row["due_at"]), None, "due"),
        "overdue_unhandled_rate": (~(handled_at <= clock), should, "due"),
        "extension_rate": (row["extensions"] > 0, should, "due"),
        "closing_rate": (row["closed_at"] <= clock, should, "due"),
        "on_time_closing_rate": (in_time, should, "due"),
        "rework_rate": (row["reworks"] > 0, should, "due"),
        "on_time_closed_rate": (in_time, closed & counted & ~free, "closed"),
        "hours_to_contact": (hours_to("first_contact_at"), reported & counted & contact, "reported"),
        "hours_to_close": (hours_to("closed_at"), closed & counted, "closed"),
        "first_contact_rate": (contacted, reported & counted & known, "reported"),
        "resolution_rate": (row["resolution"] == "resolved", closed & counted & outcome, "closed"),
        "satisfaction_rate": (weight, closed & counted & row["satisfaction"].notna(), "closed"),
        "proactive_rate": (row["channel"].isin(FOUND), reported & counted & told, "reported"),
        "city_on_time_rate": (free | in_time, reported & counted & judged, "reported"),
        "city_late": (reported & counted & judged & late, None, "reported"),
    }
    above, below, stamp = table[key]
    return (above * below if below is not None else above).astype(float), below, row[f"{stamp}_on"]


def labels(by: str, cases: pd.DataFrame, day: pd.Series) -> pd.Series:
    """The group of each case, None for none."""
    stamps = pd.to_datetime(pd.Series(day.values, index=cases.index, dtype=object))
    match by:
        case "day":
            found = stamps
        case "week":
            found = stamps - pd.to_timedelta(stamps.dt.day_of_week.fillna(0), unit="D")
        case "month":
            found = stamps.dt.to_period("M").dt.start_time
        case "hour":
            found = cases["reported_hour"]
        case "weekday":
            found = pd.to_datetime(cases["reported_on"]).dt.day_of_week
        case "category":
            found = cases["kind"] + "/" + cases["category"]
        case "big_category":
            found = cases["kind"] + "/" + cases["category"].map(lambda code: code[:2] if isinstance(code, str) and len(code) == 4 else code)
        case _:
            found = cases[by]
    return found.astype(object).where(found.notna(), None)


def figures(facts: Facts, cases: pd.DataFrame, by: str | None) -> dict[object, tuple[float, float | None]]:
    """Numerator and denominator by group (without grouping under the key "all"); groups with neither are left out."""
    above, below, day = facts
    group = labels(by, cases, day) if by else pd.Series("all", index=cases.index)
    table = pd.DataFrame({"group": group, "above": above, "below": np.nan if below is None else below.astype(float)})
    sums = table.groupby("group", dropna=False)[["above", "below"]].sum(min_count=1)
    found = {None if pd.isna(name) else name: (row["above"], None if below is None else row["below"]) for name, row in sums.iterrows()}
    return {name: pair for name, pair in found.items() if pair[0] or pair[1]}
