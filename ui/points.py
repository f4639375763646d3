"""A press on a chart: the point that was pressed, and the receipt of the cases counted in it."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from i18n import Text
from queries.filters import Filters
from queries.kpis import Receipt
from queries.rules import REPORTED
from ui.cards import Card, show_receipt_of
from ui.charts import CONFIG, keep_words
from ui.drawn import finish
from ui.kpis import show_receipt
from ui.viewer import Viewer
from ui.words import plain

PRESS = Text(zh="点图上一处，看它的口径与案件。", en="Press a point for its receipt and its cases.")


def show_pressable(figure: go.Figure, *, key: str, alt: str | None = None) -> dict[str, Any] | None:
    """Put a chart on the page whose points can be pressed; gives the pressed one as Plotly tells it (x, y, customdata …).

    `alt` says what the chart shows to those who cannot see it.
    """
    finish(figure, _make_pressable, keep_words)
    event = st.plotly_chart(
        figure, key=key, theme=None, config=CONFIG, width="stretch", on_select="rerun", selection_mode="points", alt=alt
    )
    points = event["selection"]["points"]
    return dict(points[0]) if points else None


def _make_pressable(figure: go.Figure) -> None:
    """Marks are there to be pressed; they are seen once they are."""
    figure.update_traces(selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 0}}, selector={"mode": "lines+markers"})


def show_counted(seen: Viewer, title: str, n: float, filters: Filters) -> None:
    """The receipt of `n` reported cases, those of `filters`; the way to them is in it."""
    receipt = Receipt(kpi=REPORTED, value=n, numerator=n, denominator=None, since=filters.since, until=filters.until)
    with st.container(border=True, gap="xsmall"):
        st.caption(plain(title))
        show_receipt(seen, receipt, filters)


def show_pressed(seen: Viewer, card: Card | None, *, key: str) -> None:
    """The receipt of the point of a chart that was pressed; how to press where none was."""
    if card is None:
        show_hint(seen)
        return
    with st.container(border=True, gap="xsmall", key=f"pressed_{key}"):
        show_receipt_of(seen, card)


def show_hint(seen: Viewer) -> None:
    """How to press."""
    st.caption(seen.say(PRESS))
