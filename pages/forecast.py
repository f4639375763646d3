"""Workload forecast: how many cases the next fourteen days will bring, and how far to trust that."""

from __future__ import annotations

from i18n import Text
from ui import ask
from ui.filters import pick_filters
from ui.forecast import show_forecast
from ui.nothing_yet import show_nothing_yet
from ui.viewer import show_heading
from ui.workload import ask_workload

TITLE = Text(zh="工作量预测", en="Workload forecast")

seen = show_heading(TITLE)
show_nothing_yet(seen)
filters = pick_filters(seen, ask.ask_options(seen), first=("zone", "channel"), more=("category", "department", "community"), period=False)
show_forecast(seen, ask_workload(seen, filters), filters)
