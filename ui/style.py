"""What every page shares beyond the theme: one style sheet, the language that screen readers read in, the words of Streamlit's boxes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from i18n import Language, Text

STYLE_SHEET = Path(__file__).with_name("style.css")
# Streamlit says "en" whatever the page speaks
SPEAK = "<script>document.documentElement.lang = '{tag}'; ({dialogs})({boxes});</script>"
SCRIPTS = Path(__file__).parent / "scripts"
# the boxes that Streamlit puts over a page by itself, by its own title
BOXES: dict[str, tuple[Text, Text]] = {
    "Page not found": (
        Text(zh="没有这个页面", en="There is no such page"),
        Text(
            zh="网址写错了，或页面已改名。已为您打开总览，请关闭此提示，从菜单里选。",
            en="The address is wrong or out of date. This is the overview instead: close this and choose from the menu.",
        ),
    ),
    "Connection error": (
        Text(zh="与服务器的连接断了", en="The server cannot be reached"),
        Text(
            zh="正在自动重连，连上后本页会自己恢复，请勿反复刷新；一直不通，请检查网络，或告诉管理员。",
            en="It is being tried again, and this page comes back by itself. If it does not, check the network or tell the administrator.",
        ),
    ),
}
TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


def use_shared_style(language: Language) -> None:
    """Give the page its style sheet and its language; once a run, before anything is shown."""
    st.html(f"<style>{style_sheet()}</style>")
    with st.container(key="document_language"):
        boxes = {title: [text.say(language) for text in texts] for title, texts in BOXES.items()}
        script = SPEAK.format(tag=TAGS[language], dialogs=_dialogs(), boxes=json.dumps(boxes, ensure_ascii=False))
        st.html(script, unsafe_allow_javascript=True)
        _theme_watch()(key="theme_watch", on_changed_change=_nothing)


@cache
def style_sheet() -> str:
    """The one style sheet, as text."""
    return STYLE_SHEET.read_text(encoding="utf-8")


@cache
def _dialogs() -> str:
    return (SCRIPTS / "dialogs.js").read_text(encoding="utf-8").strip()


@cache
def _theme_watch() -> Any:
    """Asks for a run when the device turns dark or light; shows nothing."""
    return st.components.v2.component("finegrid_theme", js=(SCRIPTS / "theme.js").read_text(encoding="utf-8"))


def _nothing() -> None:
    """The component wants a callback for every event it may report."""
