"""What a page asks the database: taken down while the page runs, then asked again of any engine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from sqlalchemy import Engine, event
from sqlalchemy.sql.expression import Select
from streamlit.testing.v1 import AppTest

import config
from config import ROOT
from model.engine import open_engine
from queries.facts import looking_at_each

Question = Select[*tuple[Any, ...]]
PAGES = tuple(sorted(path.stem for path in (ROOT / "pages").glob("*.py")))
PATIENCE_SECONDS = 300
# one zone over one year, and every filter that a page offers at once; codes and names are the demo's
CHOICES: dict[str, Mapping[str, str]] = {
    "default": {},
    "one zone, one year": {"zone": "Z07", "since": "2016-11-01", "until": "2017-10-31"},
    "all filters": {
        **{"since": "2017-02-11", "until": "2017-09-23", "zone": "Z03,Z07,Z12,Z20", "channel": "hotline,wechat"},
        **{"category": "event/0116,event/0508,event/0605,event/0409", "department": "派出所,市容所,物业办"},
        **{"community": "居委会02,居委会04,居委会06,居委会10", "state": "closed,overdue", "q": "路"},
    },
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The questions of one run of a page under some filters, in their order, and the same asked of the cases alone."""

    page: str
    filters: str
    questions: tuple[Question, ...]
    of_cases: tuple[Question, ...]


def collect(url: str, pages: Sequence[str] = PAGES) -> list[Asked]:
    """What pages ask of a database under each choice of filters; a choice that changes nothing is left out.

    Each page runs twice: as it is, and as if no sums were kept, which is what an engine that keeps nothing must answer.
    """
    found: list[Asked] = []
    with _served(url) as engine:
        for page in pages:
            seen: set[tuple[str, ...]] = set()
            for name, params in CHOICES.items():
                questions = tuple(_run(engine, page, params))
                with looking_at_each():
                    of_cases = tuple(_run(engine, page, params))
                if len(questions) != len(of_cases):
                    raise RuntimeError(f"{page} asks {len(questions)} questions, and {len(of_cases)} where nothing is kept")
                asked = Asked(page=page, filters=name, questions=questions, of_cases=of_cases)
                texts = tuple(
                    str(one.compile(engine, compile_kwargs={"render_postcompile": True}).params) + str(one) for one in asked.questions
                )
                if texts not in seen:
                    seen.add(texts)
                    found.append(asked)
    return found


def _run(engine: Engine, page: str, params: Mapping[str, str]) -> list[Question]:
    """Run a page as a first viewer gets it, none of its answers kept, and take down its questions."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=PATIENCE_SECONDS)
    for key, value in params.items():
        app.query_params[key] = value
    app.switch_page(f"pages/{page}.py")
    st.cache_data.clear()
    with take_down(engine) as questions:
        app.run()
    if app.exception:
        raise RuntimeError(f"the page {page} under {dict(params)} failed: {app.exception}")
    return questions


@contextmanager
def take_down(engine: Engine) -> Iterator[list[Question]]:
    """Every Select that the engine is asked inside the block."""
    questions: list[Question] = []

    def note(_: Any, clause: Any, *__: Any) -> None:
        if isinstance(clause, Select):
            questions.append(clause)

    event.listen(engine, "before_execute", note)
    try:
        yield questions
    finally:
        event.remove(engine, "before_execute", note)


@contextmanager
def _served(url: str) -> Iterator[Engine]:
    """The pages open this database inside the block."""
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url
    _forget()
    try:
        yield open_engine()
    finally:
        if before is None:
            del os.environ["DATABASE_URL"]
        else:
            os.environ["DATABASE_URL"] = before
        _forget()


def _forget() -> None:
    config.settings.cache_clear()
    open_engine.cache_clear()
    st.cache_data.clear()


def sqlite_url(path: Path) -> str:
    """What DATABASE_URL takes for a file."""
    return f"sqlite:///{path}"
