"""A card for any figure that is not a KPI of cases: its value, and behind a button its receipt with the way to what was counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from i18n import Text
from ui.kpis import CASES, CASES_PAGE, FORMULA, RECEIPT, SOURCE
from ui.viewer import Viewer


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
    # the change on another time, and whether up is good
    delta: str | None = None
    better: Literal["normal", "inverse", "off"] = "off"
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
    st.metric(seen.say(card.label), card.value, delta=card.delta, delta_color=card.better)
    with st.popover(seen.say(RECEIPT), type="tertiary", key=f"receipt_{key}"):
        st.markdown(f"**{seen.say(card.label)}** {card.value}")
        lines = [(FORMULA, seen.say(card.formula)), *card.parts, *([(SOURCE, seen.say(card.source))] if card.source else [])]
        st.table([{"": seen.say(label), " ": text} for label, text in lines], hide_header=True)
        if card.note is not None:
            st.caption(seen.say(card.note, **dict(card.note_values)))
        if card.cases is not None:
            st.page_link(CASES_PAGE, label=seen.say(CASES), icon=":material/list:", query_params=dict(card.cases))
