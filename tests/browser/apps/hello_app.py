"""The smallest page with a button and a map-like frame; `?break=` says what shall go wrong on it."""

import os
from pathlib import Path

import streamlit as st
from streamlit.components.v1 import declare_component

BREAKS = {
    "console": "<script>console.error('planted')</script>",
    "script": "<script>setTimeout(() => { throw new Error('planted') })</script>",
    "dialog": "<script>setTimeout(() => alert('planted'))</script>",
    "foreign": "<img src='https://planted.example/a.png' alt=''>",
    "missing": "<img src='app/static/planted.png' alt=''>",
}

st.title(os.environ.get("FINEGRID_GREETING", "你好"))
st.write("pressed" if st.button("Press", key="press") else "waiting")
declare_component("square", path=Path(__file__).parent / "square")(key="square")
planted = st.query_params.get("break", "")
if planted == "server":
    raise RuntimeError("planted")
if planted:
    st.html(BREAKS[planted], unsafe_allow_javascript=True)
