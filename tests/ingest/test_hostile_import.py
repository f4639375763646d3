"""Hostile words in files come in as text on both databases, or their row is refused with a reason; never half, never by a crash."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from sqlalchemy import Engine, select

from geo.layers import layers
from ingest.columns import CONTROL
from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from ingest.load_table import KEYS, load_table
from ingest.reasons import Unreadable
from model.cases import CaseRow
from model.office import Ledger
from model.people import Official
from model.places import Feature
from tests.hostile import FOUND_BY_MARK, STRINGS, mark_of, seen_as
from tests.hostile_office import write_book, write_csv
from tests.ingest.sent import EAST, NORTH, SOUTH, WEST, a_case, write_layer

SHORT = [text for text in FOUND_BY_MARK.values() if len(text) <= 40]


def texts_of(engine: Engine, *columns: object) -> list[tuple[str, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]  # type: ignore[call-overload]


@pytest.mark.parametrize("write", [write_csv, write_book], ids=["csv", "xlsx"])
def test_cases(engine: Engine, tmp_path: Path, write: object) -> None:
    rows = [
        a_case(n, title=text, description=text, address=text, community=text, department=text, category=text)
        for n, text in enumerate(STRINGS)
    ]
    path = write(tmp_path / f"cases.{'csv' if write is write_csv else 'xlsx'}", rows)  # type: ignore[operator]

    summary = load_cases(engine, path, preset="finegrid", datum="wgs84")

    assert (summary.new, summary.rejected) == (len(STRINGS), 0)
    found = {number: words for number, *words in texts_of(engine, CaseRow.external_id, CaseRow.description, CaseRow.address)}
    for n, text in enumerate(STRINGS):
        if mark_of(n) in text:
            assert [seen_as(words) for words in found[str(n)]] == [seen_as(text[:32_000])] * 2


def test_a_wrong_code_is_named_and_not_run(engine: Engine, tmp_path: Path) -> None:
    rows = [a_case(n, channel=text) for n, text in enumerate(SHORT)]
    summary = load_cases(engine, write_csv(tmp_path / "cases.csv", rows), preset="finegrid", datum="wgs84")
    assert (summary.new, summary.rejected) == (0, len(SHORT))
    # the value stands in the sentence as it is: nothing in it was taken for a place to fill
    assert all(mark_of(STRINGS.index(text)) in reason for text, reason in zip(SHORT, summary.rejects["reason"], strict=False))


@pytest.mark.parametrize("key", [key for key in layers() if key != "boundary"])
def test_layers(engine: Engine, tmp_path: Path, key: str) -> None:
    layer = layers()[key]
    free = [field.key for field in layer.fields if field.type == "text" and not field.choices]
    chosen = SHORT[::3]
    drawn = []
    for n, text in enumerate(chosen):
        x, y = WEST + (EAST - WEST) * n / len(chosen), SOUTH + (NORTH - SOUTH) / 2
        point = shapely.Point(x, y)
        line = shapely.LineString([(x, y), (x, y + 0.0001)])
        shape = point if "Point" in layer.geometry else line if "LineString" in layer.geometry else line.buffer(0.00001)
        drawn.append((shape, {"code": text, "name": text, **dict.fromkeys(free, text)}))

    summary = load_layer(engine, key, write_layer(tmp_path / f"{key}.geojson", drawn), datum="wgs84")

    assert summary.rejected == 0
    found = texts_of(engine, Feature.code, Feature.name, Feature.props)
    wanted = sorted(seen_as(text) for text in chosen)
    assert sorted(seen_as(code) for code, _, _ in found) == wanted
    assert sorted(seen_as(name) for _, name, _ in found) == wanted
    for field in free:
        assert sorted(seen_as(props[field]) for _, _, props in found) == wanted  # type: ignore[index]


def test_side_tables(engine: Engine, tmp_path: Path) -> None:
    people = [{"code": text, "name": text, "title": text, "phone": ""} for text in SHORT]
    load_table(engine, "officials", write_csv(tmp_path / "officials.csv", people))
    assert sorted(seen_as(name) for (name,) in texts_of(engine, Official.name)) == sorted(map(seen_as, SHORT))

    labels = [{"zh": text, "en": f"\x00{text}\ud800"} for text in SHORT]
    books = [{"key": f"b{n}", "label": json.dumps(label), "year": 2017, "unit": "x"} for n, label in enumerate(labels)]
    load_table(engine, "ledgers", write_csv(tmp_path / "ledgers.csv", books))
    assert sorted(seen_as(label["en"]) for (label,) in texts_of(engine, Ledger.label)) == sorted(map(seen_as, SHORT))  # type: ignore[call-overload,index]


@pytest.mark.parametrize(
    ("name", "row", "said"),
    [
        pytest.param("officials", {"code": "x" * 41, "name": "n"}, "code has 41 characters, at most 40", id="too long for its column"),
        pytest.param("ledgers", {"key": "k", "label": "[" * 9_000, "year": 1, "unit": "u"}, "is no JSON", id="JSON nested too deep"),
        pytest.param("ledgers", {"key": "k", "label": '{"a":', "year": 1, "unit": "u"}, "is no JSON", id="half of a JSON"),
        pytest.param("officials", {"code": "c", "name": "n", "id": "1; drop table cases"}, "no column id", id="a column of ours"),
        pytest.param("officials", {"code": "c", "name": "n", "x); --": "1"}, "no column x", id="a heading that is SQL"),
    ],
)
def test_side_tables_that_are_refused(engine: Engine, tmp_path: Path, name: str, row: dict[str, object], said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        load_table(engine, name, write_csv(tmp_path / "table.csv", [row]))
    assert texts_of(engine, Official.id) == []


def test_a_name_of_a_table_is_one_of_ours(engine: Engine, tmp_path: Path) -> None:
    assert "cases; drop table cases" not in KEYS
    with pytest.raises(Unreadable, match="there is no table"):
        load_table(engine, "cases; drop table cases", write_csv(tmp_path / "table.csv", [{"a": "b"}]))


def test_a_datum_of_many_control_points(engine: Engine, tmp_path: Path) -> None:
    points = ";".join(f"{x},{y}=121.{500 + x},31.{300 + y}" for x, y in ((0, 0), (9, 0), (0, 9), (9, 9), (4, 5), (5, 4)))
    path = write_csv(tmp_path / "cases.csv", [a_case(1, lon=5, lat=5)])
    summary = load_cases(engine, path, preset="finegrid", datum=f"control:{points}")
    assert summary.new == 1


def test_controls_are_known_to_both_sides() -> None:
    # Arrow's own dialect of patterns beside Python's
    assert "\\x00-\\x08" in CONTROL
