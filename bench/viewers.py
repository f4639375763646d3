"""Many viewers at once, as browsers speak to the server, and how long each waits: `python -m bench.viewers --viewers 200 --seconds 300`."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

from bench.viewer_report import Report, Spent, made_up_of
from bench.viewer_server import Server, cpu_of, serve_copy
from bench.viewer_session import Redraw, Session, address_of

# which pages viewers look at, of a hundred
MIX = {"": 50, "cases": 25, "zones": 15, "patrol": 10}
# of a hundred acts so many change a filter where the page has one; the others turn to a page
FILTERING = 65
PERIODS, ZONES = "period", "zone"
LANGUAGES = ("zh-CN", "zh-CN", "zh-CN", "en")
THEMES = ("light", "light", "dark")


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """How many viewers, for how long after the last has come, how far apart each one's acts, and in how long they all arrive (seconds)."""

    url: str
    viewers: int = 200
    seconds: float = 300.0
    every: float = 10.0
    arrive: float = 10.0
    seed: int = 1


@dataclass
class Seen:
    """What the viewers of one process lived through, and how late this program itself was at worst (seconds)."""

    redraws: list[Redraw] = field(default_factory=list)
    late: float = 0.0


async def watch_crowd(crowd: Crowd) -> Seen:
    """Every viewer's redraws; the acts of each are the same for the same seed."""
    seen = Seen()
    ends = time.monotonic() + crowd.arrive + crowd.seconds
    keeper = asyncio.create_task(_keep_time(seen))
    async with asyncio.TaskGroup() as viewers:
        for number in range(crowd.viewers):
            viewers.create_task(_look(crowd, number, ends, seen))
    keeper.cancel()
    return seen


async def _look(crowd: Crowd, number: int, ends: float, seen: Seen) -> None:
    """One viewer: comes, looks, acts every so often, and goes."""
    chance = random.Random(crowd.seed * 1_000_003 + number)
    session = Session(crowd.url, language=chance.choice(LANGUAGES), theme=chance.choice(THEMES))
    await asyncio.sleep(crowd.arrive * number / max(crowd.viewers, 1))
    first = await session.open(_page(chance))
    seen.redraws.append(first)
    following, well = time.monotonic() + chance.uniform(0, crowd.every), not first.error
    while well:
        await asyncio.sleep(max(0.0, following - time.monotonic()))
        seen.redraws.append(await act(session, chance))
        # somebody who waited longer than that does not act twice at once
        following = max(following + crowd.every, time.monotonic() + 0.1 * crowd.every)
        # whoever came acts once at least
        well = following < ends and not seen.redraws[-1].error
    await session.close()


async def act(session: Session, chance: random.Random) -> Redraw:
    """One act: another period, another zone or none, or another page."""
    keys = [key for key in (PERIODS, PERIODS, ZONES) if key in session.choices and session.choices[key].options]
    if not keys or chance.randrange(100) >= FILTERING:
        return await session.turn_to(_page(chance))
    choice = session.choices[key := chance.choice(keys)]
    # the last of the periods asks for days of one's own
    return await session.choose(key, chance.choice(choice.options[:-1] or choice.options))


def _page(chance: random.Random) -> str:
    return chance.choices(list(MIX), weights=list(MIX.values()))[0]


async def _keep_time(seen: Seen, step: float = 0.1) -> None:
    """How much later than asked this program wakes up: what it is late itself, it blames on the server."""
    while True:
        asked = time.perf_counter() + step
        await asyncio.sleep(step)
        seen.late = max(seen.late, time.perf_counter() - asked)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the crowd and print the report; 1 when any redraw went wrong."""
    chosen = _read(arguments)
    with nullcontext(None) if chosen.url else serve_copy(chosen.database) as server:
        crowd = Crowd(
            url=server.url if server else address_of(chosen.url),
            viewers=chosen.viewers,
            seconds=chosen.seconds,
            every=chosen.every,
            arrive=chosen.arrive,
        )
        report = run(crowd, server or Server.known(chosen.url, chosen.pid))
    print(report.text())
    return 1 if report.errors else 0


def run(crowd: Crowd, server: Server) -> Report:
    """The crowd's report, with what the server and this program spent on it."""
    before, own, began = server.spent(), cpu_of(), time.monotonic()
    seen = asyncio.run(watch_crowd(crowd))
    spent = Spent(seconds=time.monotonic() - began, before=before, after=server.spent(), own_cpu=cpu_of() - own, late=seen.late)
    return made_up_of(crowd.viewers, seen.redraws, spent)


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.viewers", description=__doc__)
    reader.add_argument("--viewers", type=int, default=200, help="how many look at once")
    reader.add_argument("--seconds", type=float, default=300, help="for how long, after the last has come")
    reader.add_argument("--every", type=float, default=10, help="seconds between two acts of a viewer")
    reader.add_argument("--arrive", type=float, default=10, help="seconds in which they all come")
    reader.add_argument("--url", default="", help="a server that runs already; without it one is started over a copy of the database")
    reader.add_argument("--pid", type=int, default=0, help="the process of that server, for its memory and processor time")
    reader.add_argument("--database", default="", help="an SQLite file to copy; without it a demo is built")
    return reader.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
