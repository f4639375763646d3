"""Pages are drawn a few at a time: two hundred drawn at once would all be late, one after the other most are in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from config import settings

# whoever waited so long is drawn anyway: a long import may hold a turn, and must not hold up the others
MOST_SECONDS = 5.0


@cache
def _turns() -> BoundedSemaphore:
    return BoundedSemaphore(settings().turns)


@contextmanager
def in_turn() -> Iterator[None]:
    """Wait for one of the turns of this process, and give it back at the end."""
    mine = _turns()
    taken = mine.acquire(timeout=MOST_SECONDS)
    try:
        yield
    finally:
        if taken:
            mine.release()
