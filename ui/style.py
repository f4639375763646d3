"""What every page shares beyond the theme: one style sheet, and the language that screen readers read in."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from i18n import Language

STYLE_SHEET = Path(__file__).with_name("style.css")
# Streamlit says "en" whatever the page speaks
SPEAK = "<script>document.documentElement.lang = '{tag}';</script>"
TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


def use_shared_style(language: Language) -> None:
    """Give the page its style sheet and its language; once a run, before anything is shown."""
    st.html(f"<style>{_style_sheet()}</style>")
    with st.container(key="document_language"):
        st.html(SPEAK.format(tag=TAGS[language]), unsafe_allow_javascript=True)


@cache
def _style_sheet() -> str:
    return STYLE_SHEET.read_text(encoding="utf-8")
