"""The loop's rules: whatever is tried in whatever order, stamps stay in order, a step is one line, and what is illegal changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from model.loop import MOVES, STAMPS, URGED, Given, Line, Phase, Standing, Step
from model.loop_rules import changes_of, steps_for, stops_of, why_not
from model.roles import Actor, Role

START = datetime(2017, 10, 30, 1, tzinfo=UTC)
CENTRE, ADMIN = Actor(role=Role.GRID_CENTRE), Actor(role=Role.ADMINISTRATOR)
OURS, THEIRS = Actor(role=Role.DEPARTMENT, code="城管中队"), Actor(role=Role.DEPARTMENT, code="绿化办")
LEADER, VIEWER = Actor(role=Role.DUTY_LEADER, code="L01"), Actor(role=Role.VIEWER)
ACTORS = (CENTRE, ADMIN, OURS, THEIRS, LEADER, VIEWER)
ALL = Given(note="看过", department="城管中队", resolution="resolved", photo=True)
# the stage of each phase's last line, for a standing made by hand
AT = {number: START + timedelta(hours=number) for number in range(10)}
NEW = Standing(reported_at=START, due_at=START + timedelta(days=5), lines=(Line(at=START, stage="reported"),))


def taken(standing: Standing, step: Step, actor: Actor, what: Given, at: datetime) -> Standing:
    """The standing after a step, as the database would hold it."""
    changes = {name: value for name, value in changes_of(standing, step, what, at).items() if name != "closed_on"}
    line = Line(at=at, stage=MOVES[step].stage, actor=actor.who)
    return replace(standing, **changes, lines=(*standing.lines, line))


def walked(*steps: tuple[Step, Actor]) -> Standing:
    """A new case after these steps, an hour apart."""
    standing = NEW
    for number, (step, actor) in enumerate(steps, start=1):
        assert why_not(standing, step, actor, ALL, AT[number]) is None, step
        standing = taken(standing, step, actor, ALL, AT[number])
    return standing


DISPATCHED = ((Step.DISPATCH, CENTRE),)
CLAIMED = (*DISPATCHED, (Step.CLAIM, OURS))
HANDLED = (*CLAIMED, (Step.FEEDBACK, OURS))
VERIFIED = (*HANDLED, (Step.VERIFY, CENTRE))
CLOSED = (*VERIFIED, (Step.CLOSE, CENTRE))


@pytest.mark.parametrize(
    ("steps", "phase", "actor", "wanted"),
    [
        pytest.param((), Phase.NEW, CENTRE, [Step.DISPATCH, Step.SUSPEND, Step.EXTEND], id="new, the centre"),
        pytest.param((), Phase.NEW, OURS, [], id="new, a department"),
        pytest.param(DISPATCHED, Phase.DISPATCHED, OURS, [Step.CLAIM], id="dispatched, its department"),
        pytest.param(DISPATCHED, Phase.DISPATCHED, THEIRS, [], id="dispatched, another department"),
        pytest.param(DISPATCHED, Phase.DISPATCHED, LEADER, [], id="dispatched, a leader"),
        pytest.param(CLAIMED, Phase.CLAIMED, OURS, [Step.FEEDBACK], id="claimed"),
        pytest.param(HANDLED, Phase.HANDLED, CENTRE, [Step.VERIFY, Step.SEND_BACK], id="handled, the centre"),
        pytest.param(HANDLED, Phase.HANDLED, OURS, [], id="handled, its department"),
        pytest.param(VERIFIED, Phase.VERIFIED, CENTRE, [Step.CLOSE, Step.SEND_BACK], id="verified"),
        pytest.param(CLOSED, Phase.CLOSED, ADMIN, [], id="closed"),
        pytest.param((*HANDLED, (Step.SEND_BACK, CENTRE)), Phase.CLAIMED, OURS, [Step.FEEDBACK], id="sent back: claimed still"),
        pytest.param((*CLAIMED, (Step.DISPATCH, CENTRE)), Phase.DISPATCHED, OURS, [Step.CLAIM], id="dispatched anew: not claimed"),
        pytest.param((*CLAIMED, (Step.SUSPEND, CENTRE)), Phase.SUSPENDED, CENTRE, [Step.RESUME], id="suspended"),
        pytest.param(
            (*CLAIMED, (Step.SUSPEND, CENTRE), (Step.RESUME, CENTRE)), Phase.CLAIMED, OURS, [Step.FEEDBACK], id="resumed where it was"
        ),
    ],
)
def test_what_can_be_done_hangs_on_the_phase_and_the_role(
    steps: tuple[tuple[Step, Actor], ...], phase: Phase, actor: Actor, wanted: list[Step]
) -> None:
    standing = NEW
    for number, (step, one) in enumerate(steps, start=1):
        standing = taken(standing, step, one, ALL, AT[number])
    assert standing.phase is phase
    assert steps_for(standing, actor) == wanted


@pytest.mark.parametrize(
    ("steps", "step", "actor", "what", "named"),
    [
        pytest.param((), Step.DISPATCH, CENTRE, Given(), "选处置部门", id="no department"),
        pytest.param(DISPATCHED, Step.DISPATCH, CENTRE, ALL, "别的部门", id="the same department"),
        pytest.param(CLAIMED, Step.FEEDBACK, OURS, Given(), "一句话或一张照片", id="empty feedback"),
        pytest.param(HANDLED, Step.SEND_BACK, CENTRE, Given(), "写明原因", id="sent back without a word"),
        pytest.param(VERIFIED, Step.CLOSE, CENTRE, Given(), "办理结果", id="no outcome"),
        pytest.param(DISPATCHED, Step.CLAIM, THEIRS, ALL, "派给了", id="not theirs"),
        pytest.param(CLOSED, Step.VERIFY, CENTRE, ALL, "现在", id="too late"),
    ],
)
def test_what_is_missing_is_said(steps: tuple[tuple[Step, Actor], ...], step: Step, actor: Actor, what: Given, named: str) -> None:
    reason = why_not(walked(*steps), step, actor, what, AT[9])
    assert reason is not None
    text, values = reason
    for language in ("zh", "en"):
        said = text.say(language, **{key: value.say(language) if hasattr(value, "say") else value for key, value in values.items()})
        assert "{" not in said
        assert "\n" not in said
    assert named in text.zh


def test_photo_alone_or_a_word_alone_is_feedback() -> None:
    for what in (Given(note="已清理"), Given(photo=True)):
        assert why_not(walked(*CLAIMED), Step.FEEDBACK, OURS, what, AT[9]) is None


def test_a_deadline_that_is_past_or_missing_is_not_extended() -> None:
    standing = walked(*DISPATCHED)
    assert standing.due_at is not None
    assert why_not(standing, Step.EXTEND, CENTRE, ALL, standing.due_at) is None
    assert why_not(standing, Step.EXTEND, CENTRE, ALL, standing.due_at + timedelta(seconds=1)) is not None
    assert why_not(replace(standing, due_at=None), Step.EXTEND, CENTRE, ALL, AT[2]) is not None


def test_a_clock_that_was_put_back_is_noticed() -> None:
    reason = why_not(walked(*CLAIMED), Step.FEEDBACK, OURS, ALL, AT[1])
    assert reason is not None
    assert "FINEGRID_AS_OF" in reason[0].en


ATTEMPTS = some.lists(
    some.tuples(some.sampled_from(list(Step)), some.sampled_from(ACTORS), some.sampled_from(("城管中队", "绿化办")), some.integers(0, 90)),
    max_size=40,
)


@given(ATTEMPTS)
def test_whatever_is_tried_stamps_stay_in_order_and_every_step_is_one_line(attempts: list[tuple[Step, Actor, str, int]]) -> None:
    standing, at = NEW, START
    for step, actor, department, minutes in attempts:
        at += timedelta(minutes=minutes)
        what = replace(ALL, department=department)
        allowed = step in steps_for(standing, actor)
        reason = why_not(standing, step, actor, what, at)
        if not actor.may(MOVES[step].right) or reason:
            # what the panel offers is what the rules take, but for what comes with the step
            assert not allowed or (reason and reason[1].get("department") == department) or step is Step.EXTEND
            continue
        before, standing = standing, taken(standing, step, actor, what, at)
        assert allowed
        assert len(standing.lines) == len(before.lines) + 1
        assert standing.mark != before.mark
        check_order(standing)
    marks = [line.stage for line in standing.lines]
    assert marks.count("closed") <= 1
    assert standing.reworks == marks.count("returned")
    assert standing.extensions == marks.count("extended")


def check_order(standing: Standing) -> None:
    """Stamps rise along the loop, none is skipped, and no line is older than the one before."""
    stamps = [getattr(standing, name) for name in STAMPS]
    known = [stamp for stamp in stamps if stamp]
    assert known == sorted(known)
    assert stamps[: len(known)] == known, "a later step without an earlier one"
    assert all(a.at <= b.at for a, b in pairwise(standing.lines))


def test_a_word_of_supervision_moves_nothing() -> None:
    standing = walked(*CLAIMED)
    urged = replace(standing, lines=(*standing.lines, Line(at=AT[9], stage=URGED, actor=CENTRE.who)))
    assert (urged.mark, urged.phase, urged.last) == (standing.mark, standing.phase, standing.last)


def test_the_clock_stands_between_suspended_and_resumed() -> None:
    lines = [Line(at=AT[n], stage=stage) for n, stage in enumerate(("reported", "suspended", "urged", "resumed", "suspended"))]
    assert stops_of(lines, AT[9]) == [(AT[1], AT[3]), (AT[4], AT[9])]
    assert stops_of(lines[:2], AT[2]) == [(AT[1], AT[2])]
    assert stops_of(lines[:1], AT[2]) == []
