"""What is kept is made once, by whoever comes first; frames are handed out so that nobody can spoil them for the others."""

from __future__ import annotations

import threading

import pandas as pd
import plotly.io
import pytest
import streamlit as st

from ui.charts import draw_bars
from ui.drawn import finish
from ui.kept import Shelf, kept
from ui.viewer import Viewer


def test_many_who_come_at_once_wait_for_one() -> None:
    made, started = [], threading.Barrier(8)

    @kept(most=5)
    def answer(question: str) -> int:
        made.append(question)
        return len(made)

    def ask() -> None:
        started.wait()
        heard.append(answer("how many?"))

    heard: list[int] = []
    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert (made, heard) == (["how many?"], [1] * 8)


def test_a_frame_is_the_askers_own() -> None:
    @kept(most=5)
    def answer(_seen: object) -> dict[str, list[pd.DataFrame]]:
        return {"cases": [pd.DataFrame({"n": [1, 2], "zone": ["Z01", "Z02"]})]}

    first = answer("somebody")["cases"][0]
    first.loc[0, "n"] = 99
    first["more"] = 0
    assert answer("somebody else")["cases"][0].to_dict("list") == {"n": [1, 2], "zone": ["Z01", "Z02"]}


def test_clearing_the_cache_forgets() -> None:
    made = []

    @kept(most=5)
    def answer(version: str, *, part: int = 0) -> int:
        made.append((version, part))
        return len(made)

    assert [answer("1"), answer("1", part=1), answer("1"), answer("2")] == [1, 2, 1, 3]
    st.cache_data.clear()
    assert answer("1") == 4


def test_what_failed_is_tried_again_and_the_oldest_goes_first() -> None:
    shelf, tries = Shelf(seconds=60, most=2), []

    def make() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("no answer")
        return len(tries)

    with pytest.raises(OSError, match="no answer"):
        shelf.get("a", make)
    assert [shelf.get(key, make) for key in "abacab"] == [2, 3, 2, 4, 2, 5]


def test_what_is_too_old_is_made_anew() -> None:
    shelf, made = Shelf(seconds=0, most=2), []
    for _ in range(2):
        shelf.get("a", lambda: made.append(1))
    assert len(made) == 2


def test_a_chart_of_the_same_contents_is_drawn_once_and_finished_once(office: object) -> None:
    seen = Viewer(language="zh", theme="light", office=office, fresh=None)  # type: ignore[arg-type]
    dark = Viewer(language="zh", theme="dark", office=office, fresh=None)  # type: ignore[arg-type]
    finished = []
    figure = draw_bars(["热线", "巡查"], [3.0, 2.0], seen)
    for _ in range(2):
        finish(figure, lambda one: finished.append(one.update_layout(title="once")))

    assert draw_bars(["热线", "巡查"], [3.0, 2.0], seen) is figure
    assert draw_bars(["热线", "巡查"], [3.0, 2.0], dark) is not figure
    assert draw_bars(["热线", "巡查"], [3.0, 1.0], seen) is not figure
    assert len(finished) == 1
    assert plotly.io.to_json(figure.to_dict(), validate=False) == plotly.io.to_json(figure, validate=False)


@pytest.fixture
def office() -> object:
    """Nothing of the office is needed to draw."""
    return None
