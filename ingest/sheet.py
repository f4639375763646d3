"""Cells of a workbook (XLSX, XLS) as text: numbers as they are written, dates as ISO 8601, formulas by their cached value."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO, Any

from ingest import cells, reasons
from ingest.archive import Table
from ingest.cells import text_of
from ingest.reasons import Unreadable
from ingest.rows import Numbered

__all__ = ["read_cells", "text_of"]


def read_cells(table: Table, sheet: str | None = None) -> Iterator[Numbered]:
    """Every filled row of a sheet with its number; without a name it is the first visible sheet that holds anything."""
    file = table.path.name
    # -I: neither the folder it is started in nor the environment has a say in what it imports
    command = [sys.executable, "-I", str(Path(cells.__file__)), sheet or ""]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        feeder = Thread(target=_feed, args=(table, reader.stdin), daemon=True)
        feeder.start()
        try:
            for line in reader.stdout:
                match _told(line):
                    case None:
                        return
                    case [int() as row, list() as texts]:
                        yield row, texts
                    case {"sheets": names}:
                        raise Unreadable(reasons.NO_SHEET, file=file, sheet=sheet, found=", ".join(names))
                    case {"rows": rows}:
                        raise Unreadable(reasons.TOO_MANY_ROWS, file=file, found=f"{rows:,}", limit=f"{cells.MOST_ROWS:,}")
                    case {"broken": why}:
                        raise Unreadable(reasons.BROKEN_ARCHIVE, file=file, found=why)
            # it ended without a last word
            raise Unreadable(reasons.TOO_MANY_CELLS, file=file, limit=cells.MOST_MEMORY >> 20)
        finally:
            reader.kill()
            feeder.join()


def _told(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        # a line that was cut off by its writer's end
        return False


def _feed(table: Table, to: IO[bytes]) -> None:
    # the reader may end before it has heard all
    with suppress(BrokenPipeError, OSError), table.open() as stream:
        shutil.copyfileobj(stream, to, 1 << 20)
    with suppress(BrokenPipeError, OSError):
        to.close()
