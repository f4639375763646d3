"""Which row of a file has the last word on its case? Known of any number of rows in little memory: they are sorted into parts on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# a part holds the rows of some cases, and is looked at by itself
PARTS = 64
ROW = np.dtype([("id", "i8"), ("key", "u8"), ("content", "u8"), ("row", "i8"), ("file", "i4")])
LATER = ("file", "row", "later", "same")
Rows = NDArray[Any]


class LastWord:
    """Rows by the id of their case, in a folder; `add` them in their order, then ask."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._later: pd.DataFrame | None = None

    def add(self, ids: pd.Series[int], key: pd.Series[int], content: pd.Series[int], file: int) -> None:
        """Note rows (the index): the ids of their cases, what tells a case, what tells all that a row says, the file that has them."""
        rows = np.empty(len(ids), ROW)
        rows["id"], rows["key"], rows["content"] = ids.to_numpy(), key.to_numpy(), content.to_numpy()
        rows["row"], rows["file"] = ids.index.to_numpy(), file
        part = rows["id"] % PARTS
        for number in np.unique(part):
            with self._path(number).open("ab") as out:
                out.write(rows[part == number].tobytes())

    def clash(self) -> Rows:
        """The rows of an id that stands for two different cases; none where every id is one case's."""
        for rows in self._parts():
            other = np.flatnonzero(_same(rows, "id") & ~_same(rows, "key"))
            if len(other):
                return np.extract(rows["id"] == rows["id"][other[0]], rows)
        return np.empty(0, ROW)

    def superseded(self, file: int) -> pd.DataFrame:
        """The rows (index `row`) of a file whose case has a later one: `later`, that of the last, and whether it says the `same`."""
        if self._later is None:
            found = [_superseded(rows) for rows in self._parts()]
            self._later = pd.concat(found) if found else pd.DataFrame({name: [] for name in LATER})
        return self._later[self._later["file"] == file].set_index("row")

    def _parts(self) -> Iterator[Rows]:
        """The rows of each part, those of a case together, in their order."""
        for number in range(PARTS):
            if self._path(number).exists():
                rows = np.fromfile(self._path(number), ROW)
                yield rows[np.argsort(rows["id"], kind="stable")]

    def _path(self, part: int) -> Path:
        return self.folder / f"rows-{part}"


def _same(rows: Rows, name: str) -> NDArray[np.bool_]:
    """Whether each row but the last has the same as the row after it."""
    return np.asarray(rows[name][:-1] == rows[name][1:])


def _superseded(rows: Rows) -> pd.DataFrame:
    followed = np.append(_same(rows, "id"), False)
    ends = np.flatnonzero(~followed)
    last = rows[ends[np.searchsorted(ends, np.arange(len(rows)))]]
    told = {"file": rows["file"], "row": rows["row"], "later": last["row"], "same": rows["content"] == last["content"]}
    return pd.DataFrame(told)[followed]
