"""A small case table with every kind of gap in it, made from a seed."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Engine, insert

from model.cases import CaseLink, CaseRow, Category
from model.counts import count_anew
from model.engine import write
from model.places import Feature
from model.types import stable_id

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2017, 10, 20, 18, tzinfo=ZONE)
STAMPS = ("reported_at", "accepted_at", "dispatched_at", "due_at", "handled_at", "verified_at", "closed_at", "first_contact_at")
CODES = ("0101", "0102", "0203", "0204", "0301")


def make_cases(rows: int = 2_000, seed: int = 7) -> pd.DataFrame:
    """Cases of a year, some of them after NOW; times are UTC; `zone` is a code or missing."""
    draw = np.random.default_rng(seed)

    def some(share: float, values: pd.Series) -> pd.Series:
        return values.where(pd.Series(draw.random(rows) < share))

    def later(than: pd.Series, hours: float) -> pd.Series:
        return than + pd.to_timedelta((draw.exponential(hours, rows) * 3600).astype(int), unit="s")

    start = pd.Timestamp("2016-11-15", tz=ZONE)
    reported = pd.Series(start + pd.to_timedelta(draw.integers(0, 350 * 86_400, rows), unit="s"))
    contacted, handled, due = later(reported, 5), later(reported, 90), later(reported, 150)
    closed = later(handled, 20)
    cases = pd.DataFrame(
        {
            "source": draw.choice(["grid", "hotline"], rows),
            "external_id": [f"C{number:06d}" for number in range(rows)],
            "channel": draw.choice(["hotline", "petition", "wechat", "chengguantong", "patrol", "river", "other"], rows),
            "kind": draw.choice(["event", "component"], rows),
            "category": some(0.95, pd.Series(draw.choice([*CODES, "Graffiti / walls"], rows))),
            "title": draw.choice(["垃圾未清理", "非机动车乱停放", "100% broken_lamp"], rows),
            "description": "",
            "address": draw.choice(["政立路477号", "淞沪路100号"], rows),
            "community": some(0.9, pd.Series(draw.choice(["时代花园", "东森", "涵碧, 景苑"], rows))),
            "department": some(0.9, pd.Series(draw.choice(["绿化市容", "城管中队", "房管办"], rows))),
            "lon": draw.uniform(121.49, 121.53, rows),
            "lat": draw.uniform(31.31, 31.35, rows),
            "cell": draw.integers(3_460_000_000, 3_460_000_040, rows),
            "reported_at": reported,
            "accepted_at": some(0.8, later(reported, 1)),
            "dispatched_at": some(0.6, later(reported, 2)),
            "due_at": some(0.9, due),
            "handled_at": some(0.7, handled),
            "verified_at": some(0.5, handled),
            "closed_at": some(0.8, closed),
            "first_contact_at": some(0.3, contacted),
            "first_contact": draw.choice(np.array([True, False, None], dtype=object), rows),
            "void": draw.random(rows) < 0.05,
            "suspended": draw.random(rows) < 0.05,
            "reworks": draw.integers(0, 3, rows) * (draw.random(rows) < 0.2),
            "extensions": draw.integers(1, 3, rows) * (draw.random(rows) < 0.2),
            "resolution": some(0.6, pd.Series(draw.choice(["resolved", "explained", "none"], rows))),
            "satisfaction": some(0.6, pd.Series(draw.choice(["satisfied", "fairly", "neutral", "not"], rows))),
            "zone": some(0.9, pd.Series(draw.choice(["Z01", "Z02", "Z03"], rows))),
        }
    )
    return finish(cases, ZONE)


def finish(cases: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    """Cases with their ids and with the office's calendar beside the times."""
    cases = cases.copy()
    for name in STAMPS:
        if name in cases:
            cases[name] = pd.to_datetime(cases[name], utc=True).astype("datetime64[us, UTC]")
    for name in ("reported", "due", "closed"):
        cases[f"{name}_on"] = cases[f"{name}_at"].dt.tz_convert(zone).dt.date
    cases["reported_hour"] = cases["reported_at"].dt.tz_convert(zone).dt.hour
    cases["id"] = [stable_id(source, number) for source, number in zip(cases["source"], cases["external_id"], strict=True)]
    return cases


def keep_cases(engine: Engine, cases: pd.DataFrame) -> None:
    """Write the cases, their zones and their categories."""
    columns = [name for name in cases if name in CaseRow.__table__.columns]
    plain = cases[columns].astype(object)
    records = plain.where(plain.notna(), None).to_dict("records")
    for record in records:
        record.update({name: record[name].to_pydatetime() for name in STAMPS if record.get(name) is not None})
    codes = sorted(cases["zone"].dropna().unique())
    numbers = {code: number for number, code in enumerate(codes, start=1)}
    square = shapely.box(121.49, 31.31, 121.53, 31.35)
    for record, code in zip(records, cases["zone"], strict=True):
        record["zone_id"] = numbers.get(code)
    links = [
        {"case_id": case, "layer": "zones", "feature_id": numbers[code], "metres": 0.0}
        for case, code in zip(cases["id"], cases["zone"], strict=True)
        if code in numbers
    ]
    zones = [
        {"id": number, "layer": "zones", "code": code, "name": f"责任区{code}", "props": {"households": 10 * number}, "geometry": square}
        for code, number in numbers.items()
    ]
    pairs = [(kind, code) for kind in ("event", "component") for code in CODES]
    names = [{"kind": kind, "code": code, "name_zh": f"类{code}", "name_en": f"Class {code}"} for kind, code in pairs]
    with write(engine) as connection:
        if zones:
            connection.execute(insert(Feature), zones)
        connection.execute(insert(Category), names)
        for first in range(0, len(records), 5_000):
            connection.execute(insert(CaseRow), records[first : first + 5_000])
        if links:
            connection.execute(insert(CaseLink), links)
        count_anew(connection)
