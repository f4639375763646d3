"""What a viewer reads when a page fails: one sentence that says what to do; the error itself goes to the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from i18n import Language, Text, pick_language
from model.journal import note_error
from model.trouble import trouble_of

FAILED = Text(
    zh="本页未能显示：请刷新一次；仍不行，请把当前时间和本页网址告诉管理员，服务器日志里有原因。",
    en="This page could not be shown. Reload it; if that does not help, tell the administrator the time and the address.",
)
NO_BOX = "<style>[data-testid=stException]{display:none}</style>"


@contextmanager
def say_what_to_do() -> Iterator[None]:
    """One sentence on the page for an error, which goes to the log; Streamlit's own box, which says nothing to a viewer, is not seen."""
    try:
        yield
    except Exception as error:
        asked = st.session_state.get("language") or st.query_params.get("lang")
        st.error(say_failure(error, pick_language(asked, st.context.locale)), icon=":material/error:")
        if trouble_of(error):
            # nothing of the program is wrong: the journal's line is enough
            note_error(error)
            st.stop()
        st.html(NO_BOX)
        raise


def say_failure(error: Exception, language: Language) -> str:
    """The sentence for an error."""
    return (trouble_of(error) or FAILED).say(language)
