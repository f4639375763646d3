"""The benchmark runs from end to end over a few cases on both engines, and both answer as DuckDB does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, func, select

from bench import screens
from bench.__main__ import main
from bench.cases import City, Size
from bench.duck import Duck
from bench.measure import ask, same
from bench.store import fill, write_parquet
from ingest.demo.planted import AS_OF
from model.cases import CaseLink, CaseRow
from queries.facts import looking_at_each
from queries.filters import Filters
from queries.overview import options, zone_figures
from queries.run import Question
from queries.zones import rhythms
from tests.postgres import Cluster

FEW = 2_000
ROW = re.compile(r"^\| supervision \| default \| \*\*[\d.]+\*\* \(.* q\) \| \*\*[\d.]+\*\* \(.* q\) \|$", re.MULTILINE)


def test_one_command_prints_one_table(
    demo_url: str, postgres_server: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_server.url("postgres"))
    monkeypatch.setenv("FINEGRID_WARM", "no")
    # a median of one is a median
    monkeypatch.setattr(screens, "VIEWS", 1)
    monkeypatch.setattr(screens, "PERIODS", range(1, 2))
    template = demo_url.removeprefix("sqlite:///")
    sizes = ["--sizes", str(FEW), "--import-rows", str(FEW), "--repeats", "1", "--pages", "supervision"]
    crowd = ["--viewers", "2", "--seconds", "1"]

    wrong = main([*sizes, *crowd, "--folder", str(tmp_path), "--template", template])

    told = capsys.readouterr()
    assert not wrong, told.err
    assert ROW.search(told.out), told.out
    assert re.search(rf"^\| postgresql \| {FEW:,} \|", told.out, re.MULTILINE), told.out
    for engine in ("sqlite", "postgresql"):
        assert re.search(rf"^\| {engine} {FEW:,} \| [\d.]+ s \| \d+ \| [\d.]+ s \| \d+ \|$", told.out, re.MULTILINE), told.out
        assert re.search(rf"^\| {engine} {FEW:,} \| 2 \| \d+ \| 0 \|", told.out, re.MULTILINE), told.out


@pytest.fixture(scope="module")
def city(demo_engine: Engine) -> City:
    """A city of several subdistricts and years, of few cases."""
    return City(demo_engine, Size(cases=FEW, subdistricts=3, years=5))


def test_a_city_is_the_same_every_time(city: City, demo_engine: Engine) -> None:
    [one], [other] = city.chunks(), City(demo_engine, city.size).chunks()
    assert one.cases.equals(other.cases)
    assert one.links.equals(other.links)


def test_nothing_happens_twice_or_after_the_clock(city: City) -> None:
    [chunk] = city.chunks()
    cases = chunk.cases
    assert cases["id"].is_unique
    assert cases["external_id"].is_unique
    assert (cases["reported_at"] <= AS_OF).all()
    assert (cases["closed_at"].dropna() >= cases["reported_at"][cases["closed_at"].notna()]).all()
    assert cases["reported_on"].dt.year.min() == AS_OF.year - 4
    local = cases["reported_at"].dt.tz_convert(AS_OF.tzinfo)
    assert (local.dt.hour == cases["reported_hour"]).all()
    assert (local.dt.tz_localize(None).dt.normalize() == cases["reported_on"]).all()
    assert len(chunk.links[chunk.links["layer"] == "zones"]) == FEW


def test_a_city_keeps_the_demos_rhythm(city: City, demo_engine: Engine) -> None:
    """The weekdays are shared out as the demo's; four standard errors of a share of 2,000."""
    [chunk] = city.chunks()
    with demo_engine.connect() as connection:
        days = [row[0].weekday() for row in connection.execute(select(CaseRow.reported_on))]
    shares = np.bincount(days, minlength=7) / len(days)
    found = np.bincount(chunk.cases["reported_on"].dt.day_of_week, minlength=7) / FEW
    assert np.abs(found - shares).max() < 0.04


def test_both_engines_answer_as_duckdb_over_many_zones(engine: Engine, city: City, tmp_path: Path) -> None:
    fill(engine, city)
    write_parquet(city, engine, tmp_path / "parquet")
    duck = Duck(tmp_path / "parquet")
    year = Filters(since=AS_OF.date().replace(month=1, day=1), until=AS_OF.date())
    questions: tuple[Callable[[], Question], ...] = (
        lambda: options(Filters(), AS_OF),
        lambda: zone_figures(year, AS_OF),
        lambda: rhythms(year, AS_OF, ("Z01", "Z02")),
    )
    for make in questions:
        with looking_at_each():
            of_cases = make()
        assert same(make(), ask(engine, make()), duck.ask(of_cases))
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(CaseRow)) == FEW
        assert connection.scalar(select(func.count(CaseLink.feature_id.distinct())).where(CaseLink.layer == "zones")) > 31
    duck.close()
