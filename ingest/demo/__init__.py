"""The demo subdistrict: made up, seeded, with the report's totals, and brought in through the same import as any office's data."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, select

from ingest.demo.files import write_files
from ingest.demo.ground import METRIC_CRS
from ingest.demo.planted import AS_OF, CHANNEL_TOTALS
from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from ingest.load_table import load_table
from ingest.progress import Progress, Step, stay_silent
from model.cases import CaseRow
from model.engine import write
from model.office import AuditLine, Ledger, Setting
from model.people import Official
from model.places import Feature
from model.setup import keep_setting, read_settings
from model.tables import TABLES

SETTINGS = {
    "demo": "yes",
    "as_of": AS_OF.isoformat(),
    "timezone": "Asia/Shanghai",
    "metric_crs": METRIC_CRS,
    "title_zh": "新江湾城街道（演示）",
    "title_en": "Xinjiangwancheng Subdistrict (demo)",
}
LAYERS = ("boundary", "zones", "rivers", "stations", "weak_areas", "kerbs", "bikes", "cameras", "fitness")
SIDE_TABLES = (
    *("officials", "duties", "shifts", "patrols", "inspections", "water_samples", "bike_counts", "rectification_steps"),
    *("ledgers", "ledger_entries"),
)
# the patrol officers' cases come as their terminal exports them, the others in our own columns
PRESETS = dict.fromkeys(CHANNEL_TOTALS, "finegrid") | {"chengguantong": "chengguantong"}
DATUM = "wgs84"
WHO = "demo"


def build(engine: Engine, *, seed: int = 2017, progress: Progress | None = None, folder: Path | None = None) -> None:
    """Build the demo into an empty database, or over an older demo; `progress` hears how many of its files are in.

    The files are written to `folder`, where they stay, or to a temporary one. Raises ValueError over an office's own data.
    """
    with write(engine) as connection:
        _clear(connection)
        for key, value in SETTINGS.items():
            keep_setting(connection, key, value)
    with nullcontext(str(folder)) if folder else tempfile.TemporaryDirectory(prefix="finegrid-demo-") as place:
        write_files(Path(place), seed)
        _load(engine, Path(place), progress or stay_silent)


def _clear(connection: Connection) -> None:
    """Empty the tables of an older demo; the audit log stays, since nobody may change it."""
    if found := _own_data(connection):
        raise ValueError(
            f"the database already holds an office's own data ({found}); the demo goes into an empty database or over an older demo. "
            "Set DATABASE_URL to another database, for example sqlite:///var/demo.db, or remove this one"
        )
    for model in reversed(TABLES.values()):
        if model not in (AuditLine, Setting):
            connection.execute(delete(model))


def _own_data(connection: Connection) -> str:
    """What the database holds that is not the demo's; empty when there is nothing."""
    if read_settings(connection).get("demo") != "yes":
        models = (Feature, CaseRow, Official, Ledger)
        return ", ".join(model.__tablename__ for model in models if connection.execute(select(model).limit(1)).first())
    others = select(AuditLine.subject).where(AuditLine.what == "import", AuditLine.who != WHO).limit(1)
    return connection.scalar(others) or ""


def _load(engine: Engine, folder: Path, progress: Progress) -> None:
    """Bring every file in: the ground first, then the cases that lie on it, then the side tables that name them."""
    loads: list[Callable[[], object]] = [
        *(partial(load_layer, engine, key, folder / "layers" / f"{key}.geojson", datum=DATUM, who=WHO) for key in LAYERS),
        *(
            partial(load_cases, engine, folder / "cases" / f"{key}.csv", preset=PRESETS[key], datum=DATUM, who=WHO)
            for key in CHANNEL_TOTALS
        ),
        *(partial(load_table, engine, name, folder / "tables" / f"{name}.csv", who=WHO) for name in SIDE_TABLES),
    ]
    for done, load in enumerate(loads):
        progress(Step(rows=done, total=len(loads)))
        load()
    progress(Step(rows=len(loads), total=len(loads)))
