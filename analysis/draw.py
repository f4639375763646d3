"""Which places does chance choose today? A draw without repetition until all were drawn, that anybody can run again and get the same.

The seed is the SHA-256 of `DAY|VERSION OF THE DATA BEFORE THAT DAY`, so nobody can choose it and nobody can try again. A place's number
is the first 53 bits of the SHA-256 of `SEED|PLACE` as a fraction of 1; its key is that number to the power of 1 ÷ weight, and the largest
keys are drawn (Efraimidis and Spirakis, Weighted random sampling with a reservoir, 2006). What was drawn stays out until the cycle ends.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

BITS = 53


@dataclass(frozen=True, kw_only=True)
class Draw:
    """One day's draw, as it goes on record: all that is needed to run it again."""

    on: date
    # the version of the data before the day began
    version: str
    seed: str
    # every place with its weight
    weights: dict[str, float]
    # the cycle that the day began in, from 1, and the places that had been drawn in it before
    cycle: int
    out: tuple[str, ...]
    # what was drawn, in order; where the cycle ended, the rest belong to the next one
    drawn: tuple[str, ...]

    def to_json(self) -> str:
        """The record as one line."""
        return json.dumps({**asdict(self), "on": self.on.isoformat()}, ensure_ascii=False, separators=(",", ":"))


def read_draw(text: str) -> Draw:
    """A draw from its record; ValueError when it is none."""
    try:
        kept: dict[str, Any] = json.loads(text)
        weights = {str(place): float(weight) for place, weight in kept["weights"].items()}
        sequences = {name: tuple(map(str, kept[name])) for name in ("out", "drawn")}
        on, cycle = date.fromisoformat(kept["on"]), int(kept["cycle"])
        return Draw(on=on, version=str(kept["version"]), seed=str(kept["seed"]), weights=weights, cycle=cycle, **sequences)
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"no record of a draw: {text[:80]!r}; it takes on, version, seed, weights, cycle, out, drawn") from error


def draw_places(on: date, version: str, weights: Mapping[str, float], before: Sequence[Draw], count: int) -> Draw:
    """So many of the places, or all of them where there are no more; `before` are the draws of earlier days.

    A weight above 0 makes a place come sooner within its cycle, never more often.
    """
    if wrong := [place for place, weight in weights.items() if not weight > 0]:
        raise ValueError(f"the weight of {wrong[0]!r} is {weights[wrong[0]]}; it takes a number above 0")
    cycle, out = _standing(before, on, weights)
    seed = seed_of(on, version)
    return Draw(
        on=on,
        version=version,
        seed=seed,
        weights=dict(weights),
        cycle=cycle,
        out=out,
        drawn=_drawn(seed, weights, out, min(count, len(weights))),
    )


def is_same(draw: Draw) -> bool:
    """Whether running the record again gives what stands in it."""
    return draw.seed == seed_of(draw.on, draw.version) and draw.drawn == _drawn(draw.seed, draw.weights, draw.out, len(draw.drawn))


def seed_of(on: date, version: str) -> str:
    """The seed of a day."""
    return _hash(f"{on.isoformat()}|{version}")


def number_of(seed: str, place: str) -> float:
    """The place's number of that seed, above 0 and below 1."""
    return float(((int(_hash(f"{seed}|{place}"), 16) >> (256 - BITS)) + 0.5) / (1 << BITS))


def pick_one(seed: str, name: str, choices: Sequence[int]) -> int:
    """One of the choices by the number of `name`, each as likely as the others."""
    return choices[int(number_of(seed, name) * len(choices))]


def _standing(before: Sequence[Draw], on: date, places: Mapping[str, float]) -> tuple[int, tuple[str, ...]]:
    """The cycle in which the day begins, and what was drawn in it already; places that are new are still in."""
    earlier = [draw for draw in before if draw.on < on]
    if not earlier:
        return 1, ()
    last = max(earlier, key=lambda draw: draw.on)
    over = not set(last.weights) - set(last.out) - set(last.drawn)
    rest = set(last.weights) - set(last.out)
    out = tuple(place for place in last.drawn if place not in rest) if over else (*last.out, *last.drawn)
    known = tuple(place for place in out if place in places)
    # a place that is gone may have been the last one
    return (last.cycle + over, known) if len(known) < len(places) else (last.cycle + over + 1, ())


def _drawn(seed: str, weights: Mapping[str, float], out: Sequence[str], count: int) -> tuple[str, ...]:
    """The places with the largest keys among those left in the cycle, then among the others, which begin the next."""

    def order(places: set[str]) -> list[str]:
        return sorted(places, key=lambda place: (-(number_of(seed, place) ** (1 / weights[place])), place))

    left = set(weights) - set(out)
    return tuple([*order(left), *order(set(weights) - left)][:count])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
