"""What a viewer reads while a slow database is asked: one sentence, after two seconds without an answer, until the page stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from i18n import Language, Text

WAITING = Text(
    zh="正在读取数据，请稍候。一分钟后还不出来，请刷新一次；仍不行，请告诉管理员。",
    en="Reading the data, please wait. After a minute, reload the page; if that does not help, tell the administrator.",
)
# the style sheet shows it after two seconds; until then it is hidden from screen readers, too
SENTENCE = '<p class="waiting" role="status">{words}</p>'


@contextmanager
def say_that_it_comes(language: Language) -> Iterator[None]:
    """The sentence stands at the foot of the screen for as long as the block runs; it takes no room of the page."""
    # a box of its own, as the other things have that are no part of the page
    with st.container(key="waiting"):
        place = st.empty()
    place.html(SENTENCE.format(words=WAITING.say(language)))
    try:
        yield
    finally:
        place.empty()
