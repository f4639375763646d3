"""What goes wrong on a page without anybody seeing it: console, scripts, dialogs, requests that fail or leave the machine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Dialog, Error, Page, Request, Response, WebSocket

HOME = {"127.0.0.1", "localhost"}
# a page opened by its own address looks for its server below that address first, and then at the root
PROBE = re.compile(r"/[a-z_]+/_stcore/(host-config|health)$")
ON_THE_WIRE = {"http", "https", "ws", "wss"}


@dataclass
class Watch:
    """The complaints of every page of one test; at its end there must be none."""

    complaints: list[str] = field(default_factory=list)
    _allowed: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """A test that breaks something on purpose says which complaints follow from it."""
        self._allowed.append(pattern)

    def unexpected(self) -> list[str]:
        """What nobody allowed."""
        return [said for said in self.complaints if not any(re.search(pattern, said) for pattern in self._allowed)]

    def follow(self, page: Page) -> None:
        """Listen to one page from now on."""
        page.on("console", self._console)
        page.on("pageerror", self._script)
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)
        page.on("websocket", self._websocket)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not PROBE.search(message.location.get("url", "")):
            self.complaints.append(f"console error: {message.text}")

    def _script(self, error: Error) -> None:
        self.complaints.append(f"page error: {error.message}")

    def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        self._check_host(request.url)

    def _websocket(self, socket: WebSocket) -> None:
        self._check_host(socket.url)

    def _check_host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ON_THE_WIRE and parts.hostname not in HOME:
            self.complaints.append(f"foreign request: {url}")

    def _failed(self, request: Request) -> None:
        # a request that the page itself gives up, by leaving for example, is no failure
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed request: {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and not PROBE.search(response.url):
            self.complaints.append(f"answer {response.status}: {response.url}")
