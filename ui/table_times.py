"""Times in a table: sorted as times, read as people here write them, without the year where it goes without saying."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from ui.viewer import Viewer


def clock_times(seen: Viewer, moments: Iterable[Any]) -> list[datetime | None]:
    """Times as a table sorts them: the office's own clock, without a zone; None where there is none."""
    return [None if pd.isna(one) else seen.local(pd.Timestamp(one).to_pydatetime()).replace(tzinfo=None) for one in moments]


def time_column(seen: Viewer, label: str, times: Sequence[datetime | None], *, width: int | None = None) -> Any:
    """How a column of `clock_times` is shown: `10月31日 18:00`, with the year where one is not this year's."""
    year = any(one is not None and one.year != seen.office.now().year for one in times)
    day = ("YYYY[年]M[月]D[日]" if year else "M[月]D[日]") if seen.language == "zh" else ("D MMM YYYY" if year else "D MMM")
    return st.column_config.DatetimeColumn(label, format=f"{day} HH:mm", width=width)
