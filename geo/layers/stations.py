"""Metro stations (地铁站), for bearings."""

from geo.layers import POINT, Field, Layer, Style
from i18n import Text

LAYER = Layer(
    key="stations",
    label=Text(zh="地铁站", en="Metro stations"),
    geometry=POINT,
    fields=(Field(key="line", label=Text(zh="线路", en="Line"), aliases=("线路",)),),
    style=Style(colour="#7c3aed", radius=6, fill=0.9),
    order=60,
)
