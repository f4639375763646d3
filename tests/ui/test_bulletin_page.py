"""The bulletin's page: nothing is made before it is asked for, a choice lives in the address, a right guards the files."""

from __future__ import annotations

from tests.ui.conftest import OpenDemoPage


def test_the_preview_comes_when_asked_and_goes_with_another_choice(demo_page: OpenDemoPage) -> None:
    page = demo_page("bulletin")
    assert not page.get("image")
    page.button(key="preview").click().run()
    assert not page.exception
    assert len(page.get("image")) == 1
    page.segmented_control(key="bulletin").set_value("weekly").run()
    assert not page.exception
    assert not page.get("image")
    assert page.query_params["bulletin"] in ("weekly", ["weekly"])


def test_an_address_opens_a_month(demo_page: OpenDemoPage) -> None:
    page = demo_page("bulletin", bulletin="monthly", on="2017-09-12", lang="en")
    assert any("September 2017" in one.value for one in page.markdown)


def test_a_day_that_is_none_is_today(demo_page: OpenDemoPage) -> None:
    page = demo_page("bulletin", on="2017-02-31")
    assert any("2017年10月31日" in one.value for one in page.markdown)


def test_whoever_may_not_export_may_look(demo_page: OpenDemoPage) -> None:
    page = demo_page("bulletin", **{"as": "viewer"})
    assert all(one.proto.disabled for one in page.get("download_button"))
    assert any("导出权限" in one.value for one in page.caption)
    page.button(key="preview").click().run()
    assert len(page.get("image")) == 1
