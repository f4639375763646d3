"""What is kept of the cases is what a full count of them gives, whatever was written and in whatever order."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, insert, select, update

from model.cases import CaseRow
from model.counts import DAILY, FIELDS, CaseCount, add_counts, counting, sum_up
from model.engine import write

START = datetime(2017, 10, 20, 16, 30, tzinfo=UTC)
CASES = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["hotline", "wechat"]),
        "kind": st.sampled_from(["event", "component"]),
        "category": st.sampled_from([None, "0102", "0508"]),
        "community": st.sampled_from([None, "居委会01"]),
        "department": st.sampled_from([None, "城管中队", "市容所"]),
        "source": st.just("finegrid"),
        "void": st.booleans(),
        "zone_id": st.sampled_from([None, 7, 12]),
        "day": st.integers(0, 2),
    }
)
# several cases are written at once, some of them for the first time; now and then everything is summed up
WRITES = st.lists(st.one_of(st.dictionaries(st.integers(1, 6), CASES, min_size=1, max_size=4), st.none()), max_size=6)


def row_of(case_id: int, case: dict[str, Any]) -> dict[str, Any]:
    at = START + timedelta(days=case["day"])
    values = {name: value for name, value in case.items() if name != "day"}
    return values | {"id": case_id, "external_id": str(case_id), "reported_at": at, "reported_on": at.date(), "reported_hour": at.hour}


def kept(engine: Engine) -> Counter[tuple[Any, ...]]:
    """What the table of counts says."""
    sums = select(CaseCount.field, CaseCount.day, CaseCount.value, func.sum(CaseCount.n))
    with engine.connect() as connection:
        rows = connection.execute(sums.group_by(CaseCount.field, CaseCount.day, CaseCount.value)).all()
    return Counter({tuple(key): int(n) for *key, n in rows if n})


def counted(engine: Engine) -> Counter[tuple[Any, ...]]:
    """The same from every case, one by one."""
    found: Counter[tuple[Any, ...]] = Counter()
    with engine.connect() as connection:
        for row in connection.execute(select(CaseRow).where(CaseRow.void.is_(False))).mappings():
            for field in FIELDS[:5]:
                found[field, None, row[field]] += 1
            found["zone", None, row["zone_id"] and str(row["zone_id"])] += 1
            found["category", None, row["category"] and f"{row['kind']}/{row['category']}"] += 1
            found[DAILY, row["reported_on"], row[DAILY]] += 1
    return found


@given(writes=WRITES)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_kept_counts_are_those_of_a_full_scan(engine: Engine, writes: list[dict[int, dict[str, Any]] | None]) -> None:
    with write(engine) as connection:
        connection.execute(delete(CaseRow))
        connection.execute(delete(CaseCount))
    there: set[int] = set()
    for cases in writes:
        with write(engine) as connection:
            if cases is None:
                sum_up(connection)
                continue
            fresh = not there & cases.keys()
            with counting(connection, list(cases), fresh=fresh):
                for case_id, case in cases.items():
                    row = row_of(case_id, case)
                    if case_id in there:
                        connection.execute(update(CaseRow).where(CaseRow.id == case_id).values(row))
                    else:
                        connection.execute(insert(CaseRow), [row])
            there |= cases.keys()
        assert kept(engine) == counted(engine)


def test_what_is_undone_is_not_counted(engine: Engine) -> None:
    case = {"channel": "hotline", "kind": "event", "category": None, "source": "finegrid", "void": False, "day": 0}
    with engine.connect() as connection:
        with counting(connection, [1], fresh=True):
            connection.execute(insert(CaseRow), [row_of(1, case)])
        connection.rollback()
    assert kept(engine) == Counter()


def test_the_import_leaves_them_right(demo_engine: Engine) -> None:
    """The demo came in by its own import, and the counts it left are those of its cases."""
    assert kept(demo_engine) == counted(demo_engine)


def test_adding_all_is_the_same_as_adding_each(engine: Engine) -> None:
    case = {"channel": "hotline", "kind": "event", "category": "0102", "source": "finegrid", "void": False, "day": 1}
    with write(engine) as connection:
        connection.execute(insert(CaseRow), [row_of(number, case | {"void": number == 3}) for number in (1, 2, 3)])
        add_counts(connection)
    assert kept(engine) == counted(engine)
