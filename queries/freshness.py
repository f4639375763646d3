"""How new is what we show? The version of the data, by which answers are cached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from sqlalchemy import Engine, func, select, true

from model.cases import CaseRow
from model.office import AuditLine, Import, Setting
from queries.run import Question


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """`version` changes with every import and every change that a page makes; the times are aware, None when there is nothing."""

    version: str
    imported_at: datetime | None
    reported_at: datetime | None
    # the office's day of the first case
    first_on: date | None = None
    # what the database says of itself, by key
    kept: Mapping[str, str] = field(default_factory=dict)


def freshness() -> Question:
    """One row: import_id, imported_at, audit_id, reported_at (the newest of each), first_on (the day of the first case)."""
    newest = select(func.max(CaseRow.reported_on)).scalar_subquery()
    return select(
        select(func.max(Import.id)).scalar_subquery().label("import_id"),
        select(func.max(Import.ended_at)).scalar_subquery().label("imported_at"),
        select(func.min(CaseRow.reported_on)).scalar_subquery().label("first_on"),
        select(func.max(AuditLine.id)).scalar_subquery().label("audit_id"),
        # the newest day is found by its index, the newest moment only within it
        select(func.max(CaseRow.reported_at)).where(CaseRow.reported_on == newest).scalar_subquery().label("reported_at"),
    )


@cache
def _with_settings() -> Question:
    """Made once: every redraw asks it, and making it takes as long as asking."""
    newest = freshness().subquery()
    return select(newest, Setting.key, Setting.value).select_from(newest.outerjoin(Setting, true()))


def read_freshness(engine: Engine) -> Freshness:
    """How new the data is, and what the database says of itself: every page wants both, so they are one question."""
    with engine.connect() as connection:
        rows = connection.execute(_with_settings()).all()
    row, kept = rows[0], {one.key: one.value for one in rows if one.key is not None}
    version = f"{row.import_id or 0}.{row.audit_id or 0}"
    return Freshness(version=version, imported_at=row.imported_at, reported_at=row.reported_at, first_on=row.first_on, kept=kept)
