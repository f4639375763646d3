"""The campaign ledgers: what is to be reached, what was done, by measure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import and_, func, select

from model.office import Ledger, LedgerEntry
from queries.run import Question

# what is counted but not yet reached
NOT_DONE = ("open", "started", "found")


def counted_measures(measures: Iterable[str]) -> tuple[str, ...]:
    """Which of a ledger's measures count towards its target: the main one (empty) where it has entries, else all that are done."""
    known = tuple(dict.fromkeys(measures))
    return ("",) if "" in known else tuple(name for name in known if name not in NOT_DONE)


def ledgers(until: date | None = None, year: int | None = None) -> Question:
    """Each ledger and measure with key, label, year, target, unit, measure (empty: the main figure), done, places, entries, last_on.

    `until` counts the entries up to that day only; a ledger without entries keeps its row.
    """
    of = LedgerEntry.ledger_key == Ledger.key
    joined = and_(of, LedgerEntry.on_date <= until) if until else of
    question = (
        select(
            *(Ledger.key, Ledger.label, Ledger.year, Ledger.target, Ledger.unit),
            func.coalesce(LedgerEntry.measure, "").label("measure"),
            func.coalesce(func.sum(LedgerEntry.amount), 0.0).label("done"),
            func.count(LedgerEntry.place.distinct()).label("places"),
            func.count(LedgerEntry.id).label("entries"),
            func.max(LedgerEntry.on_date).label("last_on"),
        )
        .outerjoin(LedgerEntry, joined)
        .group_by(Ledger.key, LedgerEntry.measure)
        .order_by(Ledger.key, func.coalesce(LedgerEntry.measure, ""))
    )
    return question.where(Ledger.year == year) if year else question


def ledger_days(until: date) -> Question:
    """What was done a day: ledger_key, measure, on_date, amount; up to a day, oldest first."""
    entry = LedgerEntry
    amount = func.sum(entry.amount).label("amount")
    return (
        select(entry.ledger_key, entry.measure, entry.on_date, amount)
        .where(entry.on_date <= until)
        .group_by(entry.ledger_key, entry.measure, entry.on_date)
        .order_by(entry.ledger_key, entry.on_date, entry.measure)
    )


def ledger_places(until: date) -> Question:
    """Columns ledger_key, places: how many different places the entries of a ledger name, up to a day."""
    places = func.count(LedgerEntry.place.distinct()).label("places")
    return select(LedgerEntry.ledger_key, places).where(LedgerEntry.on_date <= until).group_by(LedgerEntry.ledger_key)


def ledger_entries(key: str, measure: str | None = None) -> Question:
    """The entries of a ledger, newest first: id, on_date, measure, amount, place, lon, lat, note."""
    entry = LedgerEntry
    columns = (entry.id, entry.on_date, entry.measure, entry.amount, entry.place, entry.lon, entry.lat, entry.note)
    question = select(*columns).where(entry.ledger_key == key)
    if measure is not None:
        question = question.where(entry.measure == measure)
    return question.order_by(entry.on_date.desc(), entry.id.desc())
