"""What the browser is told of the cameras: places in the map's datum, few bytes, a word on the doubt only where there is one."""

from __future__ import annotations

import json

import pytest

from geo.datum import Gcj02
from geo.figures import DOUBT, Figures, Sector, make_message
from i18n import Text

HERE = (121.4998, 31.3146)
LABELS = (Text(zh="在用", en="Works"), Text(zh="离线", en="Offline"))


def test_a_sector_as_it_is_sent() -> None:
    sectors = (
        Sector(code="C1", lon=HERE[0], lat=HERE[1], bearing=45.04, view=90, metres=38.04, doubt=22.5, text="<b>门</b>"),
        Sector(code="C2", lon=HERE[0], lat=HERE[1], kind=1),
    )
    sent = make_message(Figures(visible=frozenset(), sectors=sectors, sector_labels=LABELS), language="zh", theme="dark")
    assert sent["sectors"] == [
        ["C1", *HERE, 45.0, 90, 38.0, 22.5, 0, "<b>门</b>"],
        ["C2", *HERE, None, 360.0, 0.0, 0.0, 1, ""],
    ]
    assert [label for _, label in sent["sectorStyle"]] == ["在用", "离线"]
    assert sent["doubt"] == DOUBT.zh


def test_without_cameras_and_without_doubt() -> None:
    assert make_message(Figures(visible=frozenset()), language="en", theme="light")["sectors"] == []
    sure = Figures(visible=frozenset(), sectors=(Sector(code="C1", lon=HERE[0], lat=HERE[1]),), sector_labels=LABELS)
    assert make_message(sure, language="en", theme="light")["doubt"] == ""


def test_places_are_those_of_the_base_map() -> None:
    figures = Figures(visible=frozenset(), sectors=(Sector(code="C1", lon=HERE[0], lat=HERE[1], metres=38),), sector_labels=LABELS)
    [[_, lon, lat, *_]] = make_message(figures, language="zh", theme="light", datum=Gcj02())["sectors"]
    # half a kilometre to the south-east
    assert (lon - HERE[0], HERE[1] - lat) == pytest.approx((0.0044, 0.0021), abs=0.0008)


def test_two_hundred_and_forty_cameras_are_small() -> None:
    text = "P123 · 计划 · 38.4 米\n方案第 17 个，多看到 36 件"
    sectors = tuple(
        Sector(code=f"P{n:03d}", lon=HERE[0] + n / 1e5, lat=HERE[1], bearing=45, view=90, metres=38.4, text=text) for n in range(240)
    )
    sent = make_message(Figures(visible=frozenset(), sectors=sectors, sector_labels=LABELS), language="zh", theme="light")
    assert len(json.dumps(sent["sectors"], ensure_ascii=False).encode()) < 30_000
