"""Looking while one's own change is still being written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select

from actions.act import Refused, acting, wait_for
from i18n import Text
from model.office import AuditLine
from model.roles import Actor, Right, Role

AT = datetime(2017, 10, 31, 10, tzinfo=UTC)
CENTRE, OTHER = Actor(role=Role.GRID_CENTRE), Actor(role=Role.DEPARTMENT, code="城管中队")
NO = Text(zh="不行", en="no")
LONG = 30.0


class Writing:
    """A change in a thread of its own, held until it may end; as a press is that another run of the page meets."""

    def __init__(self, engine: Engine) -> None:
        self.begun, self.may_end, self.refused = threading.Event(), threading.Event(), False
        self.thread = threading.Thread(target=self._write, args=(engine,))
        self.thread.start()
        assert self.begun.wait(LONG)

    def end(self, *, refused: bool = False) -> None:
        self.refused = refused
        self.may_end.set()

    def _write(self, engine: Engine) -> None:
        try:
            with acting(engine, CENTRE, Right.DISPATCH, what="case.urge", subject="case:1", at=AT):
                self.begun.set()
                self.may_end.wait(LONG)
                if self.refused:
                    raise Refused(NO)
        except Refused:
            pass


@pytest.fixture
def writing(engine: Engine) -> Iterator[Writing]:
    held = Writing(engine)
    yield held
    held.end()
    held.thread.join()


def count_lines(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(AuditLine)) or 0


@pytest.mark.parametrize("refused", [pytest.param(False, id="written"), pytest.param(True, id="undone")])
def test_whoever_looks_sees_what_they_did(engine: Engine, writing: Writing, refused: bool) -> None:
    counted: list[int] = []
    before = count_lines(engine)

    def look() -> None:
        wait_for(CENTRE.who, LONG)
        counted.append(count_lines(engine))

    looking = threading.Thread(target=look)
    looking.start()
    assert counted == []
    writing.end(refused=refused)
    looking.join()
    assert counted == [before + (not refused)]


def test_nobody_waits_for_somebody_else_or_for_ever(writing: Writing) -> None:
    wait_for(OTHER.who, LONG)
    wait_for(CENTRE.who, 0.01)
    assert not writing.may_end.is_set()
