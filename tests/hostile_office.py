"""The demo, in which every word that an office writes is hostile: brought in by the real import, the real form and the real steps."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import shapely
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy import Engine, delete, select

from actions.findings import Finding, report_finding
from actions.loop import read_standing, take_step, urge
from actions.rotation import add_absence
from geo.layers import Layer, layers
from ingest.links import read_features
from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from ingest.load_table import load_table
from model.cases import CaseEvent, CaseLink, CaseRow
from model.engine import write
from model.kinds import Channel
from model.loop import Step
from model.people import Official
from model.roles import Actor, Role
from model.setup import keep_setting, read_office
from tests.hostile import FOUND_BY_MARK, STRINGS

Row = dict[str, Any]
WEST, SOUTH, EAST, NORTH = 121.495, 31.315, 121.520, 31.335
CENTRE, LEADER = Actor(role=Role.GRID_CENTRE), Actor(role=Role.DUTY_LEADER, code="L01")
# how many features with hostile codes each layer gets beside those that keep theirs
MORE = {"zones": 6, "rivers": 6, "stations": 4, "weak_areas": 8, "kerbs": 4, "bikes": 40, "cameras": 40, "fitness": 60}
STEPS = 6
KEPT_FROM = date(2017, 10, 15)
FILE = "<img src=x onerror=top.hit='HX000X'> **HX102X** $x$ =1+1.{}"
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CHANNELS = tuple(Channel)
# what programs take for nothing is no code of anything
CODES = tuple(FOUND_BY_MARK.values())


def make_hostile(engine: Engine, folder: Path) -> None:
    """Give a copy of the demo hostile words wherever somebody else than us writes them."""
    with write(engine) as connection:
        # what is left of the demo fills every page and is linked anew in no time
        old = select(CaseRow.id).where(CaseRow.reported_on < KEPT_FROM)
        for model in (CaseLink, CaseEvent):
            connection.execute(delete(model).where(model.case_id.in_(old)))
        connection.execute(delete(CaseRow).where(CaseRow.reported_on < KEPT_FROM))
        keep_setting(connection, "title_zh", next(words_of("markup")))
        keep_setting(connection, "title_en", next(words_of("Markdown")))
    supply = cycle(STRINGS)
    for key, layer in layers().items():
        if key != "boundary":
            load_layer(engine, key, write_layer(engine, layer, folder, supply), datum="wgs84")
    load_cases(engine, write_csv(folder / FILE.format("csv"), cases(0, supply)), preset="finegrid", datum="wgs84")
    load_cases(engine, write_book(folder / FILE.format("xlsx"), cases(len(STRINGS), supply)), preset="finegrid", datum="wgs84")
    for name, rows in side_tables(engine, supply).items():
        load_table(engine, name, write_csv(folder / f"{name}.csv", rows))
    act(engine, supply)


def words_of(group: str) -> Iterator[str]:
    """The strings of one group, marked."""
    from tests.hostile import GROUPS  # noqa: PLC0415  beside its only use

    before = 0
    for name, texts in GROUPS.items():
        if name == group:
            yield from STRINGS[before : before + len(texts)]
        before += len(texts)


def cases(start: int, supply: Iterator[str]) -> list[Row]:
    """A case for every string, in all states, on the last days before the clock; each other one in the catalogue."""
    return [
        {
            "source": "hostile",
            "external_id": f"{number}{text}"[:80],
            "channel": CHANNELS[number % len(CHANNELS)].value,
            "kind": "event",
            "category": "0102" if number % 2 else next(supply)[:80],
            "title": text,
            **{name: next(supply) for name in ("description", "address", "community", "department")},
            "lon": WEST + (EAST - WEST) * (number % 25) / 25,
            "lat": SOUTH + (NORTH - SOUTH) * (number // 25 % 25) / 25,
            "reported_at": f"2017-10-{31 - number % 3}T{number % 9 + 8:02d}:00:00+08:00",
            "dispatched_at": f"2017-10-31T17:{number % 50:02d}:00+08:00" if number % 3 else "",
            # as many wrong codes as there are rows in the book of rejects to show them
            **({"channel": text} if number % 40 == 7 else {}),
        }
        for number, text in enumerate(STRINGS, start)
    ]


def write_csv(path: Path, rows: Sequence[Row]) -> Path:
    """A CSV of text as it stands, controls and all."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]), quoting=csv.QUOTE_ALL)
        out.writeheader()
        out.writerows(rows)
    return path


def write_book(path: Path, rows: Sequence[Row]) -> Path:
    """A workbook whose cells are texts, none of them a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("=1+1")
    sheet.append(list(rows[0]))
    for row in rows:
        cells = []
        for value in row.values():
            cell = WriteOnlyCell(sheet, value=NOT_IN_XML.sub("", str(value))[:32_000])
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    book.save(path)
    return path


def write_layer(engine: Engine, layer: Layer, folder: Path, supply: Iterator[str]) -> Path:
    """The layer's features under their codes with hostile names and fields, and copies of some under hostile codes."""
    with engine.connect() as connection:
        known = read_features(connection, layer.key)
    free = [field.key for field in layer.fields if field.type == "text" and not field.choices]
    codes = [*known["code"], *islice((text[:80] for text in CODES), MORE[layer.key])]
    shapes = list(islice(cycle(known.geometry), len(codes)))
    drawn = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": next(supply)[:200], **{key: next(supply)[:300] for key in free}},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for code, shape in zip(codes, shapes, strict=True)
    ]
    path = folder / f"{layer.key}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": drawn}, ensure_ascii=False), encoding="utf-8")
    return path


