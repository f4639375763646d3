"""A day of the demo on which the patrol found something, and the bulletin of that day."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import Engine, insert, select

from model.cases import Attachment, CaseEvent, CaseLink, CaseRow
from model.engine import open_engine, write
from model.places import Feature
from model.setup import read_office
from reports.compose import compose
from reports.gather import Facts, gather
from reports.period import Kind, Period
from reports.sheet import Sheet

DAY = date(2017, 10, 31)
# what a careless or wicked hand may type, and how the bulletin must show it
HOSTILE = {
    "#eval(sys.inputs) $x^2$ *流动摊贩*": "#eval(sys.inputs) $x^2$ *流动摊贩*",
    "{{7*7}} {% for x in y %} <b>垃圾</b> &amp;": "{{7*7}} {% for x in y %} <b>垃圾</b> &amp;",
    "=cmd|' /C calc'!A0 井盖\x07破\x00损\u202e": "=cmd|' /C calc'!A0 井盖 破 损",
    '#image("/etc/passwd") \\u{41} @a': '#image("/etc/passwd") \\u{41} @a',
    "<w:p><w:t>坏</w:t></w:p> ]]> <!--": "<w:p><w:t>坏</w:t></w:p> ]]> <!--",
}
FIRST_ID = 1_000


def photo(width: int = 1200, height: int = 900) -> bytes:
    """A JPEG."""
    made = io.BytesIO()
    Image.new("RGB", (width, height), (90, 140, 120)).save(made, "JPEG")
    return made.getvalue()


def find_on_patrol(engine: Engine, titles: list[str]) -> None:
    """Patrol cases of the day, one a title: dispatched; the second on claimed; the third fed back. The first two have photos."""
    with write(engine) as connection:
        like = connection.execute(select(CaseRow).where(CaseRow.reported_on == DAY, CaseRow.lon.is_not(None)).limit(1)).mappings().one()
        zone = connection.execute(select(Feature.id).where(Feature.layer == "zones").limit(1)).scalar_one()
        for place, title in enumerate(titles):
            number, at = FIRST_ID + place, datetime(2017, 10, 31, 1, tzinfo=UTC) + timedelta(minutes=20 * place)
            empty = dict.fromkeys(("handled_at", "verified_at", "closed_at", "closed_on"))
            own = {"id": number, "source": "finegrid", "external_id": f"XC-{place:03d}", "channel": "patrol", "title": title}
            times = {"reported_at": at, "accepted_at": at, "dispatched_at": at + timedelta(minutes=5), "due_at": at + timedelta(hours=20)}
            steps = [("dispatched", 5, "grid_centre"), ("claimed", 30, f"department:{like['department']}")][: 1 if place == 0 else 2]
            if place == 2:
                times["handled_at"] = at + timedelta(hours=2)
                steps.append(("handled", 120, f"department:{like['department']}"))
            connection.execute(insert(CaseRow).values({**like, **empty, **own, **times, "zone_id": zone}))
            connection.execute(insert(CaseLink).values(case_id=number, layer="zones", feature_id=zone, metres=0.0))
            for line, (stage, minutes, actor) in enumerate(steps):
                moment = at + timedelta(minutes=minutes)
                connection.execute(insert(CaseEvent).values(case_id=number, id=line, at=moment, stage=stage, actor=actor))
        for number, content in ((FIRST_ID, photo()), (FIRST_ID + 1, b"no photo at all")):
            connection.execute(insert(Attachment).values(case_id=number, id=1, sha256="0", mime="image/jpeg", bytes=content, taken_at=None))


@pytest.fixture(scope="session")
def patrolled(copy_demo: Callable[[], str]) -> Iterator[Engine]:
    """The demo with a day's findings; only to read."""
    engine = open_engine(copy_demo())
    find_on_patrol(engine, list(HOSTILE))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def facts(patrolled: Engine) -> Facts:
    """The facts of the day."""
    return gather(patrolled, read_office(patrolled), Period(kind=Kind.DAILY, on=DAY))


@pytest.fixture(scope="session")
def sheet(facts: Facts) -> Sheet:
    """The day's bulletin in Chinese."""
    return compose(facts, "zh")


@pytest.fixture(scope="session")
def english(facts: Facts) -> Sheet:
    """The day's bulletin in English."""
    return compose(facts, "en")
