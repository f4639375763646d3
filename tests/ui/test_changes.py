"""What a card says of the change on another period."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from model.setup import Office
from queries.freshness import Freshness
from queries.kpi import Kpi
from queries.kpis import Receipt
from queries.rules import FINDING, HOURS_TO_END, REPORTED
from ui.kpis import is_none, say_change
from ui.viewer import Viewer


@pytest.mark.parametrize(
    ("kpi", "now", "before", "said"),
    [
        (FINDING, 0.9653, 0.9650, "0.0 pt"),
        (FINDING, 0.9647, 0.9650, "0.0 pt"),
        (FINDING, 0.9700, 0.9650, "+0.5 pt"),
        (FINDING, 0.9600, 0.9650, "-0.5 pt"),
        (REPORTED, 100_001, 100_000, "0.0%"),
        (REPORTED, 100_000, 100_000, "0.0%"),
        (REPORTED, 90_000, 100_000, "-10.0%"),
        (HOURS_TO_END, 30, 20, "+10 h"),
    ],
)
def test_what_rounds_to_nothing_has_no_sign(kpi: Kpi, now: float, before: float, said: str) -> None:
    """It would point down in red otherwise, or up in green."""
    office = Office(timezone=ZoneInfo("UTC"), as_of=None, metric_crs=None, title_zh="", title_en="", demo=True)
    seen = Viewer(language="en", theme="light", office=office, fresh=Freshness(version="1", imported_at=None, reported_at=None))
    of_now, of_before = (Receipt(kpi=kpi, value=one, numerator=one, denominator=100_000, since=None, until=None) for one in (now, before))
    change = say_change(kpi, of_now, of_before, seen)
    assert change == said
    assert is_none(change) == (said[0] == "0")
