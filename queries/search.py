"""Which cases speak of it? A search in number, title, address and text, Chinese included.

Every word must stand somewhere in a case; one sign is enough. The texts are read, not looked up in an index. Measured on two cores,
41,282 cases of a hundred signs: 28 ms on SQLite, 22 ms on PostgreSQL (75 ms there for a word with Latin letters); one million: about a
second. An index of three-sign runs (FTS5 trigram, the two-sign words of Chinese found as ranges of its terms) answered in 1 to 12 ms,
but cost 5 s and 30 MB per 41,282 cases at every import: the import pays more than all the searches of a day save.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from model.cases import CaseRow
from model.sql import holds, pattern

TEXTS = (CaseRow.external_id, CaseRow.title, CaseRow.address, CaseRow.description)
# whoever pastes a page gets its first words searched
MAX_WORDS = 12


def words_of(text: str) -> tuple[str, ...]:
    """The words of a search, once each."""
    return tuple(dict.fromkeys(text.replace("\0", " ").split()))[:MAX_WORDS]


def searched(text: str) -> list[ColumnElement[bool]]:
    """SQL: a condition for each word, that it stands in any of the texts; Latin letters of either case are the same."""
    return [or_(*(_stands_in(column, word) for column in TEXTS)) for word in words_of(text)]


def _stands_in(column: InstrumentedAttribute[Any], word: str) -> ColumnElement[bool]:
    """Folding the case of letters is four times as slow on PostgreSQL, so it is asked for only where the word has letters."""
    wanted = pattern(word)
    return column.like(wanted, escape="/") if word.lower() == word.upper() else holds(column, wanted)
