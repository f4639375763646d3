"""Every page for everybody: axe-core's rules in both languages and themes, and a thumb's reach on phones and a tablet."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from config import ROOT
from tests.browser.look import PICTURES, settled, websocket_words
from tests.browser.server import Server

# the files and not dashboard.PAGES: importing the entry runs it
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
# the address of the page that opens first is the bare one
FIRST = "overview"
GRAVE = {"serious", "critical"}
# rule of axe-core → the selector and why Streamlit's own markup cannot be mended from here; nothing else may be found
STREAMLITS_OWN: dict[str, tuple[str, str]] = {}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SCREENS = {"phone": (390, 844), "small phone": (360, 740), "tablet": (820, 1180)}
LEAST_TARGET = 44
REACH = Path(__file__).with_name("reach.js")
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# the dark theme changes colours and nothing else
RULES = {"light": "{resultTypes: ['violations']}", "dark": "{resultTypes: ['violations'], runOnly: ['color-contrast']}"}


@pytest.fixture(scope="module")
def desk(chromium: Browser) -> Iterator[Page]:
    """One window for all pages, at a desk."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, timezone_id="Asia/Shanghai")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def hand(chromium: Browser) -> Iterator[BrowserContext]:
    """A device that is held and touched."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    yield context
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_grave(name: str, desk: Page, dashboard: Server, record_property: Callable[[str, object], None]) -> None:
    found: dict[str, list[str]] = {}
    for language in ("zh", "en"):
        desk.goto(address(dashboard, name, language))
        for theme in THEMES:
            desk.emulate_media(color_scheme=theme)
            settled(desk)
            desk.evaluate(AXE)
            wrong = desk.evaluate(f"() => axe.run({RULES[theme]}).then(said => said.violations)")
            found[f"{language} {theme}"] = [say(rule, node) for rule in wrong for node in rule["nodes"] if is_ours(rule, node)]
    keep("axe", name, found)
    record_property("axe", json.dumps(found, ensure_ascii=False))
    assert {where: said for where, said in found.items() if said} == {}


@pytest.mark.parametrize("name", PAGES)
def test_a_thumb_reaches_everything_and_nothing_is_pushed_sideways(name: str, hand: BrowserContext, dashboard: Server) -> None:
    found: dict[str, list[str]] = {}
    page = hand.new_page()
    page.clock.install()
    said = websocket_words(page)
    page.goto(address(dashboard, name, "zh"))
    for screen, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        found[screen] = settled(page).evaluate(REACH.read_text(encoding="utf-8"), LEAST_TARGET)
    # and at rest it asks the server nothing; what was lost in a hurry may be told once more before
    for wait in range(3):
        page.clock.fast_forward(10_000)
        settled(page)
        if wait == 0:
            said.clear()
    page.close()
    keep("reach", name, found)
    assert {screen: short for screen, short in found.items() if short} == {}
    assert said == []


def test_the_document_speaks_the_language_of_the_page(hand: BrowserContext, dashboard: Server) -> None:
    page = hand.new_page()
    settled_page = settled_at(page, address(dashboard, "data", "zh"))
    expect(settled_page.locator("html")).to_have_attribute("lang", "zh-CN")

    # it stands in the head of the phone's screen, over Streamlit's own
    page.locator(".st-key-language_switch button:visible").tap()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.close()


def test_map_and_list_are_one_tap_apart_on_a_phone(hand: BrowserContext, dashboard: Server) -> None:
    page = hand.new_page()
    settled_at(page, address(dashboard, "zones", "zh"))

    page.locator(".map-jump.list").tap()
    expect(page.locator("[data-testid=stDataFrame]").first).to_be_in_viewport(ratio=0.9)

    page.locator(".map-jump.map").tap()
    expect(page.locator(".st-key-map-panel-zones_map iframe")).to_be_in_viewport(ratio=0.9)
    page.close()


def test_the_keyboard_reaches_the_filters_and_shows_where_it_is(desk: Page, dashboard: Server) -> None:
    settled_at(desk, address(dashboard, "cases", "zh"))
    reached = []
    for _ in range(30):
        desk.keyboard.press("Tab")
        reached.append(desk.evaluate(FOCUS))
    names = {one["name"] for one in reached}
    assert {"搜编号、标题、地址、内容", "时间", "责任区"} <= names
    assert [one for one in reached if not one["seen"]] == []


# the name of what has the focus, and whether one sees that it has
FOCUS = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  const frame = getComputedStyle(at.closest('[role=group], [data-testid=stTextInputRootElement]') ?? at);
  const seen = [style, frame].some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none')
    || at.matches('input') || at === document.body || at.tagName === 'CANVAS' || at.closest('[data-testid=stDataFrame]') !== null;
  return {name: at.ariaLabel ?? at.textContent.trim(), seen};
}"""


def address(dashboard: Server, name: str, language: str) -> str:
    """Where a page answers."""
    return f"{dashboard.url}/{'' if name == FIRST else name}?lang={language}"


def settled_at(page: Page, at: str) -> Page:
    """The page at an address, ready."""
    page.goto(at)
    return settled(page)


def is_ours(rule: dict[str, Any], node: dict[str, Any]) -> bool:
    """Whether a finding is grave and not Streamlit's own."""
    known = STREAMLITS_OWN.get(rule["id"])
    return rule["impact"] in GRAVE and not (known and known[0] in node["html"])


def say(rule: dict[str, Any], node: dict[str, Any]) -> str:
    """A finding in one line: the rule, the place, and what is wrong there."""
    told = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
    return f"{rule['impact']} {rule['id']} at {node['target']}: {' '.join(told[:1])} {node['html'][:120]}"


def keep(kind: str, name: str, found: dict[str, list[str]]) -> None:
    """What was found on a page, beside the pictures: which page, in which way, and nothing where all is well."""
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{kind}-{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
