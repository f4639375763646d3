"""The campaign ledgers as pages need them: what counts, what is done day by day, the pace; and the words for all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from analysis.pace import Pace, find_pace
from i18n import NOTHING, Text, show_number
from model.ledger_units import UNITS
from queries.ledgers import counted_measures, ledger_days, ledger_places, ledgers
from ui import ask
from ui.viewer import Viewer
from ui.words import plain

# what an entry counts, where a ledger counts several things; any other measure is shown by its own name
MEASURES: dict[str, Text] = {
    "": Text(zh="完成", en="Done"),
    "filed": Text(zh="备案", en="Filed"),
    "closed": Text(zh="关停", en="Closed"),
    "licensed": Text(zh="办证", en="Licensed"),
    "open": Text(zh="未办结", en="Still open"),
    "buildings": Text(zh="楼栋", en="Buildings"),
    "inspections": Text(zh="检查次数", en="Inspections"),
    "inspectors": Text(zh="检查人次", en="Inspector turns"),
    "hazards": Text(zh="隐患", en="Hazards"),
    "notices": Text(zh="整改通知", en="Notices"),
    "reports": Text(zh="上报区", en="Reports to the district"),
    "found": Text(zh="发现", en="Found"),
    "consultations": Text(zh="居民意见征询", en="Consultations"),
    "started": Text(zh="启动", en="Started"),
    "fitness_points": Text(zh="健身苑点", en="Fitness points"),
    "gyms": Text(zh="健身房", en="Gyms"),
    "sports_grounds": Text(zh="运动场", en="Sports grounds"),
}
# signs that would be read as formatting
SIGNS = re.compile(r"[\\`*_\[\]<>$~#|:&]")


@dataclass(frozen=True, kw_only=True)
class Book:
    """One ledger as the page needs it: `rows` by measure as `queries.ledgers.ledgers` gives them, and its pace."""

    key: str
    label: Text
    unit: Text
    year: int
    rows: pd.DataFrame
    # how many different places its entries name
    places: int
    # the measures that count towards the target
    counted: tuple[str, ...]
    # day → amount of these measures
    days: tuple[tuple[date, float], ...]
    pace: Pace

    @property
    def order(self) -> tuple[bool, bool]:
        """What is not met comes first, what has no target last."""
        return self.pace.target is None, self.pace.met_on is not None


def ask_books(seen: Viewer) -> list[Book]:
    """Every ledger, those behind their target first; three questions."""
    today = seen.office.today()
    found, days = ask.ask(ledgers, today), ask.ask(ledger_days, today)
    places = ask.ask(ledger_places, today).set_index("ledger_key")["places"].to_dict()
    books = [
        _book(str(key), rows, days[days["ledger_key"] == key], int(places.get(key, 0)), today)
        for key, rows in found.groupby("key", sort=False)
    ]
    return sorted(books, key=lambda book: book.order)


def _book(key: str, rows: pd.DataFrame, days: pd.DataFrame, places: int, today: date) -> Book:
    first = rows.iloc[0]
    counted = counted_measures(days["measure"])
    chosen = days[days["measure"].isin(counted)]
    entries = tuple((day.date(), float(amount)) for day, amount in zip(chosen["on_date"], chosen["amount"], strict=True))
    target = None if pd.isna(first["target"]) else float(first["target"])
    return Book(
        key=key,
        label=label_of(first["label"], key),
        unit=UNITS.get(str(first["unit"])) or _same(str(first["unit"])),
        year=int(first["year"]),
        rows=rows[rows["entries"] > 0],
        places=places,
        counted=counted,
        days=entries,
        pace=find_pace(entries, target, int(first["year"]), today),
    )


def label_of(label: Mapping[str, Any] | None, key: str) -> Text:
    """A ledger's name in both languages; where one is missing the other stands for it."""
    known = {language: str(name) for language, name in (label or {}).items() if name}
    some = next(iter(known.values()), key)
    return Text(zh=known.get("zh", some), en=known.get("en", some))


def _same(text: str) -> Text:
    cleaned = SIGNS.sub("", text).strip() or NOTHING
    return Text(zh=cleaned, en=cleaned)


def measure_label(name: str) -> Text:
    """What an entry counts, in words; a name that nobody knows is shown as it is."""
    return MEASURES.get(name) or Text(zh=name, en=name)


def safe(text: Text) -> Text:
    """A text that came from data, made harmless for Markdown."""
    return Text(zh=plain(text.zh), en=plain(text.en))


def with_unit(value: float, book: Book, seen: Viewer) -> str:
    """`63,012.91 ㎡`."""
    return f"{show_amount(value, seen)} {seen.say(book.unit)}"


def show_amount(value: float, seen: Viewer) -> str:
    """A number, with cents where it has some."""
    rounded = round(float(value), 2)
    return show_number(rounded, seen.language, digits=0 if rounded.is_integer() else 2)


def show_pace(value: float | None, seen: Viewer) -> str:
    """An amount a week: two digits below ten, none from a hundred on."""
    return NOTHING if value is None else show_number(value, seen.language, digits=2 if value < 10 else 1 if value < 100 else 0)
