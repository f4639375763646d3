"""Every package that is installed is pinned with the hashes of its files, and the locks say what the requirements say."""

from __future__ import annotations

import re

import pytest

from config import ROOT

PIN = re.compile(r"^([A-Za-z0-9_.\-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    """Package → version of a requirements file or a lock, names as packages are compared."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in PIN.findall(text)}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_the_lock_is_that_of_the_requirements(name: str) -> None:
    locked = pins(f"{name}.lock")
    wrong = {package: version for package, version in pins(f"{name}.txt").items() if locked.get(package) != version}
    assert wrong == {}, "run scripts/lock.sh"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_has_its_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text
