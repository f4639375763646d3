"""The figures of the parking zones as cards, each with its receipt; the spacing that the places hang on is chosen above them."""

from __future__ import annotations

import streamlit as st

from analysis.parking import ANGLED, CLEARED, FULL_SHARE, NOT_CLEARED, UNKNOWN, UPRIGHT, total_places
from i18n import NOTHING, Text, show_moment, show_number, show_share
from ui.bikes import Bikes
from ui.cards import Card, show_cards
from ui.case_links import params_of, these
from ui.choices import pick_one
from ui.viewer import Viewer
from ui.words import is_missing, plain

SPACING = Text(zh="每车占路缘", en="Kerb per bike")
SPACINGS: dict[str, Text] = {
    "own": Text(zh="各区登记间距", en="Each zone's own"),
    "0.60": Text(zh="垂直 0.60 米", en="Upright 0.60 m"),
    "0.50": Text(zh="斜放 0.50 米", en="Angled 0.50 m"),
    "other": Text(zh="其他", en="Other"),
}
LEAST_SPACING, MOST_SPACING = 0.30, 2.00
# operators that the receipt names
OPERATORS = 6
RULES = Text(zh="行业惯例：垂直停放每车 0.60 米，斜放每车 0.50 米", en="Common practice: 0.60 m a bike upright, 0.50 m at an angle")
OWN_RULE = Text(zh="本系统自定", en="Our own definition")
LAYER_SOURCE = Text(zh="停放区图层", en="The layer of parking zones")
COUNT_SOURCE = Text(zh="单车清点表", en="The table of bike counts")
CASE_SOURCE = Text(
    zh="案件表：类别 0508，或类别、标题中有“单车、自行车”等词；作废案件不计",
    en="Cases of category 0508, or with bike, bicycle … in category or title; void ones left out",
)
ZONES = Text(zh="停放区（处）", en="Parking zones")
ZONES_FORMULA = Text(zh="筛选范围内未撤销的停放区数", en="Parking zones of the chosen area that are not retired")
NO_OPERATOR = Text(zh="未登记企业", en="No operator named")
METRES = Text(zh="总长（米）", en="Total length (m)")
METRES_FORMULA = Text(
    zh="各停放区登记长度之和；没有登记的按图形量", en="Sum of the zones' lengths; measured on the shape where none is given"
)
MEAN = Text(zh="平均每处（米）", en="Mean (m)")
LONGEST = Text(zh="最短–最长（米）", en="Shortest – longest (m)")
PLACES = Text(zh="可停车位", en="Places")
PLACES_FORMULA = Text(zh="总长 ÷ 每车间距，合计后取整一次", en="Total length ÷ spacing, rounded down once for the total")
SPACING_NOW = Text(zh="现用间距（米）", en="Spacing on view (m)")
EACH_FLOOR = Text(zh="逐区取整再合计", en="Rounded down zone by zone")
AT = Text(zh="按 {spacing} 米", en="At {spacing} m")
FLOORS = Text(
    zh="逐区取整更小：每处末尾不足一辆的零头停不下车。单区车位和满位判断用逐区取整的数。",
    en="Zone by zone it is less: the rest at each zone's end holds no bike. Single zones and whether they are full go by that.",
)
COUNTED = Text(zh="清点到的单车", en="Bikes counted")
COUNTED_FORMULA = Text(zh="每处停放区最近一次清点、各企业之和", en="The newest count of each zone, all operators together")
LATEST = Text(zh="最近一次清点", en="Newest count")
ZONES_COUNTED = Text(zh="清点到的停放区", en="Zones counted")
LOAD = Text(zh="占其车位", en="Share of their places")
FULL = Text(zh="满位（处）", en="Full zones")
FULL_FORMULA = Text(
    zh=f"最近一次清点时，单车数占车位 {FULL_SHARE:.0%} 到 100% 的停放区", en=f"Zones with {FULL_SHARE:.0%} to 100% of their places taken"
)
OVER = Text(zh="爆满（处）", en="Over-full zones")
OVER_FORMULA = Text(zh="最近一次清点时，单车数多于车位的停放区", en="Zones with more bikes than places at their newest count")
BEYOND = Text(zh="多出车位的单车", en="Bikes beyond the places")
CLEAR = Text(zh="30分钟内清出率", en="Cleared within 30 min")
CLEAR_FORMULA = Text(zh="清出次数 ÷（清出次数 + 未清出次数）", en="Cleared ÷ (cleared + not cleared)")
CLEAR_NOTE = Text(
    zh="同一停放区同一天连续爆满算一次，从第一次清点到爆满起算。30分钟内有一次清点不再爆满为清出；满30分钟后的第一次清点（含正好30分钟）"
    "仍爆满为未清出；当天之后没有再清点，或30分钟后才清点且已不爆满，无法判断，不计入。",
    en="One time is a run of over-full counts of one zone on one day, from its first. Cleared: a count within 30 minutes is not over-full. "
    "Not cleared: the first count from 30 minutes on (30 sharp too) still is. Not judged: no later count that day, or only a later "
    "one that is no longer over-full.",
)
OUTCOMES: dict[str, Text] = {
    CLEARED: Text(zh="清出（次）", en="Cleared (times)"),
    NOT_CLEARED: Text(zh="未清出（次）", en="Not cleared (times)"),
    UNKNOWN: Text(zh="无法判断（次）", en="Not judged (times)"),
}
OUTSIDE = Text(zh="区外非机动车案件", en="Bicycle cases outside")
OUTSIDE_FORMULA = Text(
    zh="非机动车案件中，离最近停放区超过 50 米的（有坐标的案件）",
    en="Bicycle cases more than 50 m from any parking zone (those with a place)",
)
ALL_CASES = Text(zh="全部非机动车案件", en="All bicycle cases")
NEAR = Text(zh="停放区 50 米内", en="Within 50 m of a zone")
UNPLACED = Text(zh="没有坐标", en="Without a place")
DENSITY = Text(zh="每10米区外案件", en="Outside per 10 m")
DENSITY_FORMULA = Text(zh="区外非机动车案件 ÷ 停放区总长 × 10 米", en="Bicycle cases outside ÷ total length of the zones × 10 m")
GAPS = Text(zh="服务空白（处）", en="Service gaps")
GAPS_FORMULA = Text(
    zh="相邻的 100 米网格连成一处，每格区外案件不少于 5 件", en="Touching 100 m cells, each with 5 or more cases outside, are one gap"
)
IN_GAPS = Text(zh="其中案件", en="Cases in them")


