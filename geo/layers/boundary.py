"""The edge of the subdistrict (辖区边界)."""

from geo.layers import POLYGON, Layer, Style
from i18n import Text

LAYER = Layer(
    key="boundary",
    label=Text(zh="辖区边界", en="Boundary"),
    geometry=POLYGON,
    style=Style(colour="#475569", weight=3, fill=0.0, dash="8 6"),
    order=5,
)
