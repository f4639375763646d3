"""Supervision: who is late and by how much, what falls due next, and a word to those who hold it."""

from __future__ import annotations

from i18n import Text
from ui.supervision import ask_supervision, count_of, pick_list, show_counts, show_departments, show_headline
from ui.urging import show_supervised
from ui.viewer import show_heading

TITLE = Text(zh="督办", en="Supervision")

seen = show_heading(TITLE)
departments = ask_supervision(seen)
if show_headline(seen, departments):
    show_counts(seen, departments)
    kind, department = pick_list(seen, departments)
    show_supervised(seen, kind, department, count_of(departments, kind, department))
    show_departments(seen, departments)
