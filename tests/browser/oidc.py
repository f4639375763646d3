"""A real OpenID provider on loopback that the tests start: whoever signs in as `role:code` has that role and code."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import playwright

from config import ROOT
from tests.browser.server import free_port
from tests.once import folder

SECRET = "0123456789abcdef0123456789abcdef"
WALL_KEY = "a-wall-key-of-the-tests"
PROVIDER = ROOT / "tests" / "browser" / "provider"
# Playwright brings a Node.js of its own, new enough for the provider
NODE = Path(playwright.__file__).parent / "driver" / "node"


@dataclass
class Provider:
    """A running provider, for the dashboard on one port."""

    dashboard_port: int
    port: int = 0
    _process: Popen[str] | None = None

    def start(self) -> None:
        """It answers; raises RuntimeError with what it said if it does not."""
        install()
        self.port = free_port()
        command = [str(NODE), "provider.mjs", str(self.port), self.redirect_uri, SECRET]
        self._process = Popen(command, cwd=PROVIDER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said: list[str] = []
        for line in self._process.stdout or ():
            said.append(line)
            if line.strip() == "listening":
                return
        raise RuntimeError(f"the OpenID provider did not start:\n{''.join(said)}")

    def stop(self) -> None:
        """It is down."""
        if self._process:
            self._process.kill()
            self._process.communicate()

    @property
    def redirect_uri(self) -> str:
        """Where it sends those who signed in."""
        return f"http://127.0.0.1:{self.dashboard_port}/oauth2callback"

    @property
    def settings(self) -> dict[str, str]:
        """What the dashboard's environment says of it."""
        return {
            "FINEGRID_OIDC_METADATA_URL": f"http://127.0.0.1:{self.port}/.well-known/openid-configuration",
            "FINEGRID_OIDC_CLIENT_ID": "finegrid",
            "FINEGRID_OIDC_CLIENT_SECRET": SECRET,
            "FINEGRID_OIDC_REDIRECT_URI": self.redirect_uri,
            "FINEGRID_COOKIE_SECRET": SECRET,
            "FINEGRID_WALL_KEY": WALL_KEY,
        }


def install() -> None:
    """The provider's packages are there, as its lock file pins them."""
    if (PROVIDER / "node_modules" / "oidc-provider").exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("found no npm to install the tests' OpenID provider with; run scripts/setup.sh tools")
    # two workers must not install into one folder at once
    with (folder() / "npm.log").open("a") as log:
        subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=PROVIDER, stdout=log, stderr=log, check=True)
