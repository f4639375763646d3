"""Responsibility zones (责任区): who answers for which part of the subdistrict."""

from geo.layers import POLYGON, Contains, Field, Figure, Layer, Style
from i18n import Text

LAYER = Layer(
    key="zones",
    label=Text(zh="责任区", en="Responsibility zones"),
    geometry=POLYGON,
    fields=(
        Field(key="households", label=Text(zh="户数", en="Households"), type="integer", aliases=("户数", "household_count")),
        Field(key="committee", label=Text(zh="居委", en="Neighbourhood committee"), aliases=("居委", "居委会")),
    ),
    join=Contains(),
    style=Style(colour="#334155", weight=1.5, fill=0.55),
    figures=(
        Figure(key="zones", label=Text(zh="责任区", en="Zones"), unit=Text(zh="个", en="zones")),
        Figure(key="households", label=Text(zh="户数", en="Households"), sum_of="households", unit=Text(zh="户", en="households")),
    ),
    aliases=("zones", "责任区", "neighbourhoods", "neighborhoods"),
    order=10,
    covers_boundary=True,
)
