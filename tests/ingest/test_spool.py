"""What a killed import leaves on the disk is gone with the next one; what a running one needs stays."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

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
