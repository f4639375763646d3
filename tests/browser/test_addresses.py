"""Addresses that somebody types: the landing page by its name, and one that does not exist."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.watch import Watch


def test_the_landing_page_opens_by_its_name_with_its_filters(page: OpenPage) -> None:
    opened = page("/overview?zone=Z07")
    expect(opened.get_by_role("heading", name="总览")).to_be_visible()
    expect(opened.get_by_role("dialog")).to_have_count(0)
    assert "/?" in opened.url
    assert "zone=Z07" in opened.url


@pytest.mark.parametrize(
    ("language", "said"),
    [pytest.param("zh-CN", "没有这个页面", id="Chinese"), pytest.param("en-GB", "There is no such page", id="English")],
)
def test_an_unknown_address_is_told_in_the_page_s_language(page: OpenPage, watch: Watch, language: str, said: str) -> None:
    watch.allow("404|does not seem to exist")
    opened = page("/nosuchpage", language=language)
    box = opened.get_by_role("dialog").locator("h2")
    expect(box).to_have_attribute("data-said", said)
