"""A database that takes long, as a viewer sees it: a sentence after two seconds, which is gone when the page stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect
from psycopg import sql

from tests.browser.conftest import OpenPage, Serve
from tests.browser.look import settled
from tests.browser.server import Server
from tests.postgres import Cluster
from ui.waiting import WAITING


@pytest.fixture(scope="module")
def server(serve: Serve, shared_postgres_demo: str) -> Iterator[Server]:
    server = serve("serve.py", DATABASE_URL=shared_postgres_demo)
    yield server
    server.stop()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sentence_while_it_waits_and_then_the_page(
    server: Server, page: OpenPage, postgres_server: Cluster, shared_postgres_demo: str, language: str
) -> None:
    name = shared_postgres_demo.partition("@/")[2].partition("?")[0]
    with psycopg.connect(host=str(postgres_server.folder), user="postgres", dbname=name) as held:
        tables = held.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'spatial_ref_sys'").fetchall()
        held.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.SQL(", ").join(sql.Identifier(one) for (one,) in tables)))
        opened, wall = page(None, on="phone"), page(None)
        wall.goto(f"{server.url}/wall?lang={language}")
        opened.goto(f"{server.url}/cases?lang={language}")
        sentence = opened.locator(".waiting")
        expect(sentence).to_be_visible()
        expect(sentence).to_have_text(WAITING.zh if language == "zh" else WAITING.en)
        box = sentence.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        expect(wall.locator("#note")).to_be_visible()
    settled(opened)
    expect(sentence).to_have_count(0)
    expect(opened.get_by_role("heading", name="案件" if language == "zh" else "Cases", exact=True)).to_be_visible()
    expect(wall.locator("#note")).to_be_hidden()


def test_a_page_that_has_nothing_to_show_leaves_no_sentence_behind(serve: Serve, page: OpenPage, tmp_path: Path) -> None:
    empty = serve("serve.py", DATABASE_URL=f"sqlite:///{tmp_path / 'empty.db'}")
    opened = page(None)
    opened.goto(f"{empty.url}/zones?lang=en")
    expect(opened.get_by_text("There are no zones yet")).to_be_visible()
    settled(opened)
    # not the two seconds after which it would stand there, but whether it could
    expect(opened.locator(".waiting")).to_have_css("display", "none")
    empty.stop()
