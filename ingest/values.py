"""Times and counts of cases, and what cannot be true of them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from i18n import Text
from ingest import reasons
from ingest.dates import parse_times
from ingest.preset import TIMES, Preset
from ingest.reasons import both
from ingest.sieve import Sieve
from model.setup import Office

EARLIEST = pd.Timestamp("1990-01-01", tz="UTC")
# a deadline after this is how databases write that there is none
LATEST_DUE = pd.Timestamp("2100-01-01", tz="UTC")
NEVER = r"(?:[3-9]\d|2[1-9])\d{2}\D"
DAY = pd.Timedelta(days=1)
COUNTS = ("reworks", "extensions")


def read_times(cases: pd.DataFrame, preset: Preset, office: Office, sieve: Sieve, notes: Counter[str]) -> None:
    """Texts into moments in UTC, in the frame itself; refuse what is no time or cannot be true.

    The future begins a day after the later of the office's clock and the real one, so that an office whose clock is set
    back still takes a whole file; deadlines may lie in it.
    """
    zone = preset.zone() or office.timezone
    latest = pd.Timestamp(max(office.now(), datetime.now(UTC))).tz_convert("UTC") + DAY
    sieve.refuse(cases["reported_at"].isna(), reasons.NO_REPORT)
    for column in [name for name in TIMES if name in cases]:
        texts = cases[column]
        if column == "due_at":
            never = texts.str.match(NEVER).fillna(False).astype(bool)
            texts = texts.mask(never)
        moments = parse_times(texts, preset.dates, zone, day_ends=column == "due_at" and preset.due_day == "end")
        sieve.refuse(texts.notna() & moments.isna(), reasons.BAD_TIME, column=column, found=texts)
        sieve.refuse(moments < EARLIEST, reasons.TOO_EARLY, column=column, found=texts)
        if column == "due_at":
            never |= moments >= LATEST_DUE
            _note(notes, reasons.NO_DEADLINE, never)
            moments = moments.mask(never)
        else:
            sieve.refuse(moments > latest, reasons.IN_FUTURE, column=column, found=texts)
        cases[column] = moments
    _compare(cases, sieve, notes)


def _compare(cases: pd.DataFrame, sieve: Sieve, notes: Counter[str]) -> None:
    """A case closed a little before it was reported is a slip of two clocks; one closed days before is a wrong row."""
    if "closed_at" in cases:
        before = cases["reported_at"] - cases["closed_at"]
        sieve.refuse(before > DAY, reasons.CLOSED_FIRST)
        _note(notes, reasons.CLOSED_EARLIER, (before > pd.Timedelta(0)) & (before <= DAY))
    if "due_at" in cases:
        _note(notes, reasons.DUE_BEFORE, cases["due_at"] < cases["reported_at"])


def read_counts(cases: pd.DataFrame, sieve: Sieve) -> None:
    """Reworks and extensions as whole numbers, in the frame itself; nothing is 0."""
    for column in [name for name in COUNTS if name in cases]:
        numbers = pd.to_numeric(cases[column], errors="coerce").astype("Float64")
        strange = cases[column].notna() & ~((numbers >= 0) & (numbers < 10_000) & (numbers.round() == numbers)).fillna(False)
        sieve.refuse(strange, reasons.BAD_NUMBER, column=column, found=cases[column])
        cases[column] = numbers.mask(strange).fillna(0).astype("int64")


def read_truths(cases: pd.DataFrame) -> None:
    """yes and no into booleans, in the frame itself; only of the first contact it may be unknown."""
    for column in [name for name in ("first_contact", "void", "suspended") if name in cases]:
        known = cases[column].map({"yes": True, "no": False}).astype("boolean")
        cases[column] = known if column == "first_contact" else known.fillna(False).astype(bool)


def _note(notes: Counter[str], text: Text, where: pd.Series[Any]) -> None:
    if count := int(where.fillna(False).sum()):
        notes[both(text)] += count
