"""Lists of cases that are too long for an address: kept under a name made of what they hold.

The processes of a server share a folder of them, where they outlive a restart; before it stands the memory of each process.
"""

from __future__ import annotations

import os
import re
from array import array
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from threading import Lock, get_ident

from config import settings

# together a process holds at most so many numbers, 40 MB, and the folder so many bytes; what was longest not asked for goes first
MOST_KEPT = 5_000_000
MOST_ON_DISK = 200_000_000
# a process looks through the folder again when it has written this part of what the folder may hold
LOOKED_AFTER = 1 / 16
# the number that no case has: a list that is gone is empty, never wider
GONE = (0,)
NAME_BYTES = 12
NAME = re.compile(f"[0-9a-f]{{{2 * NAME_BYTES}}}", re.ASCII)


class Lists:
    """The lists that one process knows."""

    def __init__(self) -> None:
        self.kept: OrderedDict[str, array[int]] = OrderedDict()
        self.numbers = 0
        self.lock = Lock()
        # bytes written since the folder was looked through; at the first list that is due
        self.written = MOST_ON_DISK

    def keep(self, key: str, ids: array[int]) -> None:
        """Keep a list, here and in the folder."""
        if not self._hold(key, ids):
            self._write(key, ids.tobytes())

    def recall(self, key: str) -> tuple[int, ...]:
        """The numbers of a list; GONE where it is neither here nor whole in the folder."""
        with self.lock:
            if found := self.kept.get(key):
                self.kept.move_to_end(key)
        if not found and (found := _read(key)):
            self._hold(key, found)
        return tuple(found or GONE)

    def _hold(self, key: str, ids: array[int]) -> bool:
        """Keep a list in memory; whether it was there already."""
        with self.lock:
            if known := key in self.kept:
                self.kept.move_to_end(key)
                return known
            self.kept[key] = ids
            self.numbers += len(ids)
            while self.numbers > MOST_KEPT and len(self.kept) > 1:
                self.numbers -= len(self.kept.popitem(last=False)[1])
            return known

    def _write(self, key: str, held: bytes) -> None:
        folder = settings().lists
        # a folder that cannot be written leaves the memory of the process, as long as that lasts
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / key).exists():
                os.utime(folder / key)
                return
            beside = folder / f".{key}-{os.getpid()}-{get_ident()}"
            try:
                beside.write_bytes(held)
                beside.replace(folder / key)
            finally:
                beside.unlink(missing_ok=True)
            self.written += len(held)
            if self.written > MOST_ON_DISK * LOOKED_AFTER:
                self.written = 0
                _make_room(folder)


_LISTS = Lists()


def keep_list(ids: Iterable[int]) -> str:
    """Keep these cases; the name under which `recall_list` has them. The same cases have the same name."""
    kept = array("q", ids)
    key = _name_of(kept.tobytes())
    _LISTS.keep(key, kept)
    return key


def recall_list(key: str) -> tuple[int, ...]:
    """The cases of a list; GONE where no process of this server has it (any more)."""
    return _LISTS.recall(key)


def _name_of(held: bytes) -> str:
    return blake2b(held, digest_size=NAME_BYTES).hexdigest()


def _read(key: str) -> array[int] | None:
    """A list from the folder; None where its file is missing or does not hold what its name says."""
    # the name comes from an address, and must not lead out of the folder
    if not NAME.fullmatch(key):
        return None
    file = settings().lists / key
    try:
        held = file.read_bytes()
    except OSError:
        return None
    if _name_of(held) != key:
        return None
    # the time of the file says when it was last asked for; the list is whole even where that cannot be written
    with suppress(OSError):
        os.utime(file)
    return array("q", held)


def _make_room(folder: Path) -> None:
    """Take away the files that were longest not asked for, until the rest fits."""
    found = []
    for file in folder.iterdir():
        # another process may take it away meanwhile
        with suppress(OSError):
            about = file.stat()
            found.append((about.st_mtime_ns, about.st_size, file))
    room = MOST_ON_DISK
    for _, size, file in sorted(found, reverse=True):
        if size <= room:
            room -= size
            continue
        with suppress(OSError):
            file.unlink()
