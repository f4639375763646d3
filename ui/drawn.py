"""A chart of the same contents is drawn once, whoever looks: drawing it takes longer than sending it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec

import pandas as pd
import plotly.graph_objects as go

from ui.kept import KEPT_SECONDS, Shelf
from ui.viewer import Viewer

P = ParamSpec("P")
MOST_FIGURES = 500
FINISHING = Lock()


def drawn_once(draw: Callable[P, go.Figure]) -> Callable[P, go.Figure]:
    """The figure of these contents, in the viewer's language and theme; it is shared, so only `finish` may change it."""
    shelf = Shelf(seconds=KEPT_SECONDS, most=MOST_FIGURES)

    @wraps(draw)
    def give(*args: P.args, **kwargs: P.kwargs) -> go.Figure:
        key = (*map(_contents, args), *((name, _contents(kwargs[name])) for name in sorted(kwargs)))
        return shelf.get(key, lambda: draw(*args, **kwargs))

    return give


def finish(figure: go.Figure, *works: Callable[[go.Figure], object]) -> None:
    """Change a figure before it is shown for the first time, and never again."""
    with FINISHING:
        if not getattr(figure, "_finished", False):
            for work in works:
                work(figure)
            # what the page asks of it at every redraw
            contents = figure.to_dict()
            figure.to_dict = lambda: contents
            figure._finished = True


def _contents(value: Any) -> Hashable:
    """What tells an argument from another one."""
    match value:
        case pd.Series():
            return str(value.dtype), value.index.to_numpy().tobytes(), value.to_numpy().tobytes()
        case Viewer():
            return value.language, value.theme
        case list() | tuple():
            return tuple(map(_contents, value))
        case _:
            return value  # type: ignore[no-any-return]
