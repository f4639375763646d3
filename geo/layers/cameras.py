"""Cameras (监控探头): where they stand, which way they look, and whether they work."""

from geo.layers import POINT, Field, Figure, Layer, Style, View
from i18n import Text

STATUS = {
    "installed": Text(zh="已安装", en="Installed"),
    "planned": Text(zh="计划", en="Planned"),
    "offline": Text(zh="离线", en="Offline"),
}
TYPES = {
    "fixed": Text(zh="固定枪机", en="Fixed"),
    "dome": Text(zh="半球", en="Dome"),
    "ptz": Text(zh="球机", en="PTZ"),
}
CAMERAS = Text(zh="个", en="cameras")

LAYER = Layer(
    key="cameras",
    label=Text(zh="监控探头", en="Cameras"),
    geometry=POINT,
    fields=(
        Field(key="status", label=Text(zh="状态", en="Status"), choices=STATUS, aliases=("状态",), default="installed"),
        Field(key="type", label=Text(zh="类型", en="Type"), choices=TYPES, aliases=("类型", "camera:type"), default="fixed"),
        Field(
            key="bearing_deg",
            label=Text(zh="方位角", en="Bearing"),
            type="number",
            unit="°",
            aliases=("方位角",),
        ),
        # a code (NE, 东北) or a figure; a code leaves a doubt that the sector shows
        Field(
            key="direction",
            label=Text(zh="朝向", en="Direction"),
            aliases=("朝向", "方向", "camera:direction", "camera_direction"),
            words_of="bearing_deg",
        ),
        Field(
            key="field_of_view_deg", label=Text(zh="视场角", en="Field of view"), type="number", unit="°", aliases=("视场角",), default=90
        ),
        Field(key="range_m", label=Text(zh="距离", en="Range"), type="number", unit="m", aliases=("距离",), default=38),
        Field(
            key="pixels",
            label=Text(zh="水平像素", en="Horizontal pixels"),
            type="integer",
            aliases=("水平像素", "分辨率宽", "horizontal_pixels"),
            default=1920,
        ),
    ),
    join=View(),
    style=Style(
        colour="#b45309",
        radius=4,
        fill=0.9,
        colour_by="status",
        colours={"installed": "#b45309", "planned": "#a8a29e", "offline": "#dc2626"},
    ),
    figures=(
        Figure(key="installed", label=Text(zh="已安装", en="Installed"), where=("status", "installed"), unit=CAMERAS),
        Figure(key="planned", label=Text(zh="计划", en="Planned"), where=("status", "planned"), unit=CAMERAS),
        Figure(key="offline", label=Text(zh="离线", en="Offline"), where=("status", "offline"), unit=CAMERAS),
    ),
    aliases=("surveillance_cameras", "surveillance"),
    order=70,
    shown=False,
    sensitive=True,
)
