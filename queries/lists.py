"""Lists of cases that are too long for an address: the process keeps them under a name made of what they hold."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable
from hashlib import blake2b
from threading import Lock

# together they have at most so many numbers, 40 MB; what was longest not asked for goes first
MOST_KEPT = 5_000_000
# the number that no case has: a list that is gone is empty, never wider
GONE = (0,)


class _Lists:
    def __init__(self) -> None:
        self.kept: OrderedDict[str, array[int]] = OrderedDict()
        self.numbers = 0
        self.lock = Lock()

    def keep(self, key: str, ids: array[int]) -> None:
        with self.lock:
            if key not in self.kept:
                self.numbers += len(ids)
            self.kept[key] = ids
            self.kept.move_to_end(key)
            while self.numbers > MOST_KEPT and len(self.kept) > 1:
                self.numbers -= len(self.kept.popitem(last=False)[1])

    def recall(self, key: str) -> tuple[int, ...]:
        with self.lock:
            if key not in self.kept:
                return GONE
            self.kept.move_to_end(key)
            return tuple(self.kept[key])


_LISTS = _Lists()


def keep_list(ids: Iterable[int]) -> str:
    """Keep these cases; the name under which `recall_list` has them. The same cases have the same name."""
    kept = array("q", ids)
    key = blake2b(kept.tobytes(), digest_size=12).hexdigest()
    _LISTS.keep(key, kept)
    return key


def recall_list(key: str) -> tuple[int, ...]:
    """The cases of a list; GONE where the process does not have it (any more)."""
    return _LISTS.recall(key)
