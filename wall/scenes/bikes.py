"""Scene: where bicycles find no place to stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from geo.layers import layer
from i18n import Text, show_number, show_share
from queries.bikes import bicycle_cases
from queries.features import figures
from queries.filters import Filters
from wall.canvas import WIDTH, Canvas
from wall.changes import count_change, share_change, trend_of
from wall.frame import MARGIN
from wall.parts import Bar, Tile, draw_bars, draw_tiles
from wall.scene import Asked, Scene, Told

DAYS = 30
HEADLINE = Text(
    zh="近30天 {n} 件非机动车案件，{out} 件附近没有停放区；{zone}最多，{most} 件",
    en="{out} of {n} bicycle cases in 30 days had no parking zone near; most in {zone}: {most}",
)
COVERED = Text(zh="近30天 {n} 件非机动车案件都在停放区附近", en="All {n} bicycle cases of 30 days lay near a parking zone")
QUIET = Text(zh="近30天没有非机动车案件", en="No bicycle case in the last 30 days")
NO_ZONE = Text(zh="责任区外", en="no zone")
ZONES, METRES, SHARE = Text(zh="停放区", en="Parking zones"), Text(zh="总长", en="Length"), Text(zh="附近无停放区", en="None near")
PLACES, UNIT = Text(zh="处", en="zones"), Text(zh="米", en="m")
BY_ZONE = Text(zh="附近没有停放区的案件，按责任区（件；前30天）", en="Cases with none near, by zone (30 days before)")
BEFORE = Text(zh="前30天 {share}", en="{share} in 30 days before")
MOST = 7
TILES = 620.0
WANTED = {"zones": ("bikes", "", None), "metres": ("bikes", "length_m", None)}


@dataclass(frozen=True)
class Out:
    """The bicycle cases of thirty days, and those of them with no parking zone near, by responsibility zone."""

    n: int
    by_zone: pd.Series[int]

    @property
    def share(self) -> tuple[float, float]:
        return float(self.by_zone.sum()), float(self.n)


def tell(asked: Asked) -> Told:
    """Bicycle cases of the last thirty days, and of the thirty before, beyond reach of every parking zone, by responsibility zone."""
    today = asked.office.today()
    both = Filters(since=today - timedelta(days=2 * DAYS - 1), until=today)
    which = layer("bikes").which
    cases = asked.ask(bicycle_cases, both, asked.now, tuple(sorted(which.categories)), tuple(which.words))
    placed = cases[cases["lon"].notna()].drop_duplicates("id")
    late = placed["reported_at"].dt.tz_convert(asked.office.timezone).dt.date > today - timedelta(days=DAYS)
    now, before = (_count_out(asked, placed[of]) for of in (late, ~late))
    return Told(headline=_say(asked, now.n, now.by_zone), draw=lambda canvas: _draw(canvas, asked, now, before))


def _count_out(asked: Asked, placed: pd.DataFrame) -> Out:
    out = placed[placed["parking"].isna()]
    return Out(len(placed), out["zone_name"].fillna(out["zone"]).fillna(asked.say(NO_ZONE)).value_counts())


def _say(asked: Asked, n: int, by_zone: pd.Series[int]) -> str:
    if not n:
        return asked.say(QUIET)
    told = {"n": show_number(n, asked.language), "out": show_number(int(by_zone.sum()), asked.language)}
    if by_zone.empty:
        return asked.say(COVERED, **told)
    return asked.say(HEADLINE, zone=by_zone.index[0], most=show_number(int(by_zone.iloc[0]), asked.language), **told)


def _ask_zones() -> Any:
    return figures({name: (key, sum_of, where) for name, (key, sum_of, where) in WANTED.items()})


def _draw(canvas: Canvas, asked: Asked, now: Out, before: Out) -> None:
    known = asked.ask(_ask_zones).iloc[0]
    totals = [(ZONES, known["zones"], PLACES), (METRES, known["metres"], UNIT)]
    tiles = [
        Tile(name=asked.say(name), figure=show_number(None if pd.isna(value) else float(value), asked.language), unit=asked.say(unit))
        for name, value, unit in totals
    ]
    share, earlier = (out / n if n else None for out, n in (now.share, before.share))
    said = asked.say(BEFORE, share=show_share(earlier, digits=0))
    trend = trend_of(share_change(now.share, before.share), said, "lower") if earlier is not None else None
    tiles.append(Tile(name=asked.say(SHARE), figure=show_share(share, digits=0), colour="bad" if share else "ink", trend=trend))
    draw_tiles(canvas, tiles, x=MARGIN, width=TILES, columns=1)
    among = len(now.by_zone.index.union(before.by_zone.index))
    bars = [
        Bar(
            name=str(zone),
            value=float(count),
            words=show_number(int(count), asked.language),
            colour="fill_bad" if not place else "fill",
            trend=trend_of(
                count_change(count, before.by_zone.get(zone, 0), among), show_number(int(before.by_zone.get(zone, 0)), asked.language)
            ),
        )
        for place, (zone, count) in enumerate(now.by_zone.head(MOST).items())
    ]
    draw_bars(canvas, bars, title=asked.say(BY_ZONE), x=MARGIN + TILES + 60, width=WIDTH - 2 * MARGIN - TILES - 60)


SCENE = Scene(key="bikes", title=Text(zh="共享单车", en="Shared bikes"), tell=tell, order=60)
