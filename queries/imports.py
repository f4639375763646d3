"""What came in, when, and what did not."""

from __future__ import annotations

from sqlalchemy import select

from model.office import Import, Reject
from queries.run import Question


def imports(limit: int = 50, offset: int = 0) -> Question:
    """The history of imports, newest first, with everything kept of each."""
    return select(*Import.__table__.columns).order_by(Import.id.desc()).limit(limit).offset(offset)


def last_import(target: str) -> Question:
    """Column ended_at: when something was last brought in for a target, a layer's key or `cases`; at most one row."""
    return select(Import.ended_at).where(Import.target == target).order_by(Import.id.desc()).limit(1)


def rejects(import_id: int, limit: int | None = None) -> Question:
    """The rows of one import that did not come in: row, reason, raw (personal data removed)."""
    question = select(Reject.row, Reject.reason, Reject.raw).where(Reject.import_id == import_id).order_by(Reject.row, Reject.id)
    return question.limit(limit) if limit else question
