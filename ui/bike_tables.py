"""The service gaps, the responsibility zones and the parking zones as tables; each row leads to its cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd
import streamlit as st

from analysis.parking import CLEARED, NOT_CLEARED, total_places
from i18n import NOTHING, Text, show_number, show_share
from queries.filters import UNASSIGNED
from ui.bike_cards import COUNT_SOURCE, LAYER_SOURCE
from ui.bike_headline import gap_name
from ui.bikes import LEAST_CASES, MEASURED_IN, Bikes
from ui.cards import Card
from ui.case_links import case_link, link_column, these
from ui.pressed import CardOf, exact_card, named, say_in_both, show_number_table
from ui.tables import show_download
from ui.viewer import Viewer
from ui.words import is_missing

GAPS = Text(zh="服务空白", en="Service gaps")
GAPS_NOTE = Text(
    zh="相邻的 100 米网格连成一处，每格至少 {least} 件区外案件（本系统自定）；距离从案件量到最近的停放区。",
    en="Touching 100 m cells with at least {least} cases outside each are one gap (our own definition); metres from the cases to the "
    "nearest zone.",
)
NO_GAPS = Text(zh="没有服务空白。", en="There is no service gap.")
AREAS = Text(zh="按责任区", en="By responsibility zone")
AREAS_NOTE = Text(
    zh="停放区按中点归责任区；区外案件是离停放区 50 米以外的非机动车案件；每10米 = 区外案件 ÷ 该区停放区总长 × 10；没有停放区的为“—”。",
    en="A parking zone belongs to the zone that holds its middle; cases outside are bicycle cases beyond 50 m of any parking zone; "
    "per 10 m = cases outside ÷ the zone's total length × 10, a dash where it has none.",
)
PARKING = Text(zh="全部停放区", en="All parking zones")
PARKING_NOTE = Text(
    zh="车位 = 长度 ÷ 每车间距，逐区取整；满载率 = 最近一次清点 ÷ 车位；爆满、未清按上方卡片的口径；案件为 50 米内的非机动车案件。",
    en="Places = length ÷ spacing, rounded down; load = newest count ÷ places; over-full and not cleared as on the cards; cases are "
    "bicycle cases within 50 m.",
)
COLUMNS: dict[str, Text] = {
    "number": Text(zh="序号", en="No."),
    "place": Text(zh="位置", en="Place"),
    "zone": Text(zh="责任区", en="Zone"),
    "outside": Text(zh="区外案件", en="Cases outside"),
    "nearest": Text(zh="最近停放区(米)", en="Nearest zone (m)"),
    "median": Text(zh="中位距离(米)", en="Median (m)"),
    "parking": Text(zh="停放区(处)", en="Parking zones"),
    "metres": Text(zh="长度(米)", en="Metres"),
    "places": Text(zh="车位", en="Places"),
    "density": Text(zh="每10米区外案件", en="Outside per 10 m"),
    "code": Text(zh="编号", en="Code"),
    "name": Text(zh="名称", en="Name"),
    "operator": Text(zh="企业", en="Operator"),
    "spacing": Text(zh="间距(米)", en="Spacing (m)"),
    "bikes": Text(zh="清点", en="Counted"),
    "load": Text(zh="满载率", en="Load"),
    "over": Text(zh="爆满(次)", en="Over-full"),
    "cleared": Text(zh="清出", en="Cleared"),
    "not_cleared": Text(zh="未清", en="Not cleared"),
    "cases": Text(zh="案件", en="Cases"),
}
OUTSIDE = COLUMNS["outside"]
OUTSIDE_FORMULA = Text(
    zh="离任何停放区都在 50 米以外的非机动车案件；每10米 = 件数 ÷ 该区停放区总长 × 10",
    en="bicycle cases beyond 50 m of any parking zone; per 10 m = their number ÷ the zone's total length × 10",
)
PARKING_FORMULAS: dict[str, Text] = {
    "places": Text(zh="长度 ÷ 每车间距，取整", en="length ÷ spacing, rounded down"),
    "bikes": Text(zh="最近一次清点，各企业之和", en="the newest count, all operators together"),
    "load": Text(zh="最近一次清点 ÷ 车位", en="newest count ÷ places"),
    "over": Text(zh="单车数多于车位的次数，同一天连续的算一次", en="times with more bikes than places; a run of one day is one time"),
    CLEARED: Text(zh="爆满后30分钟内有一次清点不再爆满的次数", en="times that a count within 30 minutes was no longer over-full"),
    NOT_CLEARED: Text(zh="满30分钟后的第一次清点仍爆满的次数", en="times that the first count from 30 minutes on still was"),
    "cases": Text(zh="停放区 50 米内的非机动车案件", en="bicycle cases within 50 m of the zone"),
}
GAP_FORMULAS: dict[str, Text] = {
    "nearest": Text(zh="此处区外案件到停放区的最短距离", en="the shortest way from one of its cases outside to a parking zone"),
    "median": Text(zh="此处各区外案件到最近停放区的距离的中位数", en="the median of the ways from its cases outside to the nearest zone"),
}
AREA_FORMULAS: dict[str, Text] = {
    "density": Text(zh="区外案件 ÷ 该区停放区总长 × 10", en="cases outside ÷ the total length of its parking zones × 10"),
    "parking": Text(zh="中点在该区内的停放区个数", en="how many parking zones have their middle in it"),
    "metres": Text(zh="这些停放区的“长度”字段之和", en="the sum of the length field of these parking zones"),
    "places": Text(zh="总长 ÷ 每车间距，各间距合计后取整一次", en="total length ÷ spacing, rounded down once"),
}
FIELD_FORMULAS: dict[str, Text] = {
    "metres": Text(zh="停放区的“长度”字段", en="the length field of the parking zone"),
    "spacing": Text(zh="停放区的“每车间距”字段，或上方所选的间距", en="the spacing field of the parking zone, or the spacing chosen above"),
}
NO_ZONE = Text(zh="未归属", en="In no zone")
DOWNLOAD = Text(zh="下载表格", en="Download the table")


def show_gaps(seen: Viewer, bikes: Bikes) -> None:
    """The service gaps, the largest first."""
    st.markdown(f"**{seen.say(GAPS)}**")
    if bikes.gaps.empty:
        st.caption(seen.say(NO_GAPS))
        return
    rows = list(zip(bikes.gaps.index, bikes.gaps.to_dict("records"), strict=True))
    inside = [(gap_name(seen, bikes, number), bikes.outside_in(row["cells"])) for number, row in rows]
    table = {
        "number": [number for number, _ in rows],
        "place": [name for name, _ in inside],
        "outside": [row["n"] for _, row in rows],
        "": [case_link(seen, these(own["id"])) for _, own in inside],
        "nearest": [round(row["nearest_m"]) for _, row in rows],
        "median": [round(row["median_m"]) for _, row in rows],
    }

    def card_of(place: int, column: str) -> Card | None:
        name, own = inside[place]
        key = _column_of(seen, column, ("outside", *GAP_FORMULAS))
        card = exact_card(seen, named(name, OUTSIDE), OUTSIDE_FORMULA, own["id"])
        if key in {None, "outside"}:
            return card if key else None
        source = say_in_both(MEASURED_IN, crs=bikes.crs)
        value, parts = f"{table[key][place]:,}", [(OUTSIDE, card.value)]
        return replace(card, label=named(name, COLUMNS[key]), value=value, unit=None, formula=GAP_FORMULAS[key], parts=parts, source=source)

    _show(seen, pd.DataFrame(table), key="gaps_table", title=GAPS, card_of=card_of)
    st.caption(seen.say(GAPS_NOTE, least=LEAST_CASES))


def show_areas(seen: Viewer, bikes: Bikes) -> None:
    """Each responsibility zone: its parking zones, their metres, the cases outside and how many per 10 m; most per 10 m first."""
    table = area_figures(bikes)
    st.markdown(f"**{seen.say(AREAS)}**")
    codes, metres = table["zone"].tolist(), table["metres"].tolist()
    table["density"] = [show_number(one, seen.language, digits=2) for one in table["density"]]
    table["zone"] = [seen.say(NO_ZONE) if code == UNASSIGNED else bikes.zone_names.get(code, code) for code in codes]
    of_zone = bikes.outside["zone"].fillna(UNASSIGNED)
    table[""] = [case_link(seen, these(bikes.outside.loc[of_zone == code, "id"])) for code in codes]

    def card_of(place: int, column: str) -> Card | None:
        key, row = _column_of(seen, column, ("outside", *AREA_FORMULAS)), table.iloc[place]
        if key is None:
            return None
        card = exact_card(seen, named(str(row["zone"]), OUTSIDE), OUTSIDE_FORMULA, bikes.outside.loc[of_zone == codes[place], "id"])
        length = (COLUMNS["metres"], show_number(metres[place], seen.language, digits=1))
        if key == "outside":
            return card
        if key == "density":
            value, parts = str(row["density"]), [(OUTSIDE, card.value), length]
            return replace(
                card, label=named(str(row["zone"]), COLUMNS[key]), value=value, unit=None, formula=AREA_FORMULAS[key], parts=parts
            )
        value, parts = f"{row[key]:,}", [(COLUMNS["parking"], f"{row['parking']:,}"), length]
        return Card(
            key="pressed",
            label=named(str(row["zone"]), COLUMNS[key]),
            value=value,
            formula=AREA_FORMULAS[key],
            parts=parts,
            source=LAYER_SOURCE,
        )

    columns = ["zone", "density", "outside", "", "parking", "metres", "places"]
    _show(seen, table[columns], key="areas_table", title=AREAS, height=360, card_of=card_of)
    st.caption(seen.say(AREAS_NOTE))


def area_figures(bikes: Bikes) -> pd.DataFrame:
    """Columns zone (code, `-` for none), parking, metres, places, outside, density (missing where there are no metres)."""
    parking = bikes.parking.assign(zone=bikes.parking["zone"].fillna(UNASSIGNED))
    outside = bikes.outside["zone"].fillna(UNASSIGNED).value_counts()
    chosen = bikes.filters.zones or tuple(bikes.zone_names)
    zones = sorted({*chosen, *parking["zone"], *(str(one) for one in outside.index)})
    groups = {code: parking[parking["zone"] == code] for code in zones}
    rows = [(code, len(own), own["metres"].sum(), total_places(own["metres"], own["spacing"])) for code, own in groups.items()]
    found = pd.DataFrame(rows, columns=["zone", "parking", "metres", "places"])
    found["outside"] = found["zone"].map(outside).fillna(0).astype("int64")
    found["density"] = (found["outside"] / found["metres"].where(found["metres"] > 0) * 10).round(2)
    return found.sort_values(["density", "outside", "zone"], ascending=[False, False, True], na_position="last", ignore_index=True)


def show_parking(seen: Viewer, bikes: Bikes) -> None:
    """Every parking zone: length, places, the newest count, how often it was over-full, its cases; the fullest first."""
    table = parking_figures(bikes)
    with st.expander(f"{seen.say(PARKING)} · {len(table):,}", key="parking"):
        codes = table["code"].tolist()
        table["load"] = [show_share(None if is_missing(load) else float(load), digits=0) for load in table["load"]]
        table["operator"] = table["operator"].map(lambda one: NOTHING if is_missing(one) else one)
        table["zone"] = [NOTHING if is_missing(code) else bikes.zone_names.get(code, code) for code in table["zone"]]
        links = [case_link(seen, these(bikes.placed.loc[bikes.placed["parking"] == code, "id"])) for code in codes]
        shown = table.assign(**{"": links})
        _show(seen, shown, key="parking_table", title=PARKING, height=480, card_of=lambda *cell: _parking_card(seen, bikes, table, *cell))
        st.caption(seen.say(PARKING_NOTE))
        names = {key: seen.say(COLUMNS[key]) for key in table.columns}
        show_download(table.rename(columns=names), seen.say(DOWNLOAD), "bikes.csv", key="download_bikes")


def _parking_card(seen: Viewer, bikes: Bikes, table: pd.DataFrame, place: int, column: str) -> Card | None:
    """The receipt of a number of one parking zone."""
    formulas = PARKING_FORMULAS | FIELD_FORMULAS
    key = _column_of(seen, column, tuple(formulas))
    if key is None:
        return None
    row = table.iloc[place]
    name = f"{row['code']} {row['name']}" if row["name"] != row["code"] else str(row["code"])
    if key == "cases":
        own = bikes.placed[bikes.placed["parking"] == row["code"]]
        return exact_card(seen, named(name, COLUMNS[key]), PARKING_FORMULAS[key], own["id"])
    parts = [(COLUMNS[one], NOTHING if is_missing(row[one]) else f"{row[one]:,}") for one in ("metres", "spacing", "places", "bikes")]
    value = NOTHING if is_missing(row[key]) else str(row[key])
    source = LAYER_SOURCE if key in {"metres", "spacing", "places"} else COUNT_SOURCE
    return Card(key="pressed", label=named(name, COLUMNS[key]), value=value, formula=formulas[key], parts=parts, source=source)


def parking_figures(bikes: Bikes) -> pd.DataFrame:
    """Columns code, name, zone, operator, metres, spacing, places, bikes, load, over, cleared, not_cleared, cases."""
    codes = bikes.parking.index
    now, times = bikes.now.reindex(codes), bikes.times
    counts = bikes.placed["parking"].value_counts()
    found = pd.DataFrame(bikes.parking[["name", "zone", "operator", "metres", "spacing", "places"]])
    found["bikes"] = now["bikes"].astype("Int64")
    found["load"] = now["load"]
    found["over"] = times["zone"].value_counts().reindex(codes, fill_value=0)
    for outcome in (CLEARED, NOT_CLEARED):
        found[outcome] = times.loc[times["outcome"] == outcome, "zone"].value_counts().reindex(codes, fill_value=0)
    found["cases"] = counts.reindex(codes, fill_value=0).astype("int64")
    found = found.sort_values(["load", "cases"], ascending=False, na_position="last", kind="stable")
    return found.reset_index(names="code")


def _show(seen: Viewer, table: pd.DataFrame, *, key: str, title: Text, card_of: CardOf, height: int | None = None) -> None:
    """The table under its heads; a press on a number opens its receipt."""
    names = {name: seen.say(COLUMNS[name]) for name in table.columns if name in COLUMNS}
    shown = table.rename(columns=names)
    show_number_table(seen, shown, card_of, key=key, alt=seen.say(title), columns={"": link_column(seen)}, height=height or "auto")


def _column_of(seen: Viewer, head: str, keys: Iterable[str]) -> str | None:
    """Which of these columns stands under a head."""
    return next((one for one in keys if seen.say(COLUMNS[one]) == head), None)
