"""A deadline that is put off: by an extension (延期), or because the case's clock stood (挂账)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from model.clock import Span, WorkCalendar, due_at
from model.kinds import Limit


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How a category's limit counts, on whose calendar, in which zone."""

    limit: Limit
    value: float
    calendar: WorkCalendar
    zone: ZoneInfo

    def after(self, start: datetime, stopped: Sequence[Span] = ()) -> datetime:
        """The deadline of what began at `start`, in UTC."""
        return due_at(start, self.limit, self.value, self.calendar, self.zone, stopped=stopped)


def extended_due(due: datetime, rule: Rule) -> datetime:
    """The deadline with the category's limit granted once more, counted from the old deadline, in UTC."""
    return rule.after(due)


def resumed_due(due: datetime, began: datetime, rule: Rule | None, stops: Sequence[Span], *, extensions: int = 0) -> datetime:
    """The deadline of a case whose clock stood during `stops`, the last of them just ended; `due` is the one it had, in UTC.

    A deadline that was past when the clock stopped stays. One that the office's rule gave is worked out anew with all stops; any other
    is put off by the hours that the clock stood.
    """
    since, until = stops[-1]
    if due <= since:
        return due
    if rule and granted_due(began, rule, stops[:-1], extensions) == due:
        return granted_due(began, rule, stops, extensions)
    return (due + (until - since)).astimezone(UTC)


def granted_due(began: datetime, rule: Rule, stops: Sequence[Span], extensions: int) -> datetime:
    """What the rule gives from the beginning, with the spans in which the clock stood and so many extensions, in UTC."""
    due = rule.after(began, stops)
    for _ in range(extensions):
        due = rule.after(due, [span for span in stops if span[1] > due])
    return due
