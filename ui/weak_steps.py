"""One box for each weak area: its three steps, who signed it off, its flags, and its cases before and after by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

import pandas as pd
import streamlit as st

from analysis.relapse import MARKS, Flag, flag
from geo.layers import layer
from i18n import NOTHING, Text, show_day, show_number
from queries.weak_areas import LAYER
from ui.cards import Card, show_cards
from ui.case_links import case_link, link_column, params_of, these
from ui.pressed import exact_card, named, show_number_table
from ui.relapse_charts import show_chart_method, show_control_chart
from ui.viewer import Viewer
from ui.weak_areas import BEFORE, OTHER, RELAPSE, WeakArea, ask_first_day, class_name
from ui.words import plain

# what a step brought, in the order in which it is told
FIGURES: dict[str, Text] = {
    "businesses": Text(zh="清退违法经营户（户）", en="Illegal businesses"),
    "residents": Text(zh="清退居住人员（人）", en="Unlawful residents"),
    "rooms_sealed": Text(zh="查封房间（间）", en="Rooms sealed"),
    "fire_hazards_removed": Text(zh="消除消防隐患（处）", en="Fire hazards removed"),
    "demolished_m2": Text(zh="拆除违法建筑（㎡）", en="Demolished (m²)"),
}
FIGURES_TITLE = Text(zh="整治成效（全部区域合计）", en="What the three steps brought, all areas together")
FIGURE_FORMULA = Text(zh="各区域整治步骤所记数字之和", en="the sum of what the steps at the areas brought")
FIGURE_SOURCE = Text(zh="整治步骤记录", en="the records of the steps")
SIGNED = Text(zh="{day}销项，销项人 {who} · {closed_by}", en="Signed off {day} by {who} · closed by {closed_by}")
NOT_SIGNED = Text(zh="尚未销项", en="Not signed off yet")
NOT_DONE = Text(zh="未完成", en="not done")
FLAGS: dict[Flag, tuple[Text, Literal["green", "red", "gray"], str]] = {
    Flag.HELD: (Text(zh="{days}天内未回潮", en="{days} days: held"), "green", ":material/check:"),
    Flag.RELAPSED: (Text(zh="{days}天内回潮", en="{days} days: relapsed"), "red", ":material/flag:"),
    Flag.PENDING: (Text(zh="未满{days}天", en="{days} days: not over"), "gray", ":material/schedule:"),
}
CLASS = Text(zh="类别", en="Class")
BEFORE_LABEL = Text(zh="销项前", en="Before")
AFTER_LABEL = Text(zh="销项后", en="After")
IS_RELAPSE = Text(zh="算回潮", en="A relapse")
YES, NO = Text(zh="是", en="yes"), Text(zh="否", en="no")
PER_BEFORE = Text(zh="销项前每30天", en="In 30 days, before")
PER_AFTER = Text(zh="销项后每30天", en="In 30 days, since")
PER_FORMULA = Text(
    zh="区域内案件数 ÷ 天数 × 30；销项后只计与销项前同类的",
    en="cases inside the area ÷ days × 30; since sign-off only those of a class it had before",
)
COUNT_FORMULA = Text(
    zh="归属到本区域的该类案件；销项当日算销项前，作废不计",
    en="cases of the class that belong to the area; the day of sign-off counts as before, void ones are left out",
)
CASE_COUNT, DAY_COUNT = Text(zh="案件数", en="Cases"), Text(zh="天数", en="Days")
TABLE_RULE = Text(
    zh="案件按归属计入区域；销项当日算销项前，作废不计。首列打开这些案件，点一个数字看口径。",
    en="Cases inside the area by their link; the day of sign-off counts as before, void cases are left out. The first column opens them; "
    "press a number for its receipt.",
)
NO_CASES = Text(zh="区域内没有案件。", en="No case lies inside this area.")


def show_step_figures(seen: Viewer, areas: Sequence[WeakArea]) -> None:
    """What the steps brought over all areas, a card each."""
    sums: dict[str, dict[str, float]] = {}
    for one in areas:
        for name, value in step_figures(one.steps).items():
            sums.setdefault(name, {})[one.code] = value
    cards = [
        Card(
            key=name,
            label=figure_label(name),
            value=show_amount(sum(sums[name].values()), seen),
            formula=FIGURE_FORMULA,
            parts=[(Text(zh=code, en=code), show_amount(value, seen)) for code, value in sums[name].items()],
            source=FIGURE_SOURCE,
        )
        for name in in_order(sums)
    ]
    if cards:
        st.markdown(f"**{seen.say(FIGURES_TITLE)}**")
        show_cards(seen, cards, key="step_figures", columns=5)


def step_figures(steps: pd.DataFrame) -> dict[str, float]:
    """The figures of steps by name, added up; what is no number is left out."""
    sums: dict[str, float] = {}
    for figures in steps["figures"]:
        for name, value in (figures or {}).items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                sums[str(name)] = sums.get(str(name), 0.0) + float(value)
    return sums


def in_order(names: Mapping[str, object]) -> list[str]:
    """The known figures as they are told, then the others."""
    return [*(name for name in FIGURES if name in names), *(name for name in names if name not in FIGURES)]


def figure_label(name: str) -> Text:
    """The words of a figure, else its name."""
    return FIGURES.get(name) or Text(zh=name, en=name)


def show_amount(value: float, seen: Viewer) -> str:
    """A number without needless cents."""
    return show_number(value, seen.language, digits=0 if float(value).is_integer() else 2)


def show_areas(seen: Viewer, areas: Sequence[WeakArea]) -> None:
    """A box for each area, two side by side where they fit."""
    with st.grid(2, min_column_width=330, gap="small", key="areas"):
        for one in areas:
            _show_area(seen, one)
    st.caption(seen.say(TABLE_RULE))
    show_chart_method(seen)


def _show_area(seen: Viewer, one: WeakArea) -> None:
    with st.container(border=True, key=f"area_{one.code}", gap="small"):
        st.markdown(f"**{plain(one.code)} {plain(one.name)}**")
        day = show_day(one.area.signed_off_on, seen.language)
        signed = one.area.followed_days(seen.office.today()) is not None
        said = {"day": day, "who": plain(one.signed_off_by), "closed_by": plain(one.closed_by)}
        st.caption(seen.say(SIGNED, **said) if signed else seen.say(NOT_SIGNED))
        _show_flags(seen, one)
        _show_steps(seen, one)
        if one.cases.empty:
            st.caption(seen.say(NO_CASES))
            return
        _show_rates(seen, one)
        _show_classes(seen, one)
        show_control_chart(seen, one)


def _show_flags(seen: Viewer, one: WeakArea) -> None:
    with st.container(horizontal=True, gap="xsmall", key=f"flags_{one.code}"):
        for days in MARKS:
            found = flag(one.area, days, seen.office.today())
            if found is not None:
                text, colour, icon = FLAGS[found]
                st.badge(seen.say(text, days=days), color=colour, icon=icon, width="content")


def _show_steps(seen: Viewer, one: WeakArea) -> None:
    """The three steps in their order, each with its day and what it brought; a step that is not recorded says so."""
    labels = {key: text for key, text in layer(LAYER).field("step").choices.items() if key != "none"}
    known = {str(row["step"]): row for row in one.steps.to_dict("records")}
    lines: list[str] = []
    for step in [*labels, *(step for step in known if step not in labels)]:
        words = [f"**{seen.say(labels[step]) if step in labels else plain(step)}**"]
        if step in known:
            brought = step_figures(one.steps[one.steps["step"] == step])
            words.append(show_day(known[step]["done_on"].date(), seen.language))
            words += [f"{plain(seen.say(figure_label(name)))} {show_amount(brought[name], seen)}" for name in in_order(brought)]
        else:
            words.append(seen.say(NOT_DONE))
        lines.append(f"{len(lines) + 1}. " + " · ".join(words))
    st.markdown("\n".join(lines))


def _show_rates(seen: Viewer, one: WeakArea) -> None:
    """Cases in thirty days before and since the sign-off, so that spans of unequal length compare."""
    first, today, signed = ask_first_day(seen), seen.office.today(), one.area.signed_off_on
    end = min(signed, today) if signed else today
    spans = [(PER_BEFORE, BEFORE, first, end)]
    if signed and signed < today:
        spans.append((PER_AFTER, RELAPSE, signed + timedelta(days=1), today))
    cards = [_rate_card(seen, one, *span) for span in spans]
    show_cards(seen, cards, key=f"rates_{one.code}", columns=2)


def _rate_card(seen: Viewer, one: WeakArea, label: Text, when: str, since: date, until: date) -> Card:  # noqa: PLR0917 - a span
    cases, days = len(one.of(when)), (until - since).days + 1
    return Card(
        key=when,
        label=label,
        value=show_number(cases / days * 30, seen.language, digits=1) if days > 0 else NOTHING,
        unit="cases",
        formula=PER_FORMULA,
        parts=[(CASE_COUNT, show_number(cases, seen.language)), (DAY_COUNT, show_number(days, seen.language))],
        cases=params_of(these(one.of(when)["id"])) if cases else None,
    )


def _show_classes(seen: Viewer, one: WeakArea) -> None:
    """Cases by class before and after, the most first; each row leads to its cases."""
    names = [class_name(seen, row) for row in one.cases.to_dict("records")]
    known = one.cases.assign(name=names, group=one.cases["group"].fillna("-"))
    counts = known.pivot_table(index=["group", "name"], columns="when", values="id", aggfunc="count", fill_value=0)
    counts = counts.reindex(columns=[BEFORE, RELAPSE, OTHER], fill_value=0).reset_index()
    counts = counts.sort_values([BEFORE, "name"], ascending=[False, True])
    rows: list[dict[str, Any]] = [
        {
            "": case_link(seen, these(known.loc[known["group"] == row["group"], "id"])),
            seen.say(CLASS): row["name"],
            seen.say(BEFORE_LABEL): int(row[BEFORE]),
            seen.say(AFTER_LABEL): int(row[RELAPSE] + row[OTHER]),
            seen.say(IS_RELAPSE): seen.say(YES if row[RELAPSE] else NO) if row[RELAPSE] + row[OTHER] else "",
        }
        for row in counts.to_dict("records")
    ]
    whens = {seen.say(BEFORE_LABEL): (BEFORE_LABEL, (BEFORE,)), seen.say(AFTER_LABEL): (AFTER_LABEL, (RELAPSE, OTHER))}

    def card_of(place: int, column: str) -> Card | None:
        if column not in whens:
            return None
        label, group = whens[column][0], counts["group"].iloc[place]
        cases = known[(known["group"] == group) & known["when"].isin(whens[column][1])]
        return exact_card(seen, named(counts["name"].iloc[place], label), COUNT_FORMULA, cases["id"])

    columns = {"": link_column(seen)}
    show_number_table(seen, pd.DataFrame(rows), card_of, key=f"classes_{one.code}", alt=seen.say(CLASS), columns=columns)
