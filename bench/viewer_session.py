"""One viewer without a browser: what a browser says to a Streamlit server, and how long the answer takes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

PATIENCE_SECONDS = 60.0
# the browser forgets a large message that so many runs did without (global.maxCachedMessageAge)
REMEMBERED_RUNS = 2
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(frozen=True, kw_only=True)
class Redraw:
    """One answer of the server: seconds from the asking to the last word, bytes of its messages, what went wrong ("" if nothing)."""

    kind: Literal["first", "page", "filter"]
    page: str
    seconds: float
    bytes: int
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A select box of the page: its widget id, what it offers, and whether it takes several."""

    id: str
    options: tuple[str, ...]
    several: bool


@dataclass
class Session:
    """One window of a browser. `language` as browsers say it (zh-CN, en), `theme` light or dark."""

    url: str
    language: str = "zh-CN"
    theme: str = "light"
    page: str = ""
    choices: dict[str, Choice] = field(default_factory=dict)
    _pages: dict[str, str] = field(default_factory=dict)
    _state: ClientState = field(default_factory=ClientState)
    _known: dict[str, int] = field(default_factory=dict)
    _runs: int = 0
    _socket: ClientConnection | None = None

    async def open(self, page: str = "", query: str = "") -> Redraw:
        """Fetch the page's frame, connect, and ask for its contents; the time holds all of it, as a person waits for all of it."""
        self.page = page
        self._state = ClientState(page_name=page, query_string=query)
        context = self._state.context_info
        context.timezone, context.timezone_offset, context.locale = "Asia/Shanghai", -480, self.language
        context.url, context.color_scheme = f"{self.url}/{page}", self.theme
        began = time.perf_counter()
        try:
            cookies = await asyncio.to_thread(_knock, f"{self.url}/{page}")
            self._socket = await connect(
                f"ws{self.url.removeprefix('http')}/_stcore/stream",
                subprotocols=[Subprotocol("streamlit")],
                origin=None,
                additional_headers={"Cookie": cookies} if cookies else None,
                compression=None,
                max_size=None,
                open_timeout=PATIENCE_SECONDS,
                ping_interval=None,
            )
        except (OSError, WebSocketException, TimeoutError) as error:
            return Redraw(kind="first", page=page, seconds=time.perf_counter() - began, bytes=0, error=f"no connection: {error}")
        return await self._ask("first", began)

    async def turn_to(self, page: str) -> Redraw:
        """Change the page by the menu: the address begins anew, and so do the widgets."""
        self.page, self.choices = page, {}
        self._state.page_script_hash, self._state.page_name, self._state.query_string = self._pages[page], "", ""
        self._state.context_info.url = f"{self.url}/{page}"
        del self._state.widget_states.widgets[:]
        return await self._ask("page", time.perf_counter())

    async def choose(self, key: str, option: str) -> Redraw:
        """Choose in a select box of the page, by the key of its widget."""
        choice = self.choices[key]
        states = self._state.widget_states.widgets
        state = next((one for one in states if one.id == choice.id), None) or states.add(id=choice.id)
        if choice.several:
            state.string_array_value.data[:] = [option]
        else:
            state.string_value = option
        return await self._ask("filter", time.perf_counter())

    async def close(self) -> None:
        """Shut the window."""
        if self._socket is not None:
            await self._socket.close()

    async def _ask(self, kind: Literal["first", "page", "filter"], began: float) -> Redraw:
        self._runs += 1
        self._known = {known: seen for known, seen in self._known.items() if self._runs - seen <= REMEMBERED_RUNS}
        self._state.cached_message_hashes[:] = list(self._known)
        received, error = 0, ""
        try:
            assert self._socket is not None
            await self._socket.send(BackMsg(rerun_script=self._state).SerializeToString())
            async with asyncio.timeout(PATIENCE_SECONDS):
                finished = False
                while not finished:
                    payload = await self._socket.recv(decode=False)
                    received += len(payload)
                    finished, said = self._read(ForwardMsg.FromString(payload))
                    error = error or said
        except TimeoutError:
            error = f"no answer in {PATIENCE_SECONDS:.0f} s"
        except (OSError, WebSocketException) as broken:
            error = f"broken off: {type(broken).__name__}"
        return Redraw(kind=kind, page=self.page, seconds=time.perf_counter() - began, bytes=received, error=error)

    def _read(self, message: ForwardMsg) -> tuple[bool, str]:
        """Take in one message: whether the run ended with it, and the error that it tells."""
        if message.metadata.cacheable or message.HasField("ref_hash"):
            self._known[message.ref_hash or message.hash] = self._runs
        match message.WhichOneof("type"):
            case "delta" if message.delta.HasField("new_element"):
                return False, self._note(message.delta.new_element)
            case "navigation":
                self._pages = {page.url_pathname.strip("/"): page.page_script_hash for page in message.navigation.app_pages}
                self._state.page_script_hash = message.navigation.page_script_hash
            case "page_info_changed":
                self._state.query_string = message.page_info_changed.query_string
            case "page_not_found":
                return False, "page not found"
            case "script_finished":
                status = message.script_finished
                return status in DONE, "did not compile" if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR else ""
        return False, ""

    def _note(self, element: Element) -> str:
        """Remember a select box; give the error that an element shows."""
        match element.WhichOneof("type"):
            case "exception":
                return f"{element.exception.type}: {element.exception.message}"
            case "selectbox":
                self._offer(element.selectbox.id, tuple(element.selectbox.options), several=False)
            case "multiselect":
                self._offer(element.multiselect.id, tuple(element.multiselect.options), several=True)
        return ""

    def _offer(self, widget: str, options: tuple[str, ...], *, several: bool) -> None:
        # $$ID-HASH-KEY, the key as the page gave it
        self.choices[widget.split("-", 2)[-1]] = Choice(id=widget, options=options, several=several)


def _knock(address: str) -> str:
    """The cookies that the server, or a proxy before it, gives with the frame of the page; they keep a browser to one process."""
    with urlopen(address, timeout=PATIENCE_SECONDS) as answer:
        answer.read()
        given = answer.headers.get_all("Set-Cookie") or []
    return "; ".join(cookie.partition(";")[0] for cookie in given)


def address_of(url: str) -> str:
    """The server's address without path and trailing slash; ValueError when it is not one."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError(f"{url!r} is no address; it takes one such as http://127.0.0.1:8501")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
