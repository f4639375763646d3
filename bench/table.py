"""The one table: ratios first, milliseconds beside, with the date and the machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.imports import Brought
from bench.measure import Timing
from bench.screens import Seen


def machine() -> str:
    """The date and what it ran on: processors, memory."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = next((line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} × {model}, {memory:.0f} GB"


def page_table(timings: Mapping[str, Sequence[Timing]]) -> str:
    """Page × filters × engine and size; `timings` by the name of the column. A cell: times DuckDB's, ours and DuckDB's milliseconds."""
    found = {name: {(one.page, one.filters): one for one in some} for name, some in timings.items()}
    rows = list(dict.fromkeys((one.page, one.filters) for some in timings.values() for one in some))
    lines = [f"| page | filters | {' | '.join(found)} |", f"|---|---|{'---|' * len(found)}"]
    lines += [
        f"| {page} | {filters} | {' | '.join(_cell(some.get((page, filters))) for some in found.values())} |" for page, filters in rows
    ]
    return "\n".join(lines)


def import_table(brought: Iterable[Brought]) -> str:
    """The import against the bulk load of the same rows."""
    lines = ["| engine | rows | times the bulk load | rows/s | bulk rows/s | peak memory |", "|---|---|---|---|---|---|"]
    for one in brought:
        speeds = f"{one.rows / one.seconds:,.0f} | {one.rows / one.bulk_seconds:,.0f} | {one.peak_mb:,.0f} MB"
        lines.append(f"| {one.engine} | {one.rows:,} | **{one.seconds / one.bulk_seconds:.1f}** | {speeds} |")
    return "\n".join(lines)


def screen_table(screens: Iterable[Seen]) -> str:
    """What a browser waits for: seconds to the drawn map and kB, compressed, without the assets."""
    lines = ["| overview in Chromium | first view | kB | change of the period | kB |", "|---|---|---|---|---|"]
    for seen in screens:
        one = seen.alone
        first, change = (
            f"{one.first_seconds:.2f} s | {one.first_bytes / 1024:.0f}",
            f"{one.change_seconds:.2f} s | {one.change_bytes / 1024:.0f}",
        )
        lines.append(f"| {seen.name} | {first} | {change} |")
    return "\n".join(lines)


def crowd_table(screens: Iterable[Seen]) -> str:
    """Many viewers at once on one process."""
    lines = [
        "| viewers at once | viewers | redraws | errors | within 1 s | 95 % within | processor a redraw |",
        "|---|---|---|---|---|---|---|",
    ]
    for seen in screens:
        crowd = seen.crowd
        told = f"{crowd.viewers} | {len(crowd.acts)} | {len(crowd.errors)} | {crowd.felt:.1%} | {crowd.slow:.2f} s"
        lines.append(f"| {seen.name} | {told} | {(crowd.cpu_per_redraw or 0) * 1000:.0f} ms |")
    return "\n".join(lines)


def wrong_answers(timings: Iterable[Timing]) -> list[str]:
    """Every question that an engine answered otherwise than DuckDB."""
    return [f"{one.page}, {one.filters}: {' '.join(text.split())[:300]}" for one in timings for text in one.wrong]


def _cell(one: Timing | None) -> str:
    if one is None:
        return ""
    mark = " ✗" if one.wrong else ""
    return f"**{one.ratio:.2f}**{mark} ({one.seconds * 1000:,.0f} : {one.duck_seconds * 1000:,.0f} ms, {one.questions} q)"
