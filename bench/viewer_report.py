"""What a crowd of viewers lived through, in one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.viewer_server import Use
from bench.viewer_session import Redraw

KINDS = {"first": "first views", "page": "changes of page", "filter": "changes of filter"}
# a redraw that takes longer is felt as waiting
FELT_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Wall-clock seconds of the run, the server's use before and after it (None: not known), and this program's own share."""

    seconds: float
    before: Use | None
    after: Use | None
    own_cpu: float
    # how late this program itself was at worst, seconds
    late: float


@dataclass(frozen=True, kw_only=True)
class Report:
    """The redraws of a crowd; seconds are from the asking to the last word of the answer."""

    viewers: int
    redraws: tuple[Redraw, ...]
    spent: Spent

    @property
    def errors(self) -> list[str]:
        """What went wrong, each as often as it did."""
        return [redraw.error for redraw in self.redraws if redraw.error]

    @property
    def cpu_per_redraw(self) -> float | None:
        """The server's processor seconds for one redraw, first views among them; None where not known."""
        before, after = self.spent.before, self.spent.after
        return (after.cpu - before.cpu) / len(self.redraws) if before and after and self.redraws else None

    @property
    def acts(self) -> list[Redraw]:
        """The redraws after the first of each viewer."""
        return [redraw for redraw in self.redraws if redraw.kind != "first"]

    @property
    def felt(self) -> float:
        """The share of them that came within a second; 1 where there are none."""
        return sum(one.seconds <= FELT_SECONDS for one in self.acts) / len(self.acts) if self.acts else 1.0

    @property
    def slow(self) -> float:
        """The seconds within which 95 of 100 of them came."""
        return percentile([one.seconds for one in self.acts if not one.error], 0.95)

    def text(self) -> str:
        """The report as it is printed."""
        acts = self.acts
        groups = {name: [one for one in self.redraws if one.kind == kind] for kind, name in KINDS.items()}
        groups |= {f"  on {page or 'overview'}": [one for one in acts if one.page == page] for page in sorted({one.page for one in acts})}
        groups["all redraws after the first"] = acts
        head = f"{'':28}{'n':>7}{'p50 s':>9}{'p95 s':>9}{'p99 s':>9}{'most s':>9}{'kB each':>9}{'errors':>8}"
        lines = [f"{self.viewers} viewers, {self.spent.seconds:.0f} s", head, *(_line(name, some) for name, some in groups.items())]
        lines.append(f"{self.felt:.1%} of redraws within {FELT_SECONDS:.0f} s" if acts else "no redraws")
        lines += self._say_spent()
        lines += [f"{n} x {what}" for what, n in Counter(self.errors).most_common(5)]
        return "\n".join(lines)

    def _say_spent(self) -> list[str]:
        spent = self.spent
        own = f"this program: {spent.own_cpu / spent.seconds:.0%} of a core, at most {spent.late * 1000:.0f} ms late itself"
        if spent.before is None or spent.after is None or self.cpu_per_redraw is None:
            return [own]
        share, memory = (spent.after.cpu - spent.before.cpu) / spent.seconds, (spent.before.memory, spent.after.memory)
        told = f"server: {share:.0%} of a core, {self.cpu_per_redraw * 1000:.0f} ms of processor time a redraw"
        return [f"{told}, {memory[0] / 2**20:.0f} to {memory[1] / 2**20:.0f} MB", own]


def made_up_of(viewers: int, redraws: Sequence[Redraw], spent: Spent) -> Report:
    """The report on these redraws."""
    return Report(viewers=viewers, redraws=tuple(redraws), spent=spent)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that is not below this share of them (nearest rank); 0 for none."""
    ordered: list[Any] = sorted(values)
    return float(ordered[max(0, -int(-share * len(ordered) // 1) - 1)]) if ordered else 0.0


def _line(name: str, some: Sequence[Redraw]) -> str:
    seconds = [one.seconds for one in some if not one.error]
    times = "".join(f"{percentile(seconds, share):9.2f}" for share in (0.5, 0.95, 0.99, 1.0))
    size = sum(one.bytes for one in some) / len(some) / 1024 if some else 0.0
    return f"{name:28}{len(some):7d}{times}{size:9.0f}{sum(bool(one.error) for one in some):8d}"
