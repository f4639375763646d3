"""River reaches (河道河段) of the river-chief system, drawn downstream."""

from geo.layers import LINE, Along, Field, Figure, Layer, Style
from i18n import Text

LAYER = Layer(
    key="rivers",
    label=Text(zh="河道河段", en="River reaches"),
    geometry=LINE,
    fields=(
        Field(key="river", label=Text(zh="河道", en="River"), aliases=("河道", "河名", "name")),
        Field(key="levels", label=Text(zh="河长层级", en="Chief levels"), aliases=("河长层级", "层级")),
        Field(key="class_target", label=Text(zh="水质目标", en="Class target"), aliases=("水质目标",)),
        Field(key="start", label=Text(zh="起点", en="Start"), aliases=("起点", "start_at")),
        Field(key="end", label=Text(zh="终点", en="End"), aliases=("终点", "end_at")),
        Field(key="goals", label=Text(zh="治理目标", en="Goals"), aliases=("治理目标", "整治目标", "管护目标")),
        # of the river-chief office, day and night; it stands on the notice board
        Field(key="hotline", label=Text(zh="监督电话", en="Hotline"), aliases=("监督电话", "河长办电话")),
        Field(key="left_bank", label=Text(zh="左岸", en="Left bank"), aliases=("左岸",)),
        Field(key="right_bank", label=Text(zh="右岸", en="Right bank"), aliases=("右岸",)),
        Field(key="length_m", label=Text(zh="长度", en="Length"), type="number", unit="m", aliases=("长度",), measured="length"),
        # the 6 m flood-control passage along the bank
        Field(key="passage_open_m", label=Text(zh="通道贯通", en="Passage open"), type="number", unit="m", aliases=("通道贯通",)),
        Field(key="passage_blocked_m", label=Text(zh="通道未通", en="Passage blocked"), type="number", unit="m", aliases=("通道未通",)),
    ),
    join=Along(within=50),
    style=Style(colour="#2563eb", weight=4, fill=0.0),
    figures=(
        Figure(key="reaches", label=Text(zh="河段", en="Reaches"), unit=Text(zh="段", en="reaches")),
        Figure(key="length", label=Text(zh="总长", en="Total length"), sum_of="length_m", unit=Text(zh="米", en="m")),
    ),
    aliases=("waterways", "河道", "河段"),
    order=20,
)
