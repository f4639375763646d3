"""What is planted in the demo: an analysis that does not find it is wrong. The tests read the truth from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ingest.demo.ground import spot

ZONE = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2017, 10, 31, 18, tzinfo=ZONE)
FIRST_DAY, LAST_DAY = date(2017, 1, 1), AS_OF.date()
CELL_METRES = 100

CHANNEL_TOTALS = {"hotline": 1_400, "petition": 45, "wechat": 13_108, "chengguantong": 26_729}
"""Cases by channel, January to October 2017: the report's own figures."""


@dataclass(frozen=True, kw_only=True)
class HotSpot:
    """Three 100 m cells (the one that holds the place, and its neighbours to the east and to the north) with far too many cases."""

    key: str
    lon: float
    lat: float
    street: str
    # cases a day from `since` on, and before that
    since: date
    a_day: float
    early_since: date | None = None
    early_a_day: float = 0.0
    # event codes with their weights
    categories: tuple[tuple[str, float], ...]

    def cells(self) -> tuple[int, int, int]:
        """Its cells, numbered as `cases.cell`: easting // 100 * 1,000,000 + northing // 100."""
        place = spot(self.lon, self.lat)
        first = int(place.x // CELL_METRES) * 1_000_000 + int(place.y // CELL_METRES)
        return first, first + 1_000_000, first + 1


BLIND_SPOT = HotSpot(
    key="blind_spot",
    lon=121.4998,
    lat=31.3146,
    street="政立路",
    since=date(2017, 9, 1),
    a_day=5,
    early_since=date(2017, 4, 1),
    early_a_day=1.5,
    categories=(("0102", 5), ("0118", 3), ("0504", 2)),
)
"""In the belt of the 40 cameras along 政立路, and seen by none that is installed; planned cameras would see it."""

BIKE_SHORTAGE = HotSpot(
    key="bike_shortage",
    lon=121.5108,
    lat=31.3292,
    street="清流环一路",
    since=date(2017, 9, 4),
    a_day=5,
    categories=(("0508", 19), ("0502", 1)),
)
"""Badly parked bicycles (0508) with no parking zone within `BIKE_GAP_METRES`: places are short here."""
BIKE_GAP_METRES = 120

HOT_SPOTS = (
    HotSpot(
        key="station_stalls",
        lon=121.5029,
        lat=31.3312,
        street="淞沪路",
        since=date(2017, 9, 1),
        a_day=5,
        early_since=FIRST_DAY,
        early_a_day=2,
        categories=(("0502", 6), ("0501", 2), ("0204", 1)),
    ),
    BIKE_SHORTAGE,
    BLIND_SPOT,
    HotSpot(
        key="spoil_heaps",
        lon=121.5180,
        lat=31.3402,
        street="国浩路",
        since=date(2017, 9, 1),
        a_day=5,
        categories=(("0103", 6), ("0504", 2), ("0102", 2)),
    ),
)
"""The four hot spots, all strong in the last sixty days: two persistent ones that grew, two that are new. Nothing else is hot."""
HOT_WINDOW_DAYS = 60
HOT_CHANNELS = {"chengguantong": 0.7, "wechat": 0.3}

LATE_DEPARTMENTS = {"绿化办": 0.66, "物业办": 0.70, "房管办": 0.74}
"""Three departments with the share of their cases that is in time; every other one reaches `PUNCTUAL` or better."""
PUNCTUAL = 0.93

OVERDUE_REACH = "R13"
"""经二河: last walked by its two chiefs on these days; every other reach is walked as often as it must be."""
OVERDUE_LAST_WALKS = {"neighbourhood": date(2017, 10, 12), "subdistrict": date(2017, 9, 21)}

ODOROUS_REACH = "R02"
"""钱家浜: lightly black-odorous in January and February 2017, better in every season since."""


@dataclass(frozen=True, kw_only=True)
class WeakArea:
    """A weak area: its corners (WGS-84), the days of its three steps, its sign-off."""

    code: str
    name: str
    street: str
    ring: tuple[tuple[float, float], ...]
    cut_off_on: date
    sealed_on: date
    rectified_on: date
    signed_off_on: date


RELAPSED = WeakArea(
    code="W1",
    name="国权北路1001号北侧地块（烂尾楼）",
    street="国权北路",
    ring=((121.4980, 31.3262), (121.4996, 31.3263), (121.4995, 31.3275), (121.4979, 31.3274)),
    cut_off_on=date(2017, 3, 14),
    sealed_on=date(2017, 4, 18),
    rectified_on=date(2017, 6, 16),
    signed_off_on=date(2017, 6, 20),
)
HELD = WeakArea(
    code="W2",
    name="国政路南端",
    street="国政路",
    ring=((121.4932, 31.3166), (121.4943, 31.3167), (121.4943, 31.3177), (121.4931, 31.3176)),
    cut_off_on=date(2017, 4, 5),
    sealed_on=date(2017, 5, 10),
    rectified_on=date(2017, 7, 11),
    signed_off_on=date(2017, 7, 14),
)
WEAK_AREAS = (RELAPSED, HELD)
WEAK_CLASSES = ("0101", "0407", "0601", "0602")
"""What was wrong at both areas before they were signed off."""
RELAPSE_CLASS = "0101"
RELAPSE_DAYS = (37, 52)
"""Days from W1's sign-off to its new cases of illegal building: a relapse at 60 and 90 days, none at 30."""
OTHER_CLASS = "0201"
"""W2 has one case after its sign-off, of a class that it never had before: no relapse."""
LOOKED_BACK_ON = date(2017, 9, 11)
"""The leader of its zone, on duty that day, walked to W1: the look at day 90. No other patrol passed W1, and none W2."""

REPEAT_POINT = (121.5053, 31.3190)
REPEAT_STREET, REPEAT_NUMBER = "江湾城路", 700
REPEAT_CLASS = "0116"
REPEAT_DAYS = (date(2017, 10, 3), date(2017, 10, 9), date(2017, 10, 16), date(2017, 10, 22), date(2017, 10, 28))
"""Five hotline complaints about noise at one place within thirty days; no other place and class of the hotline reaches five."""

WEEKEND_FACTORS = {"hotline": 0.70, "petition": 0.05, "wechat": 0.75, "chengguantong": 0.50}
"""How many cases a Saturday or Sunday brings, against a working day."""
PEAK_HOURS = {"chengguantong": (9, 10, 14, 15), "hotline": (19, 20), "wechat": (8, 12, 18), "petition": (9, 10)}
"""The hours (Asia/Shanghai) that bring most cases of a channel."""
