"""What the working cameras cover of the ground: the zones, the reaches, and what two of them see; each number with its receipt."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from i18n import Text, show_number, show_share
from queries.filters import Filters
from ui.camera_cards import GEOMETRY
from ui.camera_views import Covered
from ui.cards import Card
from ui.case_links import case_link, link_column
from ui.nothing_yet import show_missing
from ui.pressed import named, say_in_both, show_number_table
from ui.viewer import Viewer
from ui.words import is_missing

ZONE = Text(zh="责任区", en="Zone")
REACH = Text(zh="河段", en="Reach")
SHARE = Text(zh="覆盖率", en="Share seen")
SEEN_M2 = Text(zh="看得到（m²）", en="Seen (m²)")
TWICE_M2 = Text(zh="重叠（m²）", en="Seen twice (m²)")
AREA_M2 = Text(zh="面积（m²）", en="Area (m²)")
SEEN_M = Text(zh="看得到（米）", en="Seen (m)")
LENGTH_M = Text(zh="长度（米）", en="Length (m)")
FORMULAS: dict[Text, Text] = {
    SHARE: Text(zh="看得到 ÷ 全部面积（河段为长度）", en="seen ÷ the whole area (of reaches: length)"),
    SEEN_M2: Text(zh="责任区内至少一个在用探头视野覆盖的面积", en="area of the zone in the view of at least one working camera"),
    TWICE_M2: Text(zh="责任区内两个以上在用探头视野覆盖的面积", en="area of the zone in the view of two or more working cameras"),
    AREA_M2: Text(zh="责任区边界围成的面积", en="area within the border of the zone"),
    SEEN_M: Text(zh="河段中线在至少一个在用探头视野内的长度", en="length of the middle line in the view of at least one working camera"),
    LENGTH_M: Text(zh="河段中线的长度", en="length of the middle line"),
}
NO_ZONES = Text(zh="还没有责任区图层，到“数据”页导入。", en="There are no zones yet; bring them in on the Data page.")
NO_RIVERS = Text(zh="还没有河道图层，到“数据”页导入。", en="There are no rivers yet; bring them in on the Data page.")
SHARES = Text(
    zh="覆盖率 = 在用探头视野内的面积（河道为长度）÷ 全部；点一个数字看口径，行末打开其案件。",
    en="Share seen = area (of reaches: length) in the view of working cameras ÷ all of it; press a number for its receipt, the end of a row"
    " opens its cases.",
)
OVERLAP_TABLE = Text(zh="看到同一处的探头", en="Cameras that see the same")
NO_OVERLAP = Text(zh="没有两个探头看到同一处。", en="No two cameras see the same ground.")
CAMERA, OTHER = Text(zh="探头", en="Camera"), Text(zh="另一探头", en="Other camera")
SHARED = Text(zh="共同看到（m²）", en="Both see (m²)")
SHARED_FORMULA = Text(zh="两个在用探头视野相交部分的面积", en="area of what lies in the views of both working cameras")
PAIRS = 50
ROW_HEIGHT, MOST_ROWS = 36, 12


def show_zone_coverage(seen: Viewer, filters: Filters, covered: Covered) -> None:
    """The share of each zone's area that is seen, the best covered first."""
    if covered.zones.empty:
        show_missing(seen, NO_ZONES)
        return
    zones = covered.zones.sort_values(["share", "code"], ascending=[False, True])
    columns = {SEEN_M2: zones["seen_m2"].round(), TWICE_M2: zones["twice_m2"].round(), AREA_M2: zones["area_m2"].round()}
    links = [case_link(seen, filters.with_(zones=(str(code),))) for code in zones["code"]]
    _show_shares(seen, covered, zones, what=ZONE, columns=columns, links=links, key="zone_coverage")


