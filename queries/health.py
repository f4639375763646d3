"""How the database is: whether it answers, how much there is, what came in."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import BigInteger, String, cast, func, literal_column, select, text

from model.cases import CaseRow
from model.office import AuditLine, Import
from model.people import Official
from model.places import Feature
from queries.run import Question

# how many bytes the database takes, and which one it is: the one thing that each engine calls by another name
SIZES: dict[str, Question] = {
    "sqlite": select(
        cast(literal_column("page_count * page_size"), BigInteger).label("bytes"), func.sqlite_version().label("engine")
    ).select_from(text("pragma_page_count(), pragma_page_size()")),
    "postgresql": select(
        cast(func.pg_database_size(func.current_database()), BigInteger).label("bytes"),
        cast(func.current_setting("server_version"), String).label("engine"),
    ),
}
# what people call the things that a line of the audit log names by their id
NAMED = {"case": (CaseRow.id, CaseRow.external_id), "official": (Official.id, Official.name), "feature": (Feature.id, Feature.name)}


def database_size(dialect: str) -> Question:
    """One row: bytes, engine (its version); `dialect` as SQLAlchemy calls it."""
    return SIZES[dialect]


def brought_in() -> Question:
    """What came in of each thing (target): files, rows_new, rows_rejected, and when the last file did (ended_at)."""
    return (
        select(
            Import.target,
            func.count().label("files"),
            func.sum(Import.rows_new).label("rows_new"),
            func.sum(Import.rows_rejected).label("rows_rejected"),
            func.max(Import.ended_at).label("ended_at"),
        )
        .group_by(Import.target)
        .order_by(func.max(Import.ended_at).desc(), Import.target)
    )


def last_audits(limit: int = 20) -> Question:
    """The newest lines of the audit log: at, who, what, subject."""
    return select(AuditLine.at, AuditLine.who, AuditLine.what, AuditLine.subject).order_by(AuditLine.id.desc()).limit(limit)


def names_of(kind: str, ids: Collection[int]) -> Question:
    """Columns id, name of things that the audit log is about; `kind` is one of `NAMED`."""
    key, name = NAMED[kind]
    return select(key.label("id"), name.label("name")).where(key.in_(ids)).order_by(key)
