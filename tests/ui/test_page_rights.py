"""Every page by every role, with a sign-in: refused in a sentence that asks nothing, or shown without what the role may not see."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, update
from streamlit.testing.v1 import AppTest

from config import ROOT
from model.engine import open_engine, write
from model.people import Official
from model.roles import Actor, Right, Role
from queries.run import count_queries
from tests.model.test_claims import SIGN_IN
from tests.ui.conftest import forget
from ui.access import NEEDS, REFUSALS, may_open
from ui.sign_in import PLEASE, leave_when_ended
from ui.veil import veil

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
# without a sign that Markdown would have to be told to leave alone
PHONE = "02155512345"
CODES = {Role.DUTY_LEADER: "L03", Role.RIVER_CHIEF: "R01", Role.DEPARTMENT: "城管中队"}


@pytest.fixture(scope="module")
def signed(copy_demo: Callable[[], str]) -> Iterator[Engine]:
    """The demo behind a sign-in, every official with a telephone; the roles share what is cached, as on the server."""
    url = copy_demo()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**SIGN_IN, "DATABASE_URL": url}.items():
            patch.setenv(name, value)
        forget()
        yield _give_telephones(url)
    forget()


def _give_telephones(url: str) -> Engine:
    engine = open_engine(url)
    with write(engine) as connection:
        connection.execute(update(Official).values(phone=PHONE))
    return engine


def claims(role: str, **more: Any) -> dict[str, Any]:
    """What the provider says of an account of a role."""
    code = CODES.get(Role(role), "") if role in set(Role) else ""
    return {"is_logged_in": True, "iat": time.time(), "sub": role, "name": f"账号 {role}", "roles": [role], "code": code, **more}


def open_page(user: dict[str, Any], name: str, **params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    app.user = user
    for key, value in params.items():
        app.query_params[key] = value
    return app.switch_page(f"pages/{name}.py").run()


def words(app: AppTest) -> str:
    """Everything on the page, and everything that was sent to its map."""
    told, nodes = [], [app._tree]
    while nodes:
        node = nodes.pop()
        nodes += getattr(node, "children", {}).values()
        told.append(str(getattr(node, "proto", "")))
    return "".join(told)


@pytest.mark.parametrize("role", list(Role))
def test_every_page_keeps_to_the_role(signed: Engine, role: Role) -> None:
    actor = Actor(role=role)
    for name in PAGES:
        with count_queries(signed) as asked:
            app = open_page(claims(role), name, lang="zh")
        assert not app.exception, (name, app.exception)
        if may_open(actor, name):
            assert REFUSALS.get(NEEDS.get(name, Right.WALK), PLEASE).zh not in [one.value for one in app.info], name
        else:
            assert [one.value for one in app.info] == [REFUSALS[NEEDS[name]].zh], name
            assert not [said for said in asked.statements if "geometry" in said or "officials" in said], name
        if not actor.may(Right.PHONES):
            assert PHONE not in words(app), name
        if not actor.may(Right.CAMERAS):
            assert "C001" not in words(app), name
        if not actor.may(Right.EXPORT) and name != "bulletin":
            assert not app.get("download_button"), name


@pytest.mark.parametrize(("name", "params"), [("patrol", {}), ("rivers", {"reach": "R01"})])
def test_the_telephone_is_there_for_those_who_may_and_not_from_their_cache_for_others(
    signed: Engine, name: str, params: dict[str, str]
) -> None:
    assert PHONE in words(open_page(claims("duty_leader"), name, **params))
    assert PHONE not in words(open_page(claims("viewer"), name, **params))
    assert PHONE in words(open_page(claims("river_chief"), name, **params))


@pytest.mark.parametrize(
    "user",
    [
        pytest.param({"is_logged_in": False}, id="nobody"),
        pytest.param(claims("administrator", is_logged_in="yes"), id="not by Streamlit"),
        pytest.param(claims("administrator", iat=time.time() - 13 * 3600), id="yesterday's sign-in"),
        pytest.param({}, id="no claims"),
    ],
)
@pytest.mark.parametrize("name", ["overview", "data", "administration"])
def test_nobody_sees_a_page_without_a_sign_in(signed: Engine, user: dict[str, Any], name: str) -> None:
    with count_queries(signed) as asked:
        app = open_page(user, name, **{"as": "administrator"})
    assert not app.exception
    assert len(asked) == 0
    assert not app.metric
    assert [one.value for one in app.subheader] == ["城市精细化管理看板", "Finegrid"]


def test_every_fragment_looks_whether_the_sign_in_holds() -> None:
    for path in (*(ROOT / "ui").glob("*.py"), *(ROOT / "pages").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any("fragment" in ast.unparse(one) for one in node.decorator_list):
                first = node.body[1] if ast.get_docstring(node) else node.body[0]
                assert ast.unparse(first) == "leave_when_ended()", f"{path.name}: {node.name}"


def test_a_fragment_alone_leaves_when_the_sign_in_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[bool] = []
    monkeypatch.setattr("ui.sign_in.st.rerun", lambda: gone.append(True))
    monkeypatch.setattr("ui.sign_in.is_signed_in", bool)
    sign_ins: tuple[dict[str, str], ...] = ({}, {"sub": "viewer"})
    for said in sign_ins:
        monkeypatch.setattr("ui.sign_in.claims", lambda said=said: said)
        leave_when_ended()
    assert gone == [True]


def test_the_address_gives_no_role(signed: Engine) -> None:
    app = open_page(claims("viewer"), "administration", **{"as": "administrator"})
    assert app.info[0].value == REFUSALS[Right.ADMINISTER].zh


def test_an_unknown_role_may_only_look(signed: Engine) -> None:
    assert open_page(claims("root"), "data", lang="en").info[0].value == REFUSALS[Right.IMPORT].en


def test_the_administrator_sees_who_is_there(signed: Engine) -> None:
    open_page(claims("grid_centre"), "overview")
    app = open_page(claims("administrator"), "administration", lang="zh")
    there = next(one.value for one in app.dataframe if "账号" in one.value.columns)
    assert {"账号 grid_centre", "账号 administrator"} <= set(there["账号"])
    assert len(app.metric) == 4


def test_a_page_by_itself_shows_nothing(signed: Engine) -> None:
    app = AppTest.from_file(str(ROOT / "pages" / "cases.py"), default_timeout=60)
    app.user = claims("administrator")
    app.run()
    assert not app.dataframe
    assert not app.subheader


def test_a_dashboard_open_to_the_network_shows_nothing(demo_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", demo_url)
    for name in SIGN_IN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("ui.reach.is_loopback", lambda _: False)
    forget()
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    assert "FINEGRID_OPEN" in app.error[0].value
    assert not app.subheader
    monkeypatch.setenv("FINEGRID_OPEN", "yes")
    forget()
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    assert not app.error
    assert "网内人人可用" in "".join(one.value for one in app.caption)
    forget()


def test_the_veil_leaves_counts_and_takes_places() -> None:
    features = pd.DataFrame({"layer": ["cameras", "zones"], "code": ["C001", "Z01"], "phone": ["1", "2"]})
    counts = pd.DataFrame({"layer": ["cameras"], "n": [240]})
    looks = Actor(role=Role.VIEWER)
    assert list(veil(features, looks)["code"]) == ["Z01"]
    assert veil(features, looks)["phone"].isna().all()
    assert veil(counts, looks).equals(counts)
    assert veil(features, Actor(role=Role.GRID_CENTRE)).equals(features)
