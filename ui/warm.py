"""Caches that are warm before the first viewer comes: at its start the server looks at its own pages, as a browser would."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import product
from typing import Any

from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.session_manager import SessionClient

from config import ROOT, SignIn, settings
from model.journal import note
from model.roles import RIGHTS, Right, Role
from ui.sign_in import OWN_LOOK

# whose first view is dear and who is looked at most; the port answers when they are warm, the other pages follow
FIRST = ("overview", "cases", "zones", "patrol")
LOCALES = ("zh-CN", "en")
# a page that takes longer is left to the first viewer, and so are all pages when a database answers so slowly
MOST_SECONDS, MOST_SECONDS_FIRST = 30.0, 60.0
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR)


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look at a page, in a language and a theme, with the rights of a role."""

    page: str
    locale: str = "zh-CN"
    theme: str = "light"
    role: Role = Role.ADMINISTRATOR


class Listener(SessionClient):
    """Hears of a run of a page nothing but its end."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """A run that ends to begin anew is not yet the end."""
        if msg.WhichOneof("type") == "script_finished" and msg.script_finished in DONE:
            self.ended.set()


_warming: set[asyncio.Task[None]] = set()


def is_warming() -> bool:
    """Whether this server still looks at its own pages."""
    return any(not task.done() for task in _warming)


@asynccontextmanager
async def warmed() -> AsyncIterator[None]:
    """Within it the dear pages are warm, and the others are being warmed; the runtime must have started."""
    if not settings().warm:
        yield
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(MOST_SECONDS_FIRST):
            await look_at(first_looks(signed_in=settings().sign_in is not None))
    spare_the_collector()
    task = asyncio.create_task(look_at(other_looks()))
    _warming.add(task)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        _warming.discard(task)


def spare_the_collector() -> None:
    """What is there now stays: Python need not look through it again for waste, which costs a tenth of every redraw."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def first_looks(*, signed_in: bool) -> Iterator[Look]:
    """The dear pages as every role sees them: answers are kept by what a role may see, which only a sign-in tells apart."""
    roles = _kinds_of_roles() if signed_in else [Role.ADMINISTRATOR]
    yield from (Look(page=page, locale=locale, role=role) for role, locale, page in product(roles, LOCALES, FIRST))
    yield Look(page=FIRST[0], theme="dark")


def other_looks() -> Iterator[Look]:
    """All other pages, as who sees all of them."""
    pages = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem not in FIRST)
    yield from (Look(page=page, locale=locale) for locale, page in product(LOCALES, pages))


async def look_at(looks: Iterator[Look]) -> None:
    """One page after the other; one that does not come is left to the first viewer."""
    began, seen = time.monotonic(), 0
    for look in looks:
        try:
            async with asyncio.timeout(MOST_SECONDS):
                await look_once(look)
        except TimeoutError:
            note("unhealthy", level=logging.WARNING, kind="cold", page=look.page)
            continue
        seen += 1
    note("warm", place=f"{seen} pages in {time.monotonic() - began:.1f} s")


async def look_once(look: Look) -> None:
    """Run a page to its end in a session of its own, that is gone afterwards."""
    running, listener = runtime.get_instance(), Listener()
    session = running.connect_session(listener, _claims(look.role, settings().sign_in))
    try:
        running.handle_backmsg(session, _ask_for(look))
        await listener.ended.wait()
    finally:
        running.close_session(session)


def _ask_for(look: Look) -> BackMsg:
    """What a browser says that opens the page."""
    asked = BackMsg()
    state = asked.rerun_script
    state.page_name, state.query_string = look.page, ""
    context = state.context_info
    context.locale, context.color_scheme, context.timezone = look.locale, look.theme, str(settings().timezone or "Asia/Shanghai")
    context.url = f"http://localhost/{look.page}"
    return asked


def _claims(role: Role, rules: SignIn | None) -> dict[str, Any]:
    """What a provider would say of somebody with this role; never leaves this process."""
    if rules is None:
        return {}
    return {"is_logged_in": True, "iat": time.time(), "iss": OWN_LOOK, "sub": OWN_LOOK, rules.role_claim: str(role)}


def _kinds_of_roles() -> list[Role]:
    """One role for each of the ways in which answers differ, the one with most rights first."""
    kinds = {(Right.CAMERAS in rights, Right.PHONES in rights): role for role, rights in RIGHTS.items()}
    return [kinds[kind] for kind in sorted(kinds, reverse=True)]
