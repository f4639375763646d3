"""A table or a line whose numbers can be pressed: each opens its receipt, and that the way to its cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st

from i18n import Text, show_number
from queries.filters import Filters
from ui.cards import Card, show_receipt_of
from ui.case_links import params_of, these
from ui.matrix import picked_cell
from ui.viewer import Viewer
from ui.words import plain

PRESS = Text(zh="点一个数字，看它的口径与案件。", en="Press a number for its receipt and its cases.")
# the receipt of a row and a column of the table; None where there is nothing to tell
CardOf = Callable[[int, str], Card | None]


def show_number_table(
    seen: Viewer,
    table: pd.DataFrame,
    card_of: CardOf,
    *,
    key: str,
    alt: str,
    columns: Mapping[str, Any] | None = None,
    height: int | Literal["auto", "content"] = "auto",
    row_height: int | None = None,
    on_select: Callable[[], None] | Literal["rerun"] = "rerun",
) -> None:
    """The table; under it the receipt of the number that was pressed."""
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        width="stretch",
        height=height,
        row_height=row_height,
        column_config=dict(columns or {}),
        selection_mode="single-cell",
        on_select=on_select,
        alt=alt,
    )
    picked = picked_cell(key)
    card = card_of(*picked) if picked and picked[0] < len(table) else None
    if card is not None:
        with st.container(border=True, gap="xsmall", key=f"pressed_{key}"):
            show_receipt_of(seen, card)


def show_number_line(seen: Viewer, words: str, cards: Sequence[Card], *, key: str) -> None:
    """A line of a list whose numbers are explained where it is pressed; `words` are Markdown."""
    with st.popover(words, type="tertiary", key=f"receipt_{key}"):
        for card in cards:
            show_receipt_of(seen, card)


def say_in_both(text: Text, **values: object) -> Text:
    """A text with its places filled in both languages."""
    return Text(zh=text.say("zh", **values), en=text.say("en", **values))


def count_card(seen: Viewer, label: Text, n: float, formula: Text, filters: Filters | None, **more: Any) -> Card:
    """The card of a number of cases; `filters` are those cases, None where no case is counted."""
    cases = params_of(filters) if filters is not None and n else None
    return Card(key="pressed", label=label, value=show_number(n, seen.language), unit="cases", formula=formula, cases=cases, **more)


def exact_card(seen: Viewer, label: Text, formula: Text, ids: Iterable[int], **more: Any) -> Card:
    """The card of exactly these cases."""
    cases = [int(one) for one in ids]
    return count_card(seen, label, len(cases), formula, these(cases), **more)


def named(row: str, label: Text) -> Text:
    """`绿化办 · 超期未结`: a figure with whose it is; a name comes from the data and stays text."""
    return Text(zh=f"{plain(row)} · {label.zh}", en=f"{plain(row)} · {label.en}")
