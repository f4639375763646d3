"""Running what is asynchronous, whatever another test of the same worker left running."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def alone(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The answer of `work`, in a thread of its own: the browser tests leave an event loop running in theirs."""
    with ThreadPoolExecutor(1) as pool:
        answer: Any = pool.submit(work, *args, **kwargs)
        found: T = answer.result()
    return found
