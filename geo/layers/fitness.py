"""Fitness points (健身苑点): the worked example of a layer in one file."""

from geo.layers import POINT, Field, Figure, Layer, Nearest, Style
from i18n import Text

LAYER = Layer(
    key="fitness",
    label=Text(zh="健身苑点", en="Fitness points"),
    geometry=POINT,
    fields=(
        Field(key="kind", label=Text(zh="类型", en="Kind"), aliases=("类型", "种类")),
        Field(key="opened", label=Text(zh="建成年份", en="Opened"), type="integer", aliases=("建成年份",)),
    ),
    join=Nearest(within=100),
    style=Style(colour="#65a30d", radius=5, fill=0.9),
    figures=(Figure(key="points", label=Text(zh="健身苑点", en="Fitness points"), unit=Text(zh="处", en="points")),),
    aliases=("fitness_points", "fitness_stations", "健身点"),
    order=55,
    shown=False,
)
