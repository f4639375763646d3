"""How far is an import? One step at a time, to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tqdm import tqdm

from i18n import Text

READING = Text(zh="读取并检查", en="reading and checking")
WRITING = Text(zh="写入并归属", en="writing and linking")


@dataclass(frozen=True, kw_only=True)
class Step:
    """So many of so many are done. A file of cases is gone through twice, READING and WRITING; the total of the first is an estimate."""

    rows: int
    total: int
    doing: Text | None = None

    @property
    def share(self) -> float:
        """How much of the whole is done, 0 to 1; the two passes take about half each."""
        here = min(self.rows / self.total, 1.0) if self.total else 1.0
        return here if self.doing is None else here / 2 + (0.5 if self.doing is WRITING else 0.0)


Progress = Callable[[Step], None]


def stay_silent(_: Step) -> None:
    """Show nothing."""


@contextmanager
def show_bar(file: str) -> Iterator[Progress]:
    """A bar on the terminal's error stream."""
    with tqdm(desc=file, total=100, unit="%", bar_format="{desc}: {percentage:3.0f}% |{bar}| {elapsed} {postfix}", leave=False) as bar:

        def show(step: Step) -> None:
            bar.set_postfix_str(f"{step.doing.zh} {step.doing.en}" if step.doing else "", refresh=False)
            bar.update(max(round(step.share * 100) - bar.n, 0))

        yield show
