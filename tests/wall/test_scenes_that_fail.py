"""A scene that fails drops out with a line in the log; the others go on."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from starlette.requests import Request

from model.journal import JOURNAL, JsonLine
from wall.frame import look
from wall.routes import draw_those_that_can, give_scenes
from wall.scene import Asked, Scene, Told, scenes

ASKED_WORDS = "张三 13900000000"


def broken(error: Exception) -> Scene:
    """A scene that cannot be told."""

    def tell(_: Asked) -> Told:
        raise error

    return replace(scenes()["clock"], key="broken", tell=tell)


def undrawn() -> Scene:
    """A scene that is told but cannot be drawn."""

    def fail(_: object) -> None:
        raise ZeroDivisionError

    return replace(scenes()["clock"], key="undrawn", tell=lambda _: Told(headline="?", draw=fail))


def test_the_others_go_on(demo_engine: Engine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JOURNAL, "propagate", True)
    chosen = [scenes()["clock"], broken(KeyError(ASKED_WORDS)), undrawn(), scenes()["patrol"]]
    with caplog.at_level(logging.ERROR, logger=JOURNAL.name):
        drawn = draw_those_that_can(chosen, look(demo_engine, "zh"), "dark")
    assert [one.key for one in drawn] == ["clock", "patrol"]
    lines = [json.loads(JsonLine().format(record)) for record in caplog.records]
    assert [(line["event"], line["page"], line["kind"]) for line in lines] == [
        ("error", "wall/broken", "KeyError"),
        ("error", "wall/undrawn", "ZeroDivisionError"),
    ]
    assert ASKED_WORDS not in caplog.text


def test_none_that_can_is_an_error(demo_engine: Engine) -> None:
    with pytest.raises(KeyError):
        draw_those_that_can([broken(KeyError("zone"))], look(demo_engine, "zh"), "dark")


def test_a_database_that_is_away_leaves_the_wall_its_pictures(demo_engine: Engine) -> None:
    gone = OperationalError("select 1", {}, Exception("gone"))
    with pytest.raises(OperationalError):
        draw_those_that_can([scenes()["clock"], broken(gone)], look(demo_engine, "zh"), "dark")


def test_a_database_that_is_slow_to_open_holds_up_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    others, waited = threading.Event(), []

    def open_slowly() -> Engine:
        waited.append(others.wait(timeout=5))
        raise OSError

    monkeypatch.setattr("wall.routes.open_engine", open_slowly)

    async def ask_while_others_ask() -> int:
        wall = asyncio.create_task(give_scenes(Request({"type": "http", "query_string": b"", "headers": []})))
        await asyncio.sleep(0)
        others.set()
        return (await wall).status_code

    # in a thread of its own: browser tests before this one leave a loop running in theirs
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(ask_while_others_ask())).result() == 503
    assert waited == [True]
