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

    seen: list[pd.DataFrame] = field(default_factory=list)
    points: list[pd.DataFrame] = field(default_factory=list)
    refused: list[pd.DataFrame] = field(default_factory=list)
    files: int = 0
    # rows that said the same as a later one, counted as the chunks are given out
    merged: int = 0

    def __enter__(self) -> Spool:
        sweep()
        self.folder = tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.folder.cleanup()

    def add(self, cases: pd.DataFrame, rejects: pd.DataFrame, refused: pd.DataFrame | None = None) -> None:
        """Put a chunk aside; the index of the cases is their row in the file. `refused` says where rejected rows lie."""
        whole = cases.assign(id=ids_of(cases))
        keys = pd.util.hash_pandas_object(cases[["source", "external_id"]], index=False)
        content = pd.util.hash_pandas_object(cases, index=False)
        self.seen.append(pd.DataFrame({"id": whole["id"], "key": keys, "content": content, "file": self.files}))
        whole.rename_axis("row").reset_index().to_feather(self._path("cases", self.files))
        rejects.reset_index(drop=True).to_feather(self._path("rejects", self.files))
        if {"lon", "lat"} <= set(cases.columns):
            placed = cases[["lon", "lat"]].dropna()
            self.points.append(placed.iloc[:: len(placed) // SAMPLE + 1])
        if refused is not None:
            self.refused.append(refused.head(SAMPLE))
        self.files += 1

    def sample(self) -> pd.DataFrame:
        """Some points of the whole file, lon and lat as it has them."""
        return stack_rows(NOWHERE, *self.points)

    def sample_refused(self) -> pd.DataFrame:
        """Some places of rejected rows, as the file has them."""
        return stack_rows(NOWHERE, *self.refused)

    def check_clashes(self) -> None:
        """Refuse a file in which two different case numbers have one id."""
        seen = self._seen()
        several = seen.groupby("id")["key"].nunique()
        for clash in several.index[several > 1][:1]:
            refuse_clash(*self._numbers(seen[seen["id"] == clash]))

    def chunks(self) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
        """The cases that count (with their id, by row) and the rejects, chunk by chunk."""
        seen = self._seen()
        last = seen[~seen["id"].duplicated(keep="last")].rename_axis("row").reset_index().set_index("id")
        for number in range(self.files):
            mine = seen[seen["file"] == number]
            cases = pd.read_feather(self._path("cases", number)).set_index("row")
            rejects = pd.read_feather(self._path("rejects", number))
            later = last.loc[mine["id"]].set_axis(mine.index)
            repeated = later["row"] != later.index
            told = repeated & (later["content"] != mine["content"])
            self.merged += int((repeated & ~told).sum())
            more = _superseded(cases[told.to_numpy()], later.loc[told, "row"])
            yield cases[~repeated.to_numpy()], stack_rows(rejects, more)

    def _seen(self) -> pd.DataFrame:
        return pd.concat(self.seen) if self.seen else pd.DataFrame({"id": [], "key": [], "content": [], "file": []})

    def _numbers(self, seen: pd.DataFrame) -> list[str]:
        found: NDArray[Any] = np.array([], dtype=object)
        for number, rows in seen.groupby("file"):
            cases = pd.read_feather(self._path("cases", int(str(number)))).set_index("row").loc[rows.index]
            found = np.append(found, (cases["source"].astype(str) + " " + cases["external_id"].astype(str)).to_numpy(object))
        return list(dict.fromkeys(found))[:2]

    def _path(self, kind: str, number: int) -> Path:
        return Path(self.folder.name) / f"{kind}-{number}.feather"


def refuse_clash(found: str, other: str) -> None:
    """Raise the sentence that names the two case numbers."""
    raise Unreadable(CLASH, found=found, other=other)


def _superseded(cases: pd.DataFrame, later: pd.Series[Any]) -> pd.DataFrame:
    """Earlier rows of a case as rejects; what they said is already free of personal data."""
    told = [case.dropna().to_json(date_format="iso", force_ascii=False) for _, case in cases.iterrows()]
    return make_rejects(list(cases.index), [both(reasons.SUPERSEDED, row=by) for by in later], told)
