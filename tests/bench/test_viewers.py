"""Viewers without browsers: what they ask of a real server, what they report, and that a refusal is an error."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.viewer_report import Spent, made_up_of, percentile
from bench.viewer_server import Server, Use, cpu_of, serve_copy
from bench.viewer_session import Redraw, address_of
from bench.viewers import Crowd, run
from tests.alone import alone


@pytest.fixture
def small_server(sqlite_url: str, monkeypatch: pytest.MonkeyPatch):
    """A server over an empty database; its pages are small and say what to do."""
    monkeypatch.setenv("FINEGRID_WARM", "no")
    with serve_copy(sqlite_url) as server:
        yield server


def test_a_small_crowd_looks_and_acts(small_server: Server) -> None:
    report = alone(run, Crowd(url=small_server.url, viewers=4, seconds=1, every=0.5, arrive=0.5), small_server)

    kinds = [redraw.kind for redraw in report.redraws]
    assert report.errors == []
    assert kinds.count("first") == 4
    assert len(kinds) >= 8
    assert all(redraw.bytes > 1000 for redraw in report.redraws)
    assert report.cpu_per_redraw
    assert "ms of processor time a redraw" in report.text()


def test_a_server_that_is_not_there_is_an_error_for_every_viewer() -> None:
    nobody = Server(url="http://127.0.0.1:9")
    report = alone(run, Crowd(url=nobody.url, viewers=3, seconds=0, arrive=0), nobody)

    assert len(report.errors) == 3
    assert "no connection" in report.text()


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_smallest_that_covers_the_share(values: list[float], percent: int) -> None:
    found = percentile(values, percent / 100)

    assert found in values
    assert sum(value <= found for value in values) >= ceil(percent * len(values) / 100 - 1e-9)
    assert sum(value < found for value in values) < ceil(percent * len(values) / 100 - 1e-9)


def test_the_report_tells_what_was_spent() -> None:
    redraws = [Redraw(kind="first", page="", seconds=2.0, bytes=2048)]
    redraws += [Redraw(kind="filter", page="", seconds=n / 10, bytes=1024, error="late" if n == 19 else "") for n in range(20)]
    spent = Spent(seconds=10, before=Use(memory=2**20, cpu=1.0), after=Use(memory=2**21, cpu=3.1), own_cpu=1.0, late=0.05)
    said = made_up_of(1, redraws, spent).text()

    assert "55.0% of redraws within 1 s" in said
    assert "21% of a core, 100 ms of processor time a redraw, 1 to 2 MB" in said
    assert "1 x late" in said


@pytest.mark.parametrize("url", ["127.0.0.1:8501", "ftp://here", ""])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is no address; it takes one such as"):
        address_of(url)


def test_the_processor_time_is_that_of_the_process() -> None:
    assert Path("/proc/self/stat").exists()
    assert cpu_of() >= 0
    assert Server(url="", pid=2**22 + 1).spent() is None
