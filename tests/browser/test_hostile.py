"""Hostile words on every page, the map and the wall: nothing runs, nothing is asked of other hosts, all is read as it stands."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Frame, Page, expect
from sqlalchemy import Engine, select

from model.cases import CaseEvent, CaseRow
from model.engine import open_engine
from tests.browser.conftest import OpenPage, Serve
from tests.browser.look import settled
from tests.browser.server import Server
from tests.hostile import FOUND_BY_MARK, STRINGS, forms_of, mark_of

KNOWN = {mark: forms_of(text) for mark, text in FOUND_BY_MARK.items()}
# every breach of the content policy, of every frame of a page
LISTEN = (
    "addEventListener('securitypolicyviolation', (event) => (top.breaches ??= []).push(`${event.violatedDirective} ${event.blockedURI}`))"
)
# marks that stand on the page, and those whose text does not stand around them whole, or cut by an ellipsis
READ = r"""(known) => {
  const plain = (text) => text.replace(/[\s\p{C}]/gu, '');
  const decoded = (text) => { try { return decodeURIComponent(text.replaceAll('+', ' ')); } catch { return text; } };
  const wrong = [];
  const read = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.data;
    const inside = walker.currentNode.parentElement;
    if (inside.closest('script, style')) continue;
    for (const mark of new Set(words.match(/HX\d{3}X/g) ?? [])) {
      read.add(mark);
      const stands = (text) => known[mark].some((form) => text.includes(form));
      let whole = stands(plain(decoded(words)));
      for (let up = 0, over = inside; up < 7 && over && !whole; up++, over = over.parentElement) whole = stands(plain(over.textContent));
      if (!whole && words.includes('…')) {
        const head = plain(words.slice(0, words.lastIndexOf('…')));
        whole = known[mark].some((form) => {
          for (let end = form.indexOf(mark) + mark.length; end <= form.length; end++) if (head.endsWith(form.slice(0, end))) return true;
          return false;
        });
      }
      if (!whole) wrong.push(`${mark}: ${inside.outerHTML.slice(0, 200)}`);
    }
  }
  return [wrong, [...read]];
}"""
# point at every feature of every layer of a map, and see what the tip makes of its name
POINT = r"""() => {
  const wrong = [];
  let shown = 0;
  for (const layer of finegrid.ground.values()) {
    if (layer.land) continue;
    for (const shape of layer.byCode.values()) {
      const { code, name } = shape.feature.properties;
      const latlng = shape.getLatLng?.() ?? shape.getBounds().getCenter();
      layer.group.fire('mousemove', { layer: shape, latlng });
      const tip = document.querySelector('.tip');
      const lines = [...tip.querySelectorAll('strong, div')];
      if (tip.querySelector(':not(strong):not(div):not(.leaflet-tooltip)')) wrong.push(tip.innerHTML.slice(0, 200));
      if (!lines.some((line) => line.textContent.includes(name ?? code))) wrong.push(`${code} is not said: ${tip.innerHTML.slice(0, 200)}`);
      shown += 1;
    }
  }
  return [wrong, shown];
}"""
PAGES = (
    *("overview", "patrol", "cases", "supervision", "zones", "evaluation", "rivers", "weak_areas", "cameras", "bikes"),
    *("rotation", "bulletin", "report", "walk", "layers", "ledgers", "forecast", "data", "administration"),
)
PARAMS = (
    *("zone", "channel", "category", "department", "community", "state", "kind", "source", "cell", "hour", "weekday", "feature", "ids"),
    *("period", "since", "until", "q", "case", "kpi", "part", "order", "view", "layer", "ledger", "reach", "on", "month", "sites"),
    *("group", "by", "stop", "rules", "plan", "as", "lat", "lon"),
)


@pytest.fixture(scope="module")
def hostile(serve: Serve, hostile_url: str, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """The dashboard over a copy of the hostile office."""
    own = tmp_path_factory.mktemp("hostile") / "demo.db"
    shutil.copyfile(hostile_url.removeprefix("sqlite:///"), own)
    return serve("serve.py", DATABASE_URL=f"sqlite:///{own}")


@pytest.fixture
def reader(page: OpenPage) -> Reader:
    """A browser that reads page after page."""
    return Reader(page)


class Reader:
    """Opens pages, one after the other, and keeps what went wrong and which strings were read."""

    def __init__(self, page: OpenPage) -> None:
        self.opened = page(None)
        self.opened.add_init_script(LISTEN)
        self.wrong: list[str] = []
        self.read: set[str] = set()

    def open(self, address: str) -> Page:
        """Open a page and read it."""
        self.opened.goto(address)
        settled(self.opened)
        self.look(address)
        return self.opened

    def look(self, what: str) -> None:
        """Read every frame of the page as it is."""
        for frame in self.opened.frames:
            wrong, read = frame.evaluate(READ, KNOWN)
            self.wrong += [f"{what}: {said}" for said in wrong]
            self.read |= set(read)
        hit, breaches = self.opened.evaluate("[window.hit, window.breaches]")
        self.wrong += [f"{what}: {found}" for found in (hit, breaches) if found]
        self.wrong += [f"{what}: {said}" for said in self.opened.locator("[data-testid=stException]").all_inner_texts()]

    def open_popovers(self, most: int) -> None:
        """Read what lies behind the first buttons that open something."""
        buttons = self.opened.locator("[data-testid=stPopoverButton]:visible")
        for place in range(min(buttons.count(), most)):
            buttons.nth(place).click(timeout=5_000)
            self.opened.get_by_test_id("stPopoverBody").first.wait_for()
            self.look(f"{self.opened.url} popover {place}")
            self.opened.keyboard.press("Escape")


def map_of(opened: Page) -> Frame:
    """The frame of the map that stands on the page."""
    return next(frame for frame in opened.frames if frame.evaluate("() => 'finegrid' in window && !!finegrid.ground"))


def busy_case(engine: Engine) -> tuple[int, str]:
    """A hostile case that has lines of life, and its title."""
    marked = CaseRow.title.like("%<img src=x%")
    question = select(CaseRow.id, CaseRow.title).where(CaseRow.source == "hostile", CaseRow.id.in_(select(CaseEvent.case_id)), marked)
    with engine.connect() as connection:
        found = connection.execute(question.limit(1)).one()
    return found.id, found.title


def test_nothing_runs_on_any_page(hostile: Server, hostile_url: str, reader: Reader) -> None:
    case_id, title = busy_case(open_engine(hostile_url))
    for page in PAGES:
        reader.open(f"{hostile.url}/{page}" if page != "overview" else hostile.url)
        if page == "overview":
            reader.wrong += (pointed := map_of(reader.opened).evaluate(POINT))[0]
            assert pointed[1] > 40
    opened = reader.open(f"{hostile.url}/cases?case={case_id}&period=all")
    # the innerText itself, of a title that would be a picture
    expect(opened.locator("h4").first).to_have_text(title)
    reader.open_popovers(3)
    reader.open(f"{hostile.url}/?zone=Z14")
    reader.open(f"{hostile.url}/rivers?reach=R13")
    assert reader.wrong == []
    assert len(reader.read) >= 200


def hostile_addresses() -> Iterable[str]:
    """Each of some pages with every parameter hostile, each time another string."""
    short = [text for text in STRINGS if len(text) < 120]
    turn = count(1, 7)
    for page in ("cases", "rivers", "bikes"):
        yield f"{page}?{urlencode({param: short[next(turn) % len(short)] for param in PARAMS})}"


def test_nothing_runs_from_an_address(hostile: Server, reader: Reader) -> None:
    for address in hostile_addresses():
        reader.open(f"{hostile.url}/{address}")
    reader.open(f"{hostile.url}/cases?{urlencode({'q': STRINGS[4], 'source': STRINGS[180], 'kpi': STRINGS[100], 'period': 'all'})}")
    assert {mark_of(180), mark_of(100)} <= reader.read
    assert reader.wrong == []


def test_nothing_runs_on_the_wall(hostile: Server, reader: Reader) -> None:
    opened = reader.opened
    opened.goto(f"{hostile.url}/wall?lang=zh&seconds=99")
    opened.wait_for_function("() => window.wall?.scenes.length", timeout=60_000)
    for _ in range(opened.evaluate("() => wall.scenes.length")):
        opened.keyboard.press("ArrowRight")
        reader.look(f"wall {opened.evaluate('() => wall.place')}")
    assert reader.wrong == []
    assert reader.read


def test_uploads_are_bounded_by_the_server_too() -> None:
    limits = (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert "maxUploadSize = 100" in limits
