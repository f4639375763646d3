"""Somebody who works without a pause until they are killed, and says of everything that was kept: it was kept."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from actions.act import Refused
from actions.findings import Finding, report_finding
from actions.loop import read_standing, take_step
from actions.photos import Photo
from actions.rotation import plan_shifts
from ingest.load_cases import load_cases
from model.engine import open_engine
from model.kinds import Channel, Resolution
from model.loop import Phase, Step
from model.roles import Actor, Role
from model.setup import Office, read_office
from model.trouble import trouble_of
from tests.ingest.sent import EAST, NORTH, SOUTH, WEST, a_case, write_cases

WHO = Actor(role=Role.ADMINISTRATOR)
NEXT = {
    Phase.NEW: Step.DISPATCH,
    Phase.DISPATCHED: Step.CLAIM,
    Phase.CLAIMED: Step.FEEDBACK,
    Phase.HANDLED: Step.VERIFY,
    Phase.VERIFIED: Step.CLOSE,
}
CASES_A_FILE, DAYS, OFFICIALS = 120, 20, 3
Said = tuple[str, ...]
# a worker is a fork of a process that has everything loaded: it works within milliseconds
WORKERS = multiprocessing.get_context("forkserver")
WORKERS.set_forkserver_preload(["tests.killed", "tests.disks"])


def begin(work: Callable[..., None], *about: object) -> tuple[BaseProcess, Pipe]:
    """A process that does the work, given one end of a pipe after all else, and the other end.

    A page that was tested here has left its script as this process's main module; a worker would run it, on the office's database.
    """
    ear, mouth = WORKERS.Pipe(duplex=False)
    process = WORKERS.Process(target=work, args=(*about, mouth), daemon=True)
    with patch.dict(sys.modules, {"__main__": ModuleType("__main__")}):
        process.start()
    mouth.close()
    return process, ear


@dataclass
class Worker:
    """One process at work; `seed` tells its things from those of the others."""

    engine: Engine
    seed: int
    folder: Path
    office: Office
    dice: random.Random
    done: int = 0
    mine: list[int] = field(default_factory=list)

    def works(self) -> Iterator[Said]:
        """One thing after the other, each told once it is kept; what is refused is left."""
        tasks: list[Callable[[], Said]] = [self.report, self.report, self.step, self.step, self.step, self.plan, self.bring]
        while True:
            self.done += 1
            try:
                yield self.dice.choice(tasks)()
            except (Refused, DBAPIError) as error:
                text = trouble_of(error)
                if text is None and not isinstance(error, Refused):
                    raise
                yield ("refused", text.en if text else error.say("en"))
                # a server that is coming up again says no at once
                threading.Event().wait(0.02)

    @property
    def clock(self) -> Office:
        """A clock that goes on by a second with everything that is done."""
        assert self.office.as_of is not None
        return replace(self.office, as_of=self.office.as_of + timedelta(hours=self.seed, seconds=self.done))

    def photo(self) -> Photo:
        """Bytes that nobody else has; every other finding has one."""
        content = self.dice.randbytes(30_000)
        return Photo(bytes=content, sha256=hashlib.sha256(content).hexdigest())

    def report(self) -> Said:
        """A finding; one with an odd number has a photo."""
        photo = self.photo() if self.done % 2 else None
        lon, lat = self.dice.uniform(WEST, EAST), self.dice.uniform(SOUTH, NORTH)
        number = f"{self.seed}-{self.done}"
        where = {"channel": Channel.PATROL, "kind": "event", "category": "0102", "lon": lon, "lat": lat}
        saved = report_finding(self.engine, WHO, self.clock, Finding(number=number, text="垃圾", photo=photo, **where))
        self.mine.append(saved.id)
        return ("case.report", str(saved.id), photo.sha256 if photo else "")

    def step(self) -> Said:
        """The next step of one of the cases."""
        if not self.mine:
            return self.report()
        case_id = self.dice.choice(self.mine)
        with self.engine.connect() as connection:
            standing = read_standing(connection, case_id)
        assert standing is not None
        step = NEXT.get(standing.phase)
        if step is None:
            self.mine.remove(case_id)
            return self.report()
        photo = self.photo() if step is Step.FEEDBACK else None
        given = {"department": "城管中队", "resolution": Resolution.RESOLVED, "photo": photo}
        take_step(self.engine, WHO, case_id, step, saw=standing.mark, at=self.clock.now(), **given)
        return (f"case.{step}", str(case_id), photo.sha256 if photo else "")

    def plan(self) -> Said:
        """Another leader on one of the days to come."""
        day = (self.office.now() + timedelta(days=600 + self.dice.randrange(DAYS))).date()
        who = self.dice.randint(1, OFFICIALS)
        plan_shifts(self.engine, WHO, {day: who}, at=self.office.now())
        return ("roster.plan", day.isoformat(), str(who))

    def bring(self) -> Said:
        """A file of new cases."""
        name = f"{self.seed}-{self.done}"
        places = [(self.dice.uniform(WEST, EAST), self.dice.uniform(SOUTH, NORTH)) for _ in range(CASES_A_FILE)]
        file = write_cases(self.folder / f"{name}.csv", [a_case(f"{name}-{n}", lon=lon, lat=lat) for n, (lon, lat) in enumerate(places)])
        summary = load_cases(self.engine, file, datum="wgs84")
        return ("import", str(file), str(summary.new))


def work(url: str, seed: int, folder: str, told: Pipe) -> None:
    """Work on the database of a URL until killed, and tell it down the pipe."""
    warnings.simplefilter("error")
    engine = open_engine(url)
    office = read_office(engine)
    told.send(("ready",))
    for said in Worker(engine=engine, seed=seed, folder=Path(folder), office=office, dice=random.Random(seed)).works():
        told.send(said)


@dataclass
class Told:
    """Everything that any worker said was kept."""

    said: list[Said] = field(default_factory=list)
    # what was kept and not told, as far as is known
    untold: int = 0

    @property
    def kept(self) -> list[Said]:
        return [one for one in self.said if one[0] not in ("ready", "refused")]

    def of(self, kind: str) -> list[Said]:
        return [one for one in self.said if one[0] == kind]


@dataclass
class Hand:
    """A worker and the end of the pipe on which it tells what was kept."""

    process: BaseProcess
    ear: Pipe

    @classmethod
    def at(cls, url: str, seed: int, place: Path) -> Hand:
        process, ear = begin(work, url, seed, str(place))
        return cls(process=process, ear=ear)

    def listen(self, told: Told, seconds: float) -> None:
        """Note what it tells for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self.ear.poll(left):
            told.said.append(self.ear.recv())

    def go_on(self, told: Told, things: int = 3) -> None:
        """Note what it tells until so many things more were kept; it has a minute."""
        wanted, deadline = len(told.kept) + things, time.monotonic() + 60
        while len(told.kept) < wanted:
            assert time.monotonic() < deadline, "nothing is kept any more"
            self.listen(told, 0.2)

    def kill(self, told: Told) -> None:
        """Kill it, and note what it had told before."""
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()
        assert self.process.exitcode == -signal.SIGKILL, "it ended by itself"
        # the last word may have been cut off
        with suppress(EOFError, OSError):
            while True:
                told.said.append(self.ear.recv())
        self.ear.close()
