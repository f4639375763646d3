"""Copy the scripts and styles of the map from pinned npm packages into static/vendor: `python -m ui.vendor`."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config import ROOT

VENDOR = ROOT / "static" / "vendor"


@dataclass(frozen=True, kw_only=True)
class Package:
    """One npm package: its exact version, what its archive must hash to, and which of its files are copied where."""

    name: str
    version: str
    integrity: str
    licence: str
    # path in the archive → path below static/vendor/NAME
    files: dict[str, str]


PACKAGES = (
    Package(
        name="leaflet",
        version="1.9.4",
        integrity="sha512-nxS1ynzJOmOlHp+iL3FyWqK89GtNL8U8rvlMOsQdTTssxZwCXh8N2NB3GDQOL+YR3XnWyZAxwQixURb+FA74PA==",
        licence="BSD-2-Clause",
        files={
            "package/dist/leaflet.js": "leaflet.js",
            "package/dist/leaflet.css": "leaflet.css",
            "package/dist/images/layers.png": "images/layers.png",
            "package/dist/images/layers-2x.png": "images/layers-2x.png",
            "package/dist/images/marker-icon.png": "images/marker-icon.png",
            "package/dist/images/marker-icon-2x.png": "images/marker-icon-2x.png",
            "package/dist/images/marker-shadow.png": "images/marker-shadow.png",
            "package/LICENSE": "LICENSE",
        },
    ),
)


def fetch_all(packages: tuple[Package, ...] = PACKAGES, into: Path = VENDOR) -> None:
    """Fetch every package with npm, check it, replace its folder, and write what lies there into manifest.json."""
    manifest = {}
    for package in packages:
        files = read_package(package)
        folder = into / package.name
        shutil.rmtree(folder, ignore_errors=True)
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
        manifest[package.name] = {"version": package.version, "licence": package.licence, "sha256": digests}
    (into / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def read_package(package: Package) -> dict[str, bytes]:
    """The wanted files of a package; ValueError when the archive is not the pinned one, KeyError when a file is missing."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", f"{package.name}@{package.version}", "--silent", "--pack-destination", folder]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)
        archive = next(Path(folder).glob("*.tgz"))
        found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != package.integrity:
            raise ValueError(
                f"{package.name}@{package.version} hashes to {found}, wanted {package.integrity}; look before you change the pin"
            )
        with tarfile.open(archive) as contents:
            members = {name: contents.extractfile(name) for name in package.files}
            return {package.files[name]: member.read() for name, member in members.items() if member is not None}


def check_vendor(into: Path = VENDOR) -> list[str]:
    """What is wrong with the copied files: missing or altered ones; empty when all is well."""
    manifest = json.loads((into / "manifest.json").read_text(encoding="utf-8"))
    wanted = {f"{package}/{name}": digest for package, entry in manifest.items() for name, digest in entry["sha256"].items()}
    found = {name: hashlib.sha256((into / name).read_bytes()).hexdigest() for name in wanted if (into / name).is_file()}
    wrong = [name for name, digest in wanted.items() if found.get(name) != digest]
    return [f"{name} is {'altered' if name in found else 'missing'}; run python -m ui.vendor" for name in wrong]


if __name__ == "__main__":
    fetch_all()
