"""What was worked out once is kept for every viewer, and handed out without being copied."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from inspect import signature
from itertools import count
from threading import Lock
from typing import Any, ParamSpec, TypeVar

import pandas as pd
import streamlit as st

P = ParamSpec("P")
T = TypeVar("T")
KEPT_SECONDS = 600
ERAS = count()


class Shelf:
    """Values by key, the oldest dropped first; while one is being made, whoever else wants it waits for it."""

    def __init__(self, *, seconds: float, most: int) -> None:
        self.seconds, self.most = seconds, most
        self._values: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._makers: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The value of the key; made if there is none, or none that is new enough."""
        with self._lock:
            found = self._values.get(key)
            if found and found[0] > time.monotonic():
                self._values.move_to_end(key)
                return found[1]
            maker = self._makers.setdefault(key, Lock())
        with maker:
            with self._lock:
                found = self._values.get(key)
            if found and found[0] > time.monotonic():
                return found[1]
            try:
                value = make()
                self._put(key, value)
            finally:
                with self._lock:
                    self._makers.pop(key, None)
            return value

    def _put(self, key: Hashable, value: Any) -> None:
        with self._lock:
            self._values[key] = (time.monotonic() + self.seconds, value)
            self._values.move_to_end(key)
            while len(self._values) > self.most:
                self._values.popitem(last=False)


def kept(*, most: int, seconds: float = KEPT_SECONDS) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """As `st.cache_data`, and cleared with it, but what it gives is shared: nobody may change it in place.

    Frames are the exception, a frame's columns may be set: pandas copies them when they are written to. Arguments are
    told apart by their own equality; those whose names begin with an underscore do not count.
    """

    def decorate(work: Callable[P, T]) -> Callable[P, T]:
        shelf = Shelf(seconds=seconds, most=most)
        counted = [place for place, name in enumerate(signature(work).parameters) if not name.startswith("_")]

        @wraps(work)
        def give(*args: P.args, **kwargs: P.kwargs) -> T:
            placed = tuple(args[place] for place in counted if place < len(args))
            named = tuple((name, kwargs[name]) for name in sorted(kwargs) if not name.startswith("_"))
            value: T = _hand_out(shelf.get((_era(), placed, named), lambda: work(*args, **kwargs)))
            return value

        return give

    return decorate


@st.cache_data(show_spinner=False)
def _era() -> int:
    """A number that is another one after `st.cache_data.clear()`, which imports and tests call."""
    return next(ERAS)


def _hand_out(value: Any) -> Any:
    """A frame as a frame of its own over the same columns, and so within dicts and lists; anything else as it is."""
    match value:
        case pd.DataFrame():
            return value.copy(deep=False)
        case dict():
            return {key: _hand_out(one) for key, one in value.items()}
        case list():
            return [_hand_out(one) for one in value]
        case _:
            return value
