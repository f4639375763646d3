"""Cases by the million: the demo's year repeated over subdistricts side by side and over years, the same for every seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import Engine, select

from geo.crs import project, project_shapes, unproject
from ingest.demo.ground import METRIC_CRS
from ingest.demo.planted import AS_OF
from model.cases import CaseLink, CaseRow
from model.kinds import STAGE_STAMPS, Stage
from model.places import Feature
from queries.run import TEXT, frame_of

Numbers = NDArray[np.int64]
Rng = np.random.Generator
CHUNK = 50_000
YEARS = 5
# subdistricts lie so far apart, in whole 100 m cells; a row of them has so many
STEP_CELLS, IN_A_ROW = 60, 8
CELL_METRES, EAST_CELL = 100, 1_000_000
WEEK = 7 * 86_400
OFFICE_SHIFT = 8 * 3_600
# of earlier years' cases that the demo leaves open, so many were closed since, so many seconds after their deadline
CLOSED_SINCE, AFTER_DEADLINE = 0.95, 3 * 86_400
# the demo ends in October; of the September and October of earlier years so many fall into November and December
INTO_WINTER, WINTER_WEEKS, AUTUMN = 0.5, 9, "2017-09-01"
# lines of life are written of open cases, and of those of so many last days: no question looks at the others' but by case
LIFE_DAYS = 60
STAMPS = tuple(column.name for column in CaseRow.__table__.columns if column.name.endswith("_at"))
DAYS = ("reported", "due", "closed")
NOTHING = np.iinfo(np.int64).min
EDGE = int(AS_OF.timestamp())


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many cases, and over how many subdistricts and years they spread: each brings 41,282 a year, as the demo does."""

    cases: int
    subdistricts: int
    years: int

    @classmethod
    def of(cls, cases: int, a_year: int) -> Size:
        """The spread of so many cases."""
        years = YEARS if cases > 2 * a_year else 1
        return cls(cases=cases, subdistricts=max(1, round(cases / (a_year * years))), years=years)


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Some cases with their links and lines of life, columns as in the tables."""

    cases: pd.DataFrame
    links: pd.DataFrame
    events: pd.DataFrame


class City:
    """The demo's cases (`template`: a database that holds it) and where each subdistrict lies; chunks of cases are drawn from it."""

    def __init__(self, template: Engine, size: Size | int, *, seed: int = 2017) -> None:
        self.template = template
        self.seed = seed
        self._plain = frame_of(template, select(CaseRow).order_by(CaseRow.reported_at, CaseRow.id))
        self.size = Size.of(size, len(self._plain)) if isinstance(size, int) else size
        self._seconds = {name: _seconds(self._plain[name]) for name in STAMPS}
        self._links = _Links(frame_of(template, select(CaseLink)), self._plain["id"])
        east, north = project(self._plain["lon"], self._plain["lat"], METRIC_CRS)
        places = [unproject(east + dx, north + dy, METRIC_CRS) for dx, dy in self._offsets()]
        self._lon, self._lat = (np.array([place[i] for place in places]).round(6) for i in (0, 1))
        self._cells = np.array(
            [self._plain["cell"].to_numpy("int64") + dx // CELL_METRES * EAST_CELL + dy // CELL_METRES for dx, dy in self._offsets()]
        )

    @property
    def columns(self) -> frozenset[str]:
        """The columns of its cases."""
        return frozenset(self._plain.columns)

    def _offsets(self) -> list[tuple[int, int]]:
        """Metres east and north of the demo's place, of each subdistrict; the first is the demo itself."""
        step = STEP_CELLS * CELL_METRES
        return [(number % IN_A_ROW * step, number // IN_A_ROW * step) for number in range(self.size.subdistricts)]

    def zones(self) -> list[dict[str, Any]]:
        """The zones of every subdistrict but the first, as rows of `features`: the demo's, moved."""
        with self.template.connect() as connection:
            rows = connection.execute(select(Feature.__table__).where(Feature.layer == "zones").order_by(Feature.id)).mappings().all()
        metres = project_shapes([row["geometry"] for row in rows], METRIC_CRS)
        found = []
        for number, offset in list(enumerate(self._offsets()))[1:]:
            moved = _move(metres, offset)
            found += [
                dict(row)
                | {
                    "id": zone_id(number, row["id"]),
                    "code": f"S{number:02d}{row['code']}",
                    "name": f"{row['name']}·{number}",
                    "geometry": shape,
                }
                for row, shape in zip(rows, moved, strict=True)
            ]
        return found

    def boundary(self, of_demo: shapely.Geometry) -> shapely.Geometry:
        """The boundary of the city: the demo's, and the same around every other subdistrict."""
        metres = project_shapes([of_demo], METRIC_CRS)
        return shapely.union_all(np.concatenate([_move(metres, offset) for offset in self._offsets()]))

    def chunks(self) -> Iterator[Chunk]:
        """All cases, so many at a time; memory does not grow with their number."""
        for first in range(0, self.size.cases, CHUNK):
            yield self._chunk(first, min(CHUNK, self.size.cases - first))

    def _chunk(self, first: int, count: int) -> Chunk:
        rng = np.random.Generator(np.random.PCG64([self.seed, first]))
        numbers = np.arange(first, first + count)
        # year after year, and within a year in order of time, as cases come in
        a_year = -(-self.size.cases // self.size.years)
        year, place = self.size.years - 1 - numbers // a_year, numbers % a_year
        drawn = place * len(self._plain) // a_year
        where = place % self.size.subdistricts
        times = self._times(drawn, year, rng)
        cases = self._plain.iloc[drawn].reset_index(drop=True)
        cases = cases.assign(
            id=_ids(numbers),
            external_id=pd.Series(cases["external_id"] + "-" + pd.Series(numbers.astype(str), dtype=TEXT), dtype=TEXT),
            community=cases["community"].where(where == 0, pd.Series(where.astype(str), dtype=TEXT) + "·" + cases["community"]),
            lon=self._lon[where, drawn],
            lat=self._lat[where, drawn],
            cell=self._cells[where, drawn],
            **{name: _moments(seconds) for name, seconds in times.items()},
            **{f"{name}_on": _days(times[f"{name}_at"]) for name in DAYS},
            reported_hour=(times["reported_at"] + OFFICE_SHIFT) // 3_600 % 24,
            zone_id=zone_id(pd.Series(where), cases["zone_id"]),
        )
        return Chunk(cases=cases, links=self._links.of(drawn, where, cases["id"].to_numpy("int64")), events=_life(cases["id"], times))

    def _times(self, drawn: Numbers, year: Numbers, rng: Rng) -> dict[str, Numbers]:
        """Every stamp as seconds since 1970 in UTC: other seconds of the same hour of the same weekday, years before."""
        plain = {name: seconds[drawn] for name, seconds in self._seconds.items()}
        reported = plain["reported_at"]
        autumn = reported >= int(datetime.fromisoformat(f"{AUTUMN}T00:00:00+08:00").timestamp())
        winter = (year > 0) & autumn & (rng.random(len(drawn)) < INTO_WINTER)
        within = rng.integers(0, 3_600, len(drawn))
        # nothing moves beyond the demo's clock
        within = np.where(year == 0, within % (reported % 3_600 + 1), within)
        shift = within - reported % 3_600 - (52 * year - WINTER_WEEKS * winter) * WEEK
        times = {name: np.where(seconds == NOTHING, NOTHING, seconds + shift) for name, seconds in plain.items()}
        ended = (year > 0) & (times["closed_at"] == NOTHING) & (rng.random(len(drawn)) < CLOSED_SINCE)
        end = np.maximum(times["due_at"], times["reported_at"]) + AFTER_DEADLINE
        for name in ("handled_at", "verified_at", "closed_at"):
            times[name] = np.where(ended & (end < EDGE), end, times[name])
        return times


class _Links:
    """The links of the demo's cases, to be looked up by the case's place in it."""

    def __init__(self, links: pd.DataFrame, ids: pd.Series[Any]) -> None:
        place = pd.Series(np.arange(len(ids)), index=ids.astype("int64"))
        self.links = links.assign(place=place.loc[links["case_id"].astype("int64")].to_numpy()).sort_values(
            "place", kind="stable", ignore_index=True
        )
        self.starts = np.searchsorted(self.links["place"].to_numpy(), np.arange(len(ids) + 1))
        self.zone = (self.links["layer"] == "zones").to_numpy(bool)

    def of(self, drawn: Numbers, where: Numbers, ids: Numbers) -> pd.DataFrame:
        """The links of drawn cases; beyond the first subdistrict there are zones only."""
        sizes = self.starts[drawn + 1] - self.starts[drawn]
        case = np.repeat(np.arange(len(drawn)), sizes)
        line = np.arange(len(case)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(self.starts[drawn], sizes)
        kept = (where[case] == 0) | self.zone[line]
        case, line = case[kept], line[kept]
        found: pd.DataFrame = self.links.iloc[line].drop(columns="place").reset_index(drop=True)
        return found.assign(case_id=ids[case], feature_id=zone_id(where[case], found["feature_id"].to_numpy("int64")))


def _move(metres: Any, offset: tuple[int, int]) -> Any:
    """Shapes in metres, so many metres east and north, in degrees."""
    east, north = offset
    return shapely.transform(metres, lambda xy: np.column_stack(unproject(xy[:, 0] + east, xy[:, 1] + north, METRIC_CRS)))


def zone_id(subdistrict: Any, feature: Any) -> Any:
    """The id of a zone's copy in a subdistrict."""
    return feature + subdistrict * 100_000


def _seconds(times: pd.Series[Any]) -> Numbers:
    found = times.to_numpy("datetime64[s]").astype("int64")
    return np.where(times.isna(), NOTHING, found)


def _moments(seconds: Numbers) -> pd.Series[Any]:
    return pd.Series(seconds.view("datetime64[s]")).dt.tz_localize(UTC)


def _days(seconds: Numbers) -> pd.Series[Any]:
    """The office's day of a moment; Shanghai has kept UTC+8 since 1991."""
    days = np.where(seconds == NOTHING, NOTHING, (seconds + OFFICE_SHIFT) // 86_400 * 86_400)
    return pd.Series(days.view("datetime64[s]"))


def _ids(numbers: Numbers) -> Numbers:
    """Positive 63-bit ids, spread like hashes, one for each number (splitmix64)."""
    mixed = (numbers.astype("uint64") + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(1)).astype("int64"))


def _life(ids: pd.Series[Any], times: dict[str, Numbers]) -> pd.DataFrame:
    """The lines of life of cases that are open or new."""
    told = (times["closed_at"] == NOTHING) | (times["reported_at"] > EDGE - LIFE_DAYS * 86_400)
    steps = {"reported_at": Stage.REPORTED} | {stamp: stage for stage, stamp in STAGE_STAMPS.items()}
    lines = []
    for number, (stamp, stage) in enumerate(steps.items()):
        mine = told & (times[stamp] != NOTHING)
        lines.append(
            pd.DataFrame({"case_id": ids[mine].to_numpy("int64"), "id": number, "at": _moments(times[stamp][mine]), "stage": stage.value})
        )
    return pd.concat(lines, ignore_index=True)
