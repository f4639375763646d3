"""Bicycle cases and counts, asked of both databases, agree with plain frames."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, insert, update

from geo.layers import Nearest, layers
from model.cases import BICYCLE_CATEGORIES, BICYCLE_WORDS, CaseLink, CaseRow
from model.engine import write
from model.places import BikeCount, Feature
from queries.bikes import bicycle_cases, bike_counts, newest_count
from queries.filters import Filters
from queries.run import frame_of
from tests.queries.factory import NOW, keep_cases, make_cases

OCTOBER = Filters(since=date(2017, 10, 1), until=date(2017, 10, 31))
KERB = shapely.LineString([(121.5, 31.31), (121.5004, 31.31)])
AT = datetime(2017, 10, 20, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return make_cases(600)


@pytest.fixture
def kept(engine: Engine, made: pd.DataFrame) -> Engine:
    """Every third case belongs to a parking zone; the zones were counted three times, once after the clock."""
    keep_cases(engine, made)
    zones = [{"id": 900 + n, "layer": "bikes", "code": f"BK{n}", "name": f"停放区{n}", "props": {}, "geometry": KERB} for n in (1, 2)]
    links = [{"case_id": case, "layer": "bikes", "feature_id": 901, "metres": 12.5} for case in made["id"][::3]]
    counts = [
        {"feature_id": 900 + n, "counted_at": AT + timedelta(minutes=30 * step), "operator": operator, "bikes": 10 * n + step}
        for n in (1, 2)
        for step in (0, 1, 1_000)
        for operator in ("A", "B")
    ]
    with write(engine) as connection:
        for model, rows in ((Feature, zones), (CaseLink, links), (BikeCount, counts)):
            connection.execute(insert(model), rows)
    return engine


@pytest.mark.parametrize(
    ("categories", "words"),
    [
        pytest.param(("0203",), (), id="a category"),
        pytest.param(("0203",), ("非机动车", "BROKEN_"), id="or a word, in capitals or not"),
        pytest.param((), ("walls",), id="a word of a category"),
        pytest.param((), ("brokenxlamp",), id="a sign of LIKE is no joker"),
    ],
)
@pytest.mark.parametrize("zones", [(), ("Z01", "-")], ids=["everywhere", "a zone or none"])
def test_bicycle_cases(
    kept: Engine, made: pd.DataFrame, categories: tuple[str, ...], words: tuple[str, ...], zones: tuple[str, ...]
) -> None:
    found = frame_of(kept, bicycle_cases(OCTOBER.with_(zones=zones), NOW, categories, words)).set_index("id")
    texts = made["category"].fillna("") + "\n" + made["title"]
    speaks = made["category"].isin(categories) | texts.map(lambda text: any(word.lower() in text.lower() for word in words))
    inside = pd.to_datetime(made["reported_on"]).between("2017-10-01", "2017-10-20") & ~made["void"]
    chosen = made["zone"].fillna("-").isin(zones) | (not zones)
    wanted = made[speaks & inside & chosen].set_index("id")
    assert set(found.index) == set(wanted.index)
    assert len(wanted) > 0 or words == ("brokenxlamp",)
    near = wanted.index.isin(made["id"][::3])
    assert found["parking"].reindex(wanted.index).fillna("-").tolist() == ["BK1" if one else "-" for one in near]
    assert found["zone"].reindex(wanted.index).fillna("-").tolist() == wanted["zone"].fillna("-").tolist()


def test_counts_are_those_that_the_clock_has_seen(kept: Engine) -> None:
    assert frame_of(kept, newest_count(NOW))["counted_at"].iloc[0] == pd.Timestamp(AT + timedelta(minutes=30))
    found = frame_of(kept, bike_counts(AT + timedelta(minutes=1), NOW))
    assert found[["zone", "operator", "bikes"]].to_numpy().tolist() == [
        ["BK1", "A", 11],
        ["BK1", "B", 11],
        ["BK2", "A", 21],
        ["BK2", "B", 21],
    ]


def test_an_empty_database_has_neither(engine: Engine) -> None:
    assert frame_of(engine, bicycle_cases(OCTOBER, NOW, ("0508",), ("bike",))).empty
    assert frame_of(engine, newest_count(NOW))["counted_at"].isna().all()
    assert frame_of(engine, bike_counts(AT, NOW)).empty


def test_the_index_of_bicycle_cases_has_the_layers_own_words() -> None:
    """Who changes them there makes a migration: else the page looks at every case again."""
    join = layers()["bikes"].join
    assert isinstance(join, Nearest)
    assert (tuple(sorted(join.which.categories)), join.which.words) == (BICYCLE_CATEGORIES, BICYCLE_WORDS)


def test_indexed_words_find_what_the_words_say(kept: Engine) -> None:
    """The same cases by the index's condition and by one that is made of the words, and on SQLite by the index."""
    with write(kept) as connection:
        connection.execute(update(CaseRow).where(CaseRow.title == "垃圾未清理").values(title="A Bike on the pavement"))
        connection.execute(update(CaseRow).where(CaseRow.title == "100% broken_lamp").values(category="0508"))
    words = frame_of(kept, bicycle_cases(OCTOBER, NOW, BICYCLE_CATEGORIES, BICYCLE_WORDS[::-1]))
    indexed = bicycle_cases(OCTOBER, NOW, BICYCLE_CATEGORIES, BICYCLE_WORDS)
    pd.testing.assert_frame_equal(frame_of(kept, indexed), words)
    assert len(words) > 10
    if kept.dialect.name == "sqlite":
        with kept.connect() as connection:
            compiled = indexed.compile(kept, compile_kwargs={"literal_binds": True})
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
        assert any("ix_cases_bicycles" in row.detail for row in plan)
