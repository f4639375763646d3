"""A scene with what stands on every one: its title, its headline, the data's own time, a mark when that is old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from config import settings
from geo.colour import Theme
from i18n import Language, Text, show_duration, show_moment
from model.setup import DEMO_MARK, read_office
from queries.freshness import read_freshness
from wall.canvas import CLAUSES, HEADLINE, HEIGHT, WIDTH, WORDS, Canvas, balance
from wall.scene import Asked, Scene, Told

MARGIN = 72
HEADLINE_LINES = 2
# 64 units are still 27 minutes of arc at five metres
HEADLINE_SIZES = (HEADLINE, 70, 64)
TOP, BOTTOM = 330.0, HEIGHT - 110.0
AS_OF = Text(zh="数据截至 {moment}", en="Data up to {moment}")
STALE = Text(zh="⚠ 数据已 {span} 未更新", en="⚠ No new data for {span}")
NO_DATA = Text(zh="还没有案件数据：请网格中心导入。", en="There are no cases yet: the grid centre must import them.")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A scene as the wall shows it."""

    key: str
    title: str
    seconds: int
    headline: str
    svg: str


def look(engine: Engine, language: Language) -> Asked:
    """Everything that the scenes of one moment share."""
    return Asked(engine=engine, office=read_office(engine), fresh=read_freshness(engine), language=language)


def draw_scene(scene: Scene, asked: Asked, theme: Theme) -> Drawn:
    """The whole page of a scene."""
    told = _tell(scene, asked)
    canvas = Canvas(theme)
    canvas.write(MARGIN, 88, asked.say(scene.title), size=WORDS, colour="quiet")
    if asked.office.demo:
        canvas.write(WIDTH - MARGIN, 88, asked.say(DEMO_MARK), size=WORDS, colour="bad", anchor="end")
    _write_headline(canvas, told.headline)
    told.draw(canvas)
    _write_time(canvas, asked)
    return Drawn(key=scene.key, title=asked.say(scene.title), seconds=scene.seconds, headline=told.headline, svg=canvas.svg())


def hours_old(asked: Asked) -> float | None:
    """Hours since the newest case was reported; None without one."""
    newest = asked.fresh.reported_at
    return None if newest is None else (asked.office.now() - newest) / timedelta(hours=1)


def is_stale(asked: Asked) -> bool:
    """Whether the newest case is older than the setting FINEGRID_STALE_HOURS allows."""
    old = hours_old(asked)
    return old is None or old > settings().stale_hours


def _write_headline(canvas: Canvas, words: str) -> None:
    """One line stands where the middle of two would, so that no hole gapes over the picture."""
    room = WIDTH - 2 * MARGIN
    size = _headline_size(words, room)
    first = 190 if len(balance(words, room / size)) > 1 else 190 + size * 0.5
    canvas.write_lines(MARGIN, first, words, width=room, size=size, lines=HEADLINE_LINES, bold=True)


def _headline_size(words: str, room: float) -> float:
    """The largest size that fits; a little smaller one if only that cuts the lines where a clause ends, and before any word is lost."""
    set_in = {size: balance(words, room / size) for size in HEADLINE_SIZES}
    fitting = [size for size in HEADLINE_SIZES if len(set_in[size]) <= HEADLINE_LINES]
    signs = tuple(sign.strip() for sign in CLAUSES)
    clean = [size for size in fitting if len(set_in[size]) == 1 or set_in[size][0].endswith(signs)]
    return max(clean or fitting or HEADLINE_SIZES[-1:])


def _tell(scene: Scene, asked: Asked) -> Told:
    if asked.fresh.reported_at is None:
        return Told(headline=asked.say(NO_DATA), draw=lambda _: None)
    return scene.tell(asked)


def _write_time(canvas: Canvas, asked: Asked) -> None:
    """The data's own time at the foot, and how long nothing new came."""
    newest: datetime | None = asked.fresh.reported_at
    if newest is not None:
        moment = show_moment(newest.astimezone(asked.office.timezone), asked.language)
        canvas.write(MARGIN, HEIGHT - 40, asked.say(AS_OF, moment=moment), size=WORDS, colour="quiet")
    if is_stale(asked) and newest is not None:
        span = show_duration(asked.office.now() - newest, asked.language)
        canvas.write(WIDTH - MARGIN, HEIGHT - 40, asked.say(STALE, span=span), size=WORDS, colour="bad", anchor="end", bold=True)
