"""Layers: every layer's figures, map and table by its declaration alone."""

from __future__ import annotations

from i18n import Text
from ui.layers import pick_layer, show_features, show_figures, show_layer_map
from ui.viewer import show_heading

TITLE = Text(zh="图层", en="Layers")

seen = show_heading(TITLE)
layer = pick_layer(seen)
features = show_figures(seen, layer)
show_layer_map(seen, layer)
show_features(seen, layer, features)