def side_tables(engine: Engine, supply: Iterator[str]) -> dict[str, list[Row]]:
    """Rows for every side table, in an order in which they can be loaded; columns are cut to what they hold."""

    def take(most: int) -> str:
        return next(supply)[:most].replace("\x00", "")

    with engine.connect() as connection:
        officials = list(connection.scalars(select(Official.code)))
        places = {key: list(read_features(connection, key)["code"]) for key in ("rivers", "weak_areas", "bikes", "zones")}
        numbers = list(connection.scalars(select(CaseRow.external_id).where(CaseRow.source == "hostile").limit(60)))
    people = [*officials, *(text[:40] for text in CODES[:40])]
    ours = {"source": "hostile"}
    book = {"year": 2017, "target": 10}
    label = [{"zh": take(60) or "-", "en": take(60) or "-"} for _ in range(8)]
    return {
        "officials": [{"code": code, "name": take(80), "title": take(80), "organisation": take(80), "phone": take(40)} for code in people],
        "duties": [
            {"official_code": code, "layer": "zones", "feature_code": zone, "role": role, "since": "2017-01-02"}
            for code, zone, role in zip(people[-37:], cycle(places["zones"]), cycle(("leader", "cadre")), strict=False)
        ],
        "shifts": [
            {"on_date": (date(2017, 10, 20) + timedelta(days=n)).isoformat(), "role": "duty_leader", "official_code": people[-n - 1]}
            for n in range(40)
        ],
        "rectification_steps": [
            {"layer": "weak_areas", "feature_code": code, "step": "cut_off", "done_on": "2017-05-01", "note": take(300)}
            for code in places["weak_areas"]
        ],
        "bike_counts": [
            {"layer": "bikes", "feature_code": code, "counted_at": "2017-10-31T09:00", "operator": take(40) or "-", "bikes": n}
            for n, code in enumerate(places["bikes"][:60])
        ],
        "inspections": [
            {"layer": "rivers", "feature_code": code, "official_code": people[-1], "started_at": "2017-10-30T09:00", "walked_m": 500}
            | {"note": take(300)}
            for code in places["rivers"]
        ],
        "ledgers": [
            {"key": CODES[n][:40], "label": json.dumps(said, ensure_ascii=False), "unit": take(20).replace("HX", "hx") or "-", **book}
            for n, said in enumerate(label)
        ],
        "ledger_entries": [
            {"ledger_key": CODES[n % 8][:40], "on_date": "2017-10-30", "measure": "" if n % 2 else take(40), "amount": n}
            | {"place": f"{n}{take(150)}", "lon": WEST + n / 9_000, "lat": SOUTH + n / 9_000, "note": take(300)}
            for n in range(90)
        ],
        "case_events": [
            ours | {"external_id": number, "at": "2017-10-31T17:30:00+08:00", "stage": "claimed", "actor": take(80), "note": take(300)}
            for number in numbers
        ],
        "categories": [
            {"kind": "event", "code": take(80) or "-", "name_zh": take(120) or "-", "name_en": take(120) or "-"} for _ in range(20)
        ],
    }


def act(engine: Engine, supply: Iterator[str]) -> None:
    """Findings by the form's own way, steps of their loop with notes, words of supervision, absences with reasons."""
    office = read_office(engine)
    at = office.now()
    for number in range(STEPS):
        place = {"lon": WEST + number / 3_000, "lat": SOUTH + number / 3_000}
        about = {"number": f"20171031-{number:08d}", "channel": Channel.PATROL, "kind": "event", "category": "0102"}
        saved = report_finding(engine, LEADER, office, Finding(**about, **place, text=next(supply), note=next(supply)))  # type: ignore[arg-type]
        department = next(supply)
        for step in (Step.DISPATCH, Step.CLAIM)[: number % 3]:
            actor = CENTRE if step is Step.DISPATCH else Actor(role=Role.DEPARTMENT, code=department_of(engine, saved.id))
            with engine.connect() as connection:
                standing = read_standing(connection, saved.id)
            assert standing is not None
            given = {"department": department} if step is Step.DISPATCH else {}
            take_step(engine, actor, saved.id, step, saw=standing.mark, at=at, note=next(supply), **given)  # type: ignore[arg-type]
        urge(engine, CENTRE, [saved.id], at=at, note=next(supply))
    for number in range(1, 9):
        add_absence(engine, CENTRE, number, date(2017, 11, 2), date(2017, 11, 3), reason=next(supply), at=at)


def department_of(engine: Engine, case_id: int) -> str:
    """Whom the case was dispatched to, as the database keeps it."""
    with engine.connect() as connection:
        return str(connection.scalar(select(CaseRow.department).where(CaseRow.id == case_id)))