def pick_spacing(seen: Viewer) -> float | None:
    """The metres of kerb that a bike takes; None: what each zone says of itself."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="spacings"):
        st.caption(seen.say(SPACING), width="content")
        chosen = pick_one(seen, SPACING, SPACINGS, key="spacing", default="own")
        if chosen == "other":
            return float(
                st.number_input(
                    seen.say(SPACING), LEAST_SPACING, MOST_SPACING, UPRIGHT, 0.05, key="spacing_m", label_visibility="collapsed", width=130
                )
            )
    return None if chosen == "own" else float(chosen)


def show_bike_cards(seen: Viewer, bikes: Bikes) -> None:
    """All cards: what there is, how full it is, what lies outside."""
    show_cards(seen, [*_zone_cards(seen, bikes), *_count_cards(seen, bikes), *_case_cards(seen, bikes)], key="bikes", columns=3)


def _zone_cards(seen: Viewer, bikes: Bikes) -> list[Card]:
    """How many zones there are, how long they are, and how many bikes they hold."""
    metres = bikes.parking["metres"]
    operators = bikes.parking["operator"].map(lambda one: None if is_missing(one) else str(one))
    parts = [(_data(name), _number(n, seen)) for name, n in operators.value_counts().head(OPERATORS).items()]
    parts += [(NO_OPERATOR, _number(operators.isna().sum(), seen))] if operators.isna().any() else []
    lengths = f"{metres.min():,.0f}–{metres.max():,.0f}" if metres.notna().any() else NOTHING
    return [
        Card(
            key="zones",
            label=ZONES,
            value=_number(len(bikes.parking), seen),
            formula=ZONES_FORMULA,
            parts=parts,
            source=LAYER_SOURCE,
        ),
        Card(
            key="metres",
            label=METRES,
            value=_number(metres.sum(), seen),
            formula=METRES_FORMULA,
            parts=[(MEAN, _number(metres.mean(), seen, digits=1)), (LONGEST, lengths)],
            source=LAYER_SOURCE,
        ),
        _place_card(seen, bikes),
    ]


def _place_card(seen: Viewer, bikes: Bikes) -> Card:
    metres, apart = bikes.parking["metres"], bikes.parking["spacing"]
    spacings = [f"{one:.2f}" for one in sorted(apart.unique())]
    at = [(_filled(AT, spacing=f"{one:.2f}"), _number(total_places(metres, one), seen)) for one in (UPRIGHT, ANGLED)]
    return Card(
        key="places",
        label=PLACES,
        value=_number(total_places(metres, apart), seen),
        unit="things",
        formula=PLACES_FORMULA,
        parts=[
            (METRES, _number(metres.sum(), seen)),
            (SPACING_NOW, "–".join(dict.fromkeys([*spacings[:1], *spacings[-1:]])) or NOTHING),
            (EACH_FLOOR, _number(bikes.parking["places"].sum(), seen)),
            *at,
        ],
        source=RULES,
        note=FLOORS,
    )


def _count_cards(seen: Viewer, bikes: Bikes) -> list[Card]:
    """How full the zones were at their newest count, and whether over-full ones were cleared in time."""
    now, load = bikes.now, bikes.now["load"]
    newest = now["counted_at"].max().to_pydatetime() if len(now) else None
    places = int(now["places"].sum())
    when = [(LATEST, show_moment(newest, seen.language)), (ZONES_COUNTED, f"{len(now):,} / {len(bikes.parking):,}")]
    taken = show_share(float(now["bikes"].sum()) / places if places else None, digits=1)
    beyond = (now["bikes"] - now["places"]).clip(lower=0).sum()
    return [
        Card(
            key="counted",
            label=COUNTED,
            value=_number(now["bikes"].sum() if len(now) else None, seen),
            unit="bikes",
            formula=COUNTED_FORMULA,
            parts=[*when, (PLACES, _number(places, seen)), (LOAD, taken)],
            source=COUNT_SOURCE,
        ),
        Card(
            key="full",
            label=FULL,
            value=_number(load.between(FULL_SHARE, 1.0).sum() if len(now) else None, seen),
            formula=FULL_FORMULA,
            parts=when,
            source=OWN_RULE,
        ),
        Card(
            key="over",
            label=OVER,
            value=_number((load > 1).sum() if len(now) else None, seen),
            formula=OVER_FORMULA,
            parts=[*when, (BEYOND, _number(beyond, seen))],
            source=OWN_RULE,
        ),
        _cleared_card(seen, bikes),
    ]


def _cleared_card(seen: Viewer, bikes: Bikes) -> Card:
    outcomes = {key: int((bikes.times["outcome"] == key).sum()) for key in OUTCOMES}
    judged = outcomes[CLEARED] + outcomes[NOT_CLEARED]
    return Card(
        key="cleared",
        label=CLEAR,
        value=show_share(outcomes[CLEARED] / judged if judged else None, digits=1),
        formula=CLEAR_FORMULA,
        parts=[(label, _number(outcomes[key], seen)) for key, label in OUTCOMES.items()],
        source=OWN_RULE,
        note=CLEAR_NOTE,
    )


def _case_cards(seen: Viewer, bikes: Bikes) -> list[Card]:
    """What lies outside of all zones, how much that is for their length, and where it gathers."""
    outside, metres = len(bikes.outside), float(bikes.parking["metres"].sum())
    unplaced = len(bikes.cases) - len(bikes.placed)
    parts = {ALL_CASES: len(bikes.cases), NEAR: len(bikes.placed) - outside, OUTSIDE: outside, **({UNPLACED: unplaced} if unplaced else {})}
    address = params_of(these(bikes.outside["id"])) if outside else None
    cells = tuple(cell for cells in bikes.gaps["cells"] for cell in cells)
    return [
        Card(
            key="outside",
            label=OUTSIDE,
            value=_number(outside, seen),
            unit="cases",
            formula=OUTSIDE_FORMULA,
            parts=[(label, _number(n, seen)) for label, n in parts.items()],
            source=CASE_SOURCE,
            cases=address,
        ),
        Card(
            key="density",
            label=DENSITY,
            value=_number(outside / metres * 10 if metres else None, seen, digits=2),
            unit="cases",
            formula=DENSITY_FORMULA,
            parts=[(OUTSIDE, _number(outside, seen)), (METRES, _number(metres, seen))],
            source=OWN_RULE,
            cases=address,
        ),
        Card(
            key="gaps",
            label=GAPS,
            value=_number(len(bikes.gaps), seen),
            formula=GAPS_FORMULA,
            parts=[(IN_GAPS, _number(bikes.gaps["n"].sum(), seen))],
            source=OWN_RULE,
            cases=params_of(these(bikes.outside_in(cells)["id"])) if cells else None,
        ),
    ]


def _number(value: float | None, seen: Viewer, *, digits: int = 0) -> str:
    return show_number(None if value is None else float(value), seen.language, digits=digits)


def _filled(text: Text, **values: object) -> Text:
    return Text(zh=text.say("zh", **values), en=text.say("en", **values))


def _data(word: object) -> Text:
    """A word from the data as a label of a receipt."""
    return Text(zh=plain(word), en=plain(word))
