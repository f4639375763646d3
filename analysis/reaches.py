"""Who must walk which reach by when? Chiefs, walks and rules put together, in calendar days of the office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, cast

import pandas as pd

from analysis.walks import Due, Lack, Walk, judge, kept_pace, next_walk
from config import WalkRule

CHIEF = "river_chief_"


@dataclass(frozen=True, kw_only=True)
class Chief:
    """Who answers for a reach at a level today."""

    official_id: int
    official: str
    title: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one level of chiefs stands to one reach: who it is today, what is asked, the days that counted, and what is due.

    `rule` and `due` are None for a level of which nothing is asked. `since` is the first day of the first chief of that level.
    """

    feature_id: int
    reach: str
    level: str
    chiefs: tuple[Chief, ...]
    since: date
    walked_on: tuple[date, ...]
    rule: WalkRule | None
    due: Due | None

    @property
    def late_days(self) -> int:
        """Whole days past the due day; 0 where nothing is late."""
        return self.due.late_days if self.due else 0


@dataclass(frozen=True, kw_only=True)
class Rate:
    """巡河率: reaches walked as often as the level demands, of the reaches that have a chief of that level."""

    kept: int
    of: int

    @property
    def share(self) -> float | None:
        """None where there is nothing to divide by."""
        return self.kept / self.of if self.of else None


def lengths_of(ids: Iterable[int], props: Iterable[Mapping[str, Any] | None]) -> dict[int, float]:
    """Metres of each reach by its id, where the layer knows them."""
    found = {int(number): (one or {}).get("length_m") for number, one in zip(ids, props, strict=True)}
    return {number: float(length) for number, length in found.items() if length}


def judge_walks(
    walks: pd.DataFrame, chiefs: pd.DataFrame, lengths: Mapping[int, float], rules: Mapping[str, WalkRule], now: datetime
) -> pd.DataFrame:
    """The walks, one row for each level that the walker held at that reach on that day (empty when none), with on, level, minutes, lacks.

    `walks` and `chiefs` are frames of the tables; `now` is the office's clock in its zone. A walk that began today and has not ended is
    left out: it is still going on. `lengths` are metres by feature.
    """
    zone = now.tzinfo
    made = walks.assign(
        on=pd.Series([_day(moment, zone) for moment in walks["started_at"]], index=walks.index, dtype=object),
        minutes=(walks["ended_at"] - walks["started_at"]).dt.total_seconds() / 60,
    )
    made = made[made["ended_at"].notna() | (made["on"] != now.date())]
    held = chiefs[["feature_id", "official_id", "role", "since", "until"]]
    paired = made.merge(held, on=["feature_id", "official_id"], how="left")
    day = pd.to_datetime(paired["on"]).astype("datetime64[s]")
    serving = (day >= paired["since"]) & (paired["until"].isna() | (day <= paired["until"]))
    paired["level"] = paired["role"].where(serving).str.removeprefix(CHIEF).fillna("")
    paired = paired.drop(columns=["role", "since", "until"]).sort_values(["id", "level"], ascending=[True, False])
    # a walk of a former chief has a row for each of his terms: those in which he served, else one without a level
    paired = paired.drop_duplicates(["id", "level"])
    paired = paired[(paired["level"] != "") | ~paired["id"].duplicated()].sort_values(["started_at", "id", "level"], ignore_index=True)
    return paired.assign(lacks=_lacks(paired, lengths, rules))


def _day(moment: pd.Timestamp, zone: tzinfo | None) -> date:
    return moment.tz_convert(zone).date()


def _lacks(walks: pd.DataFrame, lengths: Mapping[int, float], rules: Mapping[str, WalkRule]) -> pd.Series[Any]:
    """What each walk lacks by the rule of its level; nothing where no rule is known."""
    found: dict[Any, tuple[Lack, ...]] = {}
    for key, rows in walks.groupby(["feature_id", "level"]):
        feature, level = cast("tuple[int, str]", key)
        if rule := rules.get(level):
            verdicts = judge([_walk(row) for row in rows.to_dict("records")], rule, lengths.get(feature))
            found |= dict(zip(rows.index, verdicts, strict=True))
    return pd.Series([found.get(place, ()) for place in walks.index], index=walks.index, dtype=object)


def _walk(row: Mapping[Any, Any]) -> Walk:
    minutes, metres = (None if pd.isna(row[name]) else float(row[name]) for name in ("minutes", "walked_m"))
    return Walk(started_at=row["started_at"].to_pydatetime(), minutes=minutes, metres=metres)


def stand(chiefs: pd.DataFrame, walks: pd.DataFrame, rules: Mapping[str, WalkRule], today: date) -> list[Standing]:
    """Every reach and level that has a chief today, by reach; `walks` come from `judge_walks`."""
    counted = walks[walks["lacks"].map(len).eq(0).astype(bool)]
    days = {key: sorted({day for day in rows["on"] if day <= today}) for key, rows in counted.groupby(["feature_id", "level"])}
    found = []
    for key, rows in chiefs.groupby(["feature_id", "role"], sort=False):
        feature, role = cast("tuple[int, str]", key)
        level = role.removeprefix(CHIEF)
        if (one := _stand(rows, level, days.get((feature, level), []), rules.get(level), today)).chiefs:
            found.append(one)
    return sorted(found, key=lambda one: (one.reach, list(rules).index(one.level) if one.level in rules else -1))


def _stand(terms: pd.DataFrame, level: str, walked_on: Sequence[date], rule: WalkRule | None, today: date) -> Standing:
    """The standing of one level at one reach, from all terms of its chiefs; without a chief today nobody stands there."""
    day, since = pd.Timestamp(today), terms["since"].min().date()
    serving = terms[(terms["since"] <= day) & ~(terms["until"] < day)]
    return Standing(
        feature_id=int(terms["feature_id"].iloc[0]),
        reach=str(terms["reach"].iloc[0]),
        level=level,
        chiefs=tuple(_chief(row) for row in serving.to_dict("records")),
        since=since,
        walked_on=tuple(walked_on),
        rule=rule,
        due=next_walk(walked_on[-1] if walked_on else None, since, rule, today) if rule else None,
    )


def _chief(row: Mapping[Any, Any]) -> Chief:
    title, phone = ("" if pd.isna(row[name]) else str(row[name]) for name in ("title", "phone"))
    return Chief(official_id=int(row["official_id"]), official=str(row["official"]), title=title, phone=phone)


def rate_of(standings: Sequence[Standing], level: str, first: date, last: date) -> Rate:
    """巡河率 of a level: the reaches that were at no time late from the first day to the last, of those with a chief of that level."""
    verdicts = [kept_pace(one.walked_on, one.since, one.rule, first, last) for one in standings if one.level == level and one.rule]
    return Rate(kept=sum(verdict is True for verdict in verdicts), of=sum(verdict is not None for verdict in verdicts))


def latest_first(standings: Sequence[Standing]) -> list[Standing]:
    """Those that are late, the one that is late by most days first."""
    return sorted((one for one in standings if one.late_days), key=lambda one: (-one.late_days, one.reach))
