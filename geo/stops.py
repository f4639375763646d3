"""Which places does today's patrol visit? Five to eight of what presses, what was not seen for long, and what chance chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np

from geo.crs import project
from geo.route import walking_order


class StopKind(StrEnum):
    """Why a place is visited."""

    DUE = "due"
    REPEAT = "repeat"
    LOOK_BACK = "look_back"
    UNVISITED = "unvisited"
    DRAWN = "drawn"


LEAST, MOST = 5, 8
# places so near are one stop with two reasons
SAME_METRES = 60.0
# one of each kind first, then a second; chance always has its share
TURNS = (
    *(StopKind.DRAWN, StopKind.LOOK_BACK, StopKind.REPEAT, StopKind.DUE, StopKind.UNVISITED),
    *(StopKind.DRAWN, StopKind.DUE, StopKind.LOOK_BACK, StopKind.REPEAT),
)
# the first of each of these is walked before everything else, so that a patrol that is cut short has seen what presses most
PRESSING = (StopKind.LOOK_BACK, StopKind.REPEAT, StopKind.DUE)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One place of a patrol, WGS-84: why it is visited, and the figures that the reason is said with."""

    # what it is, the same on every day: `case:1`, `repeat:event/0116@6431034686`, `weak_areas/W1`, `zone:Z05`, `draw:Z07`
    key: str
    kind: StopKind
    lon: float
    lat: float
    zone: str | None = None
    name_zh: str = ""
    name_en: str = ""
    facts: dict[str, Any] = field(default_factory=dict, hash=False)
    # further reasons to visit the same place
    also: tuple[Stop, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """The stop as plain JSON."""
        return asdict(self)


def read_stop(record: Mapping[str, Any]) -> Stop:
    """A stop from its record."""
    return Stop(**{**record, "kind": StopKind(record["kind"]), "also": tuple(read_stop(one) for one in record.get("also", ()))})


def choose_stops(candidates: Mapping[StopKind, Sequence[Stop]], crs: str, *, most: int = MOST) -> list[Stop]:
    """At most so many stops, the kinds by turns, each kind's best first; what lies within SAME_METRES of a chosen one becomes its reason.

    With fewer than LEAST chosen by turns, the longest unvisited places fill up.
    """
    queues = {kind: list(candidates.get(kind, ())) for kind in StopKind}
    chosen: list[Stop] = []
    for kind in (*TURNS, *[StopKind.UNVISITED] * LEAST):
        if len(chosen) == most or (kind is StopKind.UNVISITED and len(chosen) >= LEAST and any(one.kind is kind for one in chosen)):
            continue
        _take(queues[kind], chosen, crs)
    return chosen


def order_stops(stops: Sequence[Stop], crs: str, *, start: tuple[float, float] | None = None) -> list[Stop]:
    """The chosen stops as they are walked: the first of each pressing kind, then the others, each part by the shortest way."""
    kinds = [stop.kind for stop in stops]
    tiers = [0 if kind in PRESSING and kind not in kinds[:place] else 1 for place, kind in enumerate(kinds)]
    order = walking_order([stop.lon for stop in stops], [stop.lat for stop in stops], crs, tiers=tiers, start=start)
    return [stops[place] for place in order]


def _take(queue: list[Stop], chosen: list[Stop], crs: str) -> None:
    """Take the first of the queue that is a place of its own; what is not becomes a reason of the stop it lies at."""
    while queue:
        stop = queue.pop(0)
        near = _nearest(stop, chosen, crs)
        if near is None:
            chosen.append(stop)
            return
        chosen[near] = replace(chosen[near], also=(*chosen[near].also, stop))


def _nearest(stop: Stop, chosen: Sequence[Stop], crs: str) -> int | None:
    """The place among the chosen of a stop within SAME_METRES; None when there is none."""
    if not chosen:
        return None
    x, y = project([stop.lon, *(one.lon for one in chosen)], [stop.lat, *(one.lat for one in chosen)], crs)
    metres = np.hypot(x[1:] - x[0], y[1:] - y[0])
    return int(metres.argmin()) if metres.min() <= SAME_METRES else None
