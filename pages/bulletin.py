"""The bulletin (专报): the day, week or month on paper, as Word, PDF and one long picture."""

from __future__ import annotations

from i18n import Text
from ui import ask
from ui.bulletin import pick_bulletin, show_bulletin
from ui.filters import pick_filters
from ui.nothing_yet import show_nothing_yet
from ui.viewer import show_heading

TITLE = Text(zh="专报", en="Bulletin")

seen = show_heading(TITLE)
show_nothing_yet(seen)
period, red_head = pick_bulletin(seen)
chosen = pick_filters(seen, ask.ask_options(seen), first=("zone", "department"), more=("channel", "community"), period=False)
# what these widgets do not show shall not narrow it unseen
show_bulletin(seen, period, chosen.with_(categories=(), states=()), red_head=red_head)
