"""Where are there more cases than chance explains?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from esda import fdr
from esda.getisord import G_Local
from libpysal.graph import Graph
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import pearson3, skew

LEAST_CELLS = 30
# the share of cells whose counts say what is ordinary
ORDINARY = 0.99
# an address that stands for "unknown" can gather hundreds of times what is ordinary; more than this would hide every other spot
EXTREME = 10
# a cell is easting // 100 * EASTING + northing // 100, so its eight neighbours are sums
EASTING = 1_000_000
AROUND = tuple(east * EASTING + north for east in (-1, 0, 1) for north in (-1, 0, 1) if (east, north) != (0, 0))


def hot_cells(counts: pd.Series[int], *, alpha: float = 0.05) -> pd.DataFrame:
    """Getis-Ord Gi* of each cell with its eight neighbours, under false discovery control.

    `counts` is indexed by cell and holds every cell of the study area, the empty ones too. Gives the frame
    [n, z, p, hot] by cell: `z` the standardised Gi*, `p` its one-sided probability if the counts were dealt to the cells by
    chance, `hot` where p is below the Benjamini-Hochberg cut-off at `alpha`. Fewer than `LEAST_CELLS` cells, or all counts
    equal: nothing is hot and z is NaN.

    Counts are lopsided, small ones very much so: by the normal curve more than half of all maps of pure chance with 0.3 cases
    a cell have a hot cell. So p follows the Pearson type III curve with the mean, spread and skewness of dealing; the skewness
    is taken without the highest hundredth, so that hot spots do not hide themselves, and a count more than `EXTREME` times
    the highest ordinary one is taken for that, so that it does not hide all others.
    Sources: Ord and Getis 1995 (Gi*); Mielke and Berry 2001 (Pearson III for permutation statistics); Benjamini and
    Hochberg 1995, Castro and Singer 2006 (false discovery control).
    """
    found = pd.DataFrame({"n": counts.astype(int), "z": np.nan, "p": 1.0, "hot": False}, index=counts.index)
    if len(counts) < LEAST_CELLS or counts.nunique() < 2:
        return found
    told = np.minimum(counts.to_numpy(float), EXTREME * max(float(ordinary_counts(counts).max()), 1.0))
    star = G_Local(told, _neighbours(counts.index), transform="B", permutations=0, star=True)
    found["z"] = star.Zs
    found["p"] = pearson3.sf(star.Zs, _lopsided(counts))
    found["hot"] = found["p"] <= fdr(found["p"].to_numpy(), alpha)
    return found


def hot_spots(cells: pd.DataFrame) -> pd.Series[int]:
    """The spot of each hot cell: cells that touch, by side or corner, are one spot; spots number from 1, most cases first."""
    hot = cells[cells["hot"]]
    if hot.empty:
        return pd.Series([], index=hot.index, dtype=int, name="spot")
    here, there = _touching(hot.index)
    links = csr_array((np.ones(len(here)), (here, there)), shape=(len(hot), len(hot)))
    _, part = connected_components(links, directed=False)
    weight = hot["n"].groupby(part).sum().sort_values(ascending=False, kind="stable")
    number = {old: new for new, old in enumerate(weight.index, start=1)}
    return pd.Series([number[one] for one in part], index=hot.index, name="spot")


def compare_spots(now: pd.DataFrame, before: pd.DataFrame) -> pd.Series[str]:
    """Each cell that is or was hot: `new`, `persistent` or `cooling`. A cell next to a hot cell of before is persistent too."""
    was, is_hot = set(before.index[before["hot"]]), set(now.index[now["hot"]])
    near = {cell + step for cell in was for step in (0, *AROUND)}
    states = {cell: "persistent" if cell in near else "new" for cell in is_hot}
    states |= dict.fromkeys(was - is_hot, "cooling")
    return pd.Series(states, name="state", dtype=object).sort_index()


def ordinary_counts(counts: pd.Series[int]) -> NDArray[np.float64]:
    """The counts with the highest hundredth cut down to the rest."""
    values = counts.to_numpy(float)
    return np.minimum(values, np.quantile(values, ORDINARY))


def _lopsided(counts: pd.Series[int]) -> NDArray[np.float64]:
    """Skewness of the sum over each cell and its neighbours when the counts are dealt to the cells without replacement."""
    values, ordinary = counts.to_numpy(float), ordinary_counts(counts)
    size, near = len(values), np.bincount(_touching(counts.index)[0], minlength=len(values)) + 1
    of_dealing = np.sqrt(size - 1) * (size - 2 * near) / (np.sqrt(near * (size - near)) * (size - 2))
    return np.asarray(skew(ordinary if np.ptp(ordinary) else values) * of_dealing)


def _touching(cells: pd.Index[int]) -> tuple[np.ndarray, np.ndarray]:
    """Positions (here, there) of each ordered pair of cells that touch."""
    pairs = [(np.arange(len(cells)), cells.get_indexer(cells + step)) for step in AROUND]
    here = np.concatenate([a[b >= 0] for a, b in pairs])
    there = np.concatenate([b[b >= 0] for _, b in pairs])
    return here, there


def _neighbours(cells: pd.Index[int]) -> Graph:
    """The eight-neighbour graph over the cells; a lone cell is an island."""
    here, there = _touching(cells)
    focal, neighbour = cells.to_numpy()[here], cells.to_numpy()[there]
    alone = np.setdiff1d(cells.to_numpy(), focal)
    focal, neighbour = np.append(focal, alone), np.append(neighbour, alone)
    weight = np.ones(len(focal), dtype=int)
    weight[len(here) :] = 0
    adjacency = pd.Series(weight, index=pd.MultiIndex.from_arrays([focal, neighbour], names=["focal", "neighbor"]), name="weight")
    return Graph(adjacency.sort_index().reindex(cells, level=0), transformation="O", is_sorted=True)
