"""Pages are drawn a few at a time, and whoever waits too long is drawn anyway."""

from __future__ import annotations

import threading

import pytest

from config import settings
from ui import turns


@pytest.fixture
def two_turns(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FINEGRID_TURNS", "2")
    settings.cache_clear()
    turns._turns.cache_clear()
    yield
    settings.cache_clear()
    turns._turns.cache_clear()


def test_no_more_at_once_than_there_are_turns(two_turns: None) -> None:
    drawing, most, lock, gate = [0], [0], threading.Lock(), threading.Barrier(2)

    def draw() -> None:
        with turns.in_turn():
            with lock:
                drawing[0] += 1
                most[0] = max(most[0], drawing[0])
            # there are always two, and never a third
            gate.wait(20)
            with lock:
                drawing[0] -= 1

    pages = [threading.Thread(target=draw) for _ in range(8)]
    for page in pages:
        page.start()
    for page in pages:
        page.join()
    assert most[0] == 2


def test_a_turn_comes_back_after_a_failure_and_is_not_waited_for_for_ever(two_turns: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_SECONDS", 0.01)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.in_turn():
            raise ZeroDivisionError
    drawn = []
    with turns.in_turn(), turns.in_turn(), turns.in_turn():
        drawn.append("the third, without a turn")
    # only what was taken was given back: the semaphore would refuse more
    with turns.in_turn(), turns.in_turn():
        drawn.append("two again")
    assert len(drawn) == 2
