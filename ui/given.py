"""Which roles was a file made for? Pictures, photos and downloads go to the roles whose pages they were made for, and to no other."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from pathlib import PurePosixPath
from threading import Lock
from typing import Any

from streamlit.runtime.media_file_manager import MediaFileManager

from model.roles import Role
from ui.identity import actor

FOLDER = "/media/"
# by then the oldest pages are long gone, and a redraw remembers its files anew
MOST_KEPT = 50_000


class Given:
    """The roles of every file, by the name that Streamlit gives it."""

    def __init__(self) -> None:
        self._roles: OrderedDict[str, frozenset[Role]] = OrderedDict()
        self._lock = Lock()

    def remember(self, file: str, roles: frozenset[Role]) -> None:
        """The file is for these roles, too."""
        with self._lock:
            self._roles[file] = self._roles.pop(file, frozenset()) | roles
            while len(self._roles) > MOST_KEPT:
                self._roles.popitem(last=False)

    def roles_of(self, file: str) -> frozenset[Role]:
        """The roles that a page with this file was drawn for."""
        with self._lock:
            return self._roles.get(file, frozenset())

    def may_have(self, path: str, role: Role) -> bool:
        """Whether the file at a path was made for this role; what nobody was given is for nobody."""
        return role in self.roles_of(_name_of(path))


GIVEN = Given()


def remember_files() -> None:
    """From now on every file of this process is remembered; a second call changes nothing.

    A file that is made when its button is pressed is made in a thread that knows no session: it is for the roles of its button.
    """
    for name, told in {"add": _add, "add_deferred": _add, "execute_deferred": _make}.items():
        plain = getattr(MediaFileManager, name)
        if not hasattr(plain, "__wrapped__"):
            setattr(MediaFileManager, name, wraps(plain)(told(plain)))


def _add(plain: Callable[..., str]) -> Callable[..., str]:
    def add(*args: Any, **kwargs: Any) -> str:
        given = plain(*args, **kwargs)
        GIVEN.remember(_name_of(given), frozenset({actor().role}))
        return given

    return add


def _make(plain: Callable[..., str]) -> Callable[..., str]:
    def make(manager: MediaFileManager, file_id: str) -> str:
        given = plain(manager, file_id)
        GIVEN.remember(_name_of(given), GIVEN.roles_of(_name_of(file_id)))
        return given

    return make


def _name_of(path: str) -> str:
    """`ab12` of `/media/ab12.png`, and of a file's bare name."""
    return PurePosixPath(path).name.partition(".")[0]
