"""An open case: what it is, its life line, what it belongs to, its neighbours, its photos."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from geo.layers import layers
from i18n import NOTHING, Text, show_day, show_moment, show_number
from model.kinds import LABELS, Channel, Kind, Limit, Resolution, Satisfaction
from model.who import say_who
from queries.cases import REPEAT_DAYS
from queries.states import STATE_LABELS
from ui.case_list import STATE_COLOURS
from ui.cases import Page, open_case
from ui.life_line import draw_life
from ui.loop import show_loop
from ui.loop_words import say_stage
from ui.opened import NEAR_METRES, Opened
from ui.viewer import Viewer
from ui.words import is_missing, moment_of, plain, say_deadline

PANEL = "case_panel"
MOST_NEAR = 12
CHOOSE = Text(
    zh="点列表中的一行，或放大地图后点一件案件，这里显示它的来龙去脉。",
    en="Press a row, or zoom in and press a case on the map: its life appears here.",
)
CLOSE = Text(zh="关闭", en="Close")
EARLIER = Text(zh="上一件", en="Prev")
LATER = Text(zh="下一件", en="Next")
LIFE = Text(zh="办理过程", en="Life line")
BELONGS = Text(zh="归属", en="Belongs to")
NOWHERE = Text(zh="没有位置，或不在任何图层内。", en="It has no place, or lies in no layer.")
REPEATS = Text(zh="重复投诉：{metres} 米内、前后 {days} 天", en="Repeats: within {metres} m and {days} days")
REPEAT_COUNT = Text(zh="{n} 件，其中同类 {alike} 件", en="{n} cases, {alike} of the same class")
MORE_NEAR = Text(zh="另有 {n} 件较远，未列出。", en="{n} more lie further away and are not listed.")
NO_REPEATS = Text(zh="没有别的案件。", en="No other case.")
SAME = Text(zh="同类", en="same class")
AWAY = Text(zh="{metres}\u00a0米", en="{metres}\u00a0m")
ALONG = Text(zh="起点起 {metres} 米", en="{metres} m from its start")
BANKS = {"left": Text(zh="左岸", en="left bank"), "right": Text(zh="右岸", en="right bank")}
ROLES = {
    "leader": Text(zh="分管领导", en="leader"),
    "cadre": Text(zh="干部", en="cadre"),
    "river_chief_subdistrict": Text(zh="街道河长", en="subdistrict chief"),
    "river_chief_neighbourhood": Text(zh="居委河长", en="neighbourhood chief"),
}
PHOTOS = Text(zh="照片", en="Photos")
EVENTS = Text(zh="流转记录", en="Events")
NUMBER = Text(zh="编号", en="Number")
CATEGORY = Text(zh="类别", en="Category")
LIMIT = Text(zh="时限", en="Time limit")
CHANNEL = Text(zh="来源", en="Channel")
ADDRESS = Text(zh="地址", en="Address")
DEPARTMENT = Text(zh="处置部门", en="Department")
RESOLUTION = Text(zh="办理结果", en="Outcome")
SATISFACTION = Text(zh="回访", en="Call-back")
REWORKS = Text(zh="返工", en="Reworked")
EXTENSIONS = Text(zh="延期", en="Extended")
TIMES = Text(zh="{n} 次", en="{n} times")


def show_case(seen: Viewer, opened: Opened | None, page: Page) -> None:
    """The open case, or a word on how to open one."""
    if opened is None:
        st.caption(seen.say(CHOOSE))
        return
    with st.container(border=True, key=PANEL, gap="small"):
        _show_head(seen, opened, page)
        if not is_missing(opened.case["description"]) and opened.case["description"] != opened.case["title"]:
            st.markdown(plain(opened.case["description"]))
        show_loop(seen, opened)
        # whoever verifies looks at the photo first
        _show_photos(seen, opened.photos)
        st.markdown(f"**{seen.say(LIFE)}**")
        st.html(draw_life(opened.case, opened.life, seen))
        _show_facts(seen, opened)
        _show_belongs(seen, opened.belongs)
        _show_near(seen, opened.near)
        _show_events(seen, opened.life)


def _show_head(seen: Viewer, opened: Opened, page: Page) -> None:
    """Title, state, and the way to the cases before and after it in the list."""
    place = page.ids.index(opened.id) if opened.id in page.ids else None
    before = page.ids[place - 1] if place else None
    after = page.ids[place + 1] if place is not None and place + 1 < len(page.ids) else None
    with st.container(key="case_head", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            state = opened.case["state"]
            st.badge(seen.say(STATE_LABELS[state]), color=STATE_COLOURS[state])  # type: ignore[arg-type]
            st.caption(say_deadline(opened.case, seen.minute, seen), width="content")
            st.space("stretch")
            for key, label, to in (("earlier", EARLIER, before), ("later", LATER, after)):
                st.button(seen.say(label), key=f"case_{key}", disabled=to is None, on_click=open_case, args=(to,), type="tertiary")
            st.button(seen.say(CLOSE), key="case_close", icon=":material/close:", on_click=open_case, args=(None,))
        st.markdown(f"#### {plain(opened.case['title'] or opened.case['external_id'])}")


def _show_facts(seen: Viewer, opened: Opened) -> None:
    """The case's plain facts, a line each."""
    case = opened.case
    name = case["name_zh" if seen.language == "zh" else "name_en"]
    kind = seen.say(LABELS[Kind(case["kind"])])
    facts = [
        (NUMBER, plain(case["external_id"])),
        (CHANNEL, seen.say(LABELS[Channel(case["channel"])])),
        (CATEGORY, f"{kind} · {plain(name if not is_missing(name) else case['category'])}"),
        (LIMIT, _say_limit(seen, case)),
        (ADDRESS, plain(" ".join(str(case[part]) for part in ("address", "community") if not is_missing(case[part])))),
        (DEPARTMENT, plain(case["department"])),
        *([(RESOLUTION, seen.say(LABELS[Resolution(case["resolution"])]))] if not is_missing(case["resolution"]) else []),
        *([(SATISFACTION, seen.say(LABELS[Satisfaction(case["satisfaction"])]))] if not is_missing(case["satisfaction"]) else []),
        *((label, seen.say(TIMES, n=case[part])) for label, part in ((REWORKS, "reworks"), (EXTENSIONS, "extensions")) if case[part]),
    ]
    st.markdown("  \n".join(f":gray[{seen.say(label)}] {text}" for label, text in facts))


