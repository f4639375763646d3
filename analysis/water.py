"""Which class has the water, by which factor, and is it black-odorous?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Any

import pandas as pd

CLASSES = ("I", "II", "III", "IV", "V")
WORSE_THAN_V = "劣V"
GRADES = (*CLASSES, WORSE_THAN_V)
# mg/L, GB 3838-2002 table 1: the limit of each class, I to V; oxygen at least, the others at most
LIMITS: dict[str, tuple[float, ...]] = {
    "dissolved_oxygen": (7.5, 6.0, 5.0, 3.0, 2.0),
    "permanganate": (2.0, 4.0, 6.0, 10.0, 15.0),
    "ammonia": (0.15, 0.5, 1.0, 1.5, 2.0),
    "phosphorus": (0.02, 0.1, 0.2, 0.3, 0.4),
}
AT_LEAST = frozenset({"dissolved_oxygen"})


class Odour(StrEnum):
    """How black-odorous (黑臭) a water is."""

    NONE = "none"
    LIGHT = "light"
    HEAVY = "heavy"


@dataclass(frozen=True, kw_only=True)
class Span:
    """The span of light black-odour, both ends in it; beyond `heavy` it is heavy, on the other side there is none."""

    heavy: float
    none: float

    def grade(self, value: float) -> Odour:
        """The grade of one value; the span may run either way."""
        sign = 1 if self.heavy < self.none else -1
        if sign * value < sign * self.heavy:
            return Odour.HEAVY
        return Odour.LIGHT if sign * value <= sign * self.none else Odour.NONE


# 城市黑臭水体整治工作指南 (2015), table 2: transparency cm, oxygen mg/L, redox mV, ammonia mg/L
SPANS: dict[str, Span] = {
    "transparency_cm": Span(heavy=10.0, none=25.0),
    "dissolved_oxygen": Span(heavy=0.2, none=2.0),
    "redox_mv": Span(heavy=-200.0, none=50.0),
    "ammonia": Span(heavy=15.0, none=8.0),
}
MAY_BE_NEGATIVE = frozenset({"redox_mv"})
ODOURS = tuple(Odour)


@dataclass(frozen=True, kw_only=True)
class WaterClass:
    """The class of a sample: `grade` is None when nothing is known; `factors` have that class, the furthest past the next better first."""

    grade: str | None
    factors: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BlackOdour:
    """The grade of a sample: None when nothing is known; `factors` have that grade, none of them when there is no black-odour."""

    grade: Odour | None
    factors: tuple[str, ...]
    missing: tuple[str, ...]


def class_of_factor(factor: str, value: float) -> str:
    """The best class whose limit the value keeps; a value on the limit keeps it."""
    limits = LIMITS[factor]
    kept = [value >= limit if factor in AT_LEAST else value <= limit for limit in limits]
    return CLASSES[kept.index(True)] if any(kept) else WORSE_THAN_V


def water_class(sample: Mapping[str, float | None]) -> WaterClass:
    """The class of the worst single factor (单因子评价法, GB 3838-2002) among those that are known; mg/L."""
    known = _known(sample, tuple(LIMITS))
    classes = {factor: class_of_factor(factor, value) for factor, value in known.items()}
    worst = max(classes.values(), key=GRADES.index, default=None)
    factors = [factor for factor, grade in classes.items() if grade == worst]
    factors.sort(key=lambda factor: -_excess(factor, known[factor], GRADES.index(classes[factor])))
    return WaterClass(grade=worst, factors=tuple(factors), missing=tuple(factor for factor in LIMITS if factor not in known))


def black_odour(sample: Mapping[str, float | None]) -> BlackOdour:
    """The grade of the worst single factor among those that are known; heavy is worse than light. mg/L, cm, mV."""
    known = _known(sample, tuple(SPANS))
    grades = {factor: SPANS[factor].grade(value) for factor, value in known.items()}
    worst = max(grades.values(), key=ODOURS.index, default=None)
    factors = () if worst is Odour.NONE else tuple(factor for factor, grade in grades.items() if grade == worst)
    return BlackOdour(grade=worst, factors=factors, missing=tuple(factor for factor in SPANS if factor not in known))


def factors_of(row: Mapping[Any, Any]) -> dict[str, float | None]:
    """The six measures of a row of the samples, None for one that was not taken."""
    return {
        factor: None if pd.isna(row[factor]) else float(row[factor]) for factor in (*LIMITS, *(one for one in SPANS if one not in LIMITS))
    }


def is_worse(grade: str | None, target: str | None) -> bool:
    """Whether a class is worse than the one aimed at; False where either is not known."""
    return grade in GRADES and target in GRADES and GRADES.index(grade) > GRADES.index(target)


def _known(sample: Mapping[str, float | None], factors: tuple[str, ...]) -> dict[str, float]:
    """The values that are there; what is no number, or a concentration below zero, counts as not known."""
    found = {factor: float(value) for factor in factors if (value := sample.get(factor)) is not None}
    return {factor: value for factor, value in found.items() if isfinite(value) and (value >= 0 or factor in MAY_BE_NEGATIVE)}


def _excess(factor: str, value: float, grade: int) -> float:
    """How many times the limit of the next better class a value has reached; class I is measured against its own."""
    limit = LIMITS[factor][max(grade - 1, 0)]
    return limit / max(value, 1e-9) if factor in AT_LEAST else value / limit
