"""Waits until the main process of a test run is gone, by whatever end, then takes away what the run started."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

from tests.postgres import stop_cluster


def sweep(folder: Path) -> None:
    """No server of a run is left, and neither is its folder."""
    for server in folder.glob("*.server"):
        with suppress(ProcessLookupError):
            os.killpg(int(server.stem), signal.SIGKILL)
    for cluster in folder.glob("postgres*/"):
        # one that was killed cannot be stopped, and must not keep the others up
        with suppress(RuntimeError):
            stop_cluster(cluster)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    # the other end of this pipe is open for as long as the main process lives
    sys.stdin.read()
    sweep(Path(sys.argv[1]))
