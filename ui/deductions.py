"""What a score was lost on: every deduction with its points and its cases, and all groups side by side."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from i18n import Text, show_number
from queries.evaluation import deductions
from queries.kpi import Kpi
from queries.kpis import Receipt
from ui.cards import Card, show_receipt_of
from ui.charts import make_figure
from ui.evaluation import EvaluationPage, say_group
from ui.kpis import CASES_PAGE
from ui.points import show_hint, show_pressable
from ui.pressed import named
from ui.viewer import Theme, Viewer

TITLE = Text(zh="{group}：{score} 分 = 100 − {lost}", en="{group}: {score} points = 100 − {lost}")
LINE = Text(zh="{part}（满分{points}）", en="{part} (of {points})")
BECAUSE = Text(zh="应处置 {due} 件中 {cases} 件", en="{cases} of {due} cases due")
CASES = Text(zh="{n} 件", en="{n} cases")
NO_SCORE = Text(zh="这段时间没有到期案件，不计分。", en="No case fell due in this period, so there is no score.")
EVERYONE = Text(zh="扣分构成（分）", en="Points lost, by part")
SAYS = Text(
    zh="堆叠条形图，各组被扣的分：扣得最多的是{name}，共 {lost} 分。",
    en="Stacked bars of the points lost: {name} lost most, {lost} in all.",
)
POINTS = Text(zh="{points} 分", en="{points} points")
LOST = Text(zh="满分 × 被扣分的案件 ÷ 应处置案件", en="points of the part × cases it was lost on ÷ cases due")
LOST_CASES = Text(zh="被扣分的案件（件）", en="Cases it was lost on")
DUE = Text(zh="应处置（件）", en="Cases due")
WEIGHT = Text(zh="满分", en="Points of the part")
WHY: dict[str, Text] = {
    "handling_rate": Text(zh="到期未处置", en="not handled"),
    "on_time_handling_rate": Text(zh="未按期处置", en="not handled in time"),
    "rework_rate": Text(zh="返工", en="reworked"),
    "overdue_unhandled_rate": Text(zh="超期仍待处置", en="overdue, still unhandled"),
    "extension_rate": Text(zh="延期", en="extended"),
}
# Okabe and Ito's colour-blind-safe set, darker parts first
COLOURS: dict[Theme, tuple[str, ...]] = {
    "light": ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a8f98"),
    "dark": ("#56b4e9", "#f59e0b", "#2dd4a7", "#e79fc4", "#94a3b8"),
}


def show_deductions(seen: Viewer, page: EvaluationPage) -> None:
    """Every deduction of the open group, or of everyone, each leading to its cases."""
    score = _score_of(page)
    if score is None:
        return
    lines = deductions(_table(page.readings.now, score), score)
    value = page.readings.now[score.key].value
    with st.container(border=True, key="deductions", gap="xsmall"):
        if value is None:
            st.info(seen.say(NO_SCORE))
            return
        shown = {"score": f"{value:.1f}", "lost": f"{100 - value:.1f}", "group": say_group(seen, page)}
        st.markdown(f"**{seen.say(TITLE, **shown)}**")
        for line in lines.sort_values("lost", ascending=False, kind="stable").to_dict("records"):
            _show_line(seen, page, score, line)


def show_all_deductions(seen: Viewer, page: EvaluationPage) -> None:
    """A bar for each group, in the order of the ranking, made of the points it lost on each part."""
    score = _score_of(page)
    if score is None:
        return
    lines = deductions(page.figures.table, score)
    groups = [one for one in page.ranks["group"] if not pd.isna(one)]
    st.markdown(f"**{seen.say(EVERYONE)}**")
    lost = lines.assign(lost=lines["lost"].astype(float)).groupby("group")["lost"].sum()
    says = seen.say(SAYS, name=page.language_names[lost.idxmax()], lost=f"{lost.max():.1f}") if len(lost) else None
    pressed = show_pressable(_draw_parts(seen, page, score, lines, groups), key=f"all_deductions_{page.figures.by}", alt=says)
    if pressed is None:
        show_hint(seen)
        return
    part, place = pressed["customdata"]
    group = groups[int(place)]
    for line in lines[(lines["part"] == part) & (lines["group"] == group)].to_dict("records"):
        with st.container(border=True, gap="xsmall", key="deduction_pressed"):
            show_receipt_of(seen, _card(seen, page, group, line))


def _card(seen: Viewer, page: EvaluationPage, group: Any, line: dict[Any, Any]) -> Card:
    """What one group lost on one part, as points and as cases of those due."""
    lost_on, due = (show_number(int(line[name]), seen.language) for name in ("cases", "due"))
    address = page.figures.cases_of(group).to_params() | {"kpi": line["kpi"], "part": "numerator", "rules": page.rules.key}
    return Card(
        key="deduction",
        label=named(page.language_names[group], WHY[line["part"]]),
        value=f"−{line['lost']:.2f}",
        formula=LOST,
        parts=[(LOST_CASES, lost_on), (DUE, due), (WEIGHT, f"{line['points']:g}")],
        cases=address if line["cases"] else None,
    )


def _show_line(seen: Viewer, page: EvaluationPage, score: Kpi, line: dict[Any, Any]) -> None:
    """One part: its name, the points lost, how many cases of how many, and the way to them."""
    part = next(part for part in score.parts if part.kpi.key == line["part"])
    cases, due = (show_number(int(line[name]), seen.language) for name in ("cases", "due"))
    name = seen.say(LINE, part=seen.say(part.kpi.label), points=f"{part.points:g}")
    because = f"{seen.say(BECAUSE, due=due, cases=cases)} {seen.say(WHY[part.kpi.key])}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"lost_on_{part.kpi.key}"):
        st.markdown(f"**−{line['lost']:.2f}**", width=56)
        with st.container(gap=None, width="stretch"):
            st.markdown(name)
            st.caption(because)
        address = page.cases.to_params() | {"kpi": line["kpi"], "part": "numerator", "rules": page.rules.key}
        st.page_link(CASES_PAGE, label=seen.say(CASES, n=cases), icon=":material/list:", query_params=address)


def _score_of(page: EvaluationPage) -> Kpi | None:
    return next((kpi for kpi in page.kpis if kpi.parts), None)


def _table(receipts: Any, score: Kpi) -> pd.DataFrame:
    """Receipts in the form of `read_kpis`, without a grouping."""
    found: list[Receipt] = [receipts[part.kpi.key] for part in score.parts]
    rows = [(one.kpi.key, one.value, one.numerator, one.denominator) for one in found]
    table = pd.DataFrame(rows, columns=["kpi", "value", "numerator", "denominator"])
    return table.astype(dict.fromkeys(("value", "numerator", "denominator"), "Float64"))


def _draw_parts(seen: Viewer, page: EvaluationPage, score: Kpi, lines: pd.DataFrame, groups: list[Any]) -> go.Figure:
    figure = make_figure(seen.theme, height=64 + 26 * len(groups))
    for part, colour in zip(score.parts, COLOURS[seen.theme], strict=True):
        lost = lines[lines["part"] == part.kpi.key].set_index("group")["lost"].astype(float)
        figure.add_bar(
            x=[lost.get(group, 0.0) for group in groups],
            y=[page.language_names[group] for group in groups],
            name=seen.say(WHY[part.kpi.key]),
            orientation="h",
            customdata=[[part.kpi.key, place] for place in range(len(groups))],
            unselected={"marker": {"opacity": 0.45}},
            marker={"color": colour},
            hovertemplate="%{y} −%{x:.2f}<extra>" + seen.say(part.kpi.label) + "</extra>",
        )
    figure.update_layout(legend={"traceorder": "normal"}, barmode="stack", bargap=0.3, hovermode="closest")
    figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  ")
    return figure
