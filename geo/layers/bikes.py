"""Shared-bike parking zones (共享单车停放区)."""

from geo.layers import LINE, POLYGON, Field, Figure, Layer, Nearest, Style, Which
from i18n import Text

LAYER = Layer(
    key="bikes",
    label=Text(zh="共享单车停放区", en="Shared-bike parking zones"),
    geometry=LINE | POLYGON,
    fields=(
        Field(key="length_m", label=Text(zh="长度", en="Length"), type="number", unit="m", aliases=("长度", "length"), measured="length"),
        Field(key="spacing_m", label=Text(zh="每车间距", en="Spacing"), type="number", unit="m", aliases=("间距",), default=0.60),
        Field(key="operator", label=Text(zh="运营企业", en="Operator"), aliases=("运营企业", "企业")),
    ),
    # 0508 is 非机动车乱停放 in the catalogue
    join=Nearest(within=50, which=Which(categories=frozenset({"0508"}), words=("共享单车", "单车", "自行车", "bicycle", "bike"))),
    style=Style(colour="#0d9488", weight=5, fill=0.5),
    figures=(
        Figure(key="parking_zones", label=Text(zh="停放区", en="Parking zones"), unit=Text(zh="处", en="places")),
        Figure(key="length", label=Text(zh="总长", en="Total length"), sum_of="length_m", unit=Text(zh="米", en="m")),
    ),
    aliases=("bicycle_parking_areas", "bike_zones", "停放区"),
    order=40,
)
