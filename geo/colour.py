"""The colours of the maps: sequential scales that colour-blind eyes can order, on light and on dark ground."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, isnan
from typing import Literal

Theme = Literal["light", "dark"]
Palette = Literal["blues", "oranges"]

# ColorBrewer Blues and Oranges (Brewer, Harrower, Pennsylvania State University; Apache 2.0), and the same hues on dark ground:
# there the highest class is the brightest
PALETTES: dict[Palette, dict[Theme, tuple[str, ...]]] = {
    "blues": {
        "light": ("#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c"),
        "dark": ("#15304f", "#1d4f84", "#2f7abf", "#69abe6", "#b5daff"),
    },
    "oranges": {
        "light": ("#feedde", "#fdbe85", "#fd8d3c", "#e6550d", "#a63603"),
        "dark": ("#3a2412", "#6b3a11", "#a3561a", "#dd7f2c", "#ffb366"),
    },
}
# the map's own surfaces: what lies outside, the land, writing and its halo, what is chosen, hot spots, panels, no value (area, line),
# borders of zones
SURFACES: dict[Theme, dict[str, str]] = {
    "light": {
        "outside": "#e9edf2",
        "land": "#ffffff",
        "ink": "#1e293b",
        "halo": "#ffffff",
        "chosen": "#b91c1c",
        "hot": "#a21caf",
        "panel": "#ffffff",
        "nothing": "#e2e8f0",
        "unknown": "#74829a",
        "border": "#334155",
    },
    "dark": {
        "outside": "#0b1220",
        "land": "#172033",
        "ink": "#e2e8f0",
        "halo": "#0b1220",
        "chosen": "#facc15",
        "hot": "#f0abfc",
        "panel": "#111a2c",
        "nothing": "#263247",
        "unknown": "#8291a8",
        "border": "#b6c2d3",
    },
}
# single cases (Okabe and Ito's colour-blind-safe set): open, late, closed
CASE_COLOURS: dict[Theme, tuple[str, str, str]] = {
    "light": ("#0072b2", "#d55e00", "#64748b"),
    "dark": ("#56b4e9", "#f59e0b", "#94a3b8"),
}
# cameras, to be told apart on cells of oranges: at work, offline (out), planned, planned and chosen (Okabe and Ito's blue and green)
SECTOR_COLOURS: dict[Theme, tuple[str, str, str, str]] = {
    "light": ("#0072b2", "#0f172a", "#94a3b8", "#009e73"),
    "dark": ("#56b4e9", "#f8fafc", "#64748b", "#34d399"),
}


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Classes of a figure: class i holds breaks[i] ≤ value < breaks[i+1]; the last one holds its upper end too."""

    title: str
    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    labels: tuple[str, ...]

    def class_of(self, value: float | None) -> int:
        """The class of a value, from 0; -1 when there is no value."""
        if value is None or isnan(value) or not self.colours:
            return -1
        return max(0, sum(value >= lower for lower in self.breaks[:-1]) - 1)


def make_scale(
    values: Iterable[float | None],
    *,
    title: str,
    theme: Theme,
    palette: Palette = "blues",
    show: Callable[[float], str] | None = None,
    whole: bool = False,
) -> Scale:
    """Up to five classes with about as many values each; `show` writes a limit, `whole` means that values are counts."""
    # frames hand over NumPy numbers, which the map's message cannot carry
    breaks = make_breaks([float(value) for value in values if value is not None and not isnan(value)], whole=whole)
    colours = pick_colours(PALETTES[palette][theme], max(len(breaks) - 1, 0))
    return Scale(title=title, breaks=breaks, colours=colours, labels=_labels(breaks, show or (_count if whole else _figure), whole=whole))


def make_breaks(values: Sequence[float], *, whole: bool, classes: int = 5) -> tuple[float, ...]:
    """Limits of classes from the lowest to the highest value, at quantiles; fewer when values are few; () for none."""
    if not values:
        return ()
    ordered = sorted(values)
    last = len(ordered) - 1
    inner = [ordered[round(last * step / classes)] for step in range(1, classes)]
    limits = [ordered[0], *(ceil(value) if whole else value for value in inner), ordered[-1]]
    kept = sorted(set(limits))
    return tuple(kept) if len(kept) > 1 else (kept[0], kept[0])


def pick_colours(colours: Sequence[str], count: int) -> tuple[str, ...]:
    """So many colours of a palette, spread from its second to its last; the single one is its middle."""
    last = len(colours) - 1
    if count <= 1:
        return (colours[last // 2],) * count
    first = 0 if count > last else 1
    return tuple(colours[first + round((last - first) * step / (count - 1))] for step in range(count))


def on_dark(colour: str) -> str:
    """A layer's colour for dark ground: a third of the way to white, so that it still stands out."""
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(part + (255 - part) / 3):02x}" for part in parts)


def _labels(breaks: Sequence[float], show: Callable[[float], str], *, whole: bool) -> tuple[str, ...]:
    """`3–7` for counts, where the next class begins one higher; `80%–90%` otherwise."""
    spans = list(pairwise(breaks))
    labels = []
    for place, (lower, upper) in enumerate(spans):
        top = upper - 1 if whole and place < len(spans) - 1 else upper
        labels.append(show(lower) if top <= lower else f"{show(lower)}–{show(top)}")
    return tuple(labels)


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _figure(value: float) -> str:
    return f"{value:.4g}"
