"""One change: allowed by role, in one transaction, with one line in the audit log; refused in a sentence."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, insert

from i18n import Language, Text
from model.engine import write
from model.journal import note
from model.office import AuditLine
from model.roles import RIGHT_LABELS, ROLE_LABELS, Actor, Right

NOT_ALLOWED = Text(
    zh="{role}不能{right}；请用有此权限的身份操作，或请网格中心代办",
    en="A {role} may not {right}; do it as somebody who may, or ask the grid centre",
)


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
    Whatever the block raises undoes all of it.
    """
    if not actor.may(right):
        note("refused", level=logging.WARNING, action=what, role=actor.role, right=right)
        raise Refused(NOT_ALLOWED, role=ROLE_LABELS[actor.role], right=RIGHT_LABELS[right])
    with write(engine) as connection:
        yield connection
        connection.execute(insert(AuditLine).values(at=at, who=actor.who, what=what, subject=subject, detail=detail))


def _said(values: dict[str, object], language: Language) -> dict[str, object]:
    return {name: value.say(language) if isinstance(value, Text) else value for name, value in values.items()}
