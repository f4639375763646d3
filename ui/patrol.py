"""Today's patrol: who is on, what chance drew, the stops in their order, and what is on record of it so far."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any

import pandas as pd

from actions.patrol import ARRIVED
from analysis.draw import Draw, draw_places, read_draw
from geo.route import DETOUR, way_metres
from geo.stops import Stop, choose_stops, order_stops, read_stop
from model.roles import Actor, Role
from queries.features import duties
from queries.patrol import DRAWN, STARTED, STOPPED, patrol_day, patrol_lines
from ui import ask
from ui.kept import kept
from ui.patrol_candidates import ask_candidates, zone_weights
from ui.viewer import Viewer, data_version
from ui.words import is_missing

# chance has two of at most eight stops
DRAWN_A_DAY = 2
# what a patrol saw so many days ago at most needs no second look for the same reason
SEEN_DAYS: dict[str, int] = {"case": 1, "repeat": 7, "zone": 7}


@dataclass(frozen=True, kw_only=True)
class Walk:
    """A patrol of today on record: patrols.id, who walks, when it began and ended."""

    id: int
    official: str
    name: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PatrolDay:
    """Everything that the page of today shows; people are those of the zones, by `duties`."""

    on_duty: str | None
    on_duty_name: str | None
    on_duty_phone: str | None
    people: pd.DataFrame
    draw: Draw
    # whether the draw is on record, and every draw that is, the newest first
    recorded: bool
    earlier: tuple[Draw, ...]
    stops: tuple[Stop, ...]
    walk: Walk | None
    # a patrol of today that is over and was not made on this page
    elsewhere: Walk | None = None
    # what was done at each stop of the walk, by its key: outcome → when
    done: dict[str, dict[str, datetime]] = field(default_factory=dict)

    @property
    def official(self) -> str | None:
        """The code of who walks, or would."""
        return self.walk.official if self.walk else self.on_duty

    def metres(self, crs: str) -> float:
        """About how long the walk is, in metres through streets."""
        return DETOUR * way_metres([stop.lon for stop in self.stops], [stop.lat for stop in self.stops], crs)

    def next_stop(self) -> Stop | None:
        """The first stop that nobody was at yet."""
        return next((stop for stop in self.stops if stop.key not in self.done), None)

    def zones_of(self, official: str | None, role: str = "leader") -> list[str]:
        """The codes of the zones that an official answers for."""
        mine = self.people[(self.people["official_code"] == official) & (self.people["role"] == role)]
        return list(mine["code"])

    def people_of(self, zone: str | None, role: str) -> pd.DataFrame:
        """Who answers for a zone in a role."""
        return self._by_zone.get((zone, role), self.people.iloc[:0])

    @cached_property
    def _by_zone(self) -> dict[tuple[str | None, str], pd.DataFrame]:
        return {(str(zone), str(role)): found for (zone, role), found in self.people.groupby(["code", "role"])}


def ask_day(seen: Viewer, *, here: tuple[float, float] | None = None) -> PatrolDay:
    """The patrol of the office's today; `here` (WGS-84) is where the walk would begin. What is on record is not chosen again."""
    return _day(seen.minute, seen.actor, here, data_version(), seen)


@kept(most=200)
def _day(now: datetime, actor: Actor, here: tuple[float, float] | None, version: str, _seen: Viewer) -> PatrolDay:
    seen = _seen
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    day, lines = ask.ask(patrol_day, midnight, now), ask.ask(patrol_lines, now)
    people = ask.ask(duties, now.date())
    draws = [read_draw(detail) for detail in lines.loc[lines["what"] == DRAWN, "detail"]]
    today = next((draw for draw in draws if draw.on == now.date()), None)
    first = day.iloc[0]
    of_data = f"{first['import_id']}.{first['audit_id']}"
    draw = today or draw_places(now.date(), of_data, zone_weights(seen), draws, DRAWN_A_DAY)
    walk, begun = _walk_of(seen, day, lines)
    others = [one for one in _walks(day) if one.ended_at is not None]
    stops = [read_stop(record) for record in begun] if begun else _choose(seen, draw, lines, here)
    return PatrolDay(
        on_duty=_text(first["on_duty"]),
        on_duty_name=_text(first["on_duty_name"]),
        on_duty_phone=_text(first["on_duty_phone"]),
        people=people[people["layer"] == "zones"],
        draw=draw,
        recorded=today is not None,
        earlier=tuple(draws),
        stops=tuple(stops),
        walk=walk,
        elsewhere=others[-1] if others and walk is None else None,
        done=_done(seen, lines, walk),
    )


