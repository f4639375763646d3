"""Rows of a file become cases, features of a file become features: checked, without personal data, and no database yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pandas as pd

from ingest import reasons
from ingest.columns import check_ids, cut_texts, map_columns, name_columns, translate
from ingest.features import CleanFeatures, clean_features
from ingest.personal import remove_personal
from ingest.places import read_places
from ingest.preset import Preset
from ingest.reasons import both
from ingest.rows import TEXT, Rows
from ingest.sieve import Sieve, clean_broken, drop_personal
from ingest.values import read_counts, read_times, read_truths
from model.setup import Office

__all__ = ["Clean", "CleanFeatures", "clean_cases", "clean_features"]
FREE_TEXT = ("title", "description", "address", "community", "department", "category")


@dataclass(frozen=True, kw_only=True)
class Clean:
    """What became of a chunk of rows.

    `cases`: the columns of CaseRow that the file or the preset fills, by row in the file; those that the import works out
    (id, cell, reported_on …) are not there. lon and lat are in the file's datum, times aware in UTC.
    `rejects`: row, reason (in both languages), raw. `removed`: personal data taken out, by kind, and `column:NAME` for columns.
    `notes`: what was let through and is worth telling, in both languages, with how many rows.
    """

    cases: pd.DataFrame
    rejects: pd.DataFrame
    removed: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    # where the refused rows lie that have a place at all: lon, lat
    refused: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"lon": [], "lat": []}, dtype=float))


def clean_cases(rows: Rows, preset: Preset, office: Office) -> Clean:
    """The cases of a chunk; Unreadable when the file lacks the number or the reported time."""
    frame, removed = drop_personal(rows.frame, preset)
    notes: Counter[str] = Counter()
    sieve = Sieve(frame.index, preset.country)
    sieve.named = name_columns(frame, preset)
    cases = map_columns(frame, preset)
    check_ids(cases, sieve)
    translate(cases, preset, sieve, notes)
    read_times(cases, preset, office, sieve, notes)
    read_counts(cases, sieve)
    read_truths(cases)
    read_places(cases, preset.parsed_datum(), sieve, notes)
    passed = sieve.passed()
    refused = cases.loc[~cases.index.isin(passed)].reindex(columns=["lon", "lat"]).dropna().astype(float)
    cases = cases.loc[passed]
    removed += _clean_texts(cases, preset, notes)
    cut_texts(cases, notes)
    rejects = pd.concat([sieve.rejects(frame), clean_broken(rows.broken, list(rows.frame.columns), preset)], ignore_index=True)
    return Clean(cases=cases, rejects=rejects.sort_values("row", ignore_index=True), removed=removed, notes=notes, refused=refused)


def _clean_texts(cases: pd.DataFrame, preset: Preset, notes: Counter[str]) -> Counter[str]:
    removed: Counter[str] = Counter()
    lost = 0
    for column in [name for name in FREE_TEXT if name in cases]:
        cases[column], found = remove_personal(cases[column].astype(TEXT), preset.country)
        removed += found
        lost += int(cases[column].str.contains("\ufffd", regex=False).sum())
    if lost:
        notes[both(reasons.UNREADABLE_CHARACTERS)] += lost
    return removed
