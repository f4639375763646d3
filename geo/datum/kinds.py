"""The datums that coordinates come in, as types that `match` reads, and their one-line spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import hypot
from typing import NamedTuple


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
            raise ValueError(f"{len(self.pairs)} control point(s); wanted two or more: {CONTROL_FORM}")
        for pair in self.pairs:
            if not (-180 <= pair.lon <= 180 and -90 <= pair.lat <= 90):
                raise ValueError(f"control point {pair.lon},{pair.lat} is not a longitude and a latitude; wanted {CONTROL_FORM}")
        first, *rest = self.pairs
        # about a metre, on either side
        local = max(hypot(pair.x - first.x, pair.y - first.y) for pair in rest)
        on_earth = max(hypot(pair.lon - first.lon, pair.lat - first.lat) for pair in rest)
        if local < 1 or on_earth < 1e-5:
            raise ValueError("the control points coincide; wanted points far apart, best at opposite corners of the data")

    def __str__(self) -> str:
        pairs = ";".join(f"{p.x!r},{p.y!r}={p.lon!r},{p.lat!r}" for p in self.pairs)
        return f"control:{pairs}@{self.datum}"


Datum = Reading | Epsg | Control
READINGS: dict[str, Reading] = {"wgs84": Wgs84(), "gcj02": Gcj02(), "bd09": Bd09()}
CONTROL_FORM = "control:x1,y1=lon1,lat1;x2,y2=lon2,lat2 with @gcj02 or @bd09 at the end when the longitudes come from a web map"
NUMBER = r"\s*([-+]?\d+(?:\.\d*)?)\s*"
PAIR = re.compile(rf"{NUMBER},{NUMBER}={NUMBER},{NUMBER}(?:@\s*([\w-]+)\s*)?")


def parse_datum(text: str) -> Datum:
    """The datum that `wgs84`, `gcj02`, `bd09`, `EPSG:n` or `control:…` names; ValueError that says what was wanted.

    `@gcj02` after a control point holds for all of them; `str(datum)` is the spelling that this function reads back.
    """
    word = text.strip().lower()
    plain = re.sub(r"[-_ ]", "", word)
    if plain in READINGS:
        return READINGS[plain]
    if found := re.fullmatch(r"epsg:(\d{1,7})", plain):
        return Epsg(int(found[1]))
    if word.startswith("control:"):
        return _parse_control(word.removeprefix("control:"))
    raise ValueError(f"datum {text!r} is not known; wanted wgs84, gcj02, bd09, EPSG:n (such as EPSG:4549) or {CONTROL_FORM}")


def _parse_control(text: str) -> Control:
    pairs, datums = [], set()
    for part in filter(str.strip, text.split(";")):
        found = PAIR.fullmatch(part)
        if not found:
            raise ValueError(f"control point {part.strip()!r} is not of the form x,y=lon,lat; wanted {CONTROL_FORM}")
        *numbers, datum = found.groups()
        pairs.append(Pair(*map(float, numbers)))
        datums |= {datum} - {None}
    if len(datums) > 1:
        raise ValueError(f"the control points name two datums, {' and '.join(sorted(datums))}; wanted one for all")
    name = re.sub(r"[-_]", "", datums.pop()) if datums else "wgs84"
    if name not in READINGS:
        raise ValueError(f"control points in {name!r} are not known; wanted @wgs84, @gcj02 or @bd09")
    return Control(tuple(pairs), READINGS[name])
