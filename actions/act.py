"""One change: allowed by role, in one transaction, with one line in the audit log; refused in a sentence."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Condition

from sqlalchemy import Connection, Engine, insert

from i18n import Language, Text
from model.engine import write
from model.journal import note, note_error
from model.office import AuditLine
from model.roles import RIGHT_LABELS, ROLE_LABELS, Actor, Right
from model.trouble import LOST, trouble_of

NOT_ALLOWED = Text(
    zh="{role}不能{right}；请用有此权限的身份操作，或请网格中心代办",
    en="A {role} may not {right}; do it as somebody who may, or ask the grid centre",
)


NOT_SAVED = Text(zh="没有保存。{trouble}", en="Nothing was saved. {trouble}")
PERHAPS_SAVED = Text(
    zh="不能确定是否已保存。{trouble}恢复后请先看一眼，再决定要不要重做。",
    en="It is not certain that it was saved. {trouble} Look first when it is back, then decide whether to do it again.",
)


# how many changes of each actor are being written now
_going: Counter[str] = Counter()
_over = Condition()
MOST_SECONDS = 5.0


class Refused(ValueError):  # noqa: N818 - said as it is
    """A change that was not made, and why, in both languages; nothing was written."""

    def __init__(self, why: Text, **values: object) -> None:
        super().__init__(" / ".join(why.say(language, **_said(values, language)) for language in ("zh", "en")))
        self.why, self.values = why, values

    def say(self, language: Language) -> str:
        """The reason in one language."""
        return self.why.say(language, **_said(self.values, language))


@contextmanager
def acting(
    engine: Engine, actor: Actor, right: Right, *, what: str, subject: str, at: datetime, detail: str | None = None
) -> Iterator[Connection]:
    """A write transaction that ends with its audit line; Refused before anything is read when the role does not allow it.

    `what` is the action in a word (`case.claim`), `subject` what it was done to (`case:123`), `at` the office's clock.
    Whatever the block raises undoes all of it; trouble with the database or the disk is Refused in a sentence, too.
    """
    if not actor.may(right):
        note("refused", level=logging.WARNING, action=what, role=actor.role, right=right)
        raise Refused(NOT_ALLOWED, role=ROLE_LABELS[actor.role], right=RIGHT_LABELS[right])
    written = False
    with _going_on(actor), _in_a_sentence(lambda: written), write(engine) as connection:
        yield connection
        connection.execute(insert(AuditLine).values(at=at, who=actor.who, what=what, subject=subject, detail=detail))
        written = True


def wait_for(who: str, seconds: float = MOST_SECONDS) -> None:
    """Wait until nothing of this actor (`Actor.who`) is being written: a page drawn over its own press must show what that did."""
    with _over:
        _over.wait_for(lambda: not _going[who], timeout=seconds)


@contextmanager
def _going_on(actor: Actor) -> Iterator[None]:
    """One of the actor's changes, until it is written or undone."""
    with _over:
        _going[actor.who] += 1
    try:
        yield
    finally:
        with _over:
            _going[actor.who] -= 1
            _over.notify_all()


@contextmanager
def reading() -> Iterator[None]:
    """What an action asks before it writes; trouble with the database is Refused in a sentence."""
    with _in_a_sentence(lambda: False):
        yield


@contextmanager
def _in_a_sentence(at_the_end: Callable[[], bool]) -> Iterator[None]:
    """Trouble is Refused in a sentence and goes to the journal; a connection lost at the very end may have saved all of it."""
    try:
        yield
    except Exception as error:  # whatever is no trouble of the database goes on as it was
        trouble = trouble_of(error)
        if trouble is None:
            raise
        note_error(error)
        raise Refused(PERHAPS_SAVED if at_the_end() and trouble in LOST else NOT_SAVED, trouble=trouble) from error


def _said(values: dict[str, object], language: Language) -> dict[str, object]:
    return {name: value.say(language) if isinstance(value, Text) else value for name, value in values.items()}
