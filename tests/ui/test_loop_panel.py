"""The open case without a browser: who is offered which step, what a press writes, and what the second of two is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, delete, select, update
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextArea

from actions import loop
from actions.act import wait_for
from actions.loop import read_standing
from config import ROOT
from model.cases import CaseEvent, CaseRow
from model.engine import open_engine, write
from model.loop import Phase, Standing, Step
from model.roles import Actor, Role
from model.setup import read_office
from queries.run import count_queries
from tests.ui.conftest import forget
from ui import viewer

MOST_QUESTIONS = 12
OURS, THEIRS, CENTRE = "department:城管中队", "department:绿化办", "grid_centre"
OpenCase = Callable[..., AppTest]


@pytest.fixture
def database(demo_copy: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A copy of the demo that the pages of this test read and write."""
    monkeypatch.setenv("DATABASE_URL", demo_copy)
    forget()
    yield open_engine()
    forget()


@pytest.fixture
def case_id(database: Engine) -> int:
    """A case that was dispatched to 城管中队 and not claimed."""
    waiting = (
        CaseRow.department == "城管中队",
        CaseRow.handled_at.is_(None),
        CaseRow.suspended.is_(False),
        CaseRow.dispatched_at.is_not(None),
    )
    with database.connect() as connection:
        return connection.scalar(select(CaseRow.id).where(*waiting).order_by(CaseRow.due_at.desc()).limit(1)) or 0


@pytest.fixture
def open_case(case_id: int) -> OpenCase:
    """Opens the case as somebody."""

    def open_it(who: str, language: str = "zh") -> AppTest:
        page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        page.switch_page("pages/cases.py")
        for name, value in {"case": str(case_id), "as": who, "lang": language}.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception, page.exception
        return page

    return open_it


def standing(database: Engine, case_id: int) -> Standing:
    with database.connect() as connection:
        found = read_standing(connection, case_id)
    assert found is not None
    return found


def offered(page: AppTest) -> set[str]:
    """The steps that the page has buttons for."""
    return {button.key.removeprefix("loop_") for button in page.button if (button.key or "").startswith("loop_")}


def press(page: AppTest, step: str) -> AppTest:
    page.button(key=f"loop_{step}").click().run()
    assert not page.exception, page.exception
    return page


def said(page: AppTest) -> str:
    return " ".join(element.value for element in (*page.success, *page.warning, *page.markdown, *page.caption))


@pytest.mark.parametrize(
    ("who", "wanted"),
    [
        pytest.param(OURS, {"claim"}, id="its department"),
        pytest.param(THEIRS, set(), id="another department"),
        pytest.param("duty_leader:L01", set(), id="a leader"),
        pytest.param(CENTRE, {"dispatch", "claim", "suspend", "extend"}, id="the grid centre"),
    ],
)
def test_everyone_is_offered_what_they_may_do(open_case: OpenCase, who: str, wanted: set[str]) -> None:
    page = open_case(who)
    assert offered(page) == wanted
    assert "等待城管中队认领" in said(page)


def feedback_field(page: AppTest) -> TextArea:
    return next(one for one in page.text_area if str(one.key).startswith("loop_note_feedback"))


