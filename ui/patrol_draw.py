"""How chance chose today's places: the record of the draw, and the same draw run again before the reader's eyes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.draw import Draw, is_same, number_of
from i18n import Text, show_day
from ui.patrol import PatrolDay
from ui.viewer import Viewer
from ui.words import plain

TITLE = Text(zh="随机点位是怎么抽的", en="How the random places were drawn")
RULE = Text(
    zh="种子 = SHA-256(“日期|当天零点前的数据版本”)，谁也选不了，也不能重抽。每个责任区的数 = SHA-256(“种子|责任区”) 的前 53 位化为 0–1；"
    "键 = 数^(1÷权重)，键大的抽中（Efraimidis 与 Spirakis，2006）。权重 = 距上次巡查的天数（1–60）。抽过的本轮不再抽，"
    "全部抽过才开始下一轮；区内到哪一格，由同一种子决定。",
    en="Seed = SHA-256 of “date|version of the data before midnight”: nobody chooses it, nobody draws again. A zone's number = the first "
    "53 bits of SHA-256 of “seed|zone” as a fraction; key = number^(1 ÷ weight), the largest keys are drawn (Efraimidis and Spirakis, "
    "2006). Weight = days since the last patrol there (1–60). What was drawn stays out until all were drawn; the same seed picks the cell.",
)
DAY = Text(zh="哪一天", en="Which day")
RECORDED = Text(zh="已登记在审计日志，当天不再重抽", en="on record in the audit log; the day is not drawn again")
NOT_YET = Text(zh="开始巡查时登记；当天结果不会变", en="goes on record when the patrol begins; the result of the day will not change")
SAME = Text(zh="重算一遍，结果一致", en="Run again: the same result")
DIFFERENT = Text(
    zh="重算结果与登记不一致：登记被改动过，请查审计日志",
    en="Run again, the result differs: the record was changed; look into the audit log",
)
SEED = Text(zh="种子", en="Seed")
VERSION = Text(zh="数据版本", en="Data version")
CYCLE = Text(zh="轮次", en="Cycle")
RESULT = Text(zh="抽中", en="Drawn")
ZONE = Text(zh="责任区", en="Zone")
WEIGHT = Text(zh="权重", en="Weight")
NUMBER = Text(zh="数", en="Number")
KEY = Text(zh="键", en="Key")
STANDS = Text(zh="状态", en="Standing")
OUT = Text(zh="本轮已抽过", en="drawn before in this cycle")
IN = Text(zh="未抽中", en="not drawn")


def show_draw(seen: Viewer, day: PatrolDay) -> None:
    """The day's draw, or an earlier one, with everything that it was made of."""
    if not day.draw.weights:
        return
    with st.expander(seen.say(TITLE), icon=":material/casino:", key="how_drawn"):
        known = {draw.on: draw for draw in (day.draw, *day.earlier)}
        on = st.selectbox(seen.say(DAY), list(known), format_func=lambda one: show_day(one, seen.language), key="draw_day", width=220)
        draw = known[on]
        recorded = day.recorded or draw is not day.draw
        st.caption(seen.say(RECORDED if recorded else NOT_YET))
        lines = [
            (RESULT, ("、" if seen.language == "zh" else ", ").join(draw.drawn)),
            (CYCLE, str(draw.cycle)),
            (VERSION, draw.version),
            (SEED, draw.seed),
        ]
        st.table([{"": seen.say(label), " ": plain(value)} for label, value in lines], hide_header=True)
        if is_same(draw):
            st.success(seen.say(SAME), icon=":material/verified:")
        else:
            st.error(seen.say(DIFFERENT), icon=":material/gpp_bad:")
        st.dataframe(tabulate(seen, draw), hide_index=True, width="stretch", key="draw_table", alt=seen.say(TITLE))
        st.caption(plain(seen.say(RULE)))


def tabulate(seen: Viewer, draw: Draw) -> pd.DataFrame:
    """Every place with its weight, number and key, the largest key first."""
    rows = [(place, weight, number_of(draw.seed, place)) for place, weight in draw.weights.items()]
    keyed = sorted(((place, weight, number, number ** (1 / weight)) for place, weight, number in rows), key=lambda row: -row[3])
    return pd.DataFrame(
        {
            seen.say(ZONE): [row[0] for row in keyed],
            seen.say(STANDS): [
                seen.say(RESULT) if row[0] in draw.drawn else seen.say(OUT) if row[0] in draw.out else seen.say(IN) for row in keyed
            ],
            seen.say(WEIGHT): [row[1] for row in keyed],
            seen.say(NUMBER): [f"{row[2]:.6f}" for row in keyed],
            seen.say(KEY): [f"{row[3]:.6f}" for row in keyed],
        }
    )
