"""What every worker of a run needs is made by the first of them and shared."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

# the folder of this run; the main process makes it and takes it away
FOLDER_VARIABLE = "FINEGRID_TESTS_FOLDER"


def folder() -> Path:
    """The folder that all workers of this run share."""
    return Path(os.environ[FOLDER_VARIABLE])


def once(name: str, make: Callable[[], object]) -> None:
    """Make it, unless a worker of this run already did; the others wait."""
    done = folder() / f"{name}.done"
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make()
            done.touch()
