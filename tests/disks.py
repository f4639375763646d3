"""What another process does on a disk that is full, or may only be read; and beside somebody else."""

from __future__ import annotations

import ctypes
import os
import subprocess
from datetime import datetime, timedelta
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from actions.act import Refused
from actions.rotation import plan_shifts
from ingest.load_cases import load_cases
from model.cases import CaseRow
from model.engine import open_engine
from model.trouble import trouble_of
from tests.books import balance, furnish
from tests.ingest.sent import a_case, write_cases
from tests.killed import WHO, Told

NOBODY = 65534
# of linux/sched.h: a process with mounts of its own, which are gone when it is
CLONE_NEWNS = 0x00020000
SAVED, NOW = "saved", datetime(2017, 10, 31, 18, tzinfo=ZoneInfo("Asia/Shanghai"))


def plan(engine: Engine, days: int = 1) -> str:
    """Plan a day of the rotation; SAVED, or the sentence of the refusal in English."""
    try:
        plan_shifts(engine, WHO, {NOW.date() + timedelta(days=days): 1}, at=NOW)
    except Refused as refused:
        return refused.say("en")
    return SAVED


def look(engine: Engine) -> str:
    """How many cases there are, or what is wrong."""
    try:
        with engine.connect() as connection:
            return str(connection.scalar(select(func.count()).select_from(CaseRow)))
    except SQLAlchemyError as error:
        text = trouble_of(error)
        return text.en if text else repr(error)


def bring(url: str, file: str, told: Pipe) -> None:
    """Import a file beside whoever else imports."""
    engine = open_engine(url)
    told.send("ready")
    told.send(load_cases(engine, file, datum="wgs84").rows_in)


def fill_disk(folder: str, told: Pipe) -> None:
    """Work on a disk of eight megabytes, fill it, work on, make room, work on; tell what was seen each time."""
    place = Path(folder)
    if not mount_small(place):
        told.send(None)
        return
    engine = furnish(f"sqlite:///{place / 'office.db'}", place)
    told.send([plan(engine, 1), look(engine)])
    filler = place / "filler"
    fill(filler)
    # more than the log has room for already
    file = write_cases(Path("/dev/shm") / f"full-{os.getpid()}.csv", [a_case(n, title="满" * 400) for n in range(2000)])
    try:
        load_cases(engine, file, datum="wgs84")
    except (SQLAlchemyError, OSError) as error:
        text = trouble_of(error)
        told.send(text.en if text else repr(error))
    told.send([plan(engine, 2), look(engine)])
    filler.unlink()
    told.send([plan(engine, 3), look(engine)])
    balance(engine, Told())
    told.send(load_cases(engine, file, datum="wgs84").new)
    file.unlink()


def mount_small(place: Path) -> bool:
    """A disk of eight megabytes at a folder, for this process alone; whether the machine lets us."""
    if ctypes.CDLL(None).unshare(CLONE_NEWNS):
        return False
    for command in (["--make-rprivate", "/"], ["-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]):
        if subprocess.run(["mount", *command], capture_output=True, check=False).returncode:
            return False
    return True


def fill(filler: Path) -> None:
    """Not a byte is left."""
    handle = os.open(filler, os.O_CREAT | os.O_WRONLY)
    try:
        for size in (65_536, 4096, 512, 1):
            try:
                while os.write(handle, b"0" * size):
                    pass
            except OSError:
                continue
    finally:
        os.close(handle)


def only_read(url: str, told: Pipe) -> None:
    """Look and act as somebody who may not write there."""
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
    try:
        engine = open_engine(url)
    except SQLAlchemyError as error:
        text = trouble_of(error)
        told.send(text.en if text else repr(error))
        return
    told.send([look(engine), plan(engine)])
