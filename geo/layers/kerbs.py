"""Kerb lines of the roads (路缘线): where a new parking zone could stand."""

from geo.layers import LINE, Field, Figure, Layer, Style
from i18n import Text

LAYER = Layer(
    key="kerbs",
    label=Text(zh="路缘线", en="Kerb lines"),
    geometry=LINE,
    fields=(Field(key="road", label=Text(zh="道路", en="Road"), aliases=("道路", "路名", "street")),),
    style=Style(colour="#94a3b8", weight=1, fill=0.0),
    figures=(Figure(key="kerb_lines", label=Text(zh="路缘线", en="Kerb lines"), unit=Text(zh="条", en="lines")),),
    aliases=("roads", "streets", "curbs", "道路", "路缘"),
    order=15,
    shown=False,
)
