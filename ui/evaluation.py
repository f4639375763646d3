"""The evaluation (考核): rules and grouping chosen, who ranks where, every figure of everyone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import streamlit as st

from i18n import Text
from model.kinds import LABELS, Channel
from queries.evaluation import Step, hours_histogram, hours_spread
from queries.filters import Filters
from queries.groups import BY, By
from queries.intervals import rank_groups
from queries.kpi import Kpi, RuleSet
from queries.rules import HOURS_TO_CONTACT, RULE_SETS
from ui import ask
from ui.choices import pick_one
from ui.group_figures import GroupFigures, ask_before, ask_groups, ask_year_ago
from ui.kpis import Readings, show_kpis, show_receipt
from ui.matrix import Line, show_matrix
from ui.ranking import show_ranking
from ui.viewer import Viewer

GROUPINGS: tuple[By, ...] = ("department", "community", "channel")
RULES = Text(zh="口径", en="Rules")
RULE_NAMES: dict[str, Text] = {
    "national": Text(zh="国标", en="National"),
    "hotline": Text(zh="12345", en="Hotline"),
    "office": Text(zh="本办", en="Office"),
    "city": Text(zh="城市自定", en="A city's own"),
}
GROUPING = Text(zh="按", en="By")
RANKED_BY = Text(zh="排名按", en="Ranked by")
EVERYONE: dict[str, Text] = {
    "department": Text(zh="全部部门", en="All departments"),
    "community": Text(zh="全部居委", en="All communities"),
    "channel": Text(zh="全部来源", en="All channels"),
}
NOBODY = Text(zh="未标明", en="Not given")
TABLE = Text(zh="指标对照", en="All figures")
CITY_ONLY = Text(zh="城市自己的口径，不是国家标准", en="a city's own rule, not a national standard")
LET_GO = Text(zh="看全部", en="Show all")
NO_CASES = Text(zh="这个条件下没有案件。放宽时间或清除筛选再看。", en="No case matches. Widen the period or clear the filters.")
MOST_ABREAST = 7


@dataclass(frozen=True, kw_only=True)
class EvaluationPage:
    """What every part of the page shares: rules, the figures of all groups, the figure that ranks them, the group that is open."""

    rules: RuleSet
    kpi: Kpi
    chosen: Any
    figures: GroupFigures
    before: GroupFigures | None
    year_ago: GroupFigures | None
    contact: pd.DataFrame
    end: pd.DataFrame
    language_names: dict[Any, str]

    @property
    def kpis(self) -> tuple[Kpi, ...]:
        return self.figures.kpis

    @property
    def everyone(self) -> bool:
        """Whether no single group is open."""
        return self.chosen is None

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """The groups from first to last by the figure."""
        return rank_groups(self.figures.table, self.kpi, hours_spread(self.hours("contact" if self.kpi.hours_to == "contact" else "end")))

    @cached_property
    def readings(self) -> Readings:
        """The receipts of the open group, or of everyone."""
        now, before, year_ago = ({} if one is None else self._receipts(one) for one in (self.figures, self.before, self.year_ago))
        return Readings(now=now, before=before, year_ago=year_ago)

    @property
    def cases(self) -> Filters:
        """The filters of the open group's cases, or of everyone's."""
        return self.figures.filters if self.everyone else self.figures.cases_of(self.chosen)

    def hours(self, step: Step) -> pd.DataFrame:
        """The histogram of the hours to a step, by group."""
        return self.contact if step == "contact" else self.end

    def _receipts(self, figures: GroupFigures) -> Any:
        groups = figures.groups
        if not self.everyone:
            return figures.receipts(self.chosen)
        return figures.together(groups) if groups else figures.receipts(None)


def ask_evaluation(seen: Viewer, filters: Filters) -> EvaluationPage:
    """The choices of the page and the answers for them."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="evaluation_choices"):
        rules = RULE_SETS[pick_one(seen, RULES, RULE_NAMES, key="rules", default="national")]
        by = _as_by(pick_one(seen, GROUPING, {key: BY[key] for key in GROUPINGS}, key="by", default="department"))
        st.caption(f"{seen.say(rules.label)} · {seen.say(rules.note)}", width="content")
        if rules.key == "city":
            st.badge(seen.say(CITY_ONLY), color="orange", width="content")
    kpis = tuple(dict.fromkeys((HOURS_TO_CONTACT, *rules.kpis)))
    figures = ask_groups(seen, kpis, filters, by)
    names = {group: _name(group, by, seen) for group in figures.groups}
    return EvaluationPage(
        rules=rules,
        kpi=_pick_kpi(seen, rules, kpis),
        chosen=_open_group(figures.groups),
        figures=figures,
        before=ask_before(seen, figures),
        year_ago=ask_year_ago(seen, figures),
        contact=ask.ask(hours_histogram, "contact", filters, seen.minute, by),
        end=ask.ask(hours_histogram, "end", filters, seen.minute, by),
        language_names=names,
    )


