"""A whole day on a phone: on duty, the first stop, a finding, the loop with one return, closed, and in the bulletin."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import VIEWPORTS, OpenPage
from tests.browser.look import WAIT_MS, fits_its_width, picture, settled
from tests.browser.server import Server
from tests.browser.watch import Watch
from tests.rows import read_rows

PANEL = ".st-key-case_panel"
# the menu closes by itself only for who says that it is a phone
AGENT = "Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
MOST_TAPS, THUMB_PX = 6, 44
DEPARTMENT = "城管中队"
OURS, CENTRE = f"department:{DEPARTMENT}", "grid_centre"
STEPS = ["dispatch", "claim", "feedback", "send_back", "feedback", "verify", "close"]
STAGES = ["reported", "dispatched", "claimed", "handled", "returned", "handled", "verified", "closed"]


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the day says in one language."""

    category: str
    found: str
    on_duty: str
    waiting: tuple[str, ...]
    reason: str
    progress: str


WORDS = {
    "zh-CN": Words(
        category="暴露垃圾",
        found="巡查日走查：桥下积存垃圾",
        on_duty="今日值班",
        waiting=("等待网格中心派遣", "等待城管中队认领", "等待城管中队处置反馈", "等待网格中心核查", "等待网格中心结案", "已结案"),
        reason="要写明原因",
        progress="结案",
    ),
    "en-US": Words(
        category="Exposed rubbish",
        found="Rubbish left under the bridge",
        on_duty="On duty today",
        waiting=(
            *("The grid centre is to dispatch it", "城管中队 is to claim it", "城管中队 is to handle it and feed back"),
            *("The grid centre is to verify it", "The grid centre is to close it", "Closed"),
        ),
        reason="needs a reason",
        progress="Closed",
    ),
}


@dataclass
class Thumb:
    """Taps as a person does, and counts them."""

    taps: int = 0
    heights: list[float] = field(default_factory=list)

    def tap(self, target: Locator) -> None:
        expect(target).to_be_visible()
        box = target.bounding_box()
        self.heights.append(box["height"] if box else 0)
        target.click()
        self.taps += 1
        settled(target.page)


Phone = Callable[[str], Page]


@pytest.fixture
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def phone(page: OpenPage, chromium: Browser, own: Server, watch: Watch, language: str) -> Iterator[Phone]:
    """Opens a page on a phone of its own, with a touch screen; what goes wrong unseen fails the test as on any page."""
    contexts = []

    def open_page(at: str) -> Page:
        context = chromium.new_context(
            viewport=VIEWPORTS["phone"], locale=language, user_agent=AGENT, has_touch=True, is_mobile=True, timezone_id="Asia/Shanghai"
        )
        contexts.append(context)
        opened = context.new_page()
        watch.follow(opened)
        opened.goto(own.url + at)
        return settled(opened)

    yield open_page
    for context in contexts:
        context.close()


def photo(path: Path, seed: int) -> Path:
    """Another picture for each seed."""
    written = io.BytesIO()
    Image.effect_noise((640, 480), 40 + seed).convert("RGB").save(written, "JPEG")
    path.write_bytes(written.getvalue())
    return path


@pytest.mark.parametrize("language", ["zh-CN", "en-US"], indirect=True)
def test_a_day_from_the_rota_to_the_bulletin(phone: Phone, database: str, tmp_path: Path, language: str) -> None:
    words = WORDS[language]
    on_duty = "select o.code, o.name from shifts s join officials o on o.id = s.official_id where s.on_date = '2017-10-31' limit 1"
    [leader] = read_rows(database, on_duty)
    case_id = find(phone(f"/?as=duty_leader:{leader.code}"), words, leader.name, tmp_path)
    centre, ours = (phone(f"/cases?case={case_id}&as={who}") for who in (CENTRE, OURS))
    go_round(centre, ours, case_id, words, tmp_path)
    picture(centre, f"loop-closed-{language[:2]}")
    check_written(database, case_id, leader.code)
    check_bulletin(phone(f"/bulletin?as={CENTRE}"), words, tmp_path)


def find(opened: Page, words: Words, leader: str, tmp_path: Path) -> int:
    """From the landing page to a saved finding in at most six taps; gives the case's id."""
    thumb = Thumb()
    thumb.tap(opened.get_by_test_id("stExpandSidebarButton"))
    thumb.tap(opened.get_by_test_id("stSidebarNavLink").filter(has_text=re.compile("今日巡查|Patrol")).first)
    expect(opened.get_by_text(words.on_duty)).to_contain_text(leader, timeout=WAIT_MS)
    first = opened.locator(".st-key-stop_1")
    place = first.get_by_role("link", name=re.compile("上报问题|Report"))
    thumb.tap(place)
    # the camera's own button: the picture comes from it
    opened.set_input_files("input.camera", photo(tmp_path / "found.jpg", 1))
    thumb.taps += 1
    expect(opened.locator("img.picture")).to_be_visible(timeout=WAIT_MS)
    settled(opened)
    category = opened.get_by_role("radio", name=words.category, exact=True)
    thumb.tap(category)
    expect(category).to_be_checked()
    opened.locator(".st-key-report_text textarea").fill(words.found)
    thumb.tap(opened.locator(".st-key-report_save button"))
    assert thumb.taps <= MOST_TAPS
    saved = opened.get_by_role("link", name=re.compile("打开案件|Open the case"))
    expect(saved).to_be_visible(timeout=WAIT_MS)
    saved.click()
    opened.wait_for_url(re.compile(r"case=\d+"))
    expect(opened.locator(PANEL)).to_contain_text(words.waiting[0], timeout=WAIT_MS)
    # a leader found it; somebody else brings it on
    expect(opened.locator(f"{PANEL} .st-key-loop button[kind=primary]")).to_have_count(0)
    match = re.search(r"case=(\d+)", opened.url)
    assert match
    return int(match[1])


