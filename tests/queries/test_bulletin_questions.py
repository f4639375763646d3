"""What the bulletin asks of single cases is what plain counting says, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
from sqlalchemy import Engine, insert

from model.cases import Attachment, CaseEvent
from model.engine import write
from model.people import Official, Shift
from queries.bulletin import due_within, finding_photos, finding_steps, findings, on_duty
from queries.filters import Filters
from queries.run import frame_of
from tests.queries.factory import NOW, keep_cases, make_cases

MONTH = Filters(since=date(2017, 10, 1), until=date(2017, 10, 31), channels=("hotline",))


def patrols(cases: pd.DataFrame) -> pd.DataFrame:
    """The patrol's cases of the month up to NOW's day, counted plainly."""
    days = cases["reported_at"].dt.tz_convert("Asia/Shanghai").dt.date
    return cases[(cases["channel"] == "patrol") & ~cases["void"] & (days >= MONTH.since) & (days <= NOW.date())]


def test_findings_are_the_patrol_s_cases_whatever_channel_is_chosen(engine: Engine) -> None:
    cases = make_cases(1_500)
    keep_cases(engine, cases)
    found = frame_of(engine, findings(MONTH, NOW, 1_000))
    wanted = patrols(cases)
    assert sorted(found["external_id"]) == sorted(wanted["external_id"])
    assert found["reported_at"].is_monotonic_increasing
    assert len(frame_of(engine, findings(MONTH, NOW, 3))) == 3
    assert set(frame_of(engine, findings(MONTH, NOW, 3))["total"]) == {len(wanted)}


def test_due_within_a_day_are_open_cases_with_the_next_deadlines(engine: Engine) -> None:
    cases = make_cases(1_500)
    keep_cases(engine, cases)
    found = frame_of(engine, due_within(Filters(), NOW, 1_000, hours=24 * 30))
    open_now = ~cases["void"] & ~cases["suspended"] & (cases["closed_at"].isna() | (cases["closed_at"] > NOW))
    days = cases["reported_at"].dt.tz_convert("Asia/Shanghai").dt.date
    wanted = cases[open_now & (days <= NOW.date()) & cases["due_at"].between(NOW, NOW + timedelta(days=30))]
    assert len(wanted) > 5
    assert sorted(found["external_id"]) == sorted(wanted["external_id"])


def test_steps_and_photos_belong_to_the_findings(engine: Engine) -> None:
    cases = make_cases(1_500)
    keep_cases(engine, cases)
    one, two = frame_of(engine, findings(MONTH, NOW, 2))["id"].astype(int)
    at = NOW - timedelta(hours=2)
    later = timedelta(hours=1)
    lines = [(one, "dispatched", at), (one, "claimed", at + later), (one, "urged", at), (two, "claimed", NOW + later)]
    with write(engine) as connection:
        for number, (case, stage, moment) in enumerate(lines):
            connection.execute(insert(CaseEvent).values(case_id=case, id=number, at=moment, stage=stage, actor="department:城管中队"))
        for case, number in ((one, 1), (one, 2), (two, 3)):
            taken = datetime(2017, 10, 3, tzinfo=UTC) + timedelta(minutes=number)
            kept = {"sha256": "0", "mime": "image/jpeg", "bytes": b"%d" % number, "taken_at": taken}
            connection.execute(insert(Attachment).values(case_id=case, id=number, **kept))
    steps = frame_of(engine, finding_steps(MONTH, NOW))
    # a word of supervision is no step, and what happens after the cut-off is not known yet
    ours = steps[steps["case_id"].isin([one, two])]
    assert list(zip(ours["case_id"], ours["stage"], strict=True)) == [(one, "dispatched"), (one, "claimed")]
    # one of each case before a second of any
    assert [bytes(row) for row in frame_of(engine, finding_photos(MONTH, NOW, 2))["bytes"]] == [b"1", b"3"]
    assert len(frame_of(engine, finding_photos(MONTH, NOW, 9))) == 3


def test_who_was_on_duty_by_code_and_title(engine: Engine) -> None:
    with write(engine) as connection:
        connection.execute(insert(Official).values(id=1, code="L01", name="值班领导01", title="处级领导", phone="021-55550001"))
        connection.execute(insert(Shift).values(on_date=date(2017, 10, 3), role="duty_leader", official_id=1))
        connection.execute(insert(Shift).values(on_date=date(2017, 10, 9), role="duty_leader", official_id=1))
    found = frame_of(engine, on_duty(date(2017, 10, 1), date(2017, 10, 5)))
    assert list(found.columns) == ["on_date", "code", "title"]
    assert found[["code", "title"]].to_numpy().tolist() == [["L01", "处级领导"]]
