"""The demo as files that the office could have sent: GeoJSON layers, case exports, side tables. The same seed, the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from ingest.demo.cases import make_cases
from ingest.demo.counting import bike_counts
from ingest.demo.ground import in_degrees
from ingest.demo.ledgers import ledger_entries, ledgers
from ingest.demo.patrols import patrols
from ingest.demo.people import duties, officials, shifts, walkers
from ingest.demo.places import layer_features, rectification_steps
from ingest.demo.planted import ZONE
from ingest.demo.rivers import REACHES, walks, water_samples
from model.catalogue import read_catalogue

Row = dict[str, Any]
MADE_UP = "made up for the demo; waters and stations © OpenStreetMap contributors, ODbL"
MOMENTS = ("reported_at", "accepted_at", "dispatched_at", "handled_at", "verified_at", "closed_at", "first_contact_at")
COLUMNS = (
    *("source", "external_id", "channel", "kind", "category", "title", "description", "address", "community", "department", "lon", "lat"),
    *(*MOMENTS, "first_contact", "void", "suspended", "reworks", "extensions", "resolution", "satisfaction"),
)
OFFSET = "+08:00"
# the channel that comes as the terminal's own export, and its headings
TERMINAL = "chengguantong"
HEADINGS = {
    **{"external_id": "案件编号", "kind": "案件类型", "category": "案件小类", "title": "案件标题", "description": "问题描述"},
    **{"address": "事发位置", "community": "所属居委", "department": "处置部门", "lon": "经度", "lat": "纬度", "officer": "上报人"},
    **{"reported_at": "上报时间", "accepted_at": "立案时间", "dispatched_at": "派遣时间", "handled_at": "处置完成时间"},
    **{"verified_at": "核查时间", "closed_at": "结案时间", "reworks": "返工次数", "extensions": "延期次数", "state": "案件状态"},
}


def write_files(folder: Path, seed: int) -> None:
    """Write every file of the demo: `layers/KEY.geojson`, `cases/CHANNEL.csv`, `tables/NAME.csv`."""
    for name in ("layers", "cases", "tables"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for key, features in layer_features().items():
        _write_layer(folder / "layers" / f"{key}.geojson", features)
    _write_cases(folder / "cases", make_cases(_dice(seed, "cases")))
    for name, rows in side_tables(seed).items():
        _write_table(folder / "tables" / f"{name}.csv", rows)


def side_tables(seed: int) -> dict[str, Iterable[Row] | pd.DataFrame]:
    """The rows of every side table, in an order in which they can be loaded."""
    chiefs = {reach.code: walkers(reach) for reach in REACHES}
    return {
        "officials": officials(),
        "duties": duties(),
        "shifts": shifts(),
        "patrols": patrols(_dice(seed, "patrols")),
        "inspections": walks(_dice(seed, "inspections"), chiefs),
        "water_samples": water_samples(_dice(seed, "water_samples")),
        "bike_counts": bike_counts(_dice(seed, "bike_counts")),
        "rectification_steps": rectification_steps(),
        "ledgers": ledgers(),
        "ledger_entries": ledger_entries(_dice(seed, "ledger_entries")),
    }


def _dice(seed: int, what: str) -> np.random.Generator:
    """Dice of their own for each part, so that a change to one leaves the others as they are."""
    return np.random.Generator(np.random.PCG64([seed, *what.encode()]))


def _write_layer(path: Path, features: list[Row]) -> None:
    """A GeoJSON file in WGS-84 that says at its head that it is made up."""
    drawn = [
        {
            "type": "Feature",
            "properties": {key: value for key, value in feature.items() if key != "geometry" and value is not None},
            "geometry": json.loads(shapely.to_geojson(in_degrees(feature["geometry"]))),
        }
        for feature in features
    ]
    text = json.dumps(
        {"type": "FeatureCollection", "note": MADE_UP, "features": drawn}, ensure_ascii=False, indent=None, separators=(",", ":")
    )
    path.write_text(text + "\n", encoding="utf-8")


def _write_cases(folder: Path, cases: pd.DataFrame) -> None:
    """The patrol officers' cases as their terminal exports them, in GB18030; the others in our own columns, a file a channel."""
    terminal = cases["channel"].eq(TERMINAL)
    told = cases[~terminal].assign(source=cases["channel"], **{name: _iso(cases[name]) for name in MOMENTS})
    told = told.assign(**{name: told[name].map({True: "yes", False: "no"}) for name in ("void", "suspended")})
    for channel, rows in told.groupby("channel", sort=True):
        rows.to_csv(folder / f"{channel}.csv", columns=list(COLUMNS), index=False, lineterminator="\n", encoding="utf-8")
    _export(cases[terminal]).to_csv(folder / f"{TERMINAL}.csv", index=False, lineterminator="\r\n", encoding="gb18030")


def _export(cases: pd.DataFrame) -> pd.DataFrame:
    """Cases under the headings of the terminal, times in local time, with an officer's role code that the import must drop."""
    names = {(line["kind"], line["code"]): line["name_zh"] for line in read_catalogue()}
    told = cases.assign(
        kind=cases["kind"].map({"event": "事件", "component": "部件"}),
        category=[names[key] for key in zip(cases["kind"], cases["category"], strict=True)],
        state=np.select([cases["void"], cases["suspended"], cases["closed_at"].notna()], ["作废", "挂账", "结案"], "处置中"),
        officer=[f"巡查员{number % 40 + 1:02d}" for number in range(len(cases))],
        **{name: cases[name].dt.strftime("%Y-%m-%d %H:%M:%S") for name in MOMENTS},
    )
    return told[list(HEADINGS)].rename(columns=HEADINGS)


def _iso(moments: pd.Series[Any]) -> pd.Series[Any]:
    """Local moments as ISO 8601 with the offset of Shanghai, which has no summer time."""
    told: pd.Series[Any] = moments.dt.strftime("%Y-%m-%dT%H:%M:%S") + OFFSET
    return told.where(moments.notna(), "")


def _write_table(path: Path, rows: Iterable[Row] | pd.DataFrame) -> None:
    """A CSV whose columns are those of the table."""
    table = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    table.apply(lambda column: column.map(_tell)).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _tell(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(ZONE).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return value
