"""A page that fails says in one sentence what to do, and the error still reaches the log."""

from __future__ import annotations

import pytest
from psycopg import OperationalError as NoAnswer
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from i18n import Text
from model.trouble import FULL, UNREACHABLE
from ui.failure import FAILED, say_failure


def test_a_failing_page_says_what_to_do_and_the_error_goes_on() -> None:
    def script() -> None:
        from ui.failure import say_what_to_do  # noqa: PLC0415  (the script stands alone)

        with say_what_to_do():
            raise ZeroDivisionError

    app = AppTest.from_function(script).run()

    assert [error.value for error in app.error] == [FAILED.zh]
    assert len(app.exception) == 1


def test_trouble_with_the_database_is_one_sentence_and_no_error_of_ours() -> None:
    def script() -> None:
        import sqlite3  # noqa: PLC0415  (the script stands alone)

        from ui.failure import say_what_to_do  # noqa: PLC0415

        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL
        with say_what_to_do():
            raise full

    app = AppTest.from_function(script).run()

    assert [error.value for error in app.error] == [FULL.zh]
    assert not app.exception


@pytest.mark.parametrize(
    ("error", "text"),
    [(RuntimeError(), FAILED), (OperationalError("select 1", {}, NoAnswer("connection refused")), UNREACHABLE)],
    ids=["any", "database"],
)
def test_a_database_out_of_reach_is_said_so(error: Exception, text: Text) -> None:
    assert say_failure(error, "en") == text.en
