"""Books that must balance: what the tables hold is what the audit log says, and what was told as kept is there whole."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import Engine, insert, select

from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from model.cases import Attachment, CaseEvent, CaseLink, CaseRow
from model.catalogue import load_catalogue
from model.engine import open_engine, write
from model.loop import MOVES, Step
from model.office import AuditLine, Import
from model.people import Official, Shift
from model.setup import keep_setting
from model.tables import TABLES
from tests.ingest.sent import EAST, NORTH, SOUTH, WEST, rows_of, write_layer
from tests.killed import OFFICIALS, Told
from upkeep import lite, postgres

STAGES = {f"case.{step}": MOVES[step].stage for step in Step} | {"case.report": "reported"}


def furnish(url: str, place: Path) -> Engine:
    """An office with one zone, three leaders and a clock; on the engine of a URL."""
    engine = open_engine(url)
    zone = write_layer(place / "zones.geojson", [(shapely.box(WEST, SOUTH, EAST, NORTH), {"code": "1"})])
    load_layer(engine, "zones", zone, datum="wgs84")
    with write(engine) as connection:
        load_catalogue(connection)
        keep_setting(connection, "as_of", "2017-10-31T18:00:00+08:00")
        connection.execute(insert(Official), [{"code": f"L{n}", "name": f"L{n}"} for n in range(1, OFFICIALS + 1)])
    return engine


def held(engine: Engine) -> dict[str, list[object]]:
    """Every row of every table."""
    return {table: rows_of(engine, table) for table in TABLES}


def balance(engine: Engine, told: Told) -> int:
    """What the tables hold is what the audit log says, no more and no less; everything that was told is in the audit log.

    Gives how much was kept and never told: what a kill cut off between the commit and the word.
    """
    # one moment, whoever goes on writing
    with (postgres if engine.dialect.name == "postgresql" else lite).snapshot(engine) as connection:
        log = connection.execute(select(AuditLine.what, AuditLine.subject, AuditLine.detail).order_by(AuditLine.id)).all()
        lives: dict[str, list[str]] = {}
        for case_id, stage in connection.execute(select(CaseEvent.case_id, CaseEvent.stage).order_by(CaseEvent.at, CaseEvent.id)):
            lives.setdefault(str(case_id), []).append(stage)
        cases = {str(row.id): row for row in connection.execute(select(CaseRow))}
        linked = Counter(str(one) for one in connection.scalars(select(CaseLink.case_id).where(CaseLink.layer == "zones")))
        photos = connection.execute(select(Attachment.case_id, Attachment.sha256, Attachment.bytes)).all()
        shifts = dict(connection.execute(select(Shift.on_date, Shift.official_id)).all())
        imports = connection.execute(select(Import.rows_new, Import.rows_rejected).where(Import.target == "cases")).all()

    assert all(hashlib.sha256(photo.bytes).hexdigest() == photo.sha256 for photo in photos)
    check_cases([line for line in log if line.what in STAGES], lives, cases, Counter(str(photo.case_id) for photo in photos))
    # a case has its zone from the moment that it is there
    assert linked == Counter(cases.keys())
    planned = {day: who for line in log if line.what == "roster.plan" for day, who in json_of(line.detail).items()}
    assert {day.isoformat(): who for day, who in shifts.items()} == planned
    brought = [line for line in log if line.what == "import" and line.subject.startswith("cases:")]
    assert len(brought) == len(imports)
    assert sum(row.rows_new for row in imports) == sum(case.source != "finegrid" for case in cases.values())
    check_told(told, log, {(str(photo.case_id), photo.sha256) for photo in photos})
    return sum(line.what != "import" for line in log) + len(brought) - len(told.kept)


def check_cases(log: list[Any], lives: dict[str, list[str]], cases: dict[str, Any], photos: Counter[str]) -> None:
    """The life of every case is what was done to it, its stamps are those of its life, its photos are all there."""
    done: dict[str, list[str]] = {}
    for line in log:
        done.setdefault(line.subject.removeprefix("case:"), []).append(STAGES[line.what])
    assert done == {case_id: lives[case_id] for case_id, case in cases.items() if case.source == "finegrid"}
    for case_id, case in cases.items():
        stamps = {stage: getattr(case, f"{stage}_at") for stage in ("dispatched", "handled", "verified", "closed")}
        assert {stage for stage, at in stamps.items() if at} == set(lives[case_id]) - {"reported", "claimed"}
        if case.source == "finegrid":
            wanted = int(case.external_id.split("-")[1]) % 2 + ("handled" in lives[case_id])
            assert photos[case_id] == wanted
        else:
            assert lives[case_id] == ["reported"]


def check_told(told: Told, log: list[Any], photos: set[tuple[str, str]]) -> None:
    """Nothing that was told is missing."""
    subjects = {(line.what, line.subject) for line in log}
    plans = {(day, str(who)) for line in log if line.what == "roster.plan" for day, who in json_of(line.detail).items()}
    for what, one, other in told.kept:
        if what == "import":
            assert ("import", f"cases: {Path(one).name}") in subjects
        elif what == "roster.plan":
            assert (one, other) in plans
        else:
            assert (what, f"case:{one}") in subjects
            assert not other or (one, other) in photos


def json_of(detail: str) -> dict[str, int]:
    """Who serves on which day, as the audit log keeps it."""
    planned: dict[str, int] = json.loads(detail)
    return planned


def bring_again(engine: Engine, told: Told) -> None:
    """Every file that was told as imported brings nothing new."""
    for _, file, new in told.of("import"):
        again = load_cases(engine, Path(file), datum="wgs84")
        assert (again.new, again.changed, again.unchanged) == (0, 0, int(new))
