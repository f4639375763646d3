"""The datums that coordinates come in, as types that `match` reads, and their one-line spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import hypot
from typing import NamedTuple

from i18n import Text


class UnknownDatum(ValueError):  # noqa: N818 - it is said of a word, as in "UnknownDatum: …"
    """A datum that cannot be understood or used; `text` and `values` say it in either language."""

    def __init__(self, text: Text, **values: object) -> None:
        super().__init__(f"{text.say('zh', **values)} / {text.say('en', **values)}")
        self.text = text
        self.values = values


FORM = "control:x1,y1=lon1,lat1;x2,y2=lon2,lat2"
FEW_POINTS = Text(
    zh=f"控制点只有 {{count}} 个，至少要两个：{FORM}；经纬度取自网络地图时在末尾加 @gcj02 或 @bd09",
    en=f"{{count}} control point(s); wanted two or more: {FORM} with @gcj02 or @bd09 at the end when the longitudes come from a web map",
)
NO_DEGREES = Text(
    zh="控制点 {found} 不是经度和纬度；应写作 {form}", en="control point {found} is not a longitude and a latitude; wanted {form}"
)
SAME_POINT = Text(
    zh="控制点重合；请选相距较远的点，最好在数据的对角",
    en="the control points coincide; wanted points far apart, best at opposite corners of the data",
)
NO_DATUM = Text(
    zh=f"不认识坐标基准 {{found!r}}；应为 wgs84、gcj02、bd09、EPSG:编号（如 EPSG:4549）或 {FORM}",
    en=f"datum {{found!r}} is not known; wanted wgs84, gcj02, bd09, EPSG:n (such as EPSG:4549) or {FORM}",
)
NO_PAIR = Text(
    zh="控制点 {found!r} 的写法不对，应为 x,y=经度,纬度；整体写作 {form}",
    en="control point {found!r} is not of the form x,y=lon,lat; wanted {form}",
)
TWO_DATUMS = Text(
    zh="控制点用了 {first} 和 {last} 两种基准；请统一", en="the control points name two datums, {first} and {last}; wanted one for all"
)
NO_READING = Text(
    zh="控制点的基准 {found!r} 不认识；应为 @wgs84、@gcj02 或 @bd09",
    en="control points in {found!r} are not known; wanted @wgs84, @gcj02 or @bd09",
)


@dataclass(frozen=True)
class Wgs84:
    """Longitude and latitude as GPS gives them (EPSG:4326); what the database stores."""

    def __str__(self) -> str:
        return "wgs84"


@dataclass(frozen=True)
class Gcj02:
    """Longitude and latitude as Chinese web maps shift them, 459 to 497 m off in Shanghai."""

    def __str__(self) -> str:
        return "gcj02"


@dataclass(frozen=True)
class Bd09:
    """Longitude and latitude as Baidu shifts GCJ-02 again."""

    def __str__(self) -> str:
        return "bd09"


@dataclass(frozen=True)
class Epsg:
    """Coordinates of a CRS in the EPSG register, x or longitude first."""

    code: int

    def __str__(self) -> str:
        return f"EPSG:{self.code}"


class Pair(NamedTuple):
    """A control point: local x and y, and its longitude and latitude in degrees."""

    x: float
    y: float
    lon: float
    lat: float


Reading = Wgs84 | Gcj02 | Bd09


@dataclass(frozen=True)
class Control:
    """A local plane grid known by two or more control points, whose longitudes and latitudes are in `datum`."""

    pairs: tuple[Pair, ...]
    datum: Reading = Wgs84()

    def __post_init__(self) -> None:
        if len(self.pairs) < 2:
            raise UnknownDatum(FEW_POINTS, count=len(self.pairs))
        for pair in self.pairs:
            if not (-180 <= pair.lon <= 180 and -90 <= pair.lat <= 90):
                raise UnknownDatum(NO_DEGREES, found=f"{pair.lon},{pair.lat}", form=FORM)
        first, *rest = self.pairs
        # about a metre, on either side
        local = max(hypot(pair.x - first.x, pair.y - first.y) for pair in rest)
        on_earth = max(hypot(pair.lon - first.lon, pair.lat - first.lat) for pair in rest)
        if local < 1 or on_earth < 1e-5:
            raise UnknownDatum(SAME_POINT)

    def __str__(self) -> str:
        pairs = ";".join(f"{p.x!r},{p.y!r}={p.lon!r},{p.lat!r}" for p in self.pairs)
        return f"control:{pairs}@{self.datum}"


Datum = Reading | Epsg | Control
READINGS: dict[str, Reading] = {"wgs84": Wgs84(), "gcj02": Gcj02(), "bd09": Bd09()}
NUMBER = r"\s*([-+]?\d+(?:\.\d*)?)\s*"
PAIR = re.compile(rf"{NUMBER},{NUMBER}={NUMBER},{NUMBER}(?:@\s*([\w-]+)\s*)?")


def parse_datum(text: str) -> Datum:
    """The datum that `wgs84`, `gcj02`, `bd09`, `EPSG:n` or `control:…` names; UnknownDatum says what was wanted.

    `@gcj02` after a control point holds for all of them; `str(datum)` is the spelling that this function reads back.
    """
    word = text.strip().lower()
    plain = re.sub(r"[-_ ]", "", word)
    if plain in READINGS:
        return READINGS[plain]
    if found := re.fullmatch(r"epsg:(\d{1,7})|(\d{4,6})", plain):
        return Epsg(int(found[1] or found[2]))
    if word.startswith("control:"):
        return _parse_control(word.removeprefix("control:"))
    raise UnknownDatum(NO_DATUM, found=text)


def _parse_control(text: str) -> Control:
    pairs, datums = [], set()
    for part in filter(str.strip, text.split(";")):
        found = PAIR.fullmatch(part)
        if not found:
            raise UnknownDatum(NO_PAIR, found=part.strip(), form=FORM)
        *numbers, datum = found.groups()
        pairs.append(Pair(*map(float, numbers)))
        datums |= {datum} - {None}
    if len(datums) > 1:
        raise UnknownDatum(TWO_DATUMS, first=min(datums), last=max(datums))
    name = re.sub(r"[-_]", "", datums.pop()) if datums else "wgs84"
    if name not in READINGS:
        raise UnknownDatum(NO_READING, found=name)
    return Control(tuple(pairs), READINGS[name])
