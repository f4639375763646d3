"""What a zone says on the map of the overview is what a press on it opens, each number with its receipt."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenDemoPage
from tests.ui.test_receipts import in_order

VIEWS = [
    pytest.param({}, "Z14", id="the year"),
    pytest.param({"period": "month"}, "Z07", id="a month"),
    pytest.param({"channel": "hotline", "period": "all"}, "Z02", id="the hotline"),
    pytest.param({"category": "0102", "since": "2017-03-05", "until": "2017-08-17"}, "Z31", id="days and a category"),
]


def told_of(page: AppTest, zone: str) -> dict[str, str]:
    """What the map says of a zone: its figures by name."""
    [sent] = [json.loads(one.proto.json)["figures"] for one in page.get("bidi_component") if "figures" in one.proto.json]
    return dict(line.rsplit(" ", 1) for line in sent["zones"]["classes"][zone][1].split("\n"))


def opened(page: AppTest) -> dict[str, str]:
    """The figures of the receipts of a page, by name."""
    boxes: list[Any] = list(page.get("popover"))
    titles = [one.value for box in boxes for one in in_order(box) if one.type == "markdown" and one.value.startswith("**")]
    return {name.strip("* "): value.strip() for name, _, value in (title[2:].partition("**") for title in titles)}


@pytest.mark.parametrize(("params", "zone"), VIEWS)
def test_a_zone_says_what_its_press_opens(demo_page: OpenDemoPage, params: dict[str, str], zone: str) -> None:
    told = told_of(demo_page("overview", **params), zone)
    receipts = opened(demo_page("overview", **params, zone=zone))
    assert len(told) == 4
    for name, of in {"受理数": "受理", "未结案件": "未结", "超期未结": "超期未结", "按期结案率": "按期结案率"}.items():
        said, value = told[name], receipts[of]
        if "%" in said:
            assert float(said.rstrip("%")) == pytest.approx(float(value.rstrip("%")), abs=0.051)
        else:
            assert said == value.removesuffix(" 件")
