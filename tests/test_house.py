"""The house stands: imports point down only, every file says its duty, and nothing is fetched from outside."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path, PurePosixPath

import pytest

from config import ROOT

GROUND = frozenset({"config", "i18n"})
SHOWN = GROUND | {"model", "geo", "queries", "analysis", "actions", "reports", "wall"}
# which part of the house may import which; a part always may import itself
MAY_IMPORT: dict[str, frozenset[str]] = {
    "config": frozenset(),
    "i18n": frozenset(),
    "model": GROUND,
    # kinds are words, units are numbers; every other module of model knows the database
    "geo": GROUND | {"model.kinds", "model.units"},
    "queries": GROUND | {"model"},
    # statistics of plain numbers: neither shapes nor a database
    "analysis": GROUND | {"model.kinds"},
    # a finding on the bank needs the join
    "actions": GROUND | {"model", "geo"},
    # scenes for the screen and the meeting pack, drawn without the dashboard
    "wall": GROUND | {"model", "geo", "queries", "analysis"},
    "reports": GROUND | {"model", "geo", "queries", "wall"},
    "ingest": GROUND | {"model", "geo"},
    # backups, restoring them, roles of the database
    "upkeep": GROUND | {"model"},
    "ui": SHOWN,
    "pages": SHOWN | {"ui"},
    "dashboard": SHOWN | {"ui", "pages"},
    # what it costs: it fills databases and runs pages by their files, and nobody needs it
    "bench": SHOWN | {"ui", "ingest", "tests", "serve"},
    # beside the program, before anything of it is installed
    "scripts": frozenset(),
    # the server: the dashboard and the wall behind one address
    "serve": SHOWN | {"ui", "wall"},
}
# the data page runs the same import code as the command line
MAY_IMPORT_TOO = {
    "ui/files.py": frozenset({"ingest"}),
    "ui/history.py": frozenset({"ingest"}),
    # the rotation comes in as a table, by the same code too
    "ui/rotation_files.py": frozenset({"ingest"}),
    # a finding comes in as any case does: without personal data, linked to its zone
    "actions/findings.py": frozenset({"ingest.links", "ingest.personal"}),
    # what somebody writes beside a step comes in without personal data, too
    "actions/loop.py": frozenset({"ingest.personal"}),
}
MAY_IMPORT_ANYTHING = {"tests"}

SCREEN = frozenset({"streamlit", "streamlit_folium"})
DATABASE = frozenset({"sqlalchemy", "alembic", "psycopg", "sqlite3"})
SHAPES = frozenset({"shapely", "geopandas", "pyproj", "pyogrio"})
# which libraries a part must not know
MUST_NOT_KNOW: dict[str, frozenset[str]] = {
    **dict.fromkeys(("config", "i18n", "model", "actions", "reports", "wall", "ingest", "upkeep"), SCREEN),
    "geo": SCREEN | DATABASE,
    "queries": SCREEN | SHAPES,
    "analysis": SCREEN | DATABASE | SHAPES,
}

NOT_OURS = {".git", ".venv", "venv", "var", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
VAGUE = {"utils", "util", "helpers", "helper", "misc", "common"}
CDN = re.compile(
    r"jsdelivr\.net|cdnjs\.|unpkg\.com|bootstrapcdn\.com|code\.jquery\.com|d3js\.org|googleapis\.com|gstatic\.com|cdn\.plot\.ly"
    r"|cartocdn\.com|fonts\.openmaptiles\.org|maxcdn\.|esm\.sh|skypack\.dev"
)
TEXT_SUFFIXES = {".py", ".toml", ".html", ".css", ".js", ".mjs", ".json", ".md", ".sh", ".mako", ".txt", ".svg", ".yml", ".yaml", ""}


def our_files() -> list[PurePosixPath]:
    """Every file of the project, as a path below its root."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(set(folders) - NOT_OURS)
        found += [PurePosixPath(Path(folder, name).relative_to(ROOT)) for name in sorted(names)]
    return found


PYTHON_FILES = [path for path in our_files() if path.suffix == ".py"]


def part_of(path: PurePosixPath) -> str:
    """The part of the house a file belongs to: its folder, or itself."""
    return path.parts[0].removesuffix(".py")


def imported(path: PurePosixPath, source: str) -> list[str]:
    """The dotted names that a file imports, at any depth, relative ones resolved, dynamic ones if they are written out."""
    names = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import():
                names += [alias.name for alias in node.names]
            case ast.ImportFrom():
                above = path.parent.parts[: len(path.parent.parts) - node.level + 1] if node.level else ()
                module = ".".join([*above, *([node.module] if node.module else [])])
                names += [f"{module}.{alias.name}" for alias in node.names]
            case ast.Call(func=ast.Name(id=call) | ast.Attribute(attr=call), args=[ast.Constant(value=str(name)), *_]):
                names += [name] if call in {"import_module", "__import__"} else []
    return names


def wrong_imports(path: PurePosixPath, source: str) -> list[str]:
    """What is wrong with the imports of a file, each with its name; nothing when all point down."""
    part = part_of(path)
    if part in MAY_IMPORT_ANYTHING:
        return []
    if part not in MAY_IMPORT:
        return [f"{path} stands outside the house; give {part} its place in MAY_IMPORT"]
    allowed = MAY_IMPORT[part] | MAY_IMPORT_TOO.get(str(path), frozenset()) | {part}
    rooms = MAY_IMPORT.keys() | MAY_IMPORT_ANYTHING
    unknown = MUST_NOT_KNOW.get(part, frozenset())
    return [
        f"{path} imports {name}"
        for name in imported(path, source)
        for root in [name.split(".")[0]]
        if root in unknown or (root in rooms and not any(f"{name}.".startswith(f"{below}.") for below in allowed))
    ]


