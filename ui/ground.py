"""The ground of a page's map: which layers this viewer may see, and how they are fetched."""

from __future__ import annotations

from collections.abc import Sequence

from geo.layers import layers
from ui import ask
from ui.map_panel import Ground
from ui.viewer import Viewer, data_version


def seen_layers(seen: Viewer) -> tuple[str, ...]:
    """The keys of the layers that the viewer may see, in drawing order; sensitive ones by role only."""
    return tuple(key for key, one in layers().items() if not one.sensitive or seen.may_see_sensitive)


def ground_of(seen: Viewer, keys: Sequence[str]) -> Ground:
    """These layers as the ground of a map, until the data changes."""
    chosen = tuple(keys)
    return Ground(version=data_version(), layers=chosen, load=lambda: ask.ask_features(chosen), attribution=seen.attribution)
