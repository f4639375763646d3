"""What the server writes down for whoever runs it: one JSON line an event, never a name, a text or a token."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from config import ROOT

JOURNAL = logging.getLogger("finegrid")
Event = Literal["start", "sign_in", "sign_out", "session_end", "refused", "error", "unhealthy", "warm"]
# all that a line may say beside its time, its weight and its event
FACTS = frozenset({"role", "right", "page", "path", "action", "kind", "place", "status", "version", "sign_in", "address"})
LONGEST = 120


class JsonLine(logging.Formatter):
    """`{"at": "2017-10-31T10:00:00+00:00", "level": "warning", "event": "refused", "role": "viewer"}`"""

    def format(self, record: logging.LogRecord) -> str:
        """One line; whatever is no fact of ours stays out of it."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        facts = getattr(record, "facts", {})
        return json.dumps({"at": at, "level": record.levelname.lower(), "event": record.getMessage(), **facts}, ensure_ascii=False)


def open_journal() -> None:
    """Lines go to standard error from now on; a second call changes nothing."""
    if not JOURNAL.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLine())
        JOURNAL.addHandler(handler)
        JOURNAL.setLevel(logging.INFO)
        JOURNAL.propagate = False


def note(event: Event, *, level: int = logging.INFO, **facts: object) -> None:
    """Write an event down; raises ValueError for a fact that is not among FACTS."""
    if unknown := facts.keys() - FACTS:
        raise ValueError(f"a journal line does not tell {', '.join(sorted(unknown))}; it tells {', '.join(sorted(FACTS))}")
    JOURNAL.log(level, event, extra={"facts": {key: _plain(value) for key, value in facts.items()}})


def note_error(error: BaseException, **facts: object) -> None:
    """Write down what kind of error it was and where in our code; not what it said, which may hold a citizen's words."""
    note("error", level=logging.ERROR, kind=type(error).__name__, place=_place(error), **facts)


def _place(error: BaseException) -> str:
    """`ui/cases.py:12`, the innermost line of our own code."""
    place, trace = "", error.__traceback__
    while trace:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and ".venv" not in path.parts:
            place = f"{path.relative_to(ROOT)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _plain(value: object) -> str | int | bool:
    """A short word without signs that a terminal would obey."""
    return value if isinstance(value, bool | int) else quote(str(value), safe="/:._-,+ ")[:LONGEST]
