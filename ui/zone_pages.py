"""Zones by the page: a city has more of them than fit on one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

# so many zones at a time
MOST_ZONES = 32


def zones_of_page(codes: Sequence[str], key: str) -> list[str]:
    """The zones of the page that was chosen last under this key."""
    number = min(_pages(codes), int(st.session_state.get(key) or 1))
    return list(codes[(number - 1) * MOST_ZONES : number * MOST_ZONES])


def show_zone_pages(codes: Sequence[str], key: str) -> list[str]:
    """The choice of the page, where there is more than one; the zones that it holds."""
    if _pages(codes) > 1:
        st.pagination(_pages(codes), key=key, max_visible_pages=5)
    return zones_of_page(codes, key)


def _pages(codes: Sequence[str]) -> int:
    return max(1, -(-len(codes) // MOST_ZONES))
