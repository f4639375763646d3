"""What a page writes into the address, in one piece, so that the browser's way back leads to a whole state."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st


def write_address(params: Collection[str], wanted: Mapping[str, str]) -> None:
    """Of these parameters the address has the wanted ones and no others; the rest of it stays."""
    now = st.query_params.to_dict()
    after = {param: value for param, value in now.items() if param not in params} | dict(wanted)
    if after != now:
        st.query_params.from_dict(after)
