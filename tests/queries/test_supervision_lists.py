"""What supervision counts and lists agrees with plain counting of the same cases, and with the list of cases that a count leads to."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest
from sqlalchemy import Engine, delete, insert, update

from ingest.demo.planted import LATE_DEPARTMENTS
from model.cases import CaseEvent, CaseRow
from model.engine import write
from model.setup import read_office
from queries.cases import Choice, case_page
from queries.filters import UNASSIGNED, Filters
from queries.loop import LISTS, departments, signers, supervised, supervision
from queries.run import frame_of
from tests.queries.factory import NOW, ZONE, finish, keep_cases, make_cases

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    cases = make_cases(1_500)
    # some deadlines around the clock, to the second
    for number, hours in enumerate((-1, 0, 1, 23, 24, 25, 48, 49)):
        cases.loc[number, "due_at"] = pd.Timestamp(NOW + hours * HOUR).tz_convert("UTC")
        cases.loc[number, ["void", "suspended"]] = False
        cases.loc[number, "closed_at"] = pd.NaT
    return finish(cases, ZONE)


@pytest.fixture
def kept(engine: Engine, made: pd.DataFrame) -> Engine:
    keep_cases(engine, made)
    return engine


@pytest.fixture(scope="module")
def wanted(made: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The cases of each list, by plain counting; none is unclaimed, because no line says who dispatched it."""
    now = pd.Timestamp(NOW)
    seen = pd.to_datetime(made["reported_on"]) <= "2017-10-20"
    running = made[seen & ~made["void"] & ~made["suspended"] & ~(made["closed_at"] <= now)]
    due = running["due_at"]
    return {
        "running": running,
        "overdue": running[due < now],
        "due_24h": running[(due >= now) & (due <= now + 24 * HOUR)],
        "due_48h": running[(due >= now) & (due <= now + 48 * HOUR)],
        "to_claim": running[:0],
        "unclaimed": running[:0],
        "returned": running[(running["reworks"] > 0) & running["handled_at"].isna()],
    }


def test_each_department_has_its_counts(kept: Engine, wanted: dict[str, pd.DataFrame]) -> None:
    found = frame_of(kept, supervision(NOW))
    found.index = found["department"].fillna(UNASSIGNED)
    for name, cases in wanted.items():
        counts = cases["department"].fillna(UNASSIGNED).value_counts()
        assert found[name][found[name] > 0].to_dict() == counts.to_dict(), name
    assert found["overdue"].is_monotonic_decreasing
    oldest = wanted["running"].groupby(wanted["running"]["department"].fillna(UNASSIGNED))["due_at"].min()
    assert found["oldest_due_at"].to_dict() == oldest.to_dict()


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("department", [None, "城管中队", UNASSIGNED])
def test_a_list_holds_its_cases_and_the_count_leads_to_them(
    kept: Engine, wanted: dict[str, pd.DataFrame], kind: str, department: str | None
) -> None:
    cases = wanted[kind]
    if department:
        cases = cases[cases["department"].fillna(UNASSIGNED) == department]
    found = frame_of(kept, supervised(kind, NOW, department, 5_000))
    assert set(found["id"]) == set(cases["id"])
    assert found["due_at"].dropna().is_monotonic_increasing
    there = Filters(states=(kind,), departments=(department,) if department else ())
    page = frame_of(kept, case_page(Choice(filters=there), NOW))
    assert (0 if page.empty else page["total"].iloc[0]) == len(cases)