def test_from_claim_to_close_and_the_page_tells_it(database: Engine, case_id: int, open_case: OpenCase) -> None:
    ours, centre = open_case(OURS), open_case(CENTRE, "en")
    assert "已办理：认领" in said(press(ours, "claim"))
    assert offered(ours) == {"feedback"}
    feedback_field(ours).input("已清理")
    press(ours, "feedback")
    assert "最近一步：城管中队 · 处置 · 2017年10月31日 18:00" in said(ours)
    centre.run()
    # whoever verifies reads what was done, and whoever gets it back why, without opening anything
    assert "Note: 已清理" in said(centre)
    assert offered(centre) == {"verify", "send_back"}
    # without a reason nothing is sent back
    assert "needs a reason" in said(press(centre, "send_back"))
    centre.text_area(key=f"loop_note_send_back_{case_id}").input("还有剩的")
    press(centre, "send_back")
    assert standing(database, case_id).phase is Phase.CLAIMED
    ours.run()
    assert "返工" in said(ours)
    assert "说明：还有剩的" in said(ours)
    feedback_field(ours).input("又清了一遍")
    press(ours, "feedback")
    centre.run()
    for step in ("verify", "close"):
        press(centre, step)
    after = standing(database, case_id)
    assert (after.phase, after.reworks, after.resolution) == (Phase.CLOSED, 1, "resolved")
    assert offered(centre) == set()
    with database.connect() as connection:
        lines = connection.execute(
            select(CaseEvent.stage, CaseEvent.note).where(CaseEvent.case_id == case_id, CaseEvent.actor.is_not(None))
        )
        told = sorted(tuple(line) for line in lines)
    assert told == sorted(
        [
            ("claimed", None),
            ("handled", "已清理"),
            ("returned", "还有剩的"),
            ("handled", "又清了一遍"),
            ("verified", None),
            ("closed", None),
        ],
        key=lambda line: (line[0], line[1] or ""),
    )


def test_a_new_case_is_dispatched_by_choosing_a_department(database: Engine, case_id: int, open_case: OpenCase) -> None:
    with write(database) as connection:
        connection.execute(update(CaseRow).where(CaseRow.id == case_id).values(department=None, dispatched_at=None))
        connection.execute(delete(CaseEvent).where(CaseEvent.case_id == case_id, CaseEvent.stage == "dispatched"))
    page = open_case(CENTRE)
    assert "选处置部门" in said(press(page, "dispatch"))
    page.selectbox(key=f"loop_department_{case_id}").select("绿化办")
    press(page, "dispatch")
    after = standing(database, case_id)
    assert (after.phase, after.department) == (Phase.DISPATCHED, "绿化办")


def test_the_second_of_two_is_told_and_what_they_wrote_stays(database: Engine, case_id: int, open_case: OpenCase) -> None:
    centre, ours = open_case(CENTRE), open_case(OURS)
    press(ours, "claim")
    centre.selectbox(key=f"loop_department_{case_id}").select("绿化办")
    centre.text_input(key=f"loop_note_dispatch_{case_id}").input("换个部门")
    press(centre, "dispatch")
    assert "城管中队已于2017年10月31日 18:00办理“认领”，您的这一步没有保存" in said(centre)
    assert centre.text_input(key=f"loop_note_dispatch_{case_id}").value == "换个部门"
    assert standing(database, case_id).department == "城管中队"


def test_an_open_case_with_its_forms_asks_at_most_twelve(database: Engine, open_case: OpenCase) -> None:
    with count_queries(database) as asked:
        open_case(CENTRE)
    assert 0 < len(asked) <= MOST_QUESTIONS, asked.statements


def test_a_page_that_is_drawn_over_its_own_press_shows_what_it_did(
    database: Engine, case_id: int, open_case: OpenCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_case(OURS)
    ours, begun, may_end = Actor(role=Role.DEPARTMENT, code="城管中队"), threading.Event(), threading.Event()
    saw = standing(database, case_id).mark

    def hold(*_: object) -> dict[str, object]:
        begun.set()
        may_end.wait(30)
        return {}

    def let_go(who: str) -> None:
        may_end.set()
        wait_for(who)

    # a second run of the page begins while the first one is still writing what was pressed
    monkeypatch.setattr(loop, "_deadline", hold)
    monkeypatch.setattr(viewer, "wait_for", let_go)
    at = read_office(database).now()
    writing = threading.Thread(target=lambda: loop.take_step(database, ours, case_id, Step.CLAIM, saw=saw, at=at))
    writing.start()
    assert begun.wait(30)
    page.run()
    writing.join()
    assert offered(page) == {"feedback"}
