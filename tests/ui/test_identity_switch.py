"""Who looks: read from the address, kept in the session, never longer than the audit log can hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Engine

from model.office import AuditLine
from model.roles import Actor, Right, Role
from model.who import say_who
from queries.run import count_queries
from tests.ui.conftest import OpenDemoPage
from ui.identity import read_actor

WHO_LENGTH = AuditLine.__table__.c.who.type.length


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        pytest.param("department:城管中队", Actor(role=Role.DEPARTMENT, code="城管中队"), id="a department"),
        pytest.param("duty_leader: L01 ", Actor(role=Role.DUTY_LEADER, code="L01"), id="a leader"),
        pytest.param("grid_centre", Actor(role=Role.GRID_CENTRE), id="the centre"),
        pytest.param("root", Actor(role=Role.VIEWER), id="nobody we know"),
        pytest.param("", Actor(role=Role.VIEWER), id="nothing"),
    ],
)
def test_an_address_names_who_looks(text: str, actor: Actor) -> None:
    assert read_actor(text) == actor


@given(some.sampled_from(list(Role)), some.text(max_size=200))
def test_whoever_is_named_fits_the_audit_log(role: Role, code: str) -> None:
    actor = read_actor(f"{role}:{code}")
    assert len(actor.who) <= WHO_LENGTH
    assert read_actor(actor.who) == actor


@given(some.none() | some.text(max_size=90))
def test_whoever_a_line_names_has_words(who: str | None) -> None:
    said = say_who(who)
    assert said.zh
    assert said.en


@pytest.mark.parametrize(
    ("who", "zh", "en"),
    [
        ("department:城管中队", "城管中队", "城管中队"),
        ("duty_leader:L01", "值班领导 L01", "Duty leader L01"),
        ("grid_centre", "网格中心", "Grid centre"),
        ("门卫:老王", "门卫:老王", "门卫:老王"),
    ],
)
def test_who_in_words(who: str, zh: str, en: str) -> None:
    assert (say_who(who).zh, say_who(who).en) == (zh, en)


def test_the_switch_asks_nothing_while_it_is_closed(demo_page: OpenDemoPage, demo_engine: Engine) -> None:
    page = demo_page("ledgers", **{"as": "duty_leader:L03"})
    assert page.session_state["identity"] == Actor(role=Role.DUTY_LEADER, code="L03")
    assert page.session_state["identity"].may(Right.PATROL)
    with count_queries(demo_engine) as asked:
        page.run()
    assert len(asked) == 0
    assert not page.radio
