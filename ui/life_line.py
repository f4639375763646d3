"""The life line of a case (受理 … 结案): every step with its time, how long it took and who held the case meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any, Literal

import pandas as pd

from i18n import NOTHING, Text, show_duration, show_moment
from model.kinds import LABELS, STAGE_STAMPS, Stage
from model.who import say_who
from ui.viewer import Viewer
from ui.words import is_missing, moment_of

# done; passed without a stamp; going on now; still to come
Progress = Literal["done", "skipped", "running", "ahead"]
STAMPS = {Stage.REPORTED: "reported_at"} | dict(reversed(STAGE_STAMPS.items()))
CENTRE = Text(zh="网格中心", en="Grid centre")
TOOK = Text(zh="用时 {span}", en="took {span}")
SO_FAR = Text(zh="已 {span}", en="{span} so far")
UNKNOWN = Text(zh="时间未记录", en="time not recorded")
DUE = Text(zh="截止", en="Deadline")
LATE_BY = Text(zh="超期 {span}", en="{span} late")
LEFT = Text(zh="还剩 {span}", en="{span} left")
IN_TIME = Text(zh="提前 {span}", en="{span} early")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: when it was done, how long it took since the last known one, and who held the case in that time."""

    stage: Stage
    progress: Progress
    at: datetime | None = None
    took: timedelta | None = None
    # a name, or None for the office's own centre
    holder: str | None = None


def steps_of(case: Mapping[str, Any], life: pd.DataFrame, now: datetime) -> list[Step]:
    """The six steps of a case as of now. What was never stamped but passed is skipped; the first open one is running.

    Who did a step, by the lines of its life, held the case until then; where no line says it, the department held it from the
    dispatch to the handling, and the centre otherwise.
    """
    actors = {str(row.stage): str(row.actor) for row in life.itertuples() if not is_missing(row.actor)}
    stamps = {stage: moment if moment and moment <= now else None for stage, name in STAMPS.items() for moment in [moment_of(case[name])]}
    last = max((place for place, stage in enumerate(stamps) if stamps[stage]), default=0)
    over = bool(case["void"]) or stamps[Stage.CLOSED] is not None
    steps: list[Step] = []
    before: datetime | None = None
    for place, (stage, at) in enumerate(stamps.items()):
        holder = actors.get(stage) or (case["department"] if stage is Stage.HANDLED and not is_missing(case["department"]) else None)
        if at:
            steps.append(Step(stage=stage, progress="done", at=at, took=at - before if before else None, holder=holder))
            before = at
        elif place < last:
            steps.append(Step(stage=stage, progress="skipped"))
        elif place == last + 1 and not over:
            steps.append(Step(stage=stage, progress="running", took=now - before if before else None, holder=holder))
        elif not case["void"]:
            steps.append(Step(stage=stage, progress="ahead"))
    return steps


def draw_life(case: Mapping[str, Any], life: pd.DataFrame, seen: Viewer) -> str:
    """The life line as HTML, the deadline among the steps where its time lies; every text from outside is escaped."""
    now = seen.minute
    steps = steps_of(case, life, now)
    due = moment_of(case["due_at"])
    lines = [_line(step, seen) for step in steps]
    if due is not None:
        place = sum(
            1 for step in steps if (step.at and step.at <= due) or step.progress == "skipped" or (step.progress == "running" and now <= due)
        )
        lines.insert(place, _due_line(case, due, now, seen))
    return f'<ol class="life">{"".join(lines)}</ol>'


def say_due(case: Mapping[str, Any], due: datetime, now: datetime, seen: Viewer) -> tuple[str, bool]:
    """How the case stood, or stands, to its deadline, and whether that is late."""
    closed = moment_of(case["closed_at"])
    end = closed if closed and closed <= now else None
    if end is None and (case["void"] or case["suspended"]):
        return "", False
    late = (end or now) > due
    text = LATE_BY if late else IN_TIME if end else LEFT
    return seen.say(text, span=show_duration(abs((end or now) - due), seen.language)), late


def _line(step: Step, seen: Viewer) -> str:
    holder = escape(seen.say(say_who(step.holder)) if step.holder else seen.say(CENTRE))
    match step.progress:
        case "done":
            span = seen.say(TOOK, span=show_duration(step.took, seen.language)) if step.took is not None else ""
            words = " · ".join(part for part in (span, holder if span else "") if part)
        case "running":
            words = f"{seen.say(SO_FAR, span=show_duration(step.took, seen.language))} · {holder}"
        case "skipped":
            words = seen.say(UNKNOWN)
        case "ahead":
            words = ""
    time = show_moment(seen.local(step.at), seen.language) if step.at else NOTHING if step.progress == "skipped" else ""
    small = f"<small>{words}</small>" if words else ""
    return f'<li class="{step.progress}"><time>{time}</time><b>{seen.say(LABELS[step.stage])}</b>{small}</li>'


def _due_line(case: Mapping[str, Any], due: datetime, now: datetime, seen: Viewer) -> str:
    words, late = say_due(case, due, now, seen)
    small = f"<small>{words}</small>" if words else ""
    time = show_moment(seen.local(due), seen.language)
    return f'<li class="due{" late" if late else ""}"><time>{time}</time><b>{seen.say(DUE)}</b>{small}</li>'
