"""Where the one who patrols is, when the phone allows it to be asked."""

from __future__ import annotations

from ui.position import correct_datum, position_of, read_position, trouble_of
from ui.viewer import Viewer

KEY = "patrol_place"
PLACE = tuple[float, float]


def known_place() -> PLACE | None:
    """Longitude and latitude (WGS-84) that the phone gave last; None when it gave none."""
    found = position_of(KEY)
    return (found.lon, found.lat) if found else None


def show_place(seen: Viewer) -> None:
    """The button that asks the phone; where it says no, why, and what to do."""
    read_position(seen, KEY)
    if trouble_of(KEY) is None and position_of(KEY) is not None:
        correct_datum(seen)
