"""Lists and single things: cases, features, duties, imports, ledgers, freshness, frames."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, insert, literal, null, select
from sqlalchemy import types as sql_types

from model.cases import CaseEvent
from model.engine import write
from model.office import AuditLine, Import, Ledger, LedgerEntry, Reject
from model.people import Duty, Official
from model.places import Feature
from model.sql import hours_between, month_of, pattern, week_of, weekday_of
from model.types import Moment
from queries.cases import case, case_count, case_life, case_list, neighbours
from queries.features import case_counts, case_features, duties, feature_names, features, figure, figures, layer_counts, zone_card
from queries.filters import Filters
from queries.freshness import read_freshness
from queries.imports import imports, rejects
from queries.ledgers import ledger_entries, ledgers
from queries.run import count_queries, frame_of
from tests.queries.factory import NOW, keep_cases, make_cases

MORNING = datetime(2017, 10, 2, 1, tzinfo=UTC)


@pytest.fixture
def kept(engine: Engine) -> tuple[Engine, pd.DataFrame]:
    cases = make_cases(300)
    keep_cases(engine, cases)
    return engine, cases


def test_pages_of_the_list_hold_every_case_once(kept: tuple[Engine, pd.DataFrame]) -> None:
    engine, cases = kept
    known = cases[cases["reported_at"] <= pd.Timestamp(NOW)]
    wanted = known.sort_values(["reported_at", "id"], ascending=False)["id"].tolist()
    chosen = Filters(since=date(2016, 1, 1))
    by_offset = [row for first in range(0, 400, 50) for row in frame_of(engine, case_list(chosen, NOW, limit=50, offset=first))["id"]]
    assert by_offset == wanted
    by_key: list[int] = []
    after = None
    while not (page := frame_of(engine, case_list(chosen, NOW, limit=70, after=after))).empty:
        by_key += page["id"].tolist()
        after = (page["reported_at"].iloc[-1].to_pydatetime(), int(page["id"].iloc[-1]))
    assert by_key == wanted
    assert frame_of(engine, case_list(chosen, NOW, limit=None, order="oldest"))["id"].tolist() == wanted[::-1]
    assert frame_of(engine, case_count(chosen, NOW))["n"].item() == len(wanted)
    due = frame_of(engine, case_list(chosen, NOW, limit=None, order="due"))["due_at"]
    assert due.dropna().is_monotonic_increasing
    assert due.tail(int(due.isna().sum())).isna().all()


def test_one_case_its_life_and_what_it_belongs_to(kept: tuple[Engine, pd.DataFrame]) -> None:
    engine, cases = kept
    chosen = cases[cases["zone"].notna()].iloc[0]
    with write(engine) as connection:
        for number, stage in enumerate(["closed", "reported"]):
            at = MORNING - timedelta(hours=number)
            connection.execute(insert(CaseEvent).values(case_id=int(chosen["id"]), id=number, at=at, stage=stage, actor=None, note=None))
    found = frame_of(engine, case(int(chosen["id"]), Filters(), NOW)).iloc[0]
    assert (found["external_id"], found["reported_at"]) == (chosen["external_id"], chosen["reported_at"])
    assert frame_of(engine, case_life(int(chosen["id"])))["stage"].tolist() == ["reported", "closed"]
    assert frame_of(engine, case_features(int(chosen["id"])))["code"].tolist() == [chosen["zone"]]


def test_neighbours_are_near_in_place_and_time(kept: tuple[Engine, pd.DataFrame]) -> None:
    engine, cases = kept
    one = cases.iloc[5]
    at, box = one["reported_at"].to_pydatetime(), (121.50, 31.31, 121.53, 31.34)
    inside = cases["lon"].between(121.50, 121.53) & cases["lat"].between(31.31, 31.34) & ~cases["void"]
    near = cases[inside & ((cases["reported_at"] - one["reported_at"]).abs() <= pd.Timedelta(days=30)) & (cases["id"] != one["id"])]
    assert set(frame_of(engine, neighbours(box, at, but=int(one["id"])))["id"]) == set(near["id"])
    same = near[(near["kind"] == "event") & (near["category"] == "0101")]
    assert set(frame_of(engine, neighbours(box, at, but=int(one["id"]), like=("event", "0101")))["id"]) == set(same["id"])


def test_features_and_the_figures_of_a_layer(kept: tuple[Engine, pd.DataFrame]) -> None:
    engine, cases = kept
    zones = frame_of(engine, features(["zones"]))
    assert zones["code"].tolist() == ["Z01", "Z02", "Z03"]
    assert shapely.area(zones["geometry"].iloc[0]) > 0
    assert frame_of(engine, features(codes=["Z02"]))["name"].tolist() == ["责任区Z02"]
    assert frame_of(engine, feature_names("zones"))["code"].tolist() == ["Z01", "Z02", "Z03"]
    assert frame_of(engine, layer_counts()).values.tolist() == [["zones", 3]]
    assert frame_of(engine, figure("zones", sum_of="households"))["value"].item() == 60
    both = frame_of(engine, figures({"zones": ("zones", "", None), "one": ("zones", "households", ("households", "20"))}))
    assert both.iloc[0].tolist() == [3, 20]
    counts = frame_of(engine, case_counts("zones")).set_index("feature_id")["n"]
    assert counts.tolist() == cases[~cases["void"]]["zone"].value_counts().sort_index().tolist()


def test_who_answers_for_a_zone_on_a_day(kept: tuple[Engine, pd.DataFrame]) -> None:
    engine, _ = kept
    start, change = date(2017, 1, 1), date(2017, 7, 1)
    terms = [("leader", 1, start, date(2017, 6, 30)), ("leader", 2, change, None), ("cadre", 3, start, None)]
    with write(engine) as connection:
        connection.execute(insert(Official), [{"id": number, "code": f"L{number}", "name": f"值班领导{number:02}"} for number in (1, 2, 3)])
        for role, official, since, until in terms:
            connection.execute(insert(Duty).values(official_id=official, feature_id=1, role=role, since=since, until=until))
    june, july = frame_of(engine, duties(date(2017, 6, 30))), frame_of(engine, duties(change, layer="zones", codes=["Z01"]))
    assert list(zip(june["role"], june["official"], strict=True)) == [("leader", "值班领导01"), ("cadre", "值班领导03")]
    assert list(zip(july["role"], july["official"], strict=True)) == [("leader", "值班领导02"), ("cadre", "值班领导03")]
    assert frame_of(engine, duties(change, roles=["cadre"]))["official_code"].tolist() == ["L3"]


def test_the_card_of_a_zone(kept: tuple[Engine, pd.DataFrame]) -> None:
    engine, cases = kept
    card = frame_of(engine, zone_card("Z02", Filters(until=date(2017, 10, 31)), NOW))
    known = cases[~cases["void"] & (cases["zone"] == "Z02") & (cases["reported_at"] <= pd.Timestamp(NOW))]
    assert card["reported"].tolist() == [len(known)]


def test_imports_and_their_rejects(engine: Engine) -> None:
    counts = dict.fromkeys(("rows_in", "rows_new", "rows_changed", "rows_unchanged", "rows_rejected"), 1)
    with write(engine) as connection:
        for number in (1, 2):
            times = {"started_at": MORNING, "ended_at": MORNING + timedelta(hours=number)}
            connection.execute(insert(Import).values(id=number, file=f"{number}.csv", sha256="", target="cases", **counts, **times))
        connection.execute(insert(Reject), [{"import_id": 2, "row": row, "reason": "no time", "raw": "…"} for row in (9, 4)])
    assert frame_of(engine, imports())["file"].tolist() == ["2.csv", "1.csv"]
    assert frame_of(engine, imports(1, 1))["file"].tolist() == ["1.csv"]
    assert frame_of(engine, rejects(2))["row"].tolist() == [4, 9]
    assert len(frame_of(engine, rejects(2, limit=1))) == 1
    assert frame_of(engine, rejects(1)).empty


def test_freshness_follows_imports_and_changes(engine: Engine) -> None:
    empty = read_freshness(engine)
    assert (empty.imported_at, empty.reported_at) == (None, None)
    counts = dict.fromkeys(("rows_in", "rows_new", "rows_changed", "rows_unchanged", "rows_rejected"), 1)
    cases = make_cases(50)
    keep_cases(engine, cases)
    with write(engine) as connection:
        connection.execute(insert(Import).values(file="", sha256="", target="cases", started_at=MORNING, ended_at=MORNING, **counts))
    loaded = read_freshness(engine)
    assert (loaded.imported_at, loaded.reported_at) == (MORNING, cases["reported_at"].max().to_pydatetime())
    with write(engine) as connection:
        connection.execute(insert(AuditLine).values(at=MORNING, who="grid", what="claim", subject="1"))
    assert len({empty.version, loaded.version, read_freshness(engine).version}) == 3


def test_ledgers_are_summed_by_measure(engine: Engine) -> None:
    label = {"zh": "拆违", "en": "Demolition"}
    entries = [(date(2017, 9, 1), "", 63_000.0, "A"), (date(2017, 10, 1), "", 12.5, "B"), (date(2017, 9, 2), "hazards", 2.0, None)]
    with write(engine) as connection:
        for key in ("demolition", "empty"):
            connection.execute(insert(Ledger).values(key=key, label=label, year=2017, target=62_000, unit="m²"))
        for day, measure, amount, place in entries:
            entry = {"on_date": day, "measure": measure, "amount": amount, "place": place}
            connection.execute(insert(LedgerEntry).values(ledger_key="demolition", **entry))
    found = frame_of(engine, ledgers())
    assert found[["key", "measure", "done", "places"]].values.tolist() == [
        ["demolition", "", 63_012.5, 2],
        ["demolition", "hazards", 2.0, 0],
        ["empty", "", 0.0, 0],
    ]
    assert found["label"].iloc[0]["zh"] == "拆违"
    september = frame_of(engine, ledgers(until=date(2017, 9, 30), year=2017))
    assert september["done"].tolist() == [63_000.0, 2.0, 0.0]
    assert frame_of(engine, ledgers(year=2018)).empty
    assert frame_of(engine, ledger_entries("demolition", ""))["amount"].tolist() == [12.5, 63_000.0]


def test_a_frame_keeps_what_the_columns_mean(engine: Engine) -> None:
    row = (
        *(literal(MORNING, Moment).label("at"), literal(date(2017, 10, 2)).label("on"), literal(3).label("n"), literal(True).label("yes")),
        *(literal("热线").label("text"), null().cast(sql_types.Integer).label("none"), literal(1.5).label("x")),
    )
    frame = frame_of(engine, select(*row))
    kinds = [str(kind) for kind in frame.dtypes]
    assert kinds == ["datetime64[us, UTC]", "datetime64[s]", "Int64", "boolean", "str", "Int64", "float64"]
    assert frame.iloc[0]["at"] == MORNING
    empty = frame_of(engine, select(*row).where(literal(False)))
    assert [str(kind) for kind in empty.dtypes] == kinds


@pytest.mark.parametrize("day", ["2017-01-01", "2017-10-30", "2017-10-31", "2018-02-28", "2020-02-29", "2017-12-31"])
def test_weeks_months_and_weekdays(engine: Engine, day: str) -> None:
    wanted = date.fromisoformat(day)
    one = literal(wanted, sql_types.Date)
    row = frame_of(engine, select(week_of(one).label("week"), month_of(one).label("month"), weekday_of(one).label("weekday"))).iloc[0]
    assert row["week"].date() == wanted - timedelta(days=wanted.weekday())
    assert row["month"].date() == wanted.replace(day=1)
    assert row["weekday"] == wanted.weekday()


def test_hours_are_exact_over_days(engine: Engine) -> None:
    hours = select(hours_between(literal(MORNING, Moment), literal(MORNING + timedelta(days=3, minutes=30), Moment)).label("hours"))
    assert frame_of(engine, hours)["hours"].item() == pytest.approx(72.5, abs=1e-6)


def test_a_pattern_takes_every_sign_as_itself() -> None:
    assert pattern("100%_/x") == "%100/%/_//x%"


def test_questions_are_counted(engine: Engine) -> None:
    with count_queries(engine) as asked:
        frame_of(engine, features())
        frame_of(engine, layer_counts())
    assert len(asked) == 2
    assert all("features" in statement for statement in asked.statements)
    frame_of(engine, features())
    assert len(asked) == 2
    assert Feature.__tablename__ == "features"
