"""Which reach is walked, by whom, and what is asked of a walk of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import pandas as pd
import shapely
import streamlit as st

from analysis.walks import least_metres, walk_rules
from config import WalkRule
from geo.crs import project_shapes
from i18n import Text, show_number
from model.roles import Role
from queries.features import duties, features
from ui import ask
from ui.nothing_yet import show_missing
from ui.viewer import Viewer
from ui.words import is_missing, plain

# the parameter of the address, the widget and the one of the chief: the rivers page has a reach of its own
PARAM, KEY, CHIEF = "reach", "walk_reach", "walk_chief"
LAYER = "rivers"
# the role of a duty is this and the level
CHIEFS = "river_chief_"
LEVELS = {"subdistrict": Text(zh="街道级河长", en="subdistrict chief"), "neighbourhood": Text(zh="居委级河长", en="neighbourhood chief")}
REACH = Text(zh="河段", en="Reach")
WHO = Text(zh="巡河的河长", en="The chief who walks")
NO_REACHES = Text(zh="还没有河段；请先在“数据”页导入河道图层。", en="There are no reaches; import the rivers layer on the Data page first.")
NOT_YOURS = Text(
    zh="没有登记在您名下的河段；请让网格中心核对河长名单。",
    en="No reach is entered under your code; ask the grid centre to check the list of chiefs.",
)
WHICH_CHIEF = Text(
    zh="还不知道您是哪位河长：请点右上角的身份，选您的名字；已登录的，请管理员在账号里写上河长编号。",
    en="Which river chief you are is not known: press your role at the top and choose your name; if you have signed in, ask the"
    " administrator to enter your code with the account.",
)
STRANGE = Text(
    zh="地址里的河段 {reach} 不在可巡的河段中，已换成第一段。",
    en="Reach {reach} of the address is not among those to walk; the first one is shown.",
)
ASKED = Text(
    zh="{level}：每 {days} 天至少一次，每次至少 {minutes} 分钟、{metres} 米",
    en="{level}: once in {days} days, at least {minutes} min and {metres} m",
)
LENGTH = Text(zh="全长 {metres} 米", en="{metres} m long")


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A reach that is walked: its line (WGS-84), its length in metres, who walks (a code, empty where nobody answers for it), the rule."""

    code: str
    name: str
    shape: shapely.Geometry
    length_m: float
    official: str
    rule: WalkRule | None

    @property
    def least_m(self) -> float:
        """The metres that a walk must cover."""
        return least_metres(self.rule, self.length_m) if self.rule else 0.0


def pick_reach(seen: Viewer, running: tuple[str, str] | None) -> Reach | None:
    """Show which reach is walked and by whom, and what is asked; while a walk is `running`, (reach, chief), it is that one."""
    reaches = ask.ask(features, (LAYER,))
    chiefs = ask.ask(duties, seen.office.today())
    chiefs = chiefs[(chiefs["layer"] == LAYER) & chiefs["role"].str.startswith(CHIEFS)]
    if seen.actor.role is Role.RIVER_CHIEF:
        chiefs = chiefs[chiefs["official_code"] == seen.actor.code]
        reaches = reaches[reaches["code"].isin(chiefs["code"])]
    if reaches.empty or seen.office.metric_crs is None:
        if seen.actor.role is Role.RIVER_CHIEF:
            st.info(seen.say(NOT_YOURS if seen.actor.code else WHICH_CHIEF))
        else:
            show_missing(seen, NO_REACHES)
        return None
    code = _pick_code(seen, reaches, running[0] if running else None)
    row = reaches[reaches["code"] == code].iloc[0]
    official, level = _pick_chief(seen, chiefs[chiefs["code"] == code], running[1] if running else None)
    length = float(project_shapes([row["geometry"]], seen.office.metric_crs)[0].length)
    name = code if is_missing(row["name"]) else str(row["name"])
    reach = Reach(code=code, name=name, shape=row["geometry"], length_m=length, official=official, rule=walk_rules().get(level))
    st.caption(" · ".join(_say_reach(seen, reach)))
    return reach


def _pick_code(seen: Viewer, reaches: pd.DataFrame, running: str | None) -> str:
    """The reach by its name; the address keeps its code."""
    names = {str(row["code"]): f"{row['code']} {'' if is_missing(row['name']) else row['name']}" for row in reaches.to_dict("records")}
    asked = st.query_params.get(PARAM)
    if running in names:
        st.session_state[KEY] = running
    elif asked in names and asked != st.session_state.get(f"{KEY}_in_address"):
        st.session_state[KEY] = asked
    if st.session_state.get(KEY) not in names:
        st.session_state[KEY] = next(iter(names))
        if asked:
            st.warning(plain(seen.say(STRANGE, reach=asked)))
    st.selectbox(
        seen.say(REACH), list(names), key=KEY, format_func=lambda code: names[code], disabled=running is not None or len(names) == 1
    )
    code = str(st.session_state[KEY])
    st.session_state[f"{KEY}_in_address"] = code
    if asked != code:
        st.query_params[PARAM] = code
    return code


def _pick_chief(seen: Viewer, chiefs: pd.DataFrame, running: str | None) -> tuple[str, str]:
    """The code of who walks and their level; a chief is themselves, anybody else says for whom."""
    found = {str(row["official_code"]): row for row in chiefs.to_dict("records")}
    if not found:
        return "", ""
    code = next(iter(found))
    if seen.actor.role is not Role.RIVER_CHIEF:
        if running in found or st.session_state.get(CHIEF) not in found:
            st.session_state[CHIEF] = running if running in found else code
        names = {key: " · ".join(_say_chief(seen, row["official"], row["role"])) for key, row in found.items()}
        st.segmented_control(seen.say(WHO), list(found), key=CHIEF, format_func=lambda key: names[key], required=True, wrap=True)
        code = str(st.session_state[CHIEF])
    return code, str(found[code]["role"]).removeprefix(CHIEFS)


def _say_chief(seen: Viewer, name: object, role: object) -> Sequence[str]:
    level = LEVELS.get(str(role).removeprefix(CHIEFS))
    return [plain(name), *([seen.say(level)] if level else [])]


def _say_reach(seen: Viewer, reach: Reach) -> list[str]:
    words = [seen.say(LENGTH, metres=show_number(reach.length_m, seen.language))]
    if reach.rule is not None:
        level = LEVELS.get(reach.rule.level)
        words.append(
            seen.say(
                ASKED,
                level=seen.say(level) if level else reach.rule.level,
                days=reach.rule.every_days,
                minutes=f"{reach.rule.least_minutes:g}",
                # rounded up, as what is still to go
                metres=show_number(ceil(reach.least_m), seen.language),
            )
        )
    return words
