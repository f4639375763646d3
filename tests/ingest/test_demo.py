"""Is the demo what the report says, and does it hold what was planted? The one place where the planted truths are checked."""

from __future__ import annotations

import filecmp
import json
import math
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, func, select, text

from analysis.rotation import KINDS, TOTAL, Leader, fairness
from geo.crs import project, project_shapes
from geo.passes import PASS_METRES
from ingest.demo import build
from ingest.demo.cases import make_cases
from ingest.demo.files import write_files
from ingest.demo.ground import METRIC_CRS, RING
from ingest.demo.planted import (
    AS_OF,
    BIKE_GAP_METRES,
    BIKE_SHORTAGE,
    BLIND_SPOT,
    CELL_METRES,
    CHANNEL_TOTALS,
    HELD,
    HOT_SPOTS,
    HOT_WINDOW_DAYS,
    LATE_DEPARTMENTS,
    LOOKED_BACK_ON,
    ODOROUS_REACH,
    OTHER_CLASS,
    OVERDUE_LAST_WALKS,
    OVERDUE_REACH,
    PEAK_HOURS,
    PUNCTUAL,
    RELAPSE_CLASS,
    RELAPSE_DAYS,
    RELAPSED,
    REPEAT_CLASS,
    REPEAT_DAYS,
    REPEAT_NUMBER,
    REPEAT_POINT,
    REPEAT_STREET,
    WEEKEND_FACTORS,
    ZONE,
    WeakArea,
)
from model.cases import CaseRow
from model.engine import open_engine, write
from model.office import AuditLine, Ledger, LedgerEntry, Reject
from model.people import Duty, Inspection, Official, Patrol, Shift
from model.places import Feature, RectificationStep, WaterSample
from ui.rotation import kind_of

metres = partial(project_shapes, crs=METRIC_CRS)


@pytest.fixture(scope="session")
def demo_cases(demo_engine: Engine) -> pd.DataFrame:
    """Every case as it stands in the database, times in Shanghai, with metres east and north."""
    with demo_engine.connect() as connection:
        rows = connection.execute(select(CaseRow.__table__)).mappings().all()
    cases = pd.DataFrame([dict(row) for row in rows])
    for stamp in [name for name in cases if name.endswith("_at")]:
        cases[stamp] = pd.to_datetime(cases[stamp], utc=True).dt.tz_convert(ZONE)
    cases["east"], cases["north"] = project(cases["lon"], cases["lat"], METRIC_CRS)
    return cases


