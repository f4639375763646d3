"""A file appears under its name whole or not at all, and never over another one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def unfinished(file: Path) -> Iterator[Path]:
    """The name under which a file is written; whatever is left there is taken away at the end."""
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def settle(part: Path, file: Path) -> None:
    """Give a written file its name, once its bytes are on the disk; FileExistsError when the name is taken."""
    _sync(part)
    try:
        os.link(part, file)
    except FileExistsError:
        raise
    except OSError as error:
        # a memory stick or a share of another system knows no second names
        if file.exists():
            raise FileExistsError(error.errno, "exists", str(file)) from error
        part.rename(file)
    _sync(file.parent)


def _sync(path: Path) -> None:
    """What was written is on the disk, and not only on its way."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
