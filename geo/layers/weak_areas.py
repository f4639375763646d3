"""Weak areas under rectification (薄弱区域)."""

from geo.layers import POLYGON, Contains, Field, Figure, Layer, Style
from i18n import Text

STEPS = {
    "none": Text(zh="未启动", en="Not started"),
    "cut_off": Text(zh="断水断电", en="Water and power cut"),
    "sealed": Text(zh="消防查封", en="Sealed for fire safety"),
    "rectified": Text(zh="全面整治", en="Fully rectified"),
}

LAYER = Layer(
    key="weak_areas",
    label=Text(zh="薄弱区域", en="Weak areas"),
    geometry=POLYGON,
    fields=(
        Field(key="step", label=Text(zh="整治步骤", en="Step"), choices=STEPS, aliases=("步骤", "整治步骤"), default="none"),
        Field(key="signed_off_on", label=Text(zh="销项日期", en="Signed off on"), type="date", aliases=("销项日期",)),
        Field(key="signed_off_by", label=Text(zh="销项人", en="Signed off by"), aliases=("销项人", "签字人")),
        Field(key="closed_by", label=Text(zh="封闭管理", en="Closed by"), aliases=("封闭管理",)),
    ),
    join=Contains(),
    style=Style(colour="#be123c", weight=3, fill=0.25),
    figures=(Figure(key="areas", label=Text(zh="薄弱区域", en="Weak areas"), unit=Text(zh="处", en="areas")),),
    order=30,
)
