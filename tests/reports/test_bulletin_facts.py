"""What a bulletin gathers: the patrol's findings with their life, what is late, the rankings of the pages; over nothing too."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from xml.etree import ElementTree

import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Engine

from model.engine import open_engine
from model.setup import read_office
from queries.bulletin import patrol_only
from queries.cases import case_count
from queries.filters import Filters
from queries.intervals import rank_groups
from queries.kpis import read_kpis
from queries.rules import OVERDUE_NOW, RULE_SETS
from queries.run import frame_of
from reports.compose import compose, fit_line, say_filters
from reports.findings import count_loop
from reports.gather import SCORE, Facts, gather
from reports.make import make_sheet
from reports.map import draw_map
from reports.period import Kind, Period
from reports.sheet import Column, Table
from reports.typeset import make_pdf
from reports.word import make_docx
from reports.words import FILTER_NAMES, clean
from tests.reports.conftest import DAY, FIRST_ID, HOSTILE

PERIODS = some.builds(Period, kind=some.sampled_from(Kind), on=some.dates(date(2001, 1, 1), date(2099, 12, 31)))


def test_findings_and_their_photos_are_those_of_the_day(facts: Facts, patrolled: Engine) -> None:
    count = int(frame_of(patrolled, case_count(patrol_only(facts.filters), facts.now))["n"].iloc[0])
    ours = facts.findings[facts.findings["id"].between(FIRST_ID, FIRST_ID + len(HOSTILE) - 1)]
    assert len(ours) == len(HOSTILE)
    assert len(facts.findings) == count == facts.findings["total"].iloc[0]
    assert {FIRST_ID, FIRST_ID + 1} <= set(facts.photos["case_id"])


def test_claims_and_feedback_are_counted_by_department(facts: Facts) -> None:
    ours = facts.findings["id"].between(FIRST_ID, FIRST_ID + len(HOSTILE) - 1)
    [department] = facts.findings.loc[ours, "department"].unique()
    only = {one.name: getattr(facts, one.name) for one in fields(facts)} | {"findings": facts.findings[ours]}
    [row] = count_loop(Facts(**only)).to_dict("records")
    assert row == {"department": department, "count": 5, "dispatched": 5, "claimed": 4, "handled": 1, "closed": 0, "returned": 0}


def test_overdue_cases_are_those_of_the_kpi(facts: Facts) -> None:
    assert facts.overdue["total"].iloc[0] == facts.readings[0][OVERDUE_NOW.key].numerator
    assert facts.overdue["due_at"].is_monotonic_increasing


def test_due_soon_lies_within_24_hours_of_the_cut_off(facts: Facts) -> None:
    left = facts.soon["due_at"] - facts.moment
    assert left.between(pd.Timedelta(0), pd.Timedelta(hours=24)).all()
    # the five findings of the day are due twenty hours after they were reported
    assert facts.soon["total"].iloc[0] >= len(HOSTILE)


def test_departments_rank_as_on_the_evaluation_page(facts: Facts, patrolled: Engine) -> None:
    days = Filters(since=date(2017, 10, 2), until=DAY)
    page = rank_groups(read_kpis(patrolled, RULE_SETS["national"].kpis, days, facts.now, "department"), SCORE)
    pd.testing.assert_frame_equal(facts.departments.ranks, page)
    assert {"绿化办", "物业办", "房管办"} == set(page.dropna(subset=["rank"])["group"].tail(3))


def test_a_choice_of_zones_narrows_and_is_printed(patrolled: Engine) -> None:
    chosen = Filters(zones=("Z02",), since=date(2000, 1, 1))
    facts = gather(patrolled, read_office(patrolled), Period(kind=Kind.WEEKLY, on=DAY), chosen)
    assert set(facts.overdue["zone"]) <= {"Z02"}
    assert facts.filters == Filters(zones=("Z02",), since=date(2017, 10, 30), until=date(2017, 11, 5))
    assert say_filters(facts, "zh") == "责任区：责任区2"
    soon = replace(facts, chosen=Filters(within=("end/24", "contact/2"), places=("known",)))
    assert say_filters(soon, "zh") == "用时：不到2小时首次联系、不到1天结案；位置：有位置"


def test_every_filter_can_be_printed() -> None:
    assert {one.name for one in fields(Filters)} - {"since", "until"} == FILTER_NAMES.keys()


def test_a_bulletin_over_nothing_says_so(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    sheet = make_sheet(engine, read_office(engine), Period(kind=Kind.DAILY, on=DAY), "zh")
    said = "".join(block.text for block in sheet.blocks if block.kind in {"paragraph", "heading"})
    assert "还没有边界和责任区图层" in said
    assert "没有超期未结案件" in said
    assert "演示" not in said
    assert make_pdf(sheet)
    assert make_docx(sheet)
    engine.dispose()


def test_the_first_period_has_nothing_to_be_compared_with(patrolled: Engine) -> None:
    facts = gather(patrolled, read_office(patrolled), Period(kind=Kind.MONTHLY, on=date(2017, 1, 20)))
    assert facts.readings[1:] == ({}, {})
    assert "上月无数据" in "".join(getattr(block, "text", "") for block in compose(facts, "zh").blocks)


@given(PERIODS)
def test_a_period_holds_its_day_and_follows_the_one_before(period: Period) -> None:
    before, further = period.earlier
    assert period.since <= period.on <= period.until
    assert (period.since - before.until).days == 1
    assert further.until < period.since
    assert before.kind == further.kind == period.kind


@given(PERIODS)
def test_every_day_of_a_period_gives_the_same_one(period: Period) -> None:
    for day in (period.since, period.until):
        other = Period(kind=period.kind, on=day)
        assert (other.since, other.until, other.file_name, other.number) == (period.since, period.until, period.file_name, period.number)


@pytest.mark.parametrize(
    ("kind", "since", "until", "further"),
    [
        pytest.param(Kind.DAILY, date(2017, 10, 31), date(2017, 10, 31), date(2017, 10, 24), id="the same weekday"),
        pytest.param(Kind.WEEKLY, date(2017, 10, 30), date(2017, 11, 5), date(2017, 10, 2), id="from Monday, four weeks before"),
        pytest.param(Kind.MONTHLY, date(2017, 10, 1), date(2017, 10, 31), date(2016, 10, 1), id="the calendar month, a year before"),
    ],
)
def test_periods_by_hand(kind: Kind, since: date, until: date, further: date) -> None:
    period = Period(kind=kind, on=DAY)
    assert (period.since, period.until, period.earlier[1].since) == (since, until, further)


@given(some.text())
def test_a_clean_text_is_one_line_without_controls(text: str) -> None:
    said = clean(text)
    assert said
    assert "\n" not in said
    assert not any(ord(sign) < 32 or 0xD800 <= ord(sign) < 0xE000 for sign in said)
    assert len(said) <= 200


@given(some.text(min_size=1, max_size=80))
def test_the_issuer_fits_one_line(text: str) -> None:
    wide = sum(1.0 if ord(sign) > 0x2000 else 0.5 for sign in text)
    assert 0 < fit_line(text) <= 36
    assert fit_line(text) * wide <= 442


def test_the_map_is_a_drawing_whatever_a_zone_is_called() -> None:
    square = shapely.box(121.50, 31.32, 121.51, 31.33)
    ground = pd.DataFrame({"layer": ["zones"], "code": ['"><script>&'], "name": [None], "geometry": [square]})
    cells = pd.DataFrame({"cell": pd.array([], "Int64"), "n": pd.array([], "Int64")})
    drawing = draw_map(ground, cells, [(1, 121.505, 31.325)], crs=None, language="zh")
    assert drawing is not None
    words = [node.text for node in ElementTree.fromstring(drawing.svg).iter() if node.tag.endswith("text")]
    assert words == ['"><script>&', "1"]
    # a degree is shorter east to west than north to south: 950 m by 1,110 m here
    assert drawing.width_mm / drawing.height_mm == pytest.approx(950 / 1109, abs=0.01)


def test_a_crooked_table_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="a table of 1 columns has a row of 2"):
        Table(columns=[Column(head="a", width=1)], rows=[["1", "2"]])