def _say_limit(seen: Viewer, case: Any) -> str:
    if is_missing(case["limit_type"]) or is_missing(case["limit_value"]):
        return NOTHING
    return f"{case['limit_value']:g} {seen.say(LABELS[Limit(case['limit_type'])])}"


def _show_belongs(seen: Viewer, belongs: pd.DataFrame) -> None:
    """Each layer that the case belongs to: the feature, how far, where along and on which bank, and who answers for it."""
    st.markdown(f"**{seen.say(BELONGS)}**")
    known = layers()
    seeable = belongs[belongs["layer"].map(lambda key: key in known and (seen.may_see_sensitive or not known[key].sensitive))]
    if seeable.empty:
        st.caption(seen.say(NOWHERE))
        return
    lines = []
    for key, features in seeable.groupby("layer", sort=False):
        told = "；".join(_say_feature(seen, rows) for _, rows in features.groupby("code", sort=False))
        lines.append(f":gray[{seen.say(known[str(key)].label)}] {told}")
    st.markdown("  \n".join(lines))


def _say_feature(seen: Viewer, rows: pd.DataFrame) -> str:
    """One feature; `rows` has a row for each official who answers for it."""
    row = rows.iloc[0]
    style, props = layers()[row["layer"]].style, row["props"] or {}
    choices = layers()[row["layer"]].field(style.colour_by).choices if style.colour_by else {}
    status = choices.get(str(props.get(style.colour_by)))
    parts = [plain(row["code"] if is_missing(row["name"]) else row["name"])]
    parts += [seen.say(status)] if status else []
    parts += [seen.say(AWAY, metres=show_number(row["metres"], seen.language))] if row["metres"] > 0 else []
    parts += [] if is_missing(row["along"]) else [seen.say(ALONG, metres=show_number(row["along"], seen.language))]
    parts += [] if is_missing(row["side"]) else [seen.say(BANKS[row["side"]])]
    for role, people in rows.dropna(subset="role").groupby("role", sort=False):
        label = ROLES.get(str(role))
        parts.append(f"{seen.say(label) if label else plain(role)} {'、'.join(plain(name) for name in people['official'])}")
    return " · ".join(parts)


def _show_near(seen: Viewer, near: pd.DataFrame) -> None:
    """The neighbours, those of the same class first; each opens."""
    words = seen.say(REPEATS, metres=f"{NEAR_METRES:g}", days=REPEAT_DAYS)
    if near.empty:
        st.markdown(f"**{words}**")
        st.caption(seen.say(NO_REPEATS))
        return
    st.markdown(f"**{words}** · {seen.say(REPEAT_COUNT, n=len(near), alike=int(near['alike'].sum()))}")
    with st.container(gap=None, key="near"):
        for row in near.head(MOST_NEAR).to_dict("records"):
            day = show_day(seen.local(row["reported_at"]).date(), seen.language)
            same = f":orange-badge[{seen.say(SAME)}] " if row["alike"] else ""
            away = seen.say(AWAY, metres=f"{row['metres']:.0f}")
            label = f"{same}{day} · {plain(row['title'])} · {away}"
            st.button(label, key=f"near_{row['id']}", type="tertiary", on_click=open_case, args=(int(row["id"]),), wrap=True)
    if len(near) > MOST_NEAR:
        st.caption(seen.say(MORE_NEAR, n=len(near) - MOST_NEAR))


def _show_photos(seen: Viewer, photos: pd.DataFrame) -> None:
    """The photos, the oldest first, with their time."""
    pictures = photos[photos["mime"].str.startswith("image/")] if not photos.empty else photos
    if pictures.empty:
        return
    st.markdown(f"**{seen.say(PHOTOS)}**")
    with st.container(horizontal=True, key="photos", gap="small"):
        for row in pictures.to_dict("records"):
            taken = moment_of(row["taken_at"])
            st.image(row["bytes"], width=150, caption=show_moment(seen.local(taken), seen.language) if taken else None)


def _show_events(seen: Viewer, life: pd.DataFrame) -> None:
    """Every line that was kept of its life."""
    if life.empty:
        return
    with st.expander(f"{seen.say(EVENTS)} · {len(life)}"):
        for row in life.to_dict("records"):
            parts = [show_moment(seen.local(row["at"]), seen.language), f"**{say_stage(seen, row['stage'])}**"]
            parts += [] if is_missing(row["actor"]) else [plain(seen.say(say_who(row["actor"])))]
            parts += [] if is_missing(row["note"]) else [plain(row["note"])]
            st.markdown(" · ".join(parts))
