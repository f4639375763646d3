"""Asks the list of known faults (PyPI's, through pip-audit) about every locked package, and says so when nobody answers.

pip-audit passes over what its list does not know and calls that no fault; behind a mirror without the list that is every package.
Run by `make audit`: ends with 1 when there is a fault, with 0 when there is none or nothing could be asked (`--strict`: then with 2).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
SECONDS = 600
FAULT, UNASKED = 1, 2


def ask(program: str, lock: Path) -> Mapping[str, Any] | None:
    """What pip-audit found about a lock; None when its list did not answer."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        command = [program, "--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json", f"--output={found}"]
        try:
            subprocess.run([*command, f"--requirement={lock}"], capture_output=True, check=False, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return None
        return json.loads(found.read_text(encoding="utf-8")) if found.exists() else None


def judge(name: str, found: Mapping[str, Any] | None) -> tuple[int, list[str]]:
    """FAULT, UNASKED or 0, and what is said of a lock, line by line."""
    packages: Sequence[Mapping[str, Any]] = found["dependencies"] if found else []
    asked = [one for one in packages if "skip_reason" not in one]
    if not asked:
        why = "its list does not know any of them (a mirror without it?)" if packages else "the service does not answer"
        return UNASKED, [f"audit: {name}: NOT AUDITED: {why}; the hashes of the lock alone were checked, when it was installed"]
    faults = [
        f"audit: {name}: {one['name']} {one['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'no version yet'}"
        for one in asked
        for fault in one["vulns"]
    ]
    passed = [str(one["name"]) for one in packages if one not in asked]
    said = f"audit: {name}: {len(asked)} packages asked about, {len(faults)} known faults"
    return (FAULT if faults else 0), [*faults, said + (f"; not known to the list: {', '.join(passed)}" if passed else "")]


def main(program: str, *options: str) -> int:
    """Audit every lock; what to end with."""
    ends = set()
    for name in LOCKS:
        end, lines = judge(name, ask(program, ROOT / name))
        print("\n".join(lines))
        ends.add(end)
    if FAULT in ends:
        return FAULT
    return UNASKED if UNASKED in ends and "--strict" in options else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