def show_river_coverage(seen: Viewer, filters: Filters, covered: Covered) -> None:
    """The share of each reach's length that is seen, the best covered first."""
    if covered.rivers.empty:
        show_missing(seen, NO_RIVERS)
        return
    rivers = covered.rivers.sort_values(["share", "code"], ascending=[False, True])
    columns = {SEEN_M: rivers["seen_m"].round(1), LENGTH_M: rivers["length_m"].round()}
    links = [case_link(seen, filters.with_(features=(f"rivers/{code}",))) for code in rivers["code"]]
    _show_shares(seen, covered, rivers, what=REACH, columns=columns, links=links, key="river_coverage")


def _show_shares(
    seen: Viewer, covered: Covered, rows: pd.DataFrame, *, what: Text, columns: dict[Text, pd.Series[float]], links: list[str], key: str
) -> None:
    names = _names(rows)
    table = pd.DataFrame({seen.say(what): names, seen.say(SHARE): [show_share(share) for share in rows["share"]]})
    for label, values in columns.items():
        table[seen.say(label)] = values.to_numpy()
    number = st.column_config.NumberColumn(format="localized")
    config = {seen.say(label): number for label in columns} | {"": link_column(seen)}

    def card_of(place: int, column: str) -> Card | None:
        # as the table shows it
        digits = 0 if what is ZONE else 1
        said = {SHARE: str(table[seen.say(SHARE)][place])}
        said |= {label: show_number(values.iloc[place], seen.language, digits=digits) for label, values in columns.items()}
        label = next((one for one in said if seen.say(one) == column), None)
        if label is None:
            return None
        parts = [(one, words) for one, words in said.items() if one != label]
        return _ground_card(seen, covered, names[place], label, said[label], FORMULAS[label], parts)

    show_number_table(
        seen,
        table.assign(**{"": links}),
        card_of,
        key=key,
        alt=f"{seen.say(what)} · {seen.say(SHARE)}",
        columns=config,
        height=list_height(len(table)),
    )
    st.caption(f"{seen.say(SHARES)} {seen.say(GEOMETRY, crs=covered.crs)}")


def _ground_card(  # noqa: PLR0917 - whose number it is, and what it is made of
    seen: Viewer, covered: Covered, whose: str, label: Text, value: str, formula: Text, parts: list[tuple[Text, str]]
) -> Card:
    """The receipt of a number that was measured on the ground."""
    source = say_in_both(GEOMETRY, crs=covered.crs)
    return Card(key="ground", label=named(whose, label), value=value, formula=formula, parts=parts, source=source)


def _names(rows: pd.DataFrame) -> list[str]:
    """`R01 钱家浜`, or the code alone."""
    named_rows = zip(rows["code"], rows["name"], strict=True)
    return [str(code) if is_missing(name) or name == code else f"{code} {name}" for code, name in named_rows]


def list_height(rows: int) -> int:
    """Room for so many rows, at most a dozen."""
    return ROW_HEIGHT * (min(rows, MOST_ROWS) + 1)


def show_overlap(seen: Viewer, covered: Covered) -> None:
    """The pairs of working cameras that see the same ground, the largest first."""
    pairs = covered.ground.pairs.head(PAIRS)
    if pairs.empty:
        st.caption(seen.say(NO_OVERLAP))
        return
    codes = covered.sights["code"]
    both = list(zip(codes.reindex(pairs["one"]), codes.reindex(pairs["other"]), strict=True))
    shared = [show_number(float(area), seen.language, digits=1) for area in pairs["shared_m2"]]
    table = pd.DataFrame(
        {
            seen.say(CAMERA): [one for one, _ in both],
            seen.say(OTHER): [other for _, other in both],
            seen.say(SHARED): shared,
        }
    )

    def card_of(place: int, column: str) -> Card | None:
        if column != seen.say(SHARED):
            return None
        return _ground_card(seen, covered, " + ".join(map(str, both[place])), SHARED, shared[place], SHARED_FORMULA, [])

    show_number_table(seen, table, card_of, key="overlap", alt=seen.say(OVERLAP_TABLE), height=list_height(len(table)))
    st.caption(seen.say(GEOMETRY, crs=covered.crs))
