"""What lies under the map of the cases: the hours, the blind spots, the offline cameras."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from geo.blind_spots import WATCHED_METRES
from i18n import LANGUAGES, Text, show_number, show_share
from queries.filters import Filters
from ui.camera_cards import OWN_RULE, PLACED_CASES, SEEN_CASES, placed
from ui.camera_ground import list_height
from ui.camera_places import name_spots, would_see
from ui.camera_views import OFFLINE, SPOTS, Covered, SeenCases
from ui.cards import Card, show_receipt_of
from ui.case_links import case_link, link_column, params_of, these
from ui.charts import MAIN, SECOND, make_figure
from ui.points import show_hint, show_pressable
from ui.pressed import exact_card, named, say_in_both, show_number_line, show_number_table
from ui.viewer import Viewer
from ui.words import is_missing, plain

HOURS = Text(zh="各时段案件可见率", en="Cases seen by hour of the day")
NOW = Text(zh="在用探头", en="Working cameras")
WITH_PLAN = Text(zh="加上方案前 {count} 个", en="With the first {count} of the plan")
HOUR = Text(zh="{hour} 时 · 案件可见率 · {with_what}", en="{hour}:00 · Cases seen · {with_what}")
HOUR_FORMULA = Text(
    zh="报案时间在该小时、地点在视野内的案件 ÷ 该小时全部有位置的案件",
    en="cases reported in this hour with their place in a view ÷ all of this hour with a place",
)
UNSEEN = Text(zh="{unseen} 件看不到", en="{unseen} unseen")
UNSEEN_OF = Text(zh="{unseen}/{n} 件看不到", en="{unseen} of {n} unseen")
SPOT_HELP = Text(zh="（计划可看 {help}）", en=" (the plan sees {help})")
SPOT = Text(zh="盲区{number} · 看不到的案件", en="Blind spot {number} · cases unseen")
SPOT_FORMULA = Text(
    zh="盲区各格的案件中，不在任何在用探头视野内的", en="cases of the cells of the spot that lie in the view of no working camera"
)
IN_SPOT = Text(zh="盲区各格的案件", en="Cases of its cells")
BY_PLAN = Text(zh="其中计划探头看得到", en="Of the unseen, the plan sees")
NEAR, FAR = Text(zh="探头之间的盲区", en="Blind spots among the cameras"), Text(zh="附近没有探头的地方", en="Places without a camera near")
NO_SPOTS = Text(zh="没有突出的盲区。", en="No blind spot stands out.")
MORE = Text(zh="另有 {n} 处。", en="{n} more.")
OFFLINE_TABLE = Text(zh="离线探头", en="Offline cameras")
HOURS_SAY = Text(zh="柱状图：各时段案件可见率，全天 {share}", en="Bars: the share of cases seen by hour, {share} over the day")
NO_OFFLINE = Text(zh="没有离线的探头。", en="No camera is offline.")
ONLY = Text(zh="只有它看得到的案件", en="Cases that only it would see")
CAMERA = Text(zh="探头", en="Camera")
NAME = Text(zh="名称", en="Name")
ONLY_FORMULA = Text(zh="在它视野内、没有在用探头看得到的案件", en="cases in its view that no working camera sees")
ONLY_SEEN = Text(
    zh="修好后多看到的案件：在它视野内、没有在用探头看得到。点数字看口径，行末直接打开这些案件。",
    en="What its repair would add: cases in its view that no working camera sees. Press the number for its receipt; the end of a row opens"
    " these cases.",
)


def show_hours(seen: Viewer, filters: Filters, found: SeenCases, count: int) -> None:
    """The share of the cases of each hour that is seen, now and with the plan; a press gives the receipt of an hour."""
    st.markdown(f"**{seen.say(HOURS)}**")
    hours = found.hours.assign(planned=found.hours["seen"] + _added_by_hour(found, count))
    figure = make_figure(seen.theme, height=260)
    lines = [("planned", seen.say(WITH_PLAN, count=count), SECOND), ("seen", seen.say(NOW), MAIN)]
    drawn = lines if count else lines[1:]
    for column, name, colour in drawn:
        share = hours[column].div(hours["n"]).where(hours["n"] > 0)
        figure.add_bar(
            x=list(hours.index),
            y=share.tolist(),
            name=name,
            marker={"color": colour[seen.theme]},
            customdata=np.column_stack([hours[column], hours["n"]]).tolist(),
            hovertemplate="%{y:.2%} (%{customdata[0]:,} ÷ %{customdata[1]:,})",
        )
    figure.update_layout(barmode="group", bargap=0.2)
    figure.update_yaxes(tickformat=".1%")
    figure.update_xaxes(dtick=3, ticksuffix=seen.say(Text(zh="时", en=":00")))
    whole_day = float(hours["seen"].sum() / hours["n"].sum()) if hours["n"].sum() else None
    pressed = show_pressable(figure, key="camera_hours", alt=seen.say(HOURS_SAY, share=show_share(whole_day)))
    if pressed is None:
        show_hint(seen)
        return
    # x is the middle of the bar, which stands beside the hour
    with_plan = len(drawn) > 1 and pressed["curve_number"] == 0
    with st.container(border=True, gap="xsmall", key="hour_pressed"):
        show_receipt_of(seen, _hour_card(seen, filters, found, int(pressed["point_index"]), count if with_plan else 0))


def _hour_card(seen: Viewer, filters: Filters, found: SeenCases, hour: int, count: int) -> Card:
    """The receipt of the share of an hour that is seen, by the working cameras and the first of the plan."""
    added = _added(found, count)
    ids = [frame.loc[frame["hour"] == hour, "id"] for frame in (found.seen_cases, added.rename(columns={"case": "id"}))]
    part, whole = sum(map(len, ids)), int(found.hours["n"][hour])
    with_what = {language: (WITH_PLAN.say(language, count=count) if count else NOW.say(language)) for language in LANGUAGES}
    names = {language: HOUR.say(language, hour=hour, with_what=with_what[language]) for language in LANGUAGES}
    return Card(
        key="hour",
        label=Text(**names),
        value=show_share(part / whole if whole else None),
        formula=HOUR_FORMULA,
        parts=[(SEEN_CASES, show_number(part, seen.language)), (PLACED_CASES, show_number(whole, seen.language))],
        cases=params_of(these(pd.concat(ids))) if part else None,
        below=params_of(placed(filters).with_(hours=(hour,))) if whole else None,
    )


def _added(found: SeenCases, count: int) -> pd.DataFrame:
    """The cases that the first cameras of the plan add, each once."""
    return found.unseen_pairs[found.unseen_pairs["camera"].isin(found.chosen(count))].drop_duplicates("case")


def _added_by_hour(found: SeenCases, count: int) -> pd.Series[int]:
    """Cases of each hour that the first cameras of the plan add."""
    return _added(found, count)["hour"].astype("int64").value_counts().reindex(range(24), fill_value=0)


def show_blind_spots(seen: Viewer, filters: Filters, found: SeenCases, task: str) -> None:
    """The blind spots by number, as on the map; a line opens its receipt, and that the cases that are not seen."""
    if found.blind.empty:
        st.caption(seen.say(NO_SPOTS))
        return
    names = name_spots(seen, filters, found)
    for watched, rows in found.blind.head(SPOTS).groupby("watched", sort=False):
        st.markdown(f"**{seen.say(NEAR if watched else FAR)}**")
        with st.container(gap="xsmall", key=f"spots_{'near' if watched else 'far'}"):
            for number, row in zip(rows.index, rows.to_dict("records"), strict=True):
                # 1 744 件 would read as one number
                line = f"**{number}.** {_say_spot(seen, found, row)} · {plain(names[int(number)])}"
                show_number_line(seen, line, [_spot_card(seen, found, int(number), row)], key=f"spot_{number}")
    more = seen.say(MORE, n=len(found.blind) - SPOTS) if len(found.blind) > SPOTS else ""
    rule = seen.say(OWN_RULE, near=f"{WATCHED_METRES:.0f}")
    st.caption(f"{more}{rule}。" if seen.language == "zh" else f"{more} {rule[0].upper()}{rule[1:]}.".strip())


def _spot_card(seen: Viewer, found: SeenCases, number: int, row: dict[Any, Any]) -> Card:
    """The receipt of a blind spot: exactly the cases that are not seen."""
    ids = found.spot_cases.loc[found.spot_cases["cell"].isin(row["cells"]), "id"]
    parts = [(IN_SPOT, show_number(int(row["n"]), seen.language)), (BY_PLAN, show_number(would_see(found, row["cells"])[1], seen.language))]
    return exact_card(seen, say_in_both(SPOT, number=number), SPOT_FORMULA, ids, parts=parts)


def _say_spot(seen: Viewer, found: SeenCases, row: dict[Any, Any]) -> str:
    """`744 件看不到`, of how many where some are seen, and what the plan would see; the numbers first, as a phone cuts the end."""
    words = seen.say(UNSEEN if row["n"] == row["unseen"] else UNSEEN_OF, unseen=f"{row['unseen']:,}", n=f"{row['n']:,}")
    helped = would_see(found, row["cells"])[1]
    return words + (seen.say(SPOT_HELP, help=f"{helped:,}") if helped else "")


def show_offline(seen: Viewer, covered: Covered, found: SeenCases) -> None:
    """The cameras that are offline, those first whose repair shows most."""
    offline = covered.with_status(OFFLINE)
    if offline.empty:
        st.caption(seen.say(NO_OFFLINE))
        return
    pairs = found.unseen_pairs[found.unseen_pairs["camera"].isin(offline.index)]
    only = pairs.groupby("camera")["case"].nunique().reindex(offline.index, fill_value=0)
    cases = {camera: pairs.loc[pairs["camera"] == camera, "case"].drop_duplicates() for camera in offline.index}
    order = sorted(offline.index, key=lambda camera: (-int(only[camera]), str(offline.loc[camera, "code"])))
    table = pd.DataFrame(
        {
            seen.say(CAMERA): [offline.loc[camera, "code"] for camera in order],
            seen.say(NAME): ["" if is_missing(offline.loc[camera, "name"]) else str(offline.loc[camera, "name"]) for camera in order],
            seen.say(ONLY): [show_number(int(only[camera]), seen.language) for camera in order],
            "": [case_link(seen, these(cases[camera])) if len(cases[camera]) else "" for camera in order],
        }
    )

    def card_of(place: int, column: str) -> Card | None:
        if column != seen.say(ONLY):
            return None
        return exact_card(seen, named(str(offline.loc[order[place], "code"]), ONLY), ONLY_FORMULA, cases[order[place]])

    config = {"": link_column(seen)}
    show_number_table(seen, table, card_of, key="offline", alt=seen.say(OFFLINE_TABLE), columns=config, height=list_height(len(table)))
    st.caption(seen.say(ONLY_SEEN))
