"""Words that came from outside, made harmless for Markdown, and a case's times against its deadline in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from i18n import NOTHING, Text, show_duration
from ui.viewer import Viewer

SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:$<>&])")
LEFT = Text(zh="剩 {span}", en="{span} left")
OVER = Text(zh="超 {span}", en="{span} late")
IN_TIME = Text(zh="按期", en="In time")
LATE = Text(zh="迟 {span}", en="Late by {span}")


def plain(text: object) -> str:
    """A text that Markdown shows as it stands; the dash where there is none."""
    return NOTHING if is_missing(text) else SIGNS.sub(r"\\\1", " ".join(str(text).split()))


def is_missing(value: object) -> bool:
    """Whether a cell of a frame holds nothing."""
    return value is None or value == "" or (not isinstance(value, (list, dict)) and bool(pd.isna(value)))  # type: ignore[call-overload]


def moment_of(value: object) -> datetime | None:
    """A time stamp of a frame as a time of Python, aware."""
    return None if is_missing(value) else pd.Timestamp(value).to_pydatetime()  # type: ignore[arg-type]


def say_deadline(case: Mapping[str, Any], now: datetime, seen: Viewer) -> str:
    """How a case stands to its deadline: what is left or how late it is, or was when it was closed."""
    due, closed = moment_of(case["due_at"]), moment_of(case["closed_at"])
    if due is None or case["void"]:
        return NOTHING
    if closed is not None and closed <= now:
        return seen.say(IN_TIME) if closed <= due else seen.say(LATE, span=_round(closed - due, seen))
    if case["suspended"]:
        return NOTHING
    text, span = (LEFT, due - now) if now <= due else (OVER, now - due)
    return seen.say(text, span=_round(span, seen))


def _round(span: timedelta, seen: Viewer) -> str:
    """Whole days from ten days on, whole hours from one hour on."""
    unit = timedelta(days=1) if span >= timedelta(days=10) else timedelta(hours=1) if span >= timedelta(hours=1) else timedelta(minutes=1)
    return show_duration(span // unit * unit, seen.language)
