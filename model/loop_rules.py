"""Whether a step of the loop may be taken, in a sentence where it may not, and what it changes; nothing but rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from i18n import Text
from model.loop import MOVES, PHASE_LABELS, Given, Line, Standing, Step
from model.roles import Actor, Role

Changes = dict[str, Any]
# why a step is not taken, and the values of its places
Reason = tuple[Text, dict[str, object]]

WRONG_PHASE = Text(
    zh="案件现在{phase}，不能{step}；能办的见案件面板", en="The case is {phase}: no “{step}” now; its panel shows what can be done"
)
NOT_YOURS = Text(
    zh="案件派给了{department}，{mine}不能办理；请{department}办理，或请网格中心改派",
    en="The case was dispatched to {department}, not to {mine}; let them do it, or ask the grid centre to dispatch it anew",
)
NOBODY = Text(zh="（未定部门）", en="(no department)")
WORD_WANTED = Text(zh="{step}要写明原因；写一句再提交", en="“{step}” needs a reason; write a line and send it again")
PROOF_WANTED = Text(zh="反馈要有一句话或一张照片；补上再提交", en="Feedback needs a line or a photo; add one and send it again")
DEPARTMENT_WANTED = Text(zh="派遣要选处置部门；选好再提交", en="Dispatching needs a department; choose one and send it again")
SAME_DEPARTMENT = Text(
    zh="案件已在{department}；改派请选别的部门", en="The case is with {department} already; choose another to dispatch it anew"
)
OUTCOME_WANTED = Text(zh="结案要选办理结果；选好再提交", en="Closing needs an outcome; choose one and send it again")
PAST_DUE = Text(zh="案件没有时限或已超期，不能延期", en="The case has no deadline, or is past it, and cannot be extended")
CLOCK_BEHIND = Text(
    zh="系统时点早于案件最近一步；请核对系统时钟（FINEGRID_AS_OF）后再办",
    en="The clock stands before the case's last step; check the clock (FINEGRID_AS_OF) and try again",
)


def steps_for(standing: Standing, actor: Actor) -> list[Step]:
    """The steps that this one may take now, in the order of the loop."""
    return [step for step in MOVES if _may(standing, step, actor)]


def _may(standing: Standing, step: Step, actor: Actor) -> bool:
    return actor.may(MOVES[step].right) and why_not_here(standing, step, actor) is None


def why_not_here(standing: Standing, step: Step, actor: Actor) -> Reason | None:
    """Why the case as it stands does not take the step from this one; None where it does. Rights are checked elsewhere."""
    move = MOVES[step]
    if standing.phase not in move.start:
        return WRONG_PHASE, {"phase": PHASE_LABELS[standing.phase], "step": move.label}
    if actor.role is Role.DEPARTMENT and actor.code != standing.department:
        return NOT_YOURS, {"department": standing.department or NOBODY, "mine": actor.code or NOBODY}
    return None


def why_not(standing: Standing, step: Step, actor: Actor, given: Given, at: datetime) -> Reason | None:  # noqa: PLR0911 - a table
    """Why the step cannot be taken now with what comes with it; None where it can."""
    if reason := why_not_here(standing, step, actor):
        return reason
    if standing.latest and at < standing.latest:
        return CLOCK_BEHIND, {}
    move = MOVES[step]
    if move.wants_note and not given.note:
        return WORD_WANTED, {"step": move.label}
    match step:
        case Step.DISPATCH if not given.department:
            return DEPARTMENT_WANTED, {}
        case Step.DISPATCH if standing.dispatched_at and given.department == standing.department:
            return SAME_DEPARTMENT, {"department": given.department}
        case Step.FEEDBACK if not given.note and not given.photo:
            return PROOF_WANTED, {}
        case Step.CLOSE if not given.resolution:
            return OUTCOME_WANTED, {}
        case Step.EXTEND if standing.due_at is None or standing.due_at < at:
            return PAST_DUE, {}
    return None


def changes_of(standing: Standing, step: Step, given: Given, at: datetime) -> Changes:  # noqa: PLR0911 - a table
    """What the step changes in the row of the case; what the clock has to say of its deadline is not among it."""
    match step:
        case Step.DISPATCH:
            return {"department": given.department, "dispatched_at": at, "accepted_at": standing.accepted_at or at}
        case Step.CLAIM:
            return {}
        case Step.FEEDBACK:
            return {"handled_at": at}
        case Step.VERIFY:
            return {"verified_at": at}
        case Step.CLOSE:
            return {"closed_at": at, "closed_on": at.date(), "resolution": given.resolution}
        case Step.SEND_BACK:
            return {"handled_at": None, "verified_at": None, "reworks": standing.reworks + 1}
        case Step.SUSPEND:
            return {"suspended": True}
        case Step.RESUME:
            return {"suspended": False}
        case Step.EXTEND:
            return {"extensions": standing.extensions + 1}


def stops_of(lines: Sequence[Line], until: datetime) -> list[tuple[datetime, datetime]]:
    """The spans in which the clock of a case stood, by the lines of its life; one that has not ended ends at `until`."""
    spans, since = _stops(lines)
    return [*spans, (since, until)] if since else spans


def stops_that_ended(lines: Sequence[Line]) -> list[tuple[datetime, datetime]]:
    """The spans in which the clock of a case stood and after which it ran again."""
    return _stops(lines)[0]


def _stops(lines: Sequence[Line]) -> tuple[list[tuple[datetime, datetime]], datetime | None]:
    """The spans that ended, and the beginning of one that did not."""
    spans: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    for line in lines:
        if line.stage == "suspended":
            since = since or line.at
        elif line.stage == "resumed" and since:
            spans.append((since, line.at))
            since = None
    return spans, since
