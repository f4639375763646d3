"""Words from outside as the tables can hold them."""

from __future__ import annotations

import re
from typing import Any

# PostgreSQL takes no NUL, UTF-8 no half of a pair, XML none of the others; tabs and line ends stay
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


LINE_ENDS = re.compile(r"\r\n?")
# a spreadsheet takes a cell that begins so for a formula, in Chinese versions also behind the full-width signs
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def inert(words: str) -> str:
    """The words with an apostrophe before them where a spreadsheet would run them, and one kind of line end.

    A lone carriage return is quoted by no writer of CSV, so what stands behind it would begin a row of its own.
    """
    lines = LINE_ENDS.sub("\n", words)
    return f"'{lines}" if lines.startswith(FORMULA_STARTS) else lines


def writable(words: str) -> str:
    """The words without the signs that a database, a Word file or the wire cannot hold."""
    return UNWRITABLE.sub("", words)


def writable_json(value: Any) -> Any:
    """What JSON said, every word in it writable: `\\u0000` is a sign that PostgreSQL refuses."""
    match value:
        case str():
            return writable(value)
        case list():
            return [writable_json(one) for one in value]
        case dict():
            return {writable(str(key)): writable_json(one) for key, one in value.items()}
        case _:
            return value
