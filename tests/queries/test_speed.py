"""Ten filters changed in a row over the demo's 41,282 cases: how long each answer of the overview takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine

from ingest.demo.planted import AS_OF
from queries.count import kpi_select
from queries.filters import Filters
from queries.overview import cells, daily, zone_figures
from queries.rules import CLOSED, CLOSED_IN_TIME, CLOSING_IN_TIME, FINDING, OVERDUE_NOW, REPORTED
from queries.run import Question, frame_of

MOST_SECONDS = 0.050
YEAR = Filters(since=date(2017, 1, 1), until=date(2017, 10, 31))
MONTH = Filters(since=date(2017, 10, 1), until=date(2017, 10, 31))
FILTERS = (
    *(YEAR, MONTH, YEAR.with_(channels=("hotline",)), YEAR.with_(zones=("Z07",)), MONTH.with_(zones=("Z14", "Z20"))),
    *(YEAR.with_(categories=("event/0102",)), YEAR.with_(departments=("绿化办",)), MONTH.with_(states=("overdue",))),
    *(Filters(since=date(2017, 10, 25), until=date(2017, 10, 31)), YEAR.with_(channels=("wechat", "petition"))),
)
QUESTIONS: dict[str, Callable[[Filters], Question]] = {
    "kpis": lambda filters: kpi_select((REPORTED, CLOSED, CLOSED_IN_TIME, CLOSING_IN_TIME, OVERDUE_NOW, FINDING), filters, AS_OF),
    "zones": lambda filters: zone_figures(filters, AS_OF),
    "daily": lambda filters: daily(filters, AS_OF),
    "cells": lambda filters: cells(filters, AS_OF),
}


@pytest.mark.timing
@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_takes_at_most_fifty_milliseconds(demo_engine: Engine, name: str) -> None:
    took = []
    for filters in FILTERS:
        question = QUESTIONS[name](filters)
        start = time.perf_counter()
        frame_of(demo_engine, question)
        took.append(time.perf_counter() - start)
    assert statistics.median(took) <= MOST_SECONDS, [f"{seconds * 1000:.0f} ms" for seconds in took]
