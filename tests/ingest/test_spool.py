"""What a killed import leaves on the disk is gone with the next one; what a running one needs stays."""

import os
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ingest.last_word import LastWord
from ingest.spool import PREFIX, Spool


def test_the_next_import_sweeps_what_a_dead_one_left() -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    ).stdout.strip()
    left = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{dead}-"))
    running = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    (left / "cases-0").write_bytes(b"rows")
    with Spool():
        assert not left.exists()
        assert running.exists()
    running.rmdir()


ROWS = st.lists(st.tuples(st.integers(-3, 200), st.integers(0, 2)), max_size=60)


@given(files=st.lists(ROWS, max_size=4))
def test_the_last_row_of_a_case_has_the_last_word(files: list[list[tuple[int, int]]]) -> None:
    numbered = [(file, 100 * file + place, case, says) for file, rows in enumerate(files) for place, (case, says) in enumerate(rows)]
    with tempfile.TemporaryDirectory() as folder:
        book = LastWord(Path(folder))
        for file in range(len(files)):
            mine = pd.DataFrame([one for one in numbered if one[0] == file], columns=["file", "row", "case", "says"]).set_index("row")
            book.add(mine["case"].astype("int64"), mine["case"] + 9, mine["says"], file)
        assert not len(book.clash())
        for file in range(len(files)):
            found = book.superseded(file)
            last = {case: (row, says) for _, row, case, says in numbered}
            wanted = {
                row: (last[case][0], last[case][1] == says) for at, row, case, says in numbered if at == file and last[case][0] != row
            }
            assert {int(row): (int(later), bool(same)) for row, later, same in found[["later", "same"]].itertuples()} == wanted


def test_two_cases_of_one_id_are_told(tmp_path: Path) -> None:
    book = LastWord(tmp_path)
    for file, (ids, keys) in enumerate([([5, 70, 6], [1, 2, 3]), ([6, 70], [3, 4])]):
        rows = pd.DataFrame({"id": ids, "key": keys}, index=[10 * file + place for place in range(len(ids))])
        book.add(rows["id"], rows["key"], rows["key"], file)
    assert [(int(one["file"]), int(one["row"])) for one in book.clash()] == [(0, 1), (1, 11)]


def test_a_long_file_takes_no_more_memory_than_a_short_one() -> None:
    size, chunks = 50_000, 6
    with Spool() as spool:
        tracemalloc.start()
        held = []
        for number in range(chunks):
            spool.add(*_chunk(number, size))
            held.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        assert min(len(spool.sample()), len(spool.sample_refused())) > 3_000 * chunks
    # of a chunk a few thousand points stay; its places alone are 800 kB, and as many of refused rows
    assert (held[-1] - held[0]) / (chunks - 1) < 300_000


def _chunk(number: int, size: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Cases, no rejects, and the places of refused rows."""
    rows = pd.RangeIndex(number * size, (number + 1) * size)
    places = pd.DataFrame({"lon": np.linspace(121.4, 121.6, size), "lat": np.linspace(31.2, 31.4, size)}, index=rows)
    cases = places.assign(source="12345", external_id=rows.astype(str))
    return cases, pd.DataFrame({"row": [], "reason": [], "text": []}, dtype=object), places.iloc[::2].copy()
