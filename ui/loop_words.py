"""The words of the loop on a page: whose turn it is, who did what last."""

from __future__ import annotations

import pandas as pd

from i18n import Text, show_moment
from model.kinds import LABELS, Stage
from model.loop import LINE_LABELS, Line, Phase, Standing
from model.who import say_who
from ui.viewer import Viewer
from ui.words import is_missing, plain

WAITING: dict[Phase, Text] = {
    Phase.NEW: Text(zh="等待网格中心派遣", en="The grid centre is to dispatch it"),
    Phase.DISPATCHED: Text(zh="等待{department}认领", en="{department} is to claim it"),
    Phase.CLAIMED: Text(zh="等待{department}处置反馈", en="{department} is to handle it and feed back"),
    Phase.HANDLED: Text(zh="等待网格中心核查", en="The grid centre is to verify it"),
    Phase.VERIFIED: Text(zh="等待网格中心结案", en="The grid centre is to close it"),
    Phase.SUSPENDED: Text(zh="已挂账，时限停走，等待网格中心恢复", en="Suspended, its clock stands; the grid centre is to resume it"),
    Phase.CLOSED: Text(zh="已结案", en="Closed"),
    Phase.VOID: Text(zh="已作废", en="Void"),
}
LAST = Text(zh="最近一步：{who} · {what} · {when}", en="Last: {who} · {what} · {when}")
WITH_IT = Text(zh="说明：{note}", en="Note: {note}")
NO_DEPARTMENT = Text(zh="处置部门", en="the department")


def say_waiting(seen: Viewer, standing: Standing) -> str:
    """Whose turn it is."""
    return seen.say(WAITING[standing.phase], department=say_department(seen, standing))


def say_department(seen: Viewer, standing: Standing) -> str:
    """The department that holds it, or the word for one."""
    return plain(standing.department) if standing.department else seen.say(NO_DEPARTMENT)


def say_last(seen: Viewer, line: Line) -> str:
    """Who did what when."""
    when = show_moment(seen.local(line.at), seen.language)
    return seen.say(LAST, who=plain(seen.say(say_who(line.actor))), what=say_stage(seen, line.stage), when=when)


def say_note(seen: Viewer, life: pd.DataFrame, standing: Standing) -> str:
    """What was written with the last step: why a case was sent back, what was done about it; a department alone is no note."""
    lines = life[life["stage"] == standing.last.stage] if standing.last else life.iloc[:0]
    note = None if lines.empty else lines["note"].iloc[-1]
    return "" if is_missing(note) or note == standing.department else seen.say(WITH_IT, note=plain(note))


def say_stage(seen: Viewer, stage: str) -> str:
    """The word for a line of a case's life, whoever wrote it."""
    labels: dict[str, Text] = {**LINE_LABELS, **{one.value: LABELS[one] for one in Stage}}
    return seen.say(labels[stage]) if stage in labels else plain(stage)