def wrong_manners(path: PurePosixPath, source: str) -> list[str]:
    """What is wrong with the name and the first line of a file."""
    tree = ast.parse(source)
    wrong = [f"{path} has a name that says nothing"] if path.stem in VAGUE or VAGUE & set(path.parts[:-1]) else []
    if not tree.body or ast.get_docstring(tree) is None or tree.body[0].lineno != 1:
        wrong.append(f"{path} does not say its duty in its first line")
    return wrong


def read(path: PurePosixPath) -> str:
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def test_there_is_a_house_to_look_at():
    assert {"model", "geo", "config", "i18n", "tests"} <= {part_of(path) for path in PYTHON_FILES}


def test_imports_point_down_only():
    assert [wrong for path in PYTHON_FILES for wrong in wrong_imports(path, read(path))] == []


def test_every_file_says_its_duty():
    assert [wrong for path in PYTHON_FILES for wrong in wrong_manners(path, read(path))] == []


def test_nothing_comes_from_a_cdn():
    files = [
        path for path in our_files() if path.suffix in TEXT_SUFFIXES and path.parts[0] != "tests" and path.parts[:2] != ("static", "vendor")
    ]
    named = [f"{path} names {found[0]}" for path in files if (found := CDN.search(read(path)))]
    assert named == []


@pytest.mark.parametrize(
    ("file", "source", "named"),
    [
        pytest.param("geo/join.py", "import queries.facts", "queries.facts", id="geo asks a question"),
        pytest.param("geo/join.py", "from sqlalchemy import select", "sqlalchemy.select", id="geo knows the database"),
        pytest.param("geo/join.py", "from model import engine", "model.engine", id="geo opens the database"),
        pytest.param("geo/layers/zones.py", "import streamlit as st", "streamlit", id="geo knows the screen"),
        pytest.param("queries/kpi.py", "from geo.join import link_cases", "geo.join.link_cases", id="a question joins"),
        pytest.param("queries/kpi.py", "import shapely.ops", "shapely.ops", id="a question knows shapes"),
        pytest.param("queries/kpi.py", "def ask():\n    import streamlit", "streamlit", id="hidden in a function"),
        pytest.param("model/engine.py", "from geo import layers", "geo.layers", id="model looks up"),
        pytest.param("model/engine.py", "from ..ui import map_panel", "ui.map_panel", id="relative, upwards"),
        pytest.param("config.py", "import i18n", "i18n", id="config looks sideways"),
        pytest.param("ingest/cases.py", "from queries.run import run", "queries.run.run", id="import asks a question"),
        pytest.param("ui/map_panel.py", "import ingest", "ingest", id="ui imports files"),
        pytest.param("pages/overview.py", "from ingest.cases import load", "ingest.cases.load", id="another page imports files"),
        pytest.param("reports/bulletin.py", "import ui.filters", "ui.filters", id="a report knows the screen's pieces"),
        pytest.param("actions/claim.py", "from dashboard import main", "dashboard.main", id="an action knows the entry"),
        pytest.param("actions/claim.py", "from tests.once import once", "tests.once.once", id="the house leans on its tests"),
        pytest.param("queries/kpi.py", "import importlib\nimportlib.import_module('ui.viewer')", "ui.viewer", id="by its name in a text"),
        pytest.param("bench/questions.py", "import pages.overview", "pages.overview", id="the benchmark imports a page"),
        pytest.param("ingest/load_cases.py", "from bench.cases import City", "bench.cases.City", id="the house leans on its benchmark"),
        pytest.param("stray/thing.py", "", "stray", id="a part nobody knows"),
    ],
)
def test_a_wrong_import_is_named_with_its_file(file: str, source: str, named: str):
    [wrong] = wrong_imports(PurePosixPath(file), source)

    assert wrong.startswith(f"{file} ")
    assert named in wrong


@pytest.mark.parametrize(
    ("file", "source"),
    [
        pytest.param("ui/files.py", "from ingest.cases import load", id="the data page imports files"),
        pytest.param("geo/join.py", "import geopandas, shapely\nfrom model.kinds import Channel", id="geo knows shapes and words"),
        pytest.param("geo/layers/zones.py", "from . import Layer\nfrom ..crs import METRES", id="relative, in the same part"),
        pytest.param("actions/find.py", "from geo.join import link_cases\nfrom model.engine import write", id="an action joins"),
        pytest.param("dashboard.py", "import streamlit\nfrom ui.viewer import viewer", id="the entry looks down"),
        pytest.param("tests/test_all.py", "import dashboard, ingest, queries, shapely", id="tests see everything"),
        pytest.param("queries/kpi.py", "from modelling import fit", id="a stranger with a like name"),
    ],
)
def test_a_right_import_is_left_alone(file: str, source: str):
    assert wrong_imports(PurePosixPath(file), source) == []


@pytest.mark.parametrize(
    ("file", "source"),
    [
        pytest.param("ui/utils.py", '"""Says its duty."""', id="utils"),
        pytest.param("geo/misc/a.py", '"""Says its duty."""', id="in a folder of odds and ends"),
        pytest.param("ui/map_panel.py", "import streamlit", id="no first line"),
        pytest.param("ui/map_panel.py", '\n"""Says it late."""', id="on the second line"),
        pytest.param("ui/map_panel.py", "", id="empty"),
    ],
)
def test_bad_manners_are_named_with_their_file(file: str, source: str):
    [wrong] = wrong_manners(PurePosixPath(file), source)

    assert wrong.startswith(f"{file} ")
