"""What does a direction code (N, NE, 东北 …) say, and by how much may it be off?"""

from __future__ import annotations

from math import isfinite

WINDS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
CHINESE_WINDS = {"北": 0.0, "东北": 45.0, "东": 90.0, "东南": 135.0, "南": 180.0, "西南": 225.0, "西": 270.0, "西北": 315.0}
# degrees clockwise from north by the code in small letters
BEARINGS = {name.casefold(): i * 22.5 for i, name in enumerate(WINDS)} | CHINESE_WINDS
# one of eight codes stands for the eighth of the circle around it, one of the sixteen for half of that
EIGHTH, SIXTEENTH = 22.5, 11.25


def read_direction(text: object) -> tuple[float, float] | None:
    """Bearing and doubt to either side, in degrees clockwise from north; a figure (`225`, `225°`) has no doubt; None for anything else."""
    word = str(text if text is not None else "").strip().casefold()
    if word in BEARINGS:
        bearing = BEARINGS[word]
        return bearing, EIGHTH if bearing % 45 == 0 else SIXTEENTH
    try:
        number = float(word.removesuffix("°").removesuffix("度"))
    except ValueError:
        return None
    return (number % 360, 0.0) if isfinite(number) else None
