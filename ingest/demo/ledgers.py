"""The campaign ledgers of the report: its targets and totals exactly, spread over made-up days and places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from shapely import LineString

from geo.crs import Floats
from ingest.demo.ground import degrees, streets
from ingest.demo.planted import AS_OF

Row = dict[str, Any]
Rng = np.random.Generator
MAIN = ""


@dataclass(frozen=True, kw_only=True)
class Book:
    """A ledger: its target, and for each thing it counts (`MAIN` is its own unit) the total and over how many entries it is spread."""

    key: str
    zh: str
    en: str
    unit: str
    target: float | None
    totals: dict[str, tuple[float, int]]
    first: date = date(2017, 1, 3)
    last: date = date(2017, 10, 30)
    places: tuple[str, ...] = ()
    # at places along streets; else, without `places`, at none
    outdoors: bool = False
    # entries of one measure differ in size
    uneven: bool = False


BOOKS = (
    Book(
        key="demolition",
        zh="违法建筑拆除",
        en="Illegal building demolished",
        unit="m²",
        target=62_000,
        totals={MAIN: (63_012.91, 107)},
        last=date(2017, 9, 29),
        outdoors=True,
        uneven=True,
    ),
    # the four outcomes together are the target
    Book(
        key="small_restaurants",
        zh="无证小餐饮整治",
        en="Small restaurants without a licence",
        unit="家",
        target=59,
        totals={"filed": (35, 35), "closed": (5, 5), "licensed": (18, 18), "open": (1, 1)},
        outdoors=True,
    ),
    Book(
        key="highrise_fire",
        zh="高层建筑消防检查",
        en="High-rise fire check",
        unit="个小区",
        target=16,
        totals={MAIN: (16, 16), "buildings": (203, 16)},
        first=date(2017, 6, 19),
        last=date(2017, 8, 31),
        places=tuple(f"高层小区{number:02d}" for number in range(1, 17)),
        uneven=True,
    ),
    Book(
        key="work_safety",
        zh="安全生产检查",
        en="Work-safety inspection",
        unit="家",
        target=672,
        totals={
            **{MAIN: (672, 43), "inspections": (2_057, 43), "inspectors": (5_762, 43)},
            **{"hazards": (828, 43), "notices": (978, 43), "reports": (2, 2)},
        },
        uneven=True,
    ),
    Book(
        key="estate_renewal",
        zh="小区“里子工程”",
        en="Estate renewal",
        unit="个小区",
        target=2,
        totals={MAIN: (2, 2), "consultations": (3, 3)},
        places=("时代花园", "政立路505弄"),
    ),
    Book(
        key="sorting_pilots",
        zh="生活垃圾分类试点",
        en="Household-waste sorting pilots",
        unit="个小区",
        target=2,
        totals={MAIN: (2, 2)},
        places=("尚浦名邸", "政立路711弄"),
    ),
    # a plan of three years that has begun: nothing is done yet
    Book(
        key="low_carbon",
        zh="低碳社区三年计划",
        en="Low-carbon community, three-year plan",
        unit="个小区",
        target=4,
        totals={"started": (4, 4)},
        places=("东森", "涵碧景苑", "尚浦名邸", "仁恒怡庭"),
    ),
    Book(
        key="bus_lines",
        zh="定制公交线路",
        en="On-demand bus lines",
        unit="条",
        target=2,
        totals={MAIN: (2, 2)},
        places=("1255路", "1256路"),
    ),
    Book(
        key="machines",
        zh="智能便民设备",
        en="Smart convenience machines",
        unit="个小区",
        target=9,
        totals={MAIN: (9, 9)},
        places=tuple(f"便民设备小区{number:02d}" for number in range(1, 10)),
    ),
    # the three kinds together are the target
    Book(
        key="sports_safety",
        zh="体育设施安全检查",
        en="Sports facilities, safety check",
        unit="处",
        target=27,
        totals={"fitness_points": (15, 15), "gyms": (9, 9), "sports_grounds": (3, 3)},
        places=(
            *(f"健身苑点{number:02d}" for number in range(1, 16)),
            *(f"健身房{number:02d}" for number in range(1, 10)),
            *(f"运动场{number:02d}" for number in range(1, 4)),
        ),
    ),
    Book(
        key="river_encroachment",
        zh="涉河违建拆除",
        en="Encroachments on rivers removed",
        unit="m²",
        target=None,
        # 发现一起、拆除一起: what was found is what was removed
        totals={MAIN: (2_540, 2), "found": (2_540, 2)},
        last=date(2017, 9, 29),
        places=("小吉浦东岸", "钱家浜沿岸"),
    ),
)
# what the report gives place by place
KNOWN_AMOUNTS = {"小吉浦东岸": 2_300.0, "钱家浜沿岸": 240.0}
MADE_UP = "日期和分布为演示数据"


def ledgers() -> list[Row]:
    """The ledgers as rows."""
    return [
        {"key": book.key, "label": {"zh": book.zh, "en": book.en}, "year": 2017, "target": book.target, "unit": book.unit} for book in BOOKS
    ]


def ledger_entries(rng: Rng) -> list[Row]:
    """Every entry of every ledger, in order of day within each."""
    return [row for book in BOOKS for row in sorted(_entries(book, rng), key=lambda row: (row["on_date"], row["measure"]))]


def _entries(book: Book, rng: Rng) -> list[Row]:
    rows: list[Row] = []
    names = _names(book, rng)
    # what is counted at one visit has one day
    days = {count: _days(book, count, rng) for count in dict.fromkeys(count for _, count in book.totals.values())}
    for measure, (total, count) in book.totals.items():
        # the sports ledger goes through its places; the others count several things at the same ones
        start = len(rows) if book.key in {"sports_safety", "small_restaurants"} else 0
        for number, (day, part) in enumerate(zip(days[count], _amounts(book, total, count, rng), strict=True)):
            name, lon, lat = names[(start + number) % len(names)]
            amount = KNOWN_AMOUNTS.get(name or "", part)
            note = "承租人无法联系" if measure == "open" else MADE_UP
            rows.append(
                {
                    "ledger_key": book.key,
                    "on_date": day,
                    "measure": measure,
                    "amount": amount,
                    "place": name,
                    "lon": lon,
                    "lat": lat,
                    "note": note,
                }
            )
    return rows


def _names(book: Book, rng: Rng) -> list[tuple[str | None, float | None, float | None]]:
    """The places of a ledger; along streets with their position."""
    if not book.outdoors:
        return [(name, None, None) for name in book.places] or [(None, None, None)]
    count, lines = sum(entries for _, entries in book.totals.values()), streets()
    found: dict[str, tuple[float, float]] = {}
    while len(found) < count:
        street, house = str(rng.choice(list(lines))), int(rng.integers(10, 1_800))
        lon, lat = degrees(_beside(lines[street], rng))[0].round(6)
        found[f"{street}{house}号"] = (float(lon), float(lat))
    return [(name, *place) for name, place in found.items()]


def _beside(line: LineString, rng: Rng) -> Floats:
    """A place on a street, well inside its ends."""
    at = line.interpolate(rng.uniform(0.05, 0.95), normalized=True)
    return np.array([[at.x, at.y]])


def _days(book: Book, count: int, rng: Rng) -> list[date]:
    """Working days in order; where a ledger is kept by the week, one in each."""
    last = min(book.last, AS_OF.date())
    span = [book.first + timedelta(days=n) for n in range((last - book.first).days + 1)]
    working = [day for day in span if day.weekday() < 5]
    if count == 43:
        return [working[round(step)] for step in np.linspace(0, len(working) - 1, count)]
    return [working[index] for index in sorted(rng.integers(0, len(working), count))]


def _amounts(book: Book, total: float, count: int, rng: Rng) -> list[float]:
    """Parts that sum to the total, to the cent where it has cents."""
    if not book.uneven:
        whole, rest = divmod(int(total), count)
        return [float(whole + (1 if number < rest else 0)) for number in range(count)]
    cents = 100 if total != int(total) else 1
    weights = rng.lognormal(0, 0.9 if cents > 1 else 0.25, count)
    parts = np.maximum(np.floor(weights / weights.sum() * (round(total * cents) - count)).astype(int), 0) + 1
    parts[: round(total * cents) - parts.sum()] += 1
    return [round(float(part) / cents, 2) for part in parts]
