"""A card for any figure that is not a KPI of cases: its value, and behind a button its receipt with the way to what was counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from i18n import NOTHING, Text
from queries.rules import REPORTED
from ui.kpis import BELOW_CASES, CASES, CASES_PAGE, FORMULA, RECEIPT, SOURCE, show_lines
from ui.viewer import Viewer
from ui.words import plain

Unit = Literal["cases", "many_cases", "times", "things", "bikes", "reaches", "few_reaches", "days"]
UNITS: dict[Unit, Text] = {
    "cases": Text(zh="{n} 件", en="{n} cases"),
    # the label says it in English; so large a figure leaves no room for the word on a phone
    "many_cases": Text(zh="{n} 件", en="{n}"),
    "times": Text(zh="{n} 次", en="{n} times"),
    "things": Text(zh="{n} 个", en="{n}"),
    "bikes": Text(zh="{n} 辆", en="{n} bikes"),
    "reaches": Text(zh="{n} 条", en="{n} reaches"),
    # the label says it in English, where one of them would be "1 reaches"
    "few_reaches": Text(zh="{n} 条", en="{n}"),
    "days": Text(zh="{n} 天", en="{n} days"),
}


@dataclass(frozen=True, kw_only=True)
class Card:
    """One figure. `parts` are the numbers it was made of, each already in words; `cases` are the filters of the cases counted."""

    key: str
    label: Text
    # the figure as shown, "—" where there is none
    value: str
    formula: Text
    parts: Sequence[tuple[Text, str]] = ()
    source: Text | None = None
    # parameters of the cases page, as `Filters.to_params()` gives them; None where no case stands behind the figure
    cases: Mapping[str, str] | None = None
    # those of the cases it was divided by
    below: Mapping[str, str] | None = None
    # the change on another time, and whether up is good
    delta: str | None = None
    better: Literal["normal", "inverse", "off"] = "off"
    # what is counted, small behind the figure: the style sheet writes the units that it knows, the card any other words
    unit: Unit | Text | None = None
    # a sentence under the receipt: a rule of thumb, a doubt, what to do
    note: Text | None = None
    note_values: Mapping[str, object] = field(default_factory=dict)


def show_cards(seen: Viewer, cards: Sequence[Card], *, key: str, columns: int = 4) -> None:
    """Draw the cards, as many side by side as fit; `key` names the row on the page."""
    with st.grid(columns, min_column_width=158, gap="xsmall", key=key):
        for card in cards:
            with st.container(border=True, gap=None, key=f"card_{key}_{card.key}"):
                show_card(seen, card, key=f"{key}_{card.key}")


def show_card(seen: Viewer, card: Card, *, key: str) -> None:
    """One card; the button under the figure opens the receipt."""
    unit = None if card.value == NOTHING else card.unit
    value = f"{card.value} :small[{plain(seen.say(unit))}]" if isinstance(unit, Text) else card.value
    with st.container(gap=None, key=f"figure_in_{unit}_{key}") if isinstance(unit, str) else nullcontext():
        st.metric(seen.say(card.label), value, delta=card.delta, delta_color=card.better)
    with st.popover(seen.say(RECEIPT), type="tertiary", key=f"receipt_{key}"):
        show_receipt_of(seen, card)


def show_receipt_of(seen: Viewer, card: Card) -> None:
    """The receipt of a card: the figure, how it is counted and of what, and the way to its cases."""
    st.markdown(f"**{seen.say(card.label)}** {_in_unit(seen, card)}")
    for words, cases in ((CASES, card.cases), (BELOW_CASES, card.below)):
        if cases is not None:
            # a figure counts no void case, so its list must not hold one either
            address = {"kpi": REPORTED.key} | dict(cases)
            st.page_link(CASES_PAGE, label=seen.say(words), icon=":material/list:", query_params=address)
    lines = [(FORMULA, seen.say(card.formula)), *card.parts, *([(SOURCE, seen.say(card.source))] if card.source else [])]
    show_lines([(seen.say(label), text) for label, text in lines])
    if card.note is not None:
        st.caption(seen.say(card.note, **dict(card.note_values)))


def _in_unit(seen: Viewer, card: Card) -> str:
    """`744 件`"""
    if card.unit is None or card.value == NOTHING:
        return card.value
    return f"{card.value} {plain(seen.say(card.unit))}" if isinstance(card.unit, Text) else seen.say(UNITS[card.unit], n=card.value)
