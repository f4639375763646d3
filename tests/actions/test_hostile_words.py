"""Whatever somebody types in the form or beside a step is kept as text on both databases, without the signs that none can hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Engine, func, select

from actions.findings import MOST_LETTERS, TITLE_LETTERS, Finding, report_finding
from actions.loop import NOTE_LENGTH, read_standing, take_step
from actions.rotation import add_absence
from ingest.personal import remove_from
from model.cases import CaseEvent, CaseRow
from model.kinds import Channel
from model.loop import Step
from model.people import Absence
from model.roles import Actor, Role
from model.words import writable, writable_json
from tests.actions.ground import build, place
from tests.hostile import LONE_SURROGATES, STRINGS

LEADER, CENTRE = Actor(role=Role.DUTY_LEADER, code="L01"), Actor(role=Role.GRID_CENTRE)
EAST, NORTH = place(620, 230)
BLANK = Finding(number="", channel=Channel.PATROL, kind="event", category="0102", lon=EAST, lat=NORTH)
WORDS = [*STRINGS, *LONE_SURROGATES]


def test_every_string_is_kept_as_it_was_typed(engine: Engine) -> None:
    office = build(engine)
    # three strings a case: its text, where it was found, and the note of its dispatch
    for number, (text, where, note) in enumerate(zip(WORDS[0::3], WORDS[1::3], WORDS[2::3], strict=False)):
        dispatched = number % 2 == 0
        found_at = where if dispatched else f"{where} {note}"
        saved = report_finding(engine, LEADER, office, replace(BLANK, number=f"N{number}", text=text, note=found_at))
        if dispatched:
            with engine.connect() as connection:
                seen = read_standing(connection, saved.id)
            assert seen is not None
            take_step(engine, CENTRE, saved.id, Step.DISPATCH, saw=seen.mark, at=office.now(), note=note, department=f"科室{note}")

        with engine.connect() as connection:
            case = connection.execute(select(CaseRow).where(CaseRow.id == saved.id)).one()
            lines = connection.execute(select(CaseEvent.note).where(CaseEvent.case_id == saved.id).order_by(CaseEvent.at, CaseEvent.id))
            first, *later = lines.scalars()
        assert (case.description or "") == remove_from(writable(text).strip()[:MOST_LETTERS])[0]
        assert len(case.title) <= TITLE_LETTERS
        assert (first or "") == remove_from(writable(found_at))[0]
        if dispatched:
            # a note is one line; before it stands the department
            one_line = remove_from(writable(" ".join(note.replace("\0", " ").split())))[0]
            assert one_line[: NOTE_LENGTH // 2][:20].strip() in later[0]


def test_a_reason_of_an_absence(engine: Engine) -> None:
    office = build(engine)
    for number, reason in enumerate(WORDS[::9]):
        add_absence(
            engine, CENTRE, 1, date(2018, 1, 1 + number % 28), date(2019, 1, 1), reason=reason, at=office.now()
        ) if number < 28 else None
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Absence)) == 28


def test_words_that_can_be_written_are_left_alone() -> None:
    assert writable("𠮷 a\tb\nc \u202e💀") == "𠮷 a\tb\nc \u202e💀"
    assert writable("a\x00b\x1bc\ud800d\ufffee") == "abcde"
    assert writable_json({"a\x00": ["\ud800b", 1, None, {"c": "\x07"}]}) == {"a": ["b", 1, None, {"c": ""}]}
