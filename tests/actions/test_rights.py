"""Every action by every role: whoever lacks the right is refused before anything is read, and nothing is written."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, select

from actions.act import Refused, acting
from actions.findings import Finding, report_finding
from actions.loop import take_step, urge
from actions.patrol import Begun, begin_patrol, end_patrol, keep_stop
from actions.rotation import add_absence, hand_over, open_feed, plan_shifts, remove_absence, stand_in, swap_shifts
from actions.walks import RiverWalk, end_walk
from config import ROOT
from model.loop import MOVES, Step
from model.office import AuditLine
from model.roles import RIGHTS, Actor, Right, Role
from model.setup import read_office

AT = datetime(2017, 10, 31, 10, tzinfo=UTC)
LATER = date(2017, 12, 1)
Act = Callable[[Engine, Actor], Any]


def thing(kind: Any) -> Any:
    """A thing of a kind with nothing in it: a refusal comes before anybody looks."""
    return object.__new__(kind)


ROSTER: dict[str, Act] = {
    "plan_shifts": lambda engine, actor: plan_shifts(engine, actor, {LATER: 1}, at=AT),
    "swap_shifts": lambda engine, actor: swap_shifts(engine, actor, (LATER, 1), (date(2017, 12, 2), 2), at=AT),
    "stand_in": lambda engine, actor: stand_in(engine, actor, LATER, 1, instead_of=None, at=AT),
    "add_absence": lambda engine, actor: add_absence(engine, actor, 1, LATER, LATER, at=AT),
    "remove_absence": lambda engine, actor: remove_absence(engine, actor, 1, at=AT),
    "hand_over": lambda engine, actor: hand_over(engine, actor, 1, "leader", to=1, instead_of=None, since=LATER, at=AT),
    "open_feed": lambda engine, actor: open_feed(engine, actor, at=AT),
}
OTHERS: dict[str, tuple[Right, Act]] = {
    "urge": (Right.DISPATCH, lambda engine, actor: urge(engine, actor, [1], at=AT)),
    "begin_patrol": (Right.PATROL, lambda engine, actor: begin_patrol(engine, actor, Begun(official="L01", draw="{}", stops=()), at=AT)),
    "keep_stop": (Right.PATROL, lambda engine, actor: keep_stop(engine, actor, 1, "a", "arrived", place=(121.0, 31.0), at=AT)),
    "end_patrol": (Right.PATROL, lambda engine, actor: end_patrol(engine, actor, 1, at=AT)),
    "report_finding": (Right.REPORT, lambda engine, actor: report_finding(engine, actor, read_office(engine), thing(Finding))),
    "end_walk": (Right.WALK, lambda engine, actor: end_walk(engine, actor, read_office(engine), thing(RiverWalk))),
}


def step_of(step: Step) -> Act:
    return lambda engine, actor: take_step(engine, actor, 1, step, saw="", at=AT, note="x")


ACTIONS: dict[str, tuple[Right, Act]] = {
    **{name: (Right.ROSTER, act) for name, act in ROSTER.items()},
    **OTHERS,
    **{f"take_step {step}": (MOVES[step].right, step_of(step)) for step in Step},
}


def public_actions() -> set[str]:
    """Every public function of actions/ that acts as somebody and changes something."""
    found = set()
    for path in (ROOT / "actions").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and "actor" in [one.arg for one in node.args.args]:
                found.add(node.name)
    # one reads; the other is the door itself
    return found - {"find_finding", "acting"}


def test_every_action_is_tried_here() -> None:
    assert public_actions() == {name.split()[0] for name in ACTIONS}


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_refuses_every_role_without_its_right(name: str, sqlite_url: str) -> None:
    right, act = ACTIONS[name]
    engine = create_engine(sqlite_url)
    for role in Role:
        if right not in RIGHTS[role]:
            with pytest.raises(Refused, match="may not"):
                act(engine, Actor(role=role, code="L01"))
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(AuditLine)) == 0
    engine.dispose()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("right", list(Right))
def test_the_door_opens_by_right_alone(role: Role, right: Right) -> None:
    nowhere = create_engine("sqlite:////nowhere/at/all.db")
    # whoever may, gets as far as the database, which is not there
    why = "Nothing was saved" if right in RIGHTS[role] else "may not"
    with pytest.raises(Refused, match=why), acting(nowhere, Actor(role=role), right, what="x", subject="y", at=AT):
        pass
    nowhere.dispose()
