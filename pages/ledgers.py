"""Ledgers: what each campaign was to reach, what is done, and the entries behind it."""

from __future__ import annotations

from i18n import Text
from ui.ledgers import show_entries, show_ledgers
from ui.viewer import show_heading

TITLE = Text(zh="专项台账", en="Ledgers")

seen = show_heading(TITLE)
chosen = show_ledgers(seen)
if chosen:
    show_entries(seen, chosen)
