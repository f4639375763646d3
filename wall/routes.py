"""The wall over HTTP: its page, which holds no data, and its scenes as drawn pictures."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from geo.colour import Theme
from i18n import Language, pick_language
from model.engine import open_engine
from model.journal import note_error
from wall.frame import Drawn, draw_scene, is_stale, look
from wall.scene import Asked, Scene, scenes

PAGE = Path(__file__).parent / "page"
FILES = {"": "wall.html", "wall.js": "wall.js", "wall.css": "wall.css"}
# nothing from elsewhere, no script but its own file; the pictures style their own words by attributes
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'self'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
Key = tuple[str, str, str, Language, Theme, tuple[str, ...]]


class Pictures:
    """The newest pictures of every list of scenes that somebody shows: drawn once a minute and version, for all walls."""

    MOST = 32

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Key, list[Drawn]] = {}

    def draw(self, engine: Engine, chosen: Sequence[Scene], language: Language, theme: Theme) -> tuple[str, bool, list[Drawn]]:
        """The version of the pictures, whether their data is old, and the pictures."""
        asked = look(engine, language)
        stale, minute = is_stale(asked), asked.now.isoformat()
        key: Key = (engine.url.render_as_string(), asked.fresh.version, minute, language, theme, tuple(one.key for one in chosen))
        with self._lock:
            if key not in self._kept:
                while len(self._kept) >= self.MOST:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = draw_those_that_can(chosen, asked, theme)
            drawn = self._kept[key]
        return hashlib.sha256(repr((key[1:], page_version())).encode()).hexdigest()[:16], stale, drawn


def draw_those_that_can(chosen: Sequence[Scene], asked: Asked, theme: Theme) -> list[Drawn]:
    """The pictures of the scenes; one that fails is left out and written down.

    When the database is away, or every scene fails, that error is raised: the wall keeps the pictures that it has.
    """
    drawn: list[Drawn] = []
    failures: list[Exception] = []
    for scene in chosen:
        try:
            drawn.append(draw_scene(scene, asked, theme))
        except (OperationalError, OSError):
            raise
        except Exception as error:  # whatever is wrong with one scene, the others go on
            failures.append(error)
            note_error(error, page=f"wall/{scene.key}")
    if failures and not drawn:
        raise failures[0]
    return drawn


PICTURES = Pictures()


@cache
def page_version() -> str:
    """Changes when the page itself does: an old one that meets a newer server loads itself anew."""
    return hashlib.sha256(b"".join((PAGE / name).read_bytes() for name in sorted(FILES.values()))).hexdigest()[:12]


def routes() -> list[BaseRoute]:
    """`/wall`, its files, and `/wall/scenes`."""
    files = [Route(f"/wall/{name}" if name else "/wall", _file(FILES[name]), methods=["GET"]) for name in FILES]
    return [*files, Route("/wall/scenes", give_scenes, methods=["GET"])]


async def give_scenes(request: Request) -> Response:
    """The scenes of `?scenes=a,b&lang=zh|en&theme=dark|light` as pictures; 503 with a reason when the database does not answer."""
    wanted = choose(request.query_params)
    try:
        # the first opening asks the database: in the loop of events a slow one would hold up everybody
        version, stale, drawn = await run_in_threadpool(lambda: PICTURES.draw(open_engine(), *wanted))
    except Exception as error:  # whatever it is, the wall keeps its last picture and asks again
        return JSONResponse({"error": type(error).__name__}, status_code=503, headers=HEADERS)
    told = [{"key": one.key, "title": one.title, "seconds": one.seconds, "headline": one.headline, "svg": one.svg} for one in drawn]
    return JSONResponse({"version": version, "page": page_version(), "stale": stale, "scenes": told}, headers=HEADERS)


def choose(params: Mapping[str, str]) -> tuple[list[Scene], Language, Theme]:
    """The scenes, language and theme of an address; unknown scenes are left out, none means all."""
    known = scenes()
    named = [known[key] for key in params.get("scenes", "").split(",") if key in known]
    theme: Theme = "light" if params.get("theme") == "light" else "dark"
    return named or list(known.values()), pick_language(params.get("lang"), None), theme


def _file(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def give(_: Request) -> Response:
        return FileResponse(PAGE / name, headers=HEADERS)

    return give