def show_figures(seen: Viewer, page: EvaluationPage) -> None:
    """The figures of the open group, or of everyone, hours to first contact first."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{say_group(seen, page)}**", width="content")
        if not page.everyone:
            st.button(seen.say(LET_GO), key="let_group_go", type="tertiary", icon=":material/close:", on_click=open_group, args=(None,))
    with st.container(key="evaluation_figures"):
        show_kpis(seen, page.kpis, page.readings, page.cases, columns=_columns(len(page.kpis)))


def show_group_ranking(seen: Viewer, page: EvaluationPage) -> None:
    """The groups from first to last; a click opens one."""
    show_ranking(
        seen,
        page.ranks,
        page.kpi,
        label=BY[page.figures.by],
        names=page.language_names,
        key=f"ranking_{page.rules.key}_{page.figures.by}_{page.kpi.key}",
        height=None,
        chosen=page.chosen,
        on_pick=open_group,
        middle=page.figures.together(page.figures.groups)[page.kpi.key].value if page.kpi.unit != "cases" else None,
    )


def show_open_receipt(seen: Viewer, page: EvaluationPage) -> None:
    """The receipt of the figure that ranks, for the open group or everyone."""
    with st.container(border=True):
        st.caption(say_group(seen, page))
        show_receipt(seen, page.readings.now[page.kpi.key], page.cases, page.readings.year_ago.get(page.kpi.key))


def show_table(seen: Viewer, page: EvaluationPage) -> None:
    """Every figure of every group, in the order of the ranking."""
    groups = [None if pd.isna(one) else one for one in page.ranks["group"]]
    lines = [
        Line(
            key=str(group),
            name=page.language_names[group],
            receipts=page.figures.receipts(group),
            filters=page.figures.cases_of(group),
            year_ago=page.year_ago.receipts(group) if page.year_ago else None,
        )
        for group in groups
    ]
    # wider than a phone, where the ranking by one figure at a time takes its place
    with st.container(key="evaluation_table"):
        st.markdown(f"**{seen.say(TABLE)}**")
        show_matrix(seen, lines, page.kpis, key=f"table_{page.rules.key}_{page.figures.by}", label=BY[page.figures.by])


def say_group(seen: Viewer, page: EvaluationPage) -> str:
    """The name of the open group, or of all of them."""
    return seen.say(EVERYONE[page.figures.by]) if page.everyone else page.language_names[page.chosen]


def open_group(group: Any) -> None:
    """Open a group, from a click; None closes it."""
    st.session_state["group"] = group
    if group is None:
        st.query_params.pop("group", None)
    else:
        st.query_params["group"] = str(group)


def _open_group(groups: list[Any]) -> Any:
    """The group that the address opens, if it is among these."""
    asked = st.query_params.get("group")
    return asked if asked in groups else None


def _columns(cards: int) -> int:
    """One row of cards, or two as long as each other."""
    return cards if cards <= MOST_ABREAST else -(-cards // 2)


def _pick_kpi(seen: Viewer, rules: RuleSet, kpis: tuple[Kpi, ...]) -> Kpi:
    """The figure that ranks: the score where the rules have one, else their word for in time."""
    first = next((kpi for kpi in rules.kpis if kpi.parts), rules.on_time)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(seen.say(RANKED_BY), width="content")
        chosen = pick_one(seen, RANKED_BY, {kpi.key: kpi.label for kpi in kpis}, key="rank", default=first.key, menu=True)
    return next(kpi for kpi in kpis if kpi.key == chosen)


def _name(group: Any, by: By, seen: Viewer) -> str:
    if group is None:
        return seen.say(NOBODY)
    return seen.say(LABELS[Channel(group)]) if by == "channel" else str(group)


def _as_by(key: str) -> By:
    return next(by for by in GROUPINGS if by == key)
