"""The server that is looked at: one of our own over a copy of the database, or one that runs already; what it spends."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from config import ROOT

START_SECONDS = 180.0
POLL_SECONDS = 0.1
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Use:
    """What a process holds and has used: bytes of memory, seconds of processor time, its own and the system's for it."""

    memory: int
    cpu: float


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server; without a process its cost is not known."""

    url: str
    pid: int = 0

    @classmethod
    def known(cls, url: str, pid: int) -> Server:
        """A server that somebody else started."""
        return cls(url=url, pid=pid)

    def spent(self) -> Use | None:
        """What it uses now; None where its process is not known or not to be seen from here."""
        if not self.pid or not Path(f"/proc/{self.pid}/stat").exists():
            return None
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines()
        memory = next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS")), 0)
        return Use(memory=memory, cpu=cpu_of(self.pid))


def cpu_of(pid: int | None = None) -> float:
    """Seconds of processor time of a process, of this one by default."""
    if pid is None:
        return time.process_time()
    # the name of the program may hold spaces and brackets
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def serve_copy(database: str = "") -> Iterator[Server]:
    """A server of our own over a copy of an SQLite file, or over a demo that is built for it; gone at the end."""
    with tempfile.TemporaryDirectory(prefix="finegrid-viewers-") as folder:
        copy = Path(folder) / "viewers.db"
        url = f"sqlite:///{copy}"
        if database:
            shutil.copyfile(database.removeprefix("sqlite:///"), copy)
        else:
            environment = {**os.environ, "DATABASE_URL": url}
            subprocess.run([sys.executable, "-m", "ingest", "demo"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        with serve(url) as server:
            yield server


@contextmanager
def serve(url: str) -> Iterator[Server]:
    """A server of our own over a database, once it is warm; gone at the end."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "serve.py", "--server.address=127.0.0.1", f"--server.port={port}"]
    with tempfile.TemporaryDirectory(prefix="finegrid-server-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as said:
            process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, stdout=said, stderr=subprocess.STDOUT)
        try:
            server = Server(url=f"http://127.0.0.1:{port}", pid=process.pid)
            _wait(server.url, process, log)
            yield server
        finally:
            process.terminate()
            process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it is well and warm; RuntimeError with its log when it is not."""
    ends = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < ends:
        try:
            with urlopen(f"{url}/health", timeout=5) as answer:
                if b'"warming"' not in answer.read():
                    return
        except (URLError, OSError):
            pass
        time.sleep(POLL_SECONDS)
    raise RuntimeError(f"no server at {url} after {START_SECONDS:.0f} s; it said:\n{log.read_text(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
