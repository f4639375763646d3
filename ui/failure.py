"""What a viewer reads when a page fails: one sentence that says what to do; the error itself goes to the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from sqlalchemy.exc import OperationalError

from i18n import Language, Text, pick_language

FAILED = Text(
    zh="本页未能显示：请刷新一次；仍不行，请把当前时间和本页网址告诉管理员，服务器日志里有原因。",
    en="This page could not be shown. Reload it; if that does not help, tell the administrator the time and the address.",
)
NO_DATABASE = Text(
    zh="连不上数据库：请稍候刷新；仍不行，请管理员检查数据库服务与 DATABASE_URL。",
    en="The database cannot be reached. Reload in a moment; if it stays so, have the database and DATABASE_URL checked.",
)


@contextmanager
def say_what_to_do() -> Iterator[None]:
    """Let an error through to the log, with a sentence on the page before it; Streamlit's own box says nothing to a viewer."""
    try:
        yield
    except Exception as error:
        asked = st.session_state.get("language") or st.query_params.get("lang")
        st.error(say_failure(error, pick_language(asked, st.context.locale)), icon=":material/error:")
        raise


def say_failure(error: Exception, language: Language) -> str:
    """The sentence for an error."""
    return (NO_DATABASE if isinstance(error, OperationalError) else FAILED).say(language)
