"""A line of the journal: JSON, of our facts only, on one line, without what an error said."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as some

from model.journal import JOURNAL, JsonLine, note, note_error

Lines = list[dict[str, object]]


@pytest.fixture(scope="module")
def lines() -> Lines:
    """What the journal wrote, as read back."""
    kept: Lines = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            line = JsonLine().format(record)
            assert "\n" not in line
            kept.append(json.loads(line))

    handler = Keep()
    JOURNAL.addHandler(handler)
    before = JOURNAL.level
    JOURNAL.setLevel(logging.INFO)
    yield kept
    JOURNAL.removeHandler(handler)
    JOURNAL.setLevel(before)


def test_a_line_says_what_happened(lines: Lines) -> None:
    note("refused", level=logging.WARNING, page="cameras", role="viewer")
    assert lines[-1].pop("at")
    assert lines[-1] == {"level": "warning", "event": "refused", "page": "cameras", "role": "viewer"}


@given(some.text())
def test_nothing_breaks_a_line(lines: Lines, text: str) -> None:
    note("refused", path="".join(sign for sign in text if not "\ud800" <= sign <= "\udfff"))
    assert str(lines[-1]["path"]).isascii()


def test_an_error_says_its_kind_and_place_only(lines: Lines) -> None:
    try:
        int("李四 13800000000")
    except ValueError as error:
        note_error(error)
    assert lines[-1]["kind"] == "ValueError"
    assert str(lines[-1]["place"]).startswith("tests/model/test_journal.py:")
    assert "13800000000" not in json.dumps(lines[-1])


def test_a_name_is_no_fact() -> None:
    with pytest.raises(ValueError, match="does not tell name"):
        note("sign_in", name="张三")