class TestUnclaimed:
    """Dispatched here and not claimed for four hours, the setting's default."""

    @pytest.fixture
    def case_id(self, engine: Engine) -> int:
        cases = make_cases(1).assign(closed_at=pd.NaT, handled_at=pd.NaT, void=False, suspended=False, department="城管中队")
        cases["reported_at"] = pd.Timestamp(NOW - 9 * HOUR).tz_convert("UTC")
        cases["dispatched_at"] = pd.Timestamp(NOW - 5 * HOUR).tz_convert("UTC")
        keep_cases(engine, finish(cases, ZONE))
        return int(cases["id"].iloc[0])

    def line(self, engine: Engine, case_id: int, stage: str, hours: float, actor: str | None = "grid_centre") -> None:
        with write(engine) as connection:
            values = {"case_id": case_id, "id": int(hours * 10) + 1, "at": NOW - hours * HOUR, "stage": stage, "actor": actor}
            connection.execute(insert(CaseEvent).values(**values))

    def listed(self, engine: Engine, kind: str = "unclaimed") -> list[int]:
        return frame_of(engine, supervised(kind, NOW))["id"].tolist()

    def test_only_what_was_dispatched_here_counts(self, engine: Engine, case_id: int) -> None:
        self.line(engine, case_id, "dispatched", 5, actor=None)
        assert self.listed(engine) == []
        with write(engine) as connection:
            connection.execute(delete(CaseEvent))
        self.line(engine, case_id, "dispatched", 5)
        assert self.listed(engine) == [case_id]

    def test_a_claim_ends_it_unless_it_was_dispatched_anew(self, engine: Engine, case_id: int) -> None:
        self.line(engine, case_id, "dispatched", 5)
        self.line(engine, case_id, "claimed", 4.5, "department:城管中队")
        assert self.listed(engine) == []
        with write(engine) as connection:
            connection.execute(update(CaseEvent).where(CaseEvent.stage == "claimed").values(at=NOW - 6 * HOUR))
        assert self.listed(engine) == [case_id]

    def test_within_the_hours_nobody_is_named(self, engine: Engine, case_id: int) -> None:
        with write(engine) as connection:
            connection.execute(update(CaseRow).values(dispatched_at=NOW - 4 * HOUR))
        self.line(engine, case_id, "dispatched", 4)
        assert self.listed(engine) == []
        assert self.listed(engine, "to_claim") == [case_id]

    def test_what_waits_to_be_claimed_is_listed_from_its_dispatch_to_its_claim(self, engine: Engine, case_id: int) -> None:
        assert self.listed(engine, "to_claim") == []
        with write(engine) as connection:
            connection.execute(update(CaseRow).values(dispatched_at=NOW))
        self.line(engine, case_id, "dispatched", 0)
        assert self.listed(engine, "to_claim") == [case_id]
        with write(engine) as connection:
            claimed = {"case_id": case_id, "id": 9, "at": NOW, "stage": "claimed", "actor": "department:城管中队"}
            connection.execute(insert(CaseEvent).values(**claimed))
        assert self.listed(engine, "to_claim") == []

    def test_claims_and_urgings_are_told(self, engine: Engine, case_id: int) -> None:
        self.line(engine, case_id, "dispatched", 5)
        for stage, hours in (("urged", 3.0), ("urged", 1.0)):
            self.line(engine, case_id, stage, hours)
        row = frame_of(engine, supervised("unclaimed", NOW)).iloc[0]
        assert row["urged_at"] == pd.Timestamp(NOW - HOUR)
        assert pd.isna(row["claimed_at"])


def test_the_planted_late_departments_stand_out(demo_engine: Engine) -> None:
    found = frame_of(demo_engine, supervision(read_office(demo_engine).now())).set_index("department")
    share = (found["overdue"] / found["running"]).where(found["running"] > 50).dropna()
    assert set(LATE_DEPARTMENTS) <= set(found.head(5).index)
    assert found.index[0] in LATE_DEPARTMENTS
    assert share.max() == share[[one for one in LATE_DEPARTMENTS if one in share]].max()


def test_who_can_be_looked_as(demo_engine: Engine) -> None:
    assert frame_of(demo_engine, signers("duty_leader"))["code"].tolist() == [f"L{n:02d}" for n in range(1, 12)]
    chiefs = frame_of(demo_engine, signers("river_chief"))["code"]
    assert set(chiefs.str[:2]) == {"HJ", "HC"}
    assert "城管中队" in frame_of(demo_engine, departments())["department"].tolist()
