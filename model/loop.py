"""The loop of a case (派遣 → 认领 → 反馈 → 核查 → 结案, or 返工): which step may be taken, by whom, and what it changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from i18n import Text
from model.roles import Right

# the line that supervision adds; it changes nothing of where a case stands
URGED = "urged"


class Step(StrEnum):
    """What somebody does to a case; the value names its line in the audit log, `case.claim`."""

    DISPATCH = "dispatch"
    CLAIM = "claim"
    FEEDBACK = "feedback"
    VERIFY = "verify"
    CLOSE = "close"
    SEND_BACK = "send_back"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"


class Phase(StrEnum):
    """Where a case stands in the loop."""

    NEW = "new"
    DISPATCHED = "dispatched"
    CLAIMED = "claimed"
    HANDLED = "handled"
    VERIFIED = "verified"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    VOID = "void"


STAMPS = ("reported_at", "accepted_at", "dispatched_at", "handled_at", "verified_at", "closed_at")
UNHANDLED = frozenset({Phase.NEW, Phase.DISPATCHED, Phase.CLAIMED})


@dataclass(frozen=True, kw_only=True)
class Move:
    """A step: what it is called, from where it may be taken, who may, and the stage of its line in `case_events`."""

    label: Text
    start: frozenset[Phase]
    right: Right
    stage: str
    # a step that nobody would understand later without a word
    wants_note: bool = False


MOVES: dict[Step, Move] = {
    Step.DISPATCH: Move(label=Text(zh="派遣", en="Dispatch"), start=UNHANDLED, right=Right.DISPATCH, stage="dispatched"),
    Step.CLAIM: Move(label=Text(zh="认领", en="Claim"), start=frozenset({Phase.DISPATCHED}), right=Right.HANDLE, stage="claimed"),
    Step.FEEDBACK: Move(label=Text(zh="处置反馈", en="Feed back"), start=frozenset({Phase.CLAIMED}), right=Right.HANDLE, stage="handled"),
    Step.VERIFY: Move(label=Text(zh="核查通过", en="Verify"), start=frozenset({Phase.HANDLED}), right=Right.VERIFY, stage="verified"),
    Step.CLOSE: Move(label=Text(zh="结案", en="Close"), start=frozenset({Phase.VERIFIED}), right=Right.VERIFY, stage="closed"),
    Step.SEND_BACK: Move(
        label=Text(zh="返工", en="Send back"),
        start=frozenset({Phase.HANDLED, Phase.VERIFIED}),
        right=Right.VERIFY,
        stage="returned",
        wants_note=True,
    ),
    Step.SUSPEND: Move(label=Text(zh="挂账", en="Suspend"), start=UNHANDLED, right=Right.DISPATCH, stage="suspended", wants_note=True),
    Step.RESUME: Move(label=Text(zh="恢复办理", en="Resume"), start=frozenset({Phase.SUSPENDED}), right=Right.DISPATCH, stage="resumed"),
    Step.EXTEND: Move(label=Text(zh="延期", en="Extend"), start=UNHANDLED, right=Right.DISPATCH, stage="extended", wants_note=True),
}
# the words for a line of a case's life that is not one of its stages
LINE_LABELS: dict[str, Text] = {
    **{move.stage: move.label for move in MOVES.values() if move.stage in {"claimed", "returned", "suspended", "resumed", "extended"}},
    URGED: Text(zh="督办", en="Urged"),
}
PHASE_LABELS: dict[Phase, Text] = {
    Phase.NEW: Text(zh="待派遣", en="waiting to be dispatched"),
    Phase.DISPATCHED: Text(zh="待认领", en="waiting to be claimed"),
    Phase.CLAIMED: Text(zh="待处置", en="waiting to be handled"),
    Phase.HANDLED: Text(zh="待核查", en="waiting to be verified"),
    Phase.VERIFIED: Text(zh="待结案", en="waiting to be closed"),
    Phase.CLOSED: Text(zh="已结案", en="closed"),
    Phase.SUSPENDED: Text(zh="已挂账", en="suspended"),
    Phase.VOID: Text(zh="已作废", en="void"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a case's life; lines are in the order of (at, id)."""

    at: datetime
    stage: str
    actor: str | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a case stands: its stamps, its department, and the lines of its life, the oldest first."""

    department: str | None = None
    reported_at: datetime | None = None
    accepted_at: datetime | None = None
    dispatched_at: datetime | None = None
    due_at: datetime | None = None
    handled_at: datetime | None = None
    verified_at: datetime | None = None
    closed_at: datetime | None = None
    void: bool = False
    suspended: bool = False
    reworks: int = 0
    extensions: int = 0
    resolution: str | None = None
    lines: tuple[Line, ...] = ()

    @property
    def claimed(self) -> bool:
        """Whether the department has claimed it since it was dispatched; one that sends it back for rework keeps the claim."""
        last = next((line.stage for line in reversed(self.lines) if line.stage in {"claimed", "dispatched"}), None)
        return last == "claimed"

    @property
    def last(self) -> Line | None:
        """The last line that moved it; a word of supervision does not."""
        return next((line for line in reversed(self.lines) if line.stage != URGED), None)

    @property
    def phase(self) -> Phase:
        """Where it stands; its stamps decide, only the claim is read from its life."""
        over = {Phase.VOID: self.void, Phase.CLOSED: self.closed_at, Phase.SUSPENDED: self.suspended}
        done = {Phase.VERIFIED: self.verified_at, Phase.HANDLED: self.handled_at}
        if found := next((phase for phase, is_so in (over | done).items() if is_so), None):
            return found
        if self.dispatched_at is None:
            return Phase.NEW
        return Phase.CLAIMED if self.claimed else Phase.DISPATCHED

    @property
    def latest(self) -> datetime | None:
        """The latest moment that is known of it."""
        known = [*(getattr(self, name) for name in STAMPS), *(line.at for line in self.lines)]
        return max((at for at in known if at), default=None)

    @property
    def mark(self) -> str:
        """A short mark of everything a step depends on, headed by the number of lines: whoever acts says which one they saw."""
        stamps = (self.due_at, *(getattr(self, name) for name in STAMPS))
        moved = [(line.at.timestamp(), line.stage, line.actor) for line in self.lines if line.stage != URGED]
        seen = (
            *(stamp and stamp.timestamp() for stamp in stamps),
            *(self.department, self.void, self.suspended, self.reworks, self.extensions),
            moved,
        )
        return f"{len(moved)}.{hashlib.blake2b(repr(seen).encode(), digest_size=8).hexdigest()}"

    def went_on_since(self, mark: str) -> bool:
        """Whether a line was added after the mark was seen; else something other than a step changed the case."""
        return self.mark.split(".")[0] != mark.split(".", maxsplit=1)[0]


@dataclass(frozen=True, kw_only=True)
class Given:
    """What comes with a step."""

    note: str = ""
    department: str | None = None
    resolution: str | None = None
    photo: bool = False


def standing_of(row: Mapping[str, Any], lines: Sequence[Line]) -> Standing:
    """The standing of a row of `cases`, with times aware and None for what is missing."""
    known: dict[str, Any] = {name: row[name] or None for name in ("department", "resolution", "due_at", *STAMPS)}
    known |= {name: int(row[name]) for name in ("reworks", "extensions")}
    return Standing(**known, void=bool(row["void"]), suspended=bool(row["suspended"]), lines=tuple(lines))
