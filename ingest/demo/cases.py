"""The 41,282 cases of the demo: ordinary ones, and those that are planted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from geo.crs import Floats
from ingest.demo.ground import degrees, spot, streets
from ingest.demo.life import add_life
from ingest.demo.planted import (
    AS_OF,
    CELL_METRES,
    CHANNEL_TOTALS,
    FIRST_DAY,
    HOT_CHANNELS,
    HOT_SPOTS,
    OTHER_CLASS,
    RELAPSE_CLASS,
    RELAPSE_DAYS,
    REPEAT_CLASS,
    REPEAT_DAYS,
    REPEAT_NUMBER,
    REPEAT_POINT,
    REPEAT_STREET,
    WEAK_AREAS,
    WEAK_CLASSES,
    HotSpot,
    WeakArea,
)
from ingest.demo.rhythm import report_times
from ingest.demo.spots import background, by_bicycles, by_the_water, in_hot_spot, in_polygon, weak_shape
from ingest.demo.subjects import BICYCLES, CLOSINGS, DEPARTMENT_OF, EVENT, MADE_UP, MIX, PHRASES, PLACES, WATER
from ingest.demo.zones import committee_of, zone_shapes
from model.catalogue import read_catalogue

Rng = np.random.Generator
PREFIXES = {"hotline": "SH", "petition": "XF", "wechat": "WX", "chengguantong": "CGT"}
# cases at each weak area before it was signed off
BEFORE_SIGN_OFF = 26
REPEAT_METRES = 3.0


def make_cases(rng: Rng) -> pd.DataFrame:
    """All cases in order of channel and time, local times, longitude and latitude in WGS-84."""
    planted = pd.concat([*(_hot(hot, rng) for hot in HOT_SPOTS), *(_weak(area, rng) for area in WEAK_AREAS), _repeats(rng)])
    planted["planted"] = True
    ordinary = [_ordinary(channel, CHANNEL_TOTALS[channel] - int((planted["channel"] == channel).sum()), rng) for channel in CHANNEL_TOTALS]
    cases = pd.concat([planted, *ordinary]).sort_values(["channel", "reported_at", "east", "north"], ignore_index=True)
    cases["department"] = [DEPARTMENT_OF[key] for key in zip(cases["kind"], cases["category"], strict=True)]
    return add_life(_put_into_words(_locate(cases), rng), rng)


def _ordinary(channel: str, count: int, rng: Rng) -> pd.DataFrame:
    """The background of a channel: its own mix of categories, its own rhythm."""
    keys, weights = list(MIX[channel]), np.array(list(MIX[channel].values()))
    picked = rng.choice(len(keys), size=count, p=weights / weights.sum())
    water = np.isin(picked, [number for number, key in enumerate(keys) if key in WATER])
    bicycles = np.isin(picked, [number for number, key in enumerate(keys) if key == BICYCLES])
    places = np.empty((count, 2))
    for which, draw in ((water, by_the_water), (bicycles, by_bicycles), (~water & ~bicycles, background)):
        places[which] = draw(int(which.sum()), rng)
    return _frame(channel, rng.permutation(report_times(channel, count, rng)), [keys[number] for number in picked], places)


def _hot(hot: HotSpot, rng: Rng) -> pd.DataFrame:
    """The excess of a hot spot, spread over its days with the rhythm of its channels."""
    spans = [(hot.since, AS_OF.date(), hot.a_day)]
    if hot.early_since:
        spans.append((hot.early_since, hot.since - timedelta(days=1), hot.early_a_day))
    codes, weights = zip(*hot.categories, strict=True)
    frames = []
    for first, last, a_day in spans:
        for channel, share in HOT_CHANNELS.items():
            count = round(a_day * ((last - first).days + 1) * share)
            keys = [(EVENT, str(code)) for code in rng.choice(codes, count, p=np.array(weights) / sum(weights))]
            times = rng.permutation(report_times(channel, count, rng, first=first, last=last))
            frames.append(_frame(channel, times, keys, in_hot_spot(hot, count, rng)))
    return pd.concat(frames)


def _weak(area: WeakArea, rng: Rng) -> pd.DataFrame:
    """What was wrong at a weak area until it was rectified, and what came after its sign-off."""
    before = report_times("wechat", BEFORE_SIGN_OFF, rng, first=FIRST_DAY, last=area.rectified_on)
    keys = [(EVENT, str(code)) for code in rng.choice(WEAK_CLASSES, BEFORE_SIGN_OFF - len(WEAK_CLASSES))]
    keys += [(EVENT, code) for code in WEAK_CLASSES]
    relapsed = area.code == "W1"
    days = RELAPSE_DAYS if relapsed else (45,)
    after = [_at(area.signed_off_on + timedelta(days=day), 10 + n) for n, day in enumerate(days)]
    keys += [(EVENT, RELAPSE_CLASS if relapsed else OTHER_CLASS)] * len(days)
    return _frame("wechat", np.concatenate([before, after]), keys, in_polygon(weak_shape(area.ring), len(keys), rng))


def _repeats(rng: Rng) -> pd.DataFrame:
    """Five complaints about one place, in the middle of its 100 m cell."""
    place = spot(*REPEAT_POINT)
    middle = (np.floor([place.x / CELL_METRES, place.y / CELL_METRES]) + 0.5) * CELL_METRES
    times = np.array([_at(day, 20) for day in REPEAT_DAYS])
    places = middle + rng.uniform(-REPEAT_METRES, REPEAT_METRES, (len(times), 2))
    return _frame("hotline", times, [(EVENT, REPEAT_CLASS)] * len(times), places)


def _at(day: date, hour: int) -> np.datetime64:
    return np.datetime64(datetime(day.year, day.month, day.day, hour, 12), "s")


def _frame(channel: str, times: NDArray[Any], keys: list[tuple[str, str]], places: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "channel": channel,
            "kind": [kind for kind, _ in keys],
            "category": [code for _, code in keys],
            "reported_at": times.astype("datetime64[s]"),
            "east": places[:, 0],
            "north": places[:, 1],
        }
    )


def _locate(cases: pd.DataFrame) -> pd.DataFrame:
    """Longitude, latitude, the committee whose zone holds the case, and the nearest street."""
    points = shapely.points(cases["east"], cases["north"])
    inside, zones = STRtree(zone_shapes()).query(points, predicate="intersects")
    zone_of = pd.Series(zones, index=inside).groupby(level=0).min().reindex(range(len(cases)))
    nearest = STRtree(list(streets().values())).query_nearest(points, all_matches=False)[1]
    lonlat = degrees(cases[["east", "north"]].to_numpy()).round(6)
    return cases.assign(
        lon=lonlat[:, 0],
        lat=lonlat[:, 1],
        community=[f"居委会{committee_of(int(zone) + 1):02d}" for zone in zone_of],
        street=np.array(list(streets()))[nearest],
    )


def _put_into_words(cases: pd.DataFrame, rng: Rng) -> pd.DataFrame:
    """Number, title, description and address, in Chinese, from templates."""
    size = len(cases)
    numbers, lanes = rng.integers(1, 1_800, size), rng.integers(1, 60, size)
    # one address for all complaints about the repeat point
    same = cases["channel"].eq("hotline") & cases["planted"].eq(True)
    numbers[same], cases = REPEAT_NUMBER, cases.assign(street=cases["street"].mask(same, REPEAT_STREET))
    house = [f"{number}号" if number % 3 else f"{number}弄{lane}号" for number, lane in zip(numbers, lanes, strict=True)]
    address, place = cases["street"] + house, rng.choice(PLACES, size)
    phrase = _phrases(list(zip(cases["kind"], cases["category"], strict=True)), rng.integers(0, 12, size))
    days = cases["reported_at"].dt.strftime("%Y%m%d")
    counted = (cases.groupby([cases["channel"], days]).cumcount() + 1).astype(str).str.zfill(4)
    return cases.assign(
        external_id=cases["channel"].map(PREFIXES) + days + "-" + counted,
        title=cases["street"] + place + phrase,
        description=address + place + phrase + "，" + cases["channel"].map(CLOSINGS) + MADE_UP,
        address=address,
    )


def _phrases(keys: list[tuple[str, str]], choices: NDArray[Any]) -> list[str]:
    """What is wrong, in one of the ways to say it; else the name of the category."""
    names = {(line["kind"], line["code"]): (line["name_zh"],) for line in read_catalogue()}
    known = [PHRASES.get(key, names[key]) for key in keys]
    return [phrases[choice % len(phrases)] for phrases, choice in zip(known, choices, strict=True)]