def walker(seen: Viewer, day: PatrolDay) -> str | None:
    """The code of the official under whom a new patrol is kept: the leader who looks, else the one on duty."""
    return seen.actor.code if seen.actor.role is Role.DUTY_LEADER and seen.actor.code else day.on_duty


def _walk_of(seen: Viewer, day: pd.DataFrame, lines: pd.DataFrame) -> tuple[Walk | None, list[dict[str, Any]]]:
    """The newest patrol of today that began on this page, the viewer's own first, and the records of its stops."""
    starts = lines[lines["what"] == STARTED]
    begun = {(line["subject"].split()[-1], line["at"]): json.loads(line["detail"])["stops"] for line in starts.to_dict("records")}
    walks = [one for one in _walks(day) if (one.official, one.began_at) in begun]
    if not walks:
        return None, []
    newest = max(walks, key=lambda walk: (walk.official == seen.actor.code, walk.ended_at is None, walk.id))
    return newest, begun[newest.official, newest.began_at]


def _walks(day: pd.DataFrame) -> list[Walk]:
    """The patrols of today, wherever they were begun."""
    return [
        Walk(
            id=int(row["patrol_id"]),
            official=row["official_code"],
            name=row["official"],
            began_at=row["started_at"],
            ended_at=_at(row["ended_at"]),
        )
        for row in day.dropna(subset=["patrol_id"]).to_dict("records")
    ]


def _choose(seen: Viewer, draw: Draw, lines: pd.DataFrame, here: tuple[float, float] | None) -> list[Stop]:
    """The stops of a patrol that has not begun."""
    crs = seen.office.metric_crs
    if crs is None:
        return []
    candidates = ask_candidates(seen, draw, _seen_lately(seen, lines))
    return order_stops(choose_stops(candidates, crs), crs, start=here)


def _seen_lately(seen: Viewer, lines: pd.DataFrame) -> set[str]:
    """The keys of stops that were made so lately that the same reason does not count again."""
    keys = set()
    for line in lines[lines["what"] == STOPPED].to_dict("records"):
        key = str(json.loads(line["detail"])["key"])
        days = SEEN_DAYS.get(key.partition(":")[0], 0)
        if seen.minute - line["at"] < timedelta(days=days):
            keys.add(key)
    return keys


def _done(seen: Viewer, lines: pd.DataFrame, walk: Walk | None) -> dict[str, dict[str, datetime]]:
    """What is on record at the stops of a walk."""
    done: dict[str, dict[str, datetime]] = {}
    if walk is None:
        return done
    for line in lines[(lines["what"] == STOPPED) & (lines["subject"] == f"patrol:{walk.id}")].to_dict("records"):
        kept = json.loads(line["detail"])
        done.setdefault(kept["key"], {})[kept.get("outcome", ARRIVED)] = seen.local(line["at"])
    return done


def _text(value: object) -> str | None:
    return None if is_missing(value) else str(value)


def _at(value: object) -> datetime | None:
    return None if is_missing(value) else pd.Timestamp(value).to_pydatetime()  # type: ignore[arg-type]


def say_zones(names: Sequence[str], language: str) -> str:
    """Names one after the other."""
    return ("、" if language == "zh" else ", ").join(names)