@pytest.fixture(scope="session")
def demo_shapes(demo_engine: Engine) -> dict[str, dict[str, Any]]:
    """Layer → code → shape in metres."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    with demo_engine.connect() as connection:
        for layer, code, shape in connection.execute(select(Feature.layer, Feature.code, Feature.geometry)):
            found[layer][code] = metres([shape])[0]
    return found


def answer(engine: Engine, statement: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        pytest.param(
            "select channel, count(*) from cases group by channel order by channel",
            [("chengguantong", 26_729), ("hotline", 1_400), ("petition", 45), ("wechat", 13_108)],
            id="cases by channel",
        ),
        pytest.param("select count(*) from cases", [(41_282,)], id="cases"),
        pytest.param("select count(*) from features where layer = 'zones'", [(31,)], id="responsibility zones"),
        pytest.param("select count(*) from features where layer = 'bikes'", [(229,)], id="bike zones"),
        pytest.param("select count(*) from features where layer = 'weak_areas'", [(2,)], id="weak areas"),
        pytest.param("select count(*) from features where layer = 'fitness'", [(15,)], id="fitness points"),
        pytest.param(
            "select sum(json_extract(props, '$.length_m')) from features where layer = 'bikes'", [(10_090,)], id="metres of bike zones"
        ),
        pytest.param(
            "select json_extract(props, '$.status') as s, count(*) from features where layer = 'cameras' group by s order by s",
            [("installed", 40), ("planned", 200)],
            id="cameras",
        ),
        pytest.param(
            "select count(distinct json_extract(props, '$.committee')) from features where layer = 'zones'", [(15,)], id="committees"
        ),
        pytest.param(
            "select count(*) from officials where code like 'L%' union all select count(*) from officials where code like 'G%'",
            [(11,), (62,)],
            id="leaders and cadres",
        ),
        pytest.param(
            "select value from settings where key in ('demo', 'metric_crs') order by key", [("yes",), ("EPSG:4549",)], id="settings"
        ),
        pytest.param(
            "select count(*), count(distinct case_id) from case_links where layer = 'zones'",
            [(41_282, 41_282)],
            id="one zone for every case",
        ),
        pytest.param("select count(*) from rejects", [(0,)], id="nothing rejected"),
        pytest.param("select sum(rows_new) - sum(rows_in) from imports", [(0,)], id="every row is new"),
    ],
)
def test_the_totals_are_the_reports(demo_engine: Engine, statement: str, wanted: list[tuple[Any, ...]]) -> None:
    assert answer(demo_engine, statement) == wanted


LEDGERS = {
    ("demolition", ""): (63_012.91, 107),
    ("small_restaurants", "filed"): (35, 35),
    ("small_restaurants", "closed"): (5, 5),
    ("small_restaurants", "licensed"): (18, 18),
    ("small_restaurants", "open"): (1, 1),
    ("highrise_fire", ""): (16, 16),
    ("highrise_fire", "buildings"): (203, 16),
    ("work_safety", ""): (672, 43),
    ("work_safety", "inspections"): (2_057, 43),
    ("work_safety", "inspectors"): (5_762, 43),
    ("work_safety", "hazards"): (828, 43),
    ("work_safety", "notices"): (978, 43),
    ("work_safety", "reports"): (2, 2),
    ("estate_renewal", ""): (2, 2),
    ("estate_renewal", "consultations"): (3, 3),
    ("sorting_pilots", ""): (2, 2),
    ("low_carbon", "started"): (4, 4),
    ("bus_lines", ""): (2, 2),
    ("machines", ""): (9, 9),
    ("sports_safety", "fitness_points"): (15, 15),
    ("sports_safety", "gyms"): (9, 9),
    ("sports_safety", "sports_grounds"): (3, 3),
    ("river_encroachment", ""): (2_540, 2),
    ("river_encroachment", "found"): (2_540, 2),
}


def test_the_ledgers_are_the_reports(demo_engine: Engine) -> None:
    asked = select(LedgerEntry.ledger_key, LedgerEntry.measure, func.sum(LedgerEntry.amount), func.count()).group_by(
        LedgerEntry.ledger_key, LedgerEntry.measure
    )
    with demo_engine.connect() as connection:
        found = {(key, measure): (round(total, 2), count) for key, measure, total, count in connection.execute(asked)}
        targets = dict(connection.execute(select(Ledger.key, Ledger.target)).all())
        places = dict(
            connection.execute(select(LedgerEntry.place, LedgerEntry.amount).where(LedgerEntry.ledger_key == "river_encroachment")).all()
        )
        last = connection.scalar(select(func.max(LedgerEntry.on_date)).where(LedgerEntry.ledger_key == "demolition"))
    assert found == LEDGERS
    assert targets["demolition"] == 62_000
    assert targets["small_restaurants"] == 35 + 5 + 18 + 1
    assert targets["work_safety"] == 672
    assert targets["sports_safety"] == 15 + 9 + 3
    assert places == {"小吉浦东岸": 2_300, "钱家浜沿岸": 240}
    assert last.month == 9


def test_the_weak_areas_have_their_steps_and_figures(demo_engine: Engine) -> None:
    with demo_engine.connect() as connection:
        steps = connection.execute(select(RectificationStep.step, RectificationStep.figures)).all()
    sums: Counter[str] = Counter()
    for _, figures in steps:
        sums.update(figures)
    assert Counter(step for step, _ in steps) == {"cut_off": 2, "sealed": 2, "rectified": 2}
    assert (sums["businesses"], sums["fire_hazards_removed"]) == (6, 6)
    assert sums["residents"] > 220
    assert sums["rooms_sealed"] > 70
    assert sums["demolished_m2"] > 2_000


def test_leaders_and_cadres_look_after_every_zone(demo_engine: Engine) -> None:
    today = AS_OF.date()
    asked = (
        select(Official.code, Duty.role, Feature.code)
        .join(Duty, Duty.official_id == Official.id)
        .join(Feature, Feature.id == Duty.feature_id)
        .where(Duty.since <= today, (Duty.until.is_(None)) | (Duty.until >= today))
    )
    with demo_engine.connect() as connection:
        held = connection.execute(asked).all()
        days = [row.on_date for row in connection.execute(select(Shift.on_date).order_by(Shift.on_date))]
    led = Counter(code for code, role, _ in held if role == "leader")
    assert len(led) == 11
    assert set(led.values()) == {2, 3, 4}
    assert Counter(zone for _, role, zone in held if role == "leader") == {f"Z{n:02d}": 1 for n in range(1, 32)}
    assert Counter(zone for _, role, zone in held if role == "cadre") == {f"Z{n:02d}": 2 for n in range(1, 32)}
    assert set(Counter(code for code, role, _ in held if role == "cadre").values()) == {1}
    assert {
        role: len({reach for _, one, reach in held if one == role}) for role in ("river_chief_subdistrict", "river_chief_neighbourhood")
    } == {
        "river_chief_subdistrict": 14,
        "river_chief_neighbourhood": 14,
    }
    assert len(days) == len(set(days)) == 365


@pytest.mark.parametrize("kind", [*KINDS, TOTAL])
def test_the_duty_of_2017_is_fair(demo_engine: Engine, kind: str) -> None:
    """Of each kind of day and of all together every leader has the mean or less than a day more or less, as the Rotation page counts it."""
    with demo_engine.connect() as connection:
        on = {row.on_date: row.official_id for row in connection.execute(select(Shift.on_date, Shift.official_id))}
    kinds = {day: kind_of(day) for day in on}
    table = fairness(on, kinds, [Leader(id=one) for one in sorted(set(on.values()))])
    assert len(table) == 11
    assert table[f"off_{kind}"].abs().max() < 1


@pytest.mark.parametrize(
    ("area", "days"),
    [pytest.param(RELAPSED, [LOOKED_BACK_ON], id="relapsed: once"), pytest.param(HELD, [], id="held: never")],
)
def test_patrols_passed_the_weak_areas_on_the_planted_days(demo_engine: Engine, area: WeakArea, days: list[date]) -> None:
    with demo_engine.connect() as connection:
        walks = connection.execute(select(Patrol.started_at, Patrol.track).order_by(Patrol.started_at)).all()
    away = shapely.distance(metres(np.array([track for _, track in walks])), metres(np.array([shapely.Polygon(area.ring)]))[0])
    assert [at.astimezone(ZONE).date() for (at, _), far in zip(walks, away, strict=True) if far <= PASS_METRES] == days


def test_who_was_on_duty_that_day_walked(demo_engine: Engine) -> None:
    with demo_engine.connect() as connection:
        on = {row.on_date: row.official_id for row in connection.execute(select(Shift.on_date, Shift.official_id))}
        walked = [(row.started_at.astimezone(ZONE).date(), row.official_id) for row in connection.execute(select(Patrol))]
        today = connection.scalar(select(Official.name).join(Shift, Shift.official_id == Official.id).where(Shift.on_date == AS_OF.date()))
    assert len(walked) == 61
    assert all(on[day] == official for day, official in walked)
    assert today == "值班领导03"


def test_officials_are_role_codes(demo_engine: Engine) -> None:
    for name, phone in answer(demo_engine, "select name, phone from officials"):
        assert name[-2:].isdigit()
        assert phone.startswith("021-0000-")


def test_zones_tile_the_boundary(demo_shapes: dict[str, dict[str, Any]]) -> None:
    zones, boundary = list(demo_shapes["zones"].values()), demo_shapes["boundary"]["310110020"]
    ring = metres([shapely.Polygon(RING)])[0]
    assert boundary.symmetric_difference(ring).area < 1
    assert round(boundary.area / 1e6, 2) == 8.69
    assert shapely.union_all(zones).symmetric_difference(boundary).area < 0.01
    assert abs(sum(zone.area for zone in zones) - boundary.area) < 0.01
    assert all(100_000 < zone.area < 500_000 for zone in zones)
    assert all(zone.geom_type == "Polygon" and zone.is_valid for zone in zones)


def test_every_case_lies_inside_and_happened_by_the_clock(demo_cases: pd.DataFrame, demo_shapes: dict[str, dict[str, Any]]) -> None:
    boundary = demo_shapes["boundary"]["310110020"]
    assert shapely.contains_xy(boundary, demo_cases["east"], demo_cases["north"]).all()
    assert demo_cases["reported_at"].min() >= datetime(2017, 1, 1, tzinfo=ZONE)
    for stamp in ("reported_at", "accepted_at", "dispatched_at", "handled_at", "verified_at", "closed_at", "first_contact_at"):
        assert demo_cases[stamp].max() <= AS_OF, stamp


def test_a_case_goes_through_its_stages_in_order(demo_cases: pd.DataFrame) -> None:
    stamps = ["reported_at", "accepted_at", "dispatched_at", "handled_at", "verified_at", "closed_at"]
    for earlier, later in pairwise(stamps):
        both = demo_cases[demo_cases[later].notna()]
        assert both[earlier].notna().all(), later
        assert (both[earlier] <= both[later]).all(), later


def test_most_cases_are_closed_and_open_ones_are_mostly_recent(demo_cases: pd.DataFrame) -> None:
    assert 0.96 < demo_cases["closed_at"].notna().mean() < 0.98
    assert not demo_cases["void"].any()
    assert 0.003 < demo_cases["suspended"].mean() < 0.007
    counted = demo_cases[~demo_cases["void"] & ~demo_cases["suspended"]]
    still_open = counted[counted["closed_at"].isna()]
    assert (still_open["reported_at"] > AS_OF - timedelta(days=60)).mean() > 0.5
    assert (still_open["due_at"] < AS_OF).sum() > 100
    assert counted["due_at"].notna().all()
    assert demo_cases["reworks"].gt(0).any()
    assert demo_cases["extensions"].gt(0).any()


def test_the_hotline_notes_contact_and_satisfaction(demo_cases: pd.DataFrame) -> None:
    hotline = demo_cases[demo_cases["channel"] == "hotline"]
    contact = hotline["first_contact"].value_counts(dropna=False, normalize=True)
    assert 0.85 < contact[True] < 0.97
    assert hotline["satisfaction"].nunique() == 4
    assert hotline["resolution"].nunique() == 3
    assert demo_cases.loc[demo_cases["channel"] != "hotline", ["satisfaction", "resolution", "first_contact_at"]].isna().all(axis=None)


# the rhythm


@pytest.mark.parametrize("channel", ["hotline", "wechat", "chengguantong"])
def test_weekends_are_quieter_by_the_planted_factor(demo_cases: pd.DataFrame, channel: str) -> None:
    # outside the holidays, which have a rhythm of their own
    days = demo_cases[(demo_cases["channel"] == channel)].groupby("reported_on").size()
    days.index = pd.to_datetime(days.index)
    plain = days[(days.index.month > 2) & (days.index < "2017-10-01")]
    weekend = plain.index.day_of_week >= 5
    assert plain[weekend].mean() / plain[~weekend].mean() == pytest.approx(WEEKEND_FACTORS[channel], rel=0.12)


@pytest.mark.parametrize("channel", ["hotline", "wechat", "chengguantong"])
def test_the_busiest_hours_are_the_planted_ones(demo_cases: pd.DataFrame, channel: str) -> None:
    hours = demo_cases.loc[demo_cases["channel"] == channel, "reported_hour"].value_counts()
    assert set(hours.index[: len(PEAK_HOURS[channel])]) == set(PEAK_HOURS[channel])


# what is planted


def star(counts: dict[tuple[int, int], int]) -> dict[tuple[int, int], float]:
    """Gi* by its definition (Ord and Getis 1995), each cell with its eight neighbours."""
    values = np.array(list(counts.values()), dtype=float)
    size, mean, spread = len(values), values.mean(), values.std()
    found = {}
    for east, north in counts:
        near = [counts[at] for a in (-1, 0, 1) for b in (-1, 0, 1) if (at := (east + a, north + b)) in counts]
        found[east, north] = (sum(near) - mean * len(near)) / (spread * math.sqrt((size * len(near) - len(near) ** 2) / (size - 1)))
    return found


def hot(scores: dict[tuple[int, int], float], share: float = 0.05) -> set[tuple[int, int]]:
    """Cells below the Benjamini-Hochberg cut-off, one-sided."""
    chances = {cell: 1 - NormalDist().cdf(score) for cell, score in scores.items()}
    ordered = sorted(chances.values())
    passed = [chance for rank, chance in enumerate(ordered, start=1) if chance <= share * rank / len(ordered)]
    return {cell for cell, chance in chances.items() if passed and chance <= passed[-1]}


def count_cells(east: Any, north: Any, boundary: Any) -> dict[tuple[int, int], int]:
    """Cases by cell, over every cell whose middle lies inside and every cell with a case."""
    left, bottom, right, top = (int(edge // CELL_METRES) for edge in boundary.bounds)
    grid = [(x, y) for x in range(left, right + 1) for y in range(bottom, top + 1)]
    inside = shapely.contains_xy(boundary, [(x + 0.5) * CELL_METRES for x, _ in grid], [(y + 0.5) * CELL_METRES for _, y in grid])
    counted = Counter(zip((np.asarray(east) // CELL_METRES).astype(int), (np.asarray(north) // CELL_METRES).astype(int), strict=True))
    return {cell: counted.get(cell, 0) for cell, within in zip(grid, inside, strict=True) if within} | dict(counted)


def planted_cells() -> list[set[tuple[int, int]]]:
    return [{(cell // 1_000_000, cell % 1_000_000) for cell in one.cells()} for one in HOT_SPOTS]


def check_hot_spots(found: set[tuple[int, int]]) -> None:
    """Every planted cell is hot, and every hot cell touches a planted one."""
    planted = planted_cells()
    for cells in planted:
        assert cells <= found
    for east, north in found:
        assert any(abs(east - a) <= 1 and abs(north - b) <= 1 for cells in planted for a, b in cells), (east, north)


def test_four_hot_spots_and_nothing_else(demo_cases: pd.DataFrame, demo_shapes: dict[str, dict[str, Any]]) -> None:
    recent = demo_cases[demo_cases["reported_at"] > AS_OF - timedelta(days=HOT_WINDOW_DAYS)]
    assert set(recent["cell"]) >= {cell for one in HOT_SPOTS for cell in one.cells()}
    check_hot_spots(hot(star(count_cells(recent["east"], recent["north"], demo_shapes["boundary"]["310110020"]))))


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_four_hot_spots_whatever_the_seed(demo_shapes: dict[str, dict[str, Any]], seed: int) -> None:
    cases = make_cases(np.random.Generator(np.random.PCG64(seed)))
    assert cases["channel"].value_counts().to_dict() == CHANNEL_TOTALS
    recent = cases[cases["reported_at"] > (AS_OF - timedelta(days=HOT_WINDOW_DAYS)).replace(tzinfo=None)]
    check_hot_spots(hot(star(count_cells(recent["east"], recent["north"], demo_shapes["boundary"]["310110020"]))))


def test_one_weak_area_relapsed_and_the_other_held(demo_cases: pd.DataFrame, demo_shapes: dict[str, dict[str, Any]]) -> None:
    def inside(code: str) -> pd.DataFrame:
        return demo_cases[shapely.contains_xy(demo_shapes["weak_areas"][code], demo_cases["east"], demo_cases["north"])]

    for area, days, strange in ((RELAPSED, RELAPSE_DAYS, set()), (HELD, (), {OTHER_CLASS})):
        cases = inside(area.code)
        on = pd.to_datetime(cases["reported_on"]).dt.date
        before, after = cases[on <= area.signed_off_on], cases[on > area.signed_off_on]
        again = after[after["category"].isin(set(before["category"]))]
        assert sorted((day - area.signed_off_on).days for day in pd.to_datetime(again["reported_on"]).dt.date) == list(days)
        assert set(again["category"]) <= {RELAPSE_CLASS}
        assert set(after["category"]) - set(before["category"]) == strange
        assert not cases["void"].any()


def test_three_departments_are_late(demo_cases: pd.DataFrame) -> None:
    counted = demo_cases[~demo_cases["void"] & ~demo_cases["suspended"] & (demo_cases["due_at"] <= AS_OF)]
    in_time = (counted["closed_at"] <= counted["due_at"]).groupby(counted["department"]).agg(["mean", "size"])
    assert len(in_time) == 10
    assert in_time["size"].min() > 300
    ranked = in_time["mean"].sort_values()
    assert set(ranked.index[:3]) == set(LATE_DEPARTMENTS)
    assert ranked.iloc[2] < 0.80
    assert ranked.iloc[3] > PUNCTUAL
    assert (counted["closed_at"] <= counted["due_at"]).mean() > 0.90
    handled = (counted["handled_at"] <= counted["due_at"]).groupby(counted["department"]).mean().sort_values()
    assert set(handled.index[:3]) == set(LATE_DEPARTMENTS)


def test_one_reach_is_overdue_for_its_walk(demo_engine: Engine) -> None:
    asked = (
        select(Feature.code, Official.code, func.max(Inspection.started_at), func.min(Inspection.walked_m))
        .join(Feature, Feature.id == Inspection.feature_id)
        .join(Official, Official.id == Inspection.official_id)
        .group_by(Feature.code, Official.code)
    )
    with demo_engine.connect() as connection:
        rows = connection.execute(asked).all()
    allowed = {"HJ": timedelta(days=31), "HC": timedelta(days=7)}
    late = {(reach, chief[:2]) for reach, chief, last, _ in rows if AS_OF.astimezone(UTC) - _aware(last) > allowed[chief[:2]]}
    assert late == {(OVERDUE_REACH, "HJ"), (OVERDUE_REACH, "HC")}
    last_days = {chief[:2]: _aware(last).astimezone(ZONE).date() for reach, chief, last, _ in rows if reach == OVERDUE_REACH}
    assert last_days == {"HC": OVERDUE_LAST_WALKS["neighbourhood"], "HJ": OVERDUE_LAST_WALKS["subdistrict"]}
    assert min(walked for *_, walked in rows) > 250


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def test_every_week_and_month_has_its_walks_but_for_one_reach(demo_engine: Engine) -> None:
    asked = select(Feature.code, Official.code, Inspection.started_at).join(Feature, Feature.id == Inspection.feature_id)
    with demo_engine.connect() as connection:
        walks = pd.DataFrame(
            connection.execute(asked.join(Official, Official.id == Inspection.official_id)).all(), columns=["reach", "chief", "at"]
        )
    walks["at"] = pd.to_datetime(walks["at"], utc=True).dt.tz_convert(ZONE)
    walks["week"] = walks["at"].dt.strftime("%G-%V")
    weekly = walks[walks["chief"].str.startswith("HC")].groupby("reach")["week"].nunique()
    monthly = walks[walks["chief"].str.startswith("HJ")].groupby("reach")["at"].agg(lambda at: at.dt.month.nunique())
    assert set(weekly.drop(OVERDUE_REACH)) == {44}
    assert weekly[OVERDUE_REACH] == 41
    assert set(monthly.drop(OVERDUE_REACH)) == {10}
    assert monthly[OVERDUE_REACH] == 9


def test_tracks_follow_their_reach(demo_engine: Engine, demo_shapes: dict[str, dict[str, Any]]) -> None:
    asked = select(Feature.code, Inspection.track, Inspection.walked_m).join(Feature, Feature.id == Inspection.feature_id)
    with demo_engine.connect() as connection:
        rows = connection.execute(asked).all()
    for (code, _, walked), track in zip(rows, metres([track for _, track, _ in rows]), strict=True):
        reach = demo_shapes["rivers"][code]
        assert reach.buffer(20).contains(track)
        assert 0.89 * reach.length < walked <= reach.length + 0.1


def test_a_light_black_odour_early_in_the_year_gets_better(demo_engine: Engine) -> None:
    asked = (
        select(
            Feature.code,
            WaterSample.sampled_at,
            WaterSample.ammonia,
            WaterSample.transparency_cm,
            WaterSample.dissolved_oxygen,
            WaterSample.redox_mv,
        )
        .join(Feature, Feature.id == WaterSample.feature_id)
        .order_by(WaterSample.sampled_at)
    )
    with demo_engine.connect() as connection:
        rows = connection.execute(asked).all()
    assert Counter(row.code for row in rows) == {f"R{n:02d}": 10 for n in range(1, 15)}
    odorous = [
        (row.code, _aware(row.sampled_at).month)
        for row in rows
        if row.ammonia > 8 or row.transparency_cm < 25 or row.redox_mv < 50 or row.dissolved_oxygen < 2
    ]
    assert odorous == [(ODOROUS_REACH, 1), (ODOROUS_REACH, 2)]
    ammonia = [row.ammonia for row in rows if row.code == ODOROUS_REACH]
    assert ammonia[0] > 8
    assert ammonia[-1] < 1.5


def sees(props: dict[str, Any], at: Any, east: Any, north: Any) -> Any:
    """Which places lie in a camera's sector: within its range, and within half its view of its bearing."""
    aside, ahead = np.asarray(east) - at.x, np.asarray(north) - at.y
    near = aside**2 + ahead**2 <= props["range_m"] ** 2
    if props.get("bearing_deg") is None:
        return near
    off = np.abs((np.degrees(np.arctan2(aside, ahead)) - props["bearing_deg"] + 180) % 360 - 180)
    return near & (off <= props["field_of_view_deg"] / 2)


