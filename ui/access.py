"""Which page needs which right, and what is said to those without it."""

from __future__ import annotations

import logging

import streamlit as st

from i18n import Text
from model.journal import note
from model.roles import Actor, Right
from ui.viewer import show_heading

# a page that is not named here is for everybody who is let in
NEEDS: dict[str, Right] = {
    "cameras": Right.CAMERAS,
    "report": Right.REPORT,
    "walk": Right.WALK,
    "data": Right.IMPORT,
    "administration": Right.ADMINISTER,
}
REFUSALS: dict[Right, Text] = {
    Right.CAMERAS: Text(
        zh="探头位置属于敏感信息，当前身份不能查看；值班领导和网格中心可以。",
        en="Camera positions are sensitive; this role may not see them. Duty leaders and the grid centre may.",
    ),
    Right.REPORT: Text(
        zh="这个身份不能上报问题；值班领导、河长和网格中心可以。",
        en="This role may not report findings; duty leaders, river chiefs and the grid centre may.",
    ),
    Right.WALK: Text(zh="这个身份不能记录巡河；河长可以。", en="This role may not record a river walk; river chiefs may."),
    Right.IMPORT: Text(zh="这个身份不能导入数据；网格中心可以。", en="This role may not import data; the grid centre may."),
    Right.ADMINISTER: Text(zh="这一页只给管理员看。", en="This page is for the administrator alone."),
}


def may_open(actor: Actor, page: str) -> bool:
    """Whether a page is for this role."""
    return page not in NEEDS or actor.may(NEEDS[page])


def show_refusal(page: str, title: Text) -> None:
    """The page's head and one sentence in the place of the page; asks nothing that the head does not."""
    seen = show_heading(title)
    note("refused", level=logging.WARNING, page=page, role=seen.actor.role, right=NEEDS[page])
    st.info(seen.say(REFUSALS[NEEDS[page]]), icon=":material/lock:")
