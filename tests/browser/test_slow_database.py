"""A database that takes long, as a viewer sees it: a sentence after two seconds, which is gone when the page stands."""

from __future__ import annotations

import psycopg
import pytest
from playwright.sync_api import expect
from psycopg import sql

from tests.browser.conftest import OpenPage, Serve
from tests.browser.look import settled
from tests.postgres import Cluster
from ui.waiting import WAITING


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sentence_while_it_waits_and_then_the_page(
    serve: Serve, page: OpenPage, postgres_server: Cluster, postgres_demo_copy: str, language: str
) -> None:
    server = serve("serve.py", DATABASE_URL=postgres_demo_copy)
    name = postgres_demo_copy.partition("@/")[2].partition("?")[0]
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
    server.stop()