def test_one_spot_in_the_camera_belt_is_seen_by_no_installed_camera(
    demo_engine: Engine, demo_cases: pd.DataFrame, demo_shapes: dict[str, dict[str, Any]]
) -> None:
    here = demo_cases[demo_cases["cell"].isin(BLIND_SPOT.cells())]
    assert len(here) > 300
    with demo_engine.connect() as connection:
        props = dict(connection.execute(select(Feature.code, Feature.props).where(Feature.layer == "cameras")).all())
    places = demo_shapes["cameras"]
    seen = {code: int(sees(props[code], places[code], here["east"], here["north"]).sum()) for code in props}
    installed = [code for code in props if props[code]["status"] == "installed"]
    assert sum(seen[code] for code in installed) == 0
    assert sum(seen.values()) > 50, "planned cameras would see it"
    # it lies in the belt: cameras stand on either side of it
    assert min(places[code].x for code in installed) < here["east"].min()
    assert max(places[code].x for code in installed) > here["east"].max()
    # the cameras do see cases elsewhere
    assert sum(sees(props[code], places[code], demo_cases["east"], demo_cases["north"]).sum() for code in installed) > 100


def test_planned_cameras_stand_west_of_the_spine(demo_shapes: dict[str, dict[str, Any]]) -> None:
    east, north = project([121.5038, 121.5024, 121.5024], [31.3152, 31.3238, 31.3308], METRIC_CRS)
    for code, place in demo_shapes["cameras"].items():
        if code.startswith("P") and north[0] < place.y < north[-1]:
            assert place.x < np.interp(place.y, north, east), code


