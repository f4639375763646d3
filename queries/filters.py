"""Which cases does the viewer want? One hashable value that lives in the URL and narrows a Select."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from model.hours import CONTACT, EDGES, END
from model.kinds import Channel, Kind, Stage
from queries.lists import keep_list, recall_list

# the value that stands for "none": cases in no zone, without a department …
UNASSIGNED = "-"
# the value of `places`: cases of which it is known where they are
KNOWN = "known"
# states that hang on the clock; the stages of model.kinds are states as well
STATES = (
    "open",
    "overdue",
    "due_today",
    "due_soon",
    "due_24h",
    "due_48h",
    "to_claim",
    "unclaimed",
    "returned",
    "running",
    "suspended",
    "void",
    *(stage.value for stage in Stage),
)
# the parameter in the URL (and the widget key) of each field that holds several values
PARAMS = {
    "zones": "zone",
    "channels": "channel",
    "categories": "category",
    "departments": "department",
    "communities": "community",
    "kinds": "kind",
    "states": "state",
    "sources": "source",
    "cells": "cell",
    "hours": "hour",
    "weekdays": "weekday",
    "features": "feature",
    "within": "within",
    "places": "place",
    "ids": "ids",
}
CLOSED_LISTS: dict[str, tuple[str, ...]] = {
    "channels": tuple(Channel),
    "kinds": tuple(Kind),
    "states": STATES,
    "within": tuple(f"{step}/{edge}" for step in (CONTACT, END) for edge in EDGES),
    "places": (KNOWN,),
}
# a longer search is a slip of the clipboard
MAX_TEXT = 200
# a day outside of these is a slip of the keyboard
YEARS = range(1900, 2200)
NUMBERS: dict[str, range] = {"cells": range(1 << 62), "hours": range(24), "weekdays": range(7), "ids": range(1 << 63)}
# an address with more numbers of cases than these is cut short on its way: it names a list of the process (queries.lists)
MOST_IDS = 300
LIST = "list"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """A choice of cases: days inclusive, several values of one field mean "any of them", empty means all.

    Categories are codes (`0102`), 大类 (`01`), or either with its kind (`event/0102`); weekdays count from Monday 0.
    Features are those a case belongs to: `weak_areas/W1`, or any of a layer (`weak_areas`). Within says how
    soon: `end/24` was closed in less than 24 hours, `contact/2` first contacted in less than 2. Places
    leaves cases with a known one. Cells are cells or squares (model.units). Ids name single cases.
    """

    since: date | None = None
    until: date | None = None
    zones: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    cells: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    features: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    ids: tuple[int, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            if (day := getattr(self, name)) and day.year not in YEARS:
                object.__setattr__(self, name, None)
        if self.since and self.until and self.since > self.until:
            since, until = self.until, self.since
            object.__setattr__(self, "since", since)
            object.__setattr__(self, "until", until)
        for name in PARAMS:
            object.__setattr__(self, name, _allowed(name, getattr(self, name)))
        object.__setattr__(self, "text", " ".join(self.text.replace("\0", " ").split())[:MAX_TEXT].rstrip())

    def with_(self, **changes: Any) -> Filters:
        """The same filters with some fields changed."""
        return replace(self, **changes)

    def to_params(self) -> dict[str, str]:
        """The URL's parameters; only what is set. Commas inside values are escaped by a backslash."""
        params = {name: day.isoformat() for name in ("since", "until") if (day := getattr(self, name))}
        if len(self.ids) > MOST_IDS:
            return {**replace(self, ids=()).to_params(), LIST: keep_list(self.ids)}
        params |= {key: ",".join(_escape(str(one)) for one in chosen) for name, key in PARAMS.items() if (chosen := getattr(self, name))}
        return params | ({"q": self.text} if self.text else {})

    @classmethod
    def from_params(cls, params: Mapping[str, str | Sequence[str]]) -> Filters:
        """The filters of a URL; what it does not know or cannot read it leaves out."""
        chosen: dict[str, Any] = {name: _split(params[key]) for name, key in PARAMS.items() if key in params}
        if LIST in params:
            named = params[LIST]
            chosen["ids"] = recall_list(named if isinstance(named, str) else named[-1])
        text = params.get("q", "")
        chosen["text"] = text if isinstance(text, str) else " ".join(text)
        return cls(since=_day(params.get("since", "")), until=_day(params.get("until", "")), **chosen)

    def previous(self) -> Filters | None:
        """The equal period just before: as many whole months, else as many days; None without both ends."""
        if not self.since or not self.until:
            return None
        months = _whole_months(self.since, self.until)
        before = self.since - timedelta(days=1)
        since = _month_start(self.since, -months) if months else self.since - (self.until - self.since) - timedelta(days=1)
        return replace(self, since=since, until=before)

    def last_year(self) -> Filters | None:
        """The same days a year before; None without both ends."""
        if not self.since or not self.until:
            return None
        return replace(self, since=_year_before(self.since), until=_year_before(self.until))


def _allowed(name: str, values: Sequence[Any]) -> tuple[Any, ...]:
    """Values sorted, once each, without empty or impossible ones."""
    if name == "ids" and isinstance(values, tuple) and len(values) > MOST_IDS and all(type(one) is int for one in values):
        return tuple(sorted({one for one in values if one >= 0}))
    if name in NUMBERS:
        numbers = (int(one) for one in values if re.fullmatch(r"[0-9]{1,19}", str(one)))
        return tuple(sorted({one for one in numbers if one in NUMBERS[name]}))
    known = CLOSED_LISTS.get(name)
    texts = {str(one).replace("\0", "").strip() for one in ((values,) if isinstance(values, str) else values)}
    return tuple(sorted(one for one in texts if one and (known is None or one in known)))


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace(",", "\\,")


def _split(value: str | Sequence[str]) -> tuple[str, ...]:
    """The values of one parameter, given once with commas or several times."""
    given = [value] if isinstance(value, str) else value
    parts = (part for one in given for part in re.findall(r"(?:\\.|[^\\,])+", one, re.DOTALL))
    return tuple(re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in parts)


def _day(text: str | Sequence[str]) -> date | None:
    try:
        return date.fromisoformat(text if isinstance(text, str) else text[-1])
    except (ValueError, IndexError):
        return None


def _whole_months(since: date, until: date) -> int:
    """How many calendar months the days fill exactly; 0 when they do not."""
    if since.day != 1 or until.day != monthrange(until.year, until.month)[1]:
        return 0
    return (until.year - since.year) * 12 + until.month - since.month + 1


def _month_start(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _year_before(day: date) -> date:
    year = day.year - 1
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))
