"""A real dashboard server of the tests' own: started on a free port, watched, killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from config import ROOT
from tests.once import folder

START_SECONDS = 60
POLL_SECONDS = 0.05
STOP_SECONDS = 10


@dataclass
class Server:
    """One `streamlit run`; `env` is what it has beside the environment of the tests."""

    script: Path
    log: Path
    env: dict[str, str]
    port: int = 0
    address: str = "127.0.0.1"
    _read: int = field(default=0, repr=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """It answers, on the port it had before if it had one; raises RuntimeError with its log if it does not."""
        self.port = self.port or free_port()
        options = [
            f"--server.address={self.address}",
            f"--server.port={self.port}",
            "--server.headless=true",
            "--server.fileWatcherType=none",
        ]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", str(self.script), *options, "--browser.gatherUsageStats=false"],
                cwd=ROOT,
                env={**_plain_environment(), "FINEGRID_WARM": "no", "FINEGRID_LISTS": str(folder() / "lists"), **self.env},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._mark.touch()
        self._wait()

    def stop(self, *, kill: bool = False) -> None:
        """It is down: politely, or as the power would take it."""
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, signal.SIGKILL if kill else signal.SIGTERM)
        self._mark.unlink(missing_ok=True)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(STOP_SECONDS)

    @property
    def memory(self) -> int:
        """Bytes that it holds in memory now (Linux)."""
        status = Path(f"/proc/{self._process.pid if self._process else 0}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def new_errors(self) -> str:
        """What it wrote since the last asking, if there is a traceback in it; else nothing."""
        text = self.log.read_text(errors="replace")[self._read :]
        self._read += len(text)
        return text if "Traceback (most recent call last)" in text else ""

    @property
    def _mark(self) -> Path:
        """By this file the end of the run finds a server that nobody stopped."""
        return folder() / f"{self._process.pid if self._process else 0}.server"

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self._process is not None and self._process.poll() is None and time.monotonic() < deadline:
            try:
                with urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(POLL_SECONDS)
        self.stop(kill=True)
        raise RuntimeError(f"{self.script.name} did not answer at {self.url} in {START_SECONDS} s; it said:\n{self.log.read_text()}")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _plain_environment() -> dict[str, str]:
    """The environment of the tests without any setting of a dashboard."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_URL", "FINEGRID_", "STREAMLIT_"))}
