"""Water class and black-odour grade, worked by hand from the tables."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.water import GRADES, LIMITS, SPANS, Odour, black_odour, class_of_factor, is_worse, water_class

CLEAN = {"dissolved_oxygen": 8.0, "permanganate": 1.0, "ammonia": 0.1, "phosphorus": 0.01}
CLEAR = {"transparency_cm": 60.0, "dissolved_oxygen": 5.0, "redox_mv": 200.0, "ammonia": 1.0}
GAPS = ("ammonia", "phosphorus")
VALUES = st.none() | st.just(math.nan) | st.floats(0, 40)


@pytest.mark.parametrize(
    ("factor", "value", "grade"),
    [
        # on every limit, and just past it
        *(("dissolved_oxygen", value, grade) for value, grade in zip((7.5, 6, 5, 3, 2), GRADES, strict=False)),
        *(("dissolved_oxygen", value, grade) for value, grade in zip((7.49, 5.99, 4.99, 2.99, 1.99), GRADES[1:], strict=True)),
        *(("permanganate", value, grade) for value, grade in zip((2, 4, 6, 10, 15), GRADES, strict=False)),
        *(("permanganate", value, grade) for value, grade in zip((2.01, 4.01, 6.01, 10.01, 15.01), GRADES[1:], strict=True)),
        *(("ammonia", value, grade) for value, grade in zip((0.15, 0.5, 1.0, 1.5, 2.0), GRADES, strict=False)),
        *(("ammonia", value, grade) for value, grade in zip((0.151, 0.51, 1.01, 1.51, 2.01), GRADES[1:], strict=True)),
        *(("phosphorus", value, grade) for value, grade in zip((0.02, 0.1, 0.2, 0.3, 0.4), GRADES, strict=False)),
        *(("phosphorus", value, grade) for value, grade in zip((0.021, 0.11, 0.21, 0.31, 0.41), GRADES[1:], strict=True)),
        ("dissolved_oxygen", 0.0, "劣V"),
    ],
)
def test_the_class_of_one_factor(factor: str, value: float, grade: str) -> None:
    assert class_of_factor(factor, value) == grade


@pytest.mark.parametrize(
    ("changes", "grade", "factors", "missing"),
    [
        pytest.param({}, "I", set(LIMITS), (), id="clean"),
        pytest.param({"ammonia": 1.6}, "V", {"ammonia"}, (), id="ammonia alone"),
        pytest.param({"ammonia": 1.6, "phosphorus": 0.35}, "V", {"ammonia", "phosphorus"}, (), id="two at once"),
        pytest.param({"ammonia": 3.2, "dissolved_oxygen": 2.3}, "劣V", {"ammonia"}, (), id="worse than V"),
        pytest.param(
            {"ammonia": None, "phosphorus": math.nan}, "I", {"dissolved_oxygen", "permanganate"}, ("ammonia", "phosphorus"), id="gaps"
        ),
        pytest.param({"permanganate": -1.0}, "I", {"dissolved_oxygen", "ammonia", "phosphorus"}, ("permanganate",), id="below zero"),
    ],
)
def test_the_worst_factor_decides(changes: dict[str, float], grade: str, factors: set[str], missing: tuple[str, ...]) -> None:
    found = water_class(CLEAN | changes)
    assert (found.grade, set(found.factors), found.missing) == (grade, factors, missing)


def test_of_two_factors_the_further_one_comes_first() -> None:
    # both are 劣V: ammonia at 4 / 2 of the limit of V, phosphorus at 0.5 / 0.4, oxygen at 2 / 0.5
    assert water_class(CLEAN | {"ammonia": 4.0, "phosphorus": 0.5}).factors == ("ammonia", "phosphorus")
    assert water_class(CLEAN | {"ammonia": 4.0, "dissolved_oxygen": 0.5}).factors == ("dissolved_oxygen", "ammonia")


def test_nothing_known_has_no_class() -> None:
    assert (water_class({}).grade, water_class({}).missing) == (None, tuple(LIMITS))
    assert (black_odour({}).grade, black_odour({}).missing) == (None, tuple(SPANS))


@pytest.mark.parametrize(
    ("factor", "value", "grade"),
    [
        ("transparency_cm", 25.1, Odour.NONE),
        ("transparency_cm", 25.0, Odour.LIGHT),
        ("transparency_cm", 10.0, Odour.LIGHT),
        ("transparency_cm", 9.9, Odour.HEAVY),
        ("dissolved_oxygen", 2.01, Odour.NONE),
        ("dissolved_oxygen", 2.0, Odour.LIGHT),
        ("dissolved_oxygen", 0.2, Odour.LIGHT),
        ("dissolved_oxygen", 0.19, Odour.HEAVY),
        ("redox_mv", 50.1, Odour.NONE),
        ("redox_mv", 50.0, Odour.LIGHT),
        ("redox_mv", -200.0, Odour.LIGHT),
        ("redox_mv", -200.1, Odour.HEAVY),
        ("ammonia", 7.9, Odour.NONE),
        ("ammonia", 8.0, Odour.LIGHT),
        ("ammonia", 15.0, Odour.LIGHT),
        ("ammonia", 15.1, Odour.HEAVY),
    ],
)
def test_the_black_odour_of_one_factor(factor: str, value: float, grade: Odour) -> None:
    found = black_odour(CLEAR | {factor: value})
    assert (found.grade, found.factors) == (grade, () if grade is Odour.NONE else (factor,))


def test_heavy_is_worse_than_light() -> None:
    found = black_odour(CLEAR | {"transparency_cm": 18.0, "ammonia": 16.0})
    assert (found.grade, found.factors, found.missing) == (Odour.HEAVY, ("ammonia",), ())
    assert black_odour({"redox_mv": -60.0}).missing == ("transparency_cm", "dissolved_oxygen", "ammonia")


def test_worse_than_the_target() -> None:
    assert is_worse("劣V", "V")
    assert not is_worse("III", "III")
    assert not is_worse("II", "III")
    assert not is_worse(None, "III")
    assert not is_worse("III", "三类")


@given(st.fixed_dictionaries(dict.fromkeys(LIMITS, VALUES)))
def test_leaving_a_factor_out_never_makes_it_worse(sample: dict[str, float | None]) -> None:
    whole = water_class(sample)
    for factor in LIMITS:
        less = water_class(sample | {factor: None})
        if less.grade:
            assert GRADES.index(less.grade) <= GRADES.index(whole.grade or "")
    assert set(whole.factors) & set(whole.missing) == set()


@given(st.fixed_dictionaries(dict.fromkeys(LIMITS, st.floats(0.01, 30))), st.floats(1, 5))
def test_dirtier_water_is_never_better(sample: dict[str, float], times: float) -> None:
    dirtier = {name: value / times if name == "dissolved_oxygen" else value * times for name, value in sample.items()}
    assert GRADES.index(water_class(dirtier).grade or "") >= GRADES.index(water_class(sample).grade or "")
