"""The plan: in which order the planned cameras add most cases seen, how many to take, and how near that is to the best."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from i18n import Text, show_number, show_share
from ui.camera_views import Covered, SeenCases
from ui.cards import Card, show_receipt_of
from ui.case_links import case_link, link_column, these
from ui.charts import DOTTED, MAIN, SECOND, make_figure
from ui.kpis import FORMULA, RECEIPT, SOURCE
from ui.points import show_hint, show_pressable
from ui.pressed import exact_card, named, say_in_both, show_number_table
from ui.viewer import Viewer
from ui.words import is_missing

# the mark of the chosen count stays as it is when a point is pressed
ALWAYS = {"marker": {"opacity": 1}}
KEY = "planned"
FIRST_COUNT = 20
PLAN = Text(zh="计划探头先装哪些", en="Which planned cameras first")
HOW_MANY = Text(zh="装几个", en="How many")
NO_PLANNED = Text(
    zh="没有计划中的探头。导入状态为“计划”的探头后，这里给出安装次序。",
    en="No camera is planned. Bring in cameras with the status planned, and the order in which to put them up appears here.",
)
GAIN = Text(
    zh="装前 **{count}** 个：多看到 **{n}** 件，可见率从 {before} 升到 **{after}**；{share}。",
    en="The first **{count}**: **{n}** more cases seen, from {before} to **{after}**; {share}.",
)
AT_LEAST = Text(zh="至少是任何 {count} 个所能做到的 **{share}**", en="at least **{share}** of what any {count} could do")
BEST = Text(zh="没有哪 {count} 个能做得更好", en="no {count} could do better")
NO_GAIN = Text(zh="装前 {count} 个：没有多看到案件。", en="The first {count}: not one more case is seen.")
NOTHING_MORE = Text(zh="从第 {count} 个起不再多看到案件。", en="From number {count} on no further case is seen.")
ADDED = Text(zh="多看到的案件", en="More cases seen")
MOST = Text(zh="任何方案的上限", en="No plan can exceed")
CAMERAS = Text(zh="计划探头（个）", en="planned cameras")
NUMBER = Text(zh="次序", en="Order")
CAMERA = Text(zh="探头", en="Camera")
NAME = Text(zh="名称", en="Name")
GAINS = Text(zh="多看到", en="Adds")
TOTAL = Text(zh="累计", en="In all")
ROWS = Text(
    zh="“多看到”只算前面的探头和在用探头都看不到的案件，点数字看口径，行末直接打开这些案件。",
    en="“Adds” counts cases that neither a working camera nor one before it sees; press a number for its receipt; the end of a row"
    " opens these cases.",
)
FIRST = Text(zh="装前 {count} 个 · 累计", en="The first {count} · in all")
GAIN_FORMULA = Text(
    zh="在它视野内、前面的探头和在用探头都看不到的案件", en="cases in its view that neither a working camera nor one before it sees"
)
TOTAL_FORMULA = Text(
    zh="至少一个这些计划探头看得到、没有在用探头看得到的案件", en="cases that one of these planned cameras sees and no working one"
)
PLAN_FORMULA = Text(
    zh="每一步选多看到案件最多的探头；同样多时取编号靠前的",
    en="each step takes the camera that adds most cases; of equals the first by code",
)
SHARE_FORMULA = Text(
    zh="方案多看到的案件 ÷ 上限；上限 = 次序中任一步之前已看到的 + 此时增量最大的 {count} 个之和，取最小，且不超过全部计划探头能看到的",
    en="cases added ÷ limit; the limit is the least, over all steps of the order, of what is seen by then + the {count} largest gains "
    "left, and never more than all planned cameras see",
)
PLAN_SOURCE = Text(
    zh="Nemhauser、Wolsey、Fisher 1978（贪心法不低于最好的 1 − 1/e ≈ 63%）；Leskovec 等 2007（在线上界）",
    en="Nemhauser, Wolsey, Fisher 1978 (greedy is at least 1 − 1/e ≈ 63% of the best); Leskovec and others 2007 (online bound)",
)
CURVE_SAYS = Text(
    zh="曲线：装前 {count} 个多看到 {n} 件，全部装上多看到 {last} 件",
    en="Curve: the first {count} add {n} cases, all of them {last}",
)
SHARE_LABEL = Text(zh="至少达到", en="At least")


def pick_count(seen: Viewer, found: SeenCases) -> int:
    """How many of the planned cameras to take; kept in the address. None planned: none to pick."""
    last = len(found.planned)
    st.markdown(f"**{seen.say(PLAN)}**")
    if not last:
        st.info(seen.say(NO_PLANNED), icon=":material/videocam:")
        return 0
    asked = st.query_params.get(KEY, "")
    if KEY not in st.session_state:
        st.session_state[KEY] = int(asked) if asked.isdecimal() and len(asked) < 7 else FIRST_COUNT
    st.session_state[KEY] = min(st.session_state[KEY], last)
    count = int(st.slider(seen.say(HOW_MANY), 0, last, key=KEY))
    if asked != str(count) and (asked or count != min(FIRST_COUNT, last)):
        st.query_params[KEY] = str(count)
    return count


def show_plan(seen: Viewer, found: SeenCases, count: int) -> None:
    """The gain of the first `count` in a sentence with its receipt, and the curve."""
    if not found.planned:
        return
    totals, share = found.plan.totals, found.plan.at_least(count)
    added = int(totals[count])
    if not added or share is None:
        st.markdown(seen.say(NO_GAIN, count=count))
    else:
        before, after = (show_share(part / found.n if found.n else None) for part in (found.seen, found.seen + added))
        n = show_number(added, seen.language)
        st.markdown(seen.say(GAIN, count=count, n=n, before=before, after=after, share=_say_share(seen, count, share)))
    last = int(np.count_nonzero(found.plan.gains))
    if count > last:
        st.caption(seen.say(NOTHING_MORE, count=last + 1))
    with st.popover(seen.say(RECEIPT), type="tertiary", key="receipt_plan"):
        _show_receipt(seen, found, count)
    says = seen.say(CURVE_SAYS, count=count, n=show_number(added, seen.language), last=show_number(int(totals[-1]), seen.language))
    pressed = show_pressable(_draw(seen, found, count), key="plan_curve", alt=says)
    if pressed is None:
        show_hint(seen)
        return
    with st.container(border=True, gap="xsmall", key="plan_pressed"):
        show_receipt_of(seen, _total_card(seen, found, int(pressed["x"])))


def _total_card(seen: Viewer, found: SeenCases, count: int) -> Card:
    """The receipt of what the first cameras of the plan add together."""
    most = [(MOST, show_number(int(found.plan.most[count]), seen.language))]
    ids = _added(found, found.chosen(count))["case"]
    return exact_card(seen, say_in_both(FIRST, count=count), TOTAL_FORMULA, ids, parts=most, source=PLAN_SOURCE)


def _show_receipt(seen: Viewer, found: SeenCases, count: int) -> None:
    plan = found.plan
    lines = [
        (FORMULA, seen.say(PLAN_FORMULA)),
        (ADDED, show_number(int(plan.totals[count]), seen.language)),
        (MOST, show_number(int(plan.most[count]), seen.language)),
        (SHARE_LABEL, seen.say(SHARE_FORMULA, count=count)),
        (SOURCE, seen.say(PLAN_SOURCE)),
    ]
    st.table([{"": seen.say(label), " ": text} for label, text in lines], hide_header=True)


def _say_share(seen: Viewer, count: int, share: float) -> str:
    """The bound in words; it is never rounded up."""
    if share >= 1:
        return seen.say(BEST, count=count)
    return seen.say(AT_LEAST, count=count, share=show_share(np.floor(share * 1000) / 1000, digits=1))


def _draw(seen: Viewer, found: SeenCases, count: int) -> go.Figure:
    """Cases added by the first k cameras, under what no k can exceed; the chosen k is marked."""
    figure = make_figure(seen.theme, height=260)
    steps = list(range(len(found.plan) + 1))
    totals = found.plan.totals.tolist()
    hover = "%{y:,.0f}"
    limit = {"color": SECOND[seen.theme], **DOTTED}
    figure.add_scatter(x=steps, y=found.plan.most.tolist(), mode="lines", name=seen.say(MOST), line=limit, hovertemplate=hover)
    line, points = {"color": MAIN[seen.theme], "width": 2.5}, {"size": 9, "opacity": 0, "color": MAIN[seen.theme]}
    figure.add_scatter(x=steps, y=totals, mode="lines+markers", name=seen.say(ADDED), line=line, marker=points, hovertemplate=hover)
    mark = {"size": 11, "color": MAIN[seen.theme]}
    figure.add_scatter(x=[count], y=[totals[count]], mode="markers", marker=mark, showlegend=False, hoverinfo="skip", unselected=ALWAYS)
    figure.update_xaxes(range=[0, len(found.plan)], title={"text": seen.say(CAMERAS), "font": {"size": 13}}, ticklabelstandoff=6)
    return figure


def show_order(seen: Viewer, covered: Covered, found: SeenCases, count: int) -> None:
    """The first cameras of the plan, one a row: what each adds, the sum so far, and the way to the cases."""
    if not count:
        return
    chosen, totals = found.chosen(count), found.plan.totals
    cameras = covered.sights.loc[chosen]
    added = _added(found, chosen)
    gained = [added.loc[added["place"] == place, "case"] for place in range(count)]
    table = pd.DataFrame(
        {
            seen.say(NUMBER): range(1, count + 1),
            seen.say(CAMERA): cameras["code"].to_list(),
            seen.say(NAME): ["" if is_missing(name) else str(name) for name in cameras["name"]],
            seen.say(GAINS): found.plan.gains[:count],
            seen.say(TOTAL): totals[1 : count + 1],
            "": [case_link(seen, these(cases)) if len(cases) else "" for cases in gained],
        }
    )

    def card_of(place: int, column: str) -> Card | None:
        if column == seen.say(TOTAL):
            return _total_card(seen, found, place + 1)
        if column != seen.say(GAINS):
            return None
        return exact_card(seen, named(str(table[seen.say(CAMERA)][place]), GAINS), GAIN_FORMULA, gained[place])

    config, height = {"": link_column(seen)}, min(36 * (count + 1), 420)
    show_number_table(seen, table, card_of, key="plan_order", alt=seen.say(PLAN), columns=config, height=height)
    st.caption(seen.say(ROWS))


def _added(found: SeenCases, chosen: list[int]) -> pd.DataFrame:
    """The cases that these cameras add, each once and with the place of the first that sees it: columns of `unseen_pairs`, and place."""
    pairs = found.unseen_pairs[found.unseen_pairs["camera"].isin(chosen)]
    first = pairs.assign(place=pairs["camera"].map({camera: place for place, camera in enumerate(chosen)}))
    return first.sort_values("place", kind="stable").drop_duplicates("case")
