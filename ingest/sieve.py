"""Which rows are turned away, why, and what they said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from i18n import Text
from ingest.personal import PERSONAL_HEADING, remove_from
from ingest.preset import Preset
from ingest.reasons import both
from ingest.rows import TEXT
from model.words import writable

# characters of a row, and of one value in a reason, that are kept
MOST_RAW = 2_000
MOST_VALUE = 60
# characters of a row that are looked at: what is taken out makes room for what follows
MOST_SEEN = 20_000


class Sieve:
    """Collects reasons row by row; a row may have several."""

    def __init__(self, index: pd.Index, country: str) -> None:
        self.index = index
        self.country = country
        self.reasons: dict[Any, list[str]] = {}
        # our column → what the file calls it
        self.named: dict[str, str] = {}

    def refuse(self, where: pd.Series[Any], text: Text, **values: object) -> None:
        """Refuse the rows of a mask; a value that is a series fills each row's sentence with its own."""
        if "column" in values:
            values["column"] = self.named.get(str(values["column"]), values["column"])
        for row in self.index[where.fillna(False).to_numpy(dtype=bool)]:
            filled = {name: value if isinstance(value, Text) else self._shown(value, row) for name, value in values.items()}
            self.reasons.setdefault(row, []).append(both(text, **filled))

    def _shown(self, value: object, row: Any) -> str:
        return self.show(str(value.loc[row] if isinstance(value, pd.Series) else value))

    def show(self, value: str) -> str:
        """A value for a sentence: short and without personal data."""
        # columns can be shifted, so any value may be a telephone number
        shown, _ = remove_from(value[:MOST_SEEN], self.country)
        return shown if len(shown) <= MOST_VALUE else shown[:MOST_VALUE] + "…"

    def passed(self) -> pd.Index:
        """The rows without a reason."""
        return self.index.difference(pd.Index(list(self.reasons), dtype=self.index.dtype), sort=False)

    def rejects(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The refused rows: row, reason, raw."""
        bad = sorted(self.reasons)
        lines = rows.loc[bad].astype(object).where(rows.loc[bad].notna(), None)
        raw = [tell_row(list(rows.columns), list(line), self.country) for line in lines.to_numpy()]
        return make_rejects(bad, ["; ".join(self.reasons[row]) for row in bad], raw)


def make_rejects(rows: Sequence[int], why: Sequence[str], raw: Sequence[str]) -> pd.DataFrame:
    """A frame of rejects: row, reason, raw."""
    return pd.DataFrame(
        {"row": pd.Series(rows, dtype="int64"), "reason": pd.Series(why, dtype=TEXT), "raw": pd.Series(raw, dtype=TEXT)},
    )


def tell_row(headings: Sequence[str], cells: Sequence[Any], country: str) -> str:
    """`heading=cell | …` of the filled cells, without personal data, cut at 2,000 characters."""
    told = " | ".join(f"{heading}={cell}" if heading else str(cell) for heading, cell in zip(headings, cells, strict=True) if cell)
    told, _ = remove_from(writable(told[:MOST_SEEN]), country)
    return told[:MOST_RAW]


def drop_personal(rows: pd.DataFrame, preset: Preset) -> tuple[pd.DataFrame, Counter[str]]:
    """The rows without the columns of people, and how many filled cells each of them had, as `column:NAME`.

    Those that the preset calls personal, and any other whose heading is that of a person and that it does not map.
    """
    dropped = personal_headings([str(name) for name in rows.columns], preset)
    counts = {f"column:{name}": int(rows[name].notna().sum()) for name in dropped}
    return rows.drop(columns=dropped), Counter({name: n for name, n in counts.items() if n})


def personal_headings(headings: Sequence[str], preset: Preset) -> list[str]:
    """Which of the headings are those of personal columns."""
    named = {name.casefold() for name in preset.personal}
    mapped = {name.casefold() for names in preset.columns.values() for name in names}
    return [name for name in headings if name.casefold() in named or (PERSONAL_HEADING.search(name) and name.casefold() not in mapped)]


def clean_broken(broken: pd.DataFrame, headings: Sequence[str], preset: Preset) -> pd.DataFrame:
    """Rows that do not fit the heading, as rejects.

    A cell too many or too few has shifted those behind it, so a personal column goes with every place it can have moved to.
    """
    personal = [list(headings).index(name) for name in personal_headings(headings, preset)]
    raw = []
    for cells in broken["cells"]:
        shift = len(cells) - len(headings)
        hidden = {place for at in personal for place in range(at + min(shift, 0), at + max(shift, 0) + 1)}
        raw.append(tell_row([""] * len(cells), [None if i in hidden else cell for i, cell in enumerate(cells)], preset.country))
    return make_rejects(broken["row"].to_list(), broken["reason"].to_list(), raw)