def go_round(centre: Page, ours: Page, case_id: int, words: Words, tmp_path: Path) -> None:
    """Dispatched, claimed, fed back, sent back, fed back again, verified, closed: each by whose turn it is, on two phones."""
    thumb = Thumb()
    # a department sees a case that is not theirs, and can do nothing
    expect(ours.locator(".st-key-loop")).to_contain_text(words.waiting[0])
    expect(ours.locator(".st-key-loop button")).to_have_count(0)
    chosen = centre.locator(f".st-key-loop_department_{case_id}")
    chosen.locator("input").click()
    centre.get_by_role("option", name=DEPARTMENT).first.click()
    press(thumb, centre, "dispatch", words.waiting[1])
    again(ours, words.waiting[1])
    press(thumb, ours, "claim", words.waiting[2])
    feed_back(thumb, ours, case_id, photo(tmp_path / "after.jpg", 2), words.waiting[3])
    again(centre, words.waiting[3])
    thumb.tap(centre.locator(".st-key-loop summary").filter(has_text=re.compile("返工|Send back")))
    press(thumb, centre, "send_back", words.reason)
    centre.locator(f".st-key-loop_note_send_back_{case_id} textarea").fill("还有剩的")
    press(thumb, centre, "send_back", words.waiting[2])
    again(ours, words.waiting[2])
    feed_back(thumb, ours, case_id, photo(tmp_path / "again.jpg", 3), words.waiting[3])
    again(centre, words.waiting[3])
    press(thumb, centre, "verify", words.waiting[4])
    fits_its_width(centre)
    press(thumb, centre, "close", words.waiting[5])
    expect(centre.locator(".st-key-photos img")).to_have_count(3, timeout=WAIT_MS)
    assert min(thumb.heights) >= THUMB_PX


def press(thumb: Thumb, opened: Page, step: str, then: str) -> None:
    """Press a step's button; the panel says what comes next."""
    thumb.tap(opened.locator(f".st-key-loop_{step} button"))
    expect(opened.locator(".st-key-loop")).to_contain_text(then, timeout=WAIT_MS)


def feed_back(thumb: Thumb, opened: Page, case_id: int, picture_file: Path, then: str) -> None:
    """A photo and a line, sent together."""
    opened.set_input_files(".st-key-loop input.camera", picture_file)
    expect(opened.locator(".st-key-loop img.picture")).to_be_visible(timeout=WAIT_MS)
    settled(opened)
    opened.locator(f".st-key-loop_note_feedback_{case_id} textarea").fill("已清理")
    press(thumb, opened, "feedback", then)


def again(opened: Page, then: str) -> None:
    """Look again after somebody else acted."""
    opened.reload()
    settled(opened)
    expect(opened.locator(".st-key-loop")).to_contain_text(then, timeout=WAIT_MS)


def check_written(database: str, case_id: int, leader: str) -> None:
    """Each step is one line and one audit, and every photo is kept once, re-encoded."""
    life = read_rows(database, f"select stage, actor from case_events where case_id = {case_id} order by at, id")
    assert [line.stage for line in life] == STAGES
    assert [line.actor for line in life[:3]] == [f"duty_leader:{leader}", CENTRE, OURS]
    log = read_rows(database, f"select what from audit_log where subject = 'case:{case_id}' order by id")
    assert [line.what for line in log] == ["case.report", *(f"case.{step}" for step in STEPS)]
    [case] = read_rows(database, f"select * from cases where id = {case_id}")
    assert (case.department, case.reworks, case.resolution, case.channel) == (DEPARTMENT, 1, "resolved", "patrol")
    assert all((case.dispatched_at, case.handled_at, case.verified_at, case.closed_at))
    photos = read_rows(database, f"select mime from attachments where case_id = {case_id}")
    assert [photo.mime for photo in photos] == ["image/jpeg"] * 3


def check_bulletin(opened: Page, words: Words, tmp_path: Path) -> None:
    """The day's bulletin has the finding, who handled it and that it is closed."""
    with opened.expect_download() as coming:
        opened.locator(".st-key-download_docx button").click()
    file = tmp_path / "bulletin.docx"
    coming.value.save_as(file)
    with ZipFile(file) as parts:
        said = re.sub(r"<[^>]+>", " ", parts.read("word/document.xml").decode())
    row = said[said.index(words.found) :][:400]
    assert DEPARTMENT in row
    assert words.progress in row
