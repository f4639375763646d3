"""A database that goes and comes back, as a viewer sees it: one sentence, then the page again, and never a word of the program's."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from model.trouble import GONE
from tests.browser.conftest import OpenPage, Serve
from tests.browser.look import settled


def move(place: Path, to: Path) -> None:
    """An SQLite file with its log."""
    for part in place.parent.glob(f"{place.name}*"):
        part.rename(to.with_name(part.name.replace(place.name, to.name)))


def test_one_sentence_and_then_the_page_again(serve: Serve, page: OpenPage, demo_copy: str) -> None:
    server, place = serve("serve.py", DATABASE_URL=demo_copy), Path(demo_copy.removeprefix("sqlite:///"))
    opened = page(f"{server.url}/ledgers?lang=en", on="phone", language="en")
    expect(opened.get_by_role("heading", name="Ledgers", exact=True)).to_be_visible()

    move(place, place.with_name("away.db"))
    opened.reload()
    settled(opened)
    alerts = opened.locator("[data-testid=stAlert]")
    expect(alerts).to_have_count(1)
    expect(alerts).to_contain_text(GONE.en)
    expect(opened.locator("[data-testid=stException]")).to_have_count(0)
    assert opened.request.get(f"{server.url}/health").status == 503

    move(place.with_name("away.db"), place)
    opened.reload()
    settled(opened)
    expect(alerts).to_have_count(0)
    expect(opened.get_by_role("heading", name="Ledgers", exact=True)).to_be_visible()
    server.stop()
