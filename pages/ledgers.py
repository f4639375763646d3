"""Ledgers: what each campaign was to reach, what is done, when the rest will be, and the entries behind it."""

from __future__ import annotations

from i18n import Text
from ui.ledger_books import ask_books
from ui.ledger_opened import show_opened
from ui.ledgers import show_boxes, show_headline
from ui.viewer import show_heading

TITLE = Text(zh="专项台账", en="Ledgers")

seen = show_heading(TITLE)
books = ask_books(seen)
show_headline(seen, books)
if books:
    show_boxes(seen, books)
    show_opened(seen, books)
