"""What the suite starts and does not bring: where it is on this machine; run as a program, it names what is missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def can_drive() -> bool:
    """Whether Playwright's driver, a Node.js of its own, starts: a bare machine lacks one of its libraries."""
    return subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True, check=False).returncode == 0


def find_chromium() -> Path | None:
    """The distribution's Chromium, else Playwright's own; a snap does not count, containers cannot run it."""
    packaged = shutil.which("chromium")
    if packaged and not Path(packaged).resolve().is_relative_to("/snap") and Path("/usr/lib/chromium").exists():
        return Path(packaged)
    if not can_drive():
        return None
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def find_postgres() -> Path | None:
    """The folder of the newest PostgreSQL's programs that has PostGIS beside it."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    for folder in folders:
        extension = Path("/usr/share/postgresql", folder.parent.name, "extension", "postgis.control")
        if (folder / "initdb").exists() and extension.exists():
            return folder
    return None


def has_cjk_font() -> bool:
    """Whether a font with Chinese is installed; without one every picture is full of boxes."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=True).stdout.strip())


def missing() -> list[str]:
    """The names, as scripts/setup.sh knows them, of what is not there."""
    found = {
        **{
            "playwright-driver": can_drive(),
            "chromium": find_chromium(),
            "cjk-font": has_cjk_font(),
            "postgis": find_postgres(),
            "npm": shutil.which("npm"),
        },
        "libreoffice": shutil.which("soffice"),
    }
    return [name for name, place in found.items() if not place]


if __name__ == "__main__":
    print(" ".join(missing()))
