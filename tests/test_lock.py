"""What is imported is pinned with its hashes, the locks say what the requirements say, and an audit that asked nobody says so."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import pytest

from config import ROOT
from scripts.audit import FAULT, LOCKS, UNASKED, judge

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


def imported() -> Iterator[tuple[str, Path]]:
    """Every package that a file of ours imports, and the file."""
    own = {path.stem for path in ROOT.iterdir()}
    files = [*ROOT.glob("*.py"), *(path for part in ROOT.iterdir() if part.is_dir() and part.name[0] != "." for path in part.rglob("*.py"))]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            yield from ((top, path) for name in names if (top := name.partition(".")[0]) not in own | sys.stdlib_module_names)


def test_what_is_imported_is_pinned_and_is_what_is_installed() -> None:
    givers = packages_distributions()
    product, all_pins = pins("requirements.lock"), pins("requirements-dev.lock")
    for name, path in set(imported()):
        [giver] = set(givers[name])
        key = re.sub(r"[-_.]+", "-", giver).lower()
        wanted = all_pins if path.relative_to(ROOT).parts[0] in ("tests", "bench") else product
        assert wanted.get(key) == version(giver), f"{path.relative_to(ROOT)} imports {name}"


def package(name: str, *faults: str) -> dict[str, Any]:
    return {"name": name, "version": "1", "vulns": [{"id": fault, "fix_versions": ["2"]} for fault in faults]}


UNKNOWN = {"name": "c", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("found", "end", "said"),
    [
        pytest.param([package("a"), package("b")], 0, "2 packages asked about, 0 known faults", id="well"),
        pytest.param([package("a", "PYSEC-1")], FAULT, "a 1: PYSEC-1, mended in 2", id="a fault"),
        pytest.param([package("a"), UNKNOWN], 0, "1 packages asked about, 0 known faults; not known to the list: c", id="one unknown"),
        pytest.param([package("a", "PYSEC-1"), UNKNOWN], FAULT, "1 known faults", id="a fault and one unknown"),
        pytest.param([UNKNOWN], UNASKED, "NOT AUDITED: its list does not know any", id="a mirror without the list"),
        pytest.param(None, UNASKED, "NOT AUDITED: the service does not answer", id="no answer"),
    ],
)
def test_an_audit_that_asked_nobody_does_not_call_that_well(found: list[dict[str, Any]] | None, end: int, said: str) -> None:
    ended, lines = judge(LOCKS[0], None if found is None else {"dependencies": found})
    assert ended == end
    assert said in "\n".join(lines)
