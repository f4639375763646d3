"""How long cases take, in bins of hours: the sums by month keep how many fall into each, and filters leave those up to an end of one."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Float, Integer, literal_column

from model.sql import place_in, whole

# the upper ends of the bins of hours; the last bin is open
EDGES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 21, 24, 30, 36, 42, 48, 60, 72, 84, 96, 120, 144, 168, 216, 264, 336, 480, 720, 1080)
# times are kept to the second: an hour that is short by less is a whole one
HALF_SECOND = 0.5 / 3600
# the hours to the first contact and to the end
CONTACT, END = "contact", "end"


def bin_of(hours: ColumnElement[float]) -> ColumnElement[int]:
    """SQL: the place in EDGES of the bin that so many hours fall into; the last one where there are none."""
    return place_in(_whole_hours(hours), *(literal_column(str(edge), Integer) for edge in EDGES))


def is_within(hours: ColumnElement[float], edge: int) -> ColumnElement[bool]:
    """SQL: whether so many hours fall into a bin that ends at this edge, or into one before it; not where there are none."""
    return _whole_hours(hours) < edge


def _whole_hours(hours: ColumnElement[float]) -> ColumnElement[int]:
    # in figures, no value of the statement: PostgreSQL groups by nothing else
    return whole(hours + literal_column(str(HALF_SECOND), Float))