def test_one_shortage_of_bike_places(demo_cases: pd.DataFrame, demo_shapes: dict[str, dict[str, Any]]) -> None:
    parking = shapely.union_all(list(demo_shapes["bikes"].values()))
    bicycles = demo_cases[demo_cases["category"] == "0508"]
    far = bicycles[shapely.distance(shapely.points(bicycles["east"], bicycles["north"]), parking) > 50]
    cells = far.groupby("cell").size().sort_values(ascending=False)
    assert set(cells.index[:3]) == set(BIKE_SHORTAGE.cells())
    assert cells.iloc[2] > 4 * cells.iloc[3]
    here = bicycles[bicycles["cell"].isin(BIKE_SHORTAGE.cells())]
    assert shapely.distance(shapely.points(here["east"], here["north"]), parking).min() > BIKE_GAP_METRES


def test_bike_zones_are_as_long_as_they_say(demo_engine: Engine, demo_shapes: dict[str, dict[str, Any]]) -> None:
    rows = answer(demo_engine, "select code, json_extract(props, '$.length_m') from features where layer = 'bikes'")
    for code, length in rows:
        assert 12 <= length <= 120
        assert demo_shapes["bikes"][code].length == pytest.approx(length, abs=0.01)
    boundary = demo_shapes["boundary"]["310110020"]
    assert all(boundary.contains(line) for line in demo_shapes["bikes"].values())


