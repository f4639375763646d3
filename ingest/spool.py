"""Cleaned chunks of one file, put aside on disk, so that the database is locked only while they are written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from i18n import Text
from ingest import reasons
from ingest.history import stack_rows
from ingest.last_word import LastWord, Rows
from ingest.reasons import Unreadable, both
from ingest.sieve import make_rejects
from ingest.stamp import ids_of

# points of a chunk that are kept to find the datum and to draw the preview
SAMPLE = 4_000
NOWHERE = pd.DataFrame({"lon": [], "lat": []}, dtype=float)
# the folder of an import carries the number of its process
PREFIX = "finegrid-import-"
MERGED = Text(zh="与后面的行完全相同，已合并", en="rows that a later row repeats exactly, merged")
CLASH = Text(
    zh="编号 {found} 与 {other} 的内部标识相同，不能合并；请更改其中一个编号后重新导入",
    en="the case numbers {found} and {other} have the same internal id and cannot be merged; change one of them and import the file again",
)


def sweep() -> None:
    """Remove what killed imports left behind: folders whose process is gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        process = folder.name.removeprefix(PREFIX).partition("-")[0]
        if process.isdigit() and not Path(f"/proc/{process}").exists():
            shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Spool:
    """Holds the chunks of one file until the block ends; knows which row of a repeated case counts: the last one."""

    points: list[pd.DataFrame] = field(default_factory=list)
    refused: list[pd.DataFrame] = field(default_factory=list)
    files: int = 0
    # rows that said the same as a later one, counted as the chunks are given out
    merged: int = 0

    def __enter__(self) -> Spool:
        sweep()
        self.folder = tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-")
        self.last_word = LastWord(Path(self.folder.name))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.folder.cleanup()

    def add(self, cases: pd.DataFrame, rejects: pd.DataFrame, refused: pd.DataFrame | None = None) -> None:
        """Put a chunk aside; the index of the cases is their row in the file. `refused` says where rejected rows lie."""
        whole = cases.assign(id=ids_of(cases))
        keys = pd.util.hash_pandas_object(cases[["source", "external_id"]], index=False)
        content = pd.util.hash_pandas_object(cases, index=False)
        self.last_word.add(whole["id"], keys, content, self.files)
        whole.rename_axis("row").reset_index().to_feather(self._path("cases", self.files))
        rejects.reset_index(drop=True).to_feather(self._path("rejects", self.files))
        if {"lon", "lat"} <= set(cases.columns):
            placed = cases[["lon", "lat"]].dropna()
            self.points.append(_alone(placed.iloc[:: len(placed) // SAMPLE + 1]))
        if refused is not None:
            self.refused.append(_alone(refused.head(SAMPLE)))
        self.files += 1

    def sample(self) -> pd.DataFrame:
        """Some points of the whole file, lon and lat as it has them."""
        return stack_rows(NOWHERE, *self.points)

    def sample_refused(self) -> pd.DataFrame:
        """Some places of rejected rows, as the file has them."""
        return stack_rows(NOWHERE, *self.refused)

    def check_clashes(self) -> None:
        """Refuse a file in which two different case numbers have one id."""
        rows = self.last_word.clash()
        if len(rows):
            refuse_clash(*self._numbers(rows))

    def chunks(self) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
        """The cases that count (with their id, by row) and the rejects, chunk by chunk."""
        for number in range(self.files):
            cases = pd.read_feather(self._path("cases", number)).set_index("row")
            rejects = pd.read_feather(self._path("rejects", number))
            later = self.last_word.superseded(number)
            told = later[~later["same"].astype(bool)].sort_index()
            self.merged += len(later) - len(told)
            yield cases.drop(index=later.index), stack_rows(rejects, _superseded(cases.loc[told.index], told["later"]))

    def _numbers(self, rows: Rows) -> list[str]:
        found: NDArray[Any] = np.array([], dtype=object)
        for number in np.unique(rows["file"]):
            cases = pd.read_feather(self._path("cases", int(number))).set_index("row").loc[rows["row"][rows["file"] == number]]
            found = np.append(found, (cases["source"].astype(str) + " " + cases["external_id"].astype(str)).to_numpy(object))
        return list(dict.fromkeys(found))[:2]

    def _path(self, kind: str, number: int) -> Path:
        return Path(self.folder.name) / f"{kind}-{number}.feather"


def _alone(some: pd.DataFrame) -> pd.DataFrame:
    """A few rows that keep nothing of those they were taken from; a view would hold the whole chunk in memory."""
    return some.reset_index(drop=True).copy()


def refuse_clash(found: str, other: str) -> None:
    """Raise the sentence that names the two case numbers."""
    raise Unreadable(CLASH, found=found, other=other)


def _superseded(cases: pd.DataFrame, later: pd.Series[Any]) -> pd.DataFrame:
    """Earlier rows of a case as rejects; what they said is already free of personal data."""
    told = [case.dropna().to_json(date_format="iso", force_ascii=False) for _, case in cases.iterrows()]
    return make_rejects(list(cases.index), [both(reasons.SUPERSEDED, row=by) for by in later], told)
