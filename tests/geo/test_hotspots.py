"""Hot spots: found where they were planted, silent where there is only chance, equal to the formula by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.hotspots import AROUND, EASTING, compare_spots, hot_cells, hot_spots

SIDE = 30
CELLS = pd.Index([e * EASTING + n for e in range(6400, 6400 + SIDE) for n in range(34600, 34600 + SIDE)])


def chance(seed: int, mean: float = 40) -> pd.Series:
    return pd.Series(np.random.default_rng(seed).poisson(mean, len(CELLS)), index=CELLS)


def by_hand(counts: pd.Series, cell: int) -> float:
    """Gi* as Ord and Getis 1995 write it, for one cell."""
    values = counts.to_numpy(float)
    near = [cell, *(cell + step for step in AROUND if cell + step in counts.index)]
    spread = np.sqrt((values**2).mean() - values.mean() ** 2)
    size, weight = len(values), len(near)
    return (counts[near].sum() - values.mean() * weight) / (spread * np.sqrt((size * weight - weight**2) / (size - 1)))


@pytest.mark.parametrize("seed", range(5))
def test_planted_spots_are_found_and_numbered_by_weight(seed: int) -> None:
    counts = chance(seed)
    for east, north, extra in ((6405, 34605, 200), (6420, 34620, 300)):
        counts.loc[[east * EASTING + north, (east + 1) * EASTING + north]] += extra
    spots = hot_spots(hot_cells(counts))
    assert spots[6420 * EASTING + 34620] == 1
    assert spots[6405 * EASTING + 34605] == 2
    assert spots.nunique() == 2


def test_z_equals_the_formula_by_hand() -> None:
    counts = chance(7)
    found = hot_cells(counts)
    some = CELLS[::37]
    np.testing.assert_allclose(found.loc[some, "z"], [by_hand(counts, cell) for cell in some])


def test_chance_alone_is_rarely_hot() -> None:
    alarms = sum(hot_cells(chance(seed))["hot"].any() for seed in range(40))
    assert alarms <= 6  # neighbouring sums overlap, so the control is a little off 5 %; 15 % would be wrong


@pytest.mark.parametrize(
    "counts", [pd.Series(3, index=CELLS), chance(1)[:10], pd.Series(dtype=int)], ids=["all equal", "too few cells", "no cell"]
)
def test_nothing_is_hot_where_nothing_can_be_said(counts: pd.Series) -> None:
    found = hot_cells(counts)
    assert not found["hot"].any()
    assert hot_spots(found).empty


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(list(CELLS)), min_size=30, max_size=120), st.integers(0, 99))
def test_any_shape_of_study_area_is_handled(area: set[int], seed: int) -> None:
    counts = chance(seed).loc[sorted(area)]
    found = hot_cells(counts)
    assert list(found.index) == sorted(area)
    assert found["z"].notna().all()


def test_new_persistent_and_cooling() -> None:
    cells = pd.Index([EASTING * 6400 + 34600 + i for i in range(12)])
    before = pd.DataFrame({"hot": [True, False, *[False] * 8, True, False]}, index=cells)
    now = pd.DataFrame({"hot": [True, True, False, False, False, True, *[False] * 6]}, index=cells)
    assert compare_spots(now, before).to_list() == ["persistent", "persistent", "new", "cooling"]


@pytest.mark.parametrize("mean", [0.05, 0.3, 1, 10])
def test_few_cases_by_chance_are_rarely_hot(mean: float) -> None:
    alarms = sum(hot_cells(chance(seed, mean))["hot"].any() for seed in range(60))
    assert alarms <= 9  # by the normal curve 0.05 gives 55 alarms, 0.3 gives 33


def test_p_is_that_of_dealing_the_counts_to_the_cells() -> None:
    counts = pd.Series(np.random.default_rng(3).poisson(np.random.default_rng(4).gamma(1, 2, len(CELLS))), index=CELLS)
    found = hot_cells(counts)
    inner = [cell for cell in CELLS if all(cell + step in counts.index for step in AROUND)]
    dealt = np.random.default_rng(5).permuted(np.tile(counts.to_numpy(), (40_000, 1)), axis=1)[:, :9].sum(axis=1)
    for cell in sorted(inner, key=lambda cell: found.loc[cell, "p"])[:40:8]:
        by_dealing = (dealt >= counts[[cell, *(cell + step for step in AROUND)]].sum()).mean()
        assert found.loc[cell, "p"] == pytest.approx(by_dealing, rel=0.5, abs=2e-4)


def test_one_monstrous_cell_does_not_hide_the_others() -> None:
    counts = chance(2)
    counts.loc[[6405 * EASTING + 34605, 6406 * EASTING + 34605]] += 200
    counts.loc[6425 * EASTING + 34625] += 50_000
    spots = hot_spots(hot_cells(counts))
    assert spots[6405 * EASTING + 34605] == 2
    assert spots[6425 * EASTING + 34625] == 1