def test_one_place_with_five_repeats_on_the_hotline(demo_cases: pd.DataFrame) -> None:
    hotline = demo_cases[demo_cases["channel"] == "hotline"].sort_values("reported_at")
    found = []
    for (cell, category), times in hotline.groupby(["cell", "category"])["reported_at"]:
        moments = list(times)
        if any(last - first <= timedelta(days=30) for first, last in zip(moments, moments[4:], strict=False)):
            found.append((cell, category))
    east, north = project(*REPEAT_POINT, METRIC_CRS)
    assert found == [(int(east // CELL_METRES) * 1_000_000 + int(north // CELL_METRES), REPEAT_CLASS)]
    here = hotline[
        (hotline["cell"] == found[0][0])
        & (hotline["category"] == REPEAT_CLASS)
        & (hotline["address"] == f"{REPEAT_STREET}{REPEAT_NUMBER}号")
    ]
    assert tuple(at.date() for at in here["reported_at"]) == REPEAT_DAYS


# the building


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's files of one seed."""
    folder = tmp_path_factory.mktemp("demo")
    write_files(folder, 11)
    return folder


@pytest.mark.parametrize("seed", [pytest.param(11, id="the same"), pytest.param(12, id="another")])
def test_the_same_seed_gives_the_same_bytes(files: Path, tmp_path: Path, seed: int) -> None:
    write_files(tmp_path, seed)
    names = sorted(str(path.relative_to(files)) for path in files.rglob("*.*"))
    assert len(names) == 9 + 4 + 10
    _, different, missing = filecmp.cmpfiles(files, tmp_path, names, shallow=False)
    assert missing == []
    if seed == 11:
        assert different == []
    else:
        assert {name for name in names if name.startswith("cases/")} <= set(different)
        # the ground is the same for every seed
        assert not {name for name in names if name.startswith("layers/")} & set(different)


def test_the_files_say_that_they_are_made_up(files: Path) -> None:
    for path in (files / "layers").iterdir():
        assert "made up" in json.loads(path.read_text(encoding="utf-8"))["note"]
    assert "演示数据" in pd.read_csv(files / "cases" / "hotline.csv")["description"].iloc[0]


def test_an_offices_own_data_is_refused(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with write(engine) as connection:
        connection.execute(Official.__table__.insert().values(code="A1", name="A1"))
    with pytest.raises(ValueError, match="already holds an office's own data"):
        build(engine)
    assert answer(engine, "select count(*) from officials") == [(1,)]


def test_what_an_office_brought_into_a_demo_is_not_thrown_away(demo_copy: str) -> None:
    engine = open_engine(demo_copy)
    with write(engine) as connection:
        line = {"at": AS_OF, "who": "command line", "what": "import", "subject": "fitness: ours.geojson"}
        connection.execute(AuditLine.__table__.insert().values(line))
    with pytest.raises(ValueError, match=r"fitness: ours\.geojson"):
        build(engine)
    assert answer(engine, "select count(*) from cases") == [(41_282,)]


def test_a_demo_is_built_over_an_older_one(demo_copy: str) -> None:
    engine = open_engine(demo_copy)
    build(engine, seed=2018)
    assert answer(engine, "select count(*) from cases") == [(41_282,)]
    assert answer(engine, "select count(*) from features where layer = 'zones'") == [(31,)]
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Reject)) == 0


def test_both_databases_hold_the_same_demo(demo_engine: Engine, postgres_demo_engine: Engine) -> None:
    for statement in (
        "select id, category, due_at is null, cell, reported_hour, department from cases order by id",
        "select layer, code, name from features where layer <> 'x' order by layer, code",
        "select count(*) from case_links",
    ):
        here, there = (Counter(map(tuple, answer(engine, statement))) for engine in (demo_engine, postgres_demo_engine))
        assert here == there
