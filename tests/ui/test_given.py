"""A file goes to the roles whose pages it was made for: remembered in a run, also where it is made later, without a session."""

from __future__ import annotations

import pytest

from model.roles import Actor, Role
from ui import given
from ui.given import Given, _add, _make, _name_of


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Given:
    fresh = Given()
    monkeypatch.setattr(given, "GIVEN", fresh)
    return fresh


def test_a_picture_is_for_every_role_that_was_shown_it(kept: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    for role in (Role.DUTY_LEADER, Role.GRID_CENTRE):
        monkeypatch.setattr(given, "actor", lambda role=role: Actor(role=role))
        assert _add(lambda: "/media/ab12.png")() == "/media/ab12.png"
    assert {role for role in Role if kept.may_have("/media/ab12.png", role)} == {Role.DUTY_LEADER, Role.GRID_CENTRE}
    assert not any(kept.may_have("/media/other.png", role) for role in Role)


def test_a_file_made_on_demand_is_for_the_roles_of_its_button(kept: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given, "actor", lambda: Actor(role=Role.GRID_CENTRE))
    _add(lambda: "button-1")()
    # the thread that makes it knows nobody
    monkeypatch.setattr(given, "actor", lambda: Actor(role=Role.VIEWER))
    _make(lambda _, __: "/media/cd34.gpkg")(None, "button-1")  # type: ignore[arg-type]
    assert kept.roles_of("cd34") == {Role.GRID_CENTRE}
    _make(lambda _, __: "/media/ef56.gpkg")(None, "nobody's button")  # type: ignore[arg-type]
    assert kept.roles_of("ef56") == frozenset()


def test_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given, "MOST_KEPT", 2)
    few = Given()
    for name in ("a", "b", "a", "c"):
        few.remember(name, frozenset({Role.VIEWER}))
    assert [bool(few.roles_of(name)) for name in "abc"] == [True, False, True]


@pytest.mark.parametrize(("path", "name"), [("/media/ab.png", "ab"), ("ab", "ab"), ("/media/ab.geo.json", "ab"), ("/media/", "media")])
def test_names(path: str, name: str) -> None:
    assert _name_of(path) == name
