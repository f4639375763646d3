"""The office's own books: ledgers, imports and their rejects, the audit log, settings kept with the data."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from model.base import Base
from model.types import Json, Moment


class Ledger(Base):
    """A campaign ledger (专项台账): what is to be reached in a year."""

    __tablename__ = "ledgers"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    label: Mapped[dict[str, str]] = mapped_column(Json)
    year: Mapped[int]
    target: Mapped[float | None]
    unit: Mapped[str] = mapped_column(String(20))


class LedgerEntry(Base):
    """One thing done for a ledger, at a place or at none. `amount` counts in the ledger's unit."""

    __tablename__ = "ledger_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_key: Mapped[str] = mapped_column(ForeignKey("ledgers.key"), index=True)
    on_date: Mapped[date] = mapped_column(Date)
    # what the entry counts, where a ledger counts several things (hazards, notices, …); empty for its main figure
    measure: Mapped[str] = mapped_column(String(40), default="")
    amount: Mapped[float]
    place: Mapped[str | None] = mapped_column(String(200))
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    note: Mapped[str | None] = mapped_column(Text)


class Import(Base):
    """One file that came in."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    # "cases", or the key of a layer, or the name of a table
    target: Mapped[str] = mapped_column(String(40))
    preset: Mapped[str | None] = mapped_column(String(40))
    datum: Mapped[str | None] = mapped_column(String(80))
    rows_in: Mapped[int]
    rows_new: Mapped[int]
    rows_changed: Mapped[int]
    rows_unchanged: Mapped[int]
    rows_rejected: Mapped[int]
    # how many of each kind of personal data were taken out, and anything else worth telling
    removed: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    notes: Mapped[list[str]] = mapped_column(Json, default=list)
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime] = mapped_column(Moment)


class Reject(Base):
    """One row that did not come in, why, and what it said, without personal data."""

    __tablename__ = "rejects"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), index=True)
    row: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    raw: Mapped[str] = mapped_column(Text)


class AuditLine(Base):
    """Who did what to what."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120))
    detail: Mapped[str | None] = mapped_column(Text)


class Setting(Base):
    """What the office's data says of itself: title, timezone, metric_crs, as_of, demo."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
