"""Names on the map keep clear of each other, and of the discs of single places."""

from __future__ import annotations

from tests.browser.conftest import OpenPage
from tests.browser.look import map_frame

ONLY_LOOKS = True

# shown names whose boxes meet another one's
MET = """() => {
  const names = [...document.querySelectorAll('.name span')].filter((name) => getComputedStyle(name).visibility === 'visible');
  const boxes = names.map((name) => [name.textContent, name.getBoundingClientRect()]);
  const apart = (one, other) => one.right - 1 <= other.left || one.bottom - 1 <= other.top;
  const meet = (one, other) => !apart(one, other) && !apart(other, one);
  return boxes.flatMap(([name, box], place) =>
    boxes.slice(place + 1).filter(([, other]) => meet(box, other)).map(([other]) => `${name} ${other}`));
}"""
# where the name of a zone stands beside the middle of its zone: it stepped aside
ASIDE = "() => [...document.querySelectorAll('.name-place span')].filter((name) => parseFloat(name.style.marginTop)).length"


def test_no_name_covers_another_on_a_phone(page: OpenPage) -> None:
    frame = map_frame(page("/zones?lang=zh", on="phone"))
    frame.wait_for_selector(".name-place span", state="attached")
    assert frame.evaluate(MET) == []
    assert frame.evaluate(ASIDE) > 0


# the numbers of hot spots that lie on a shown name of a zone
COVERED = """() => {
  const boxes = (what) => [...document.querySelectorAll(what)].filter((one) => getComputedStyle(one).visibility === 'visible')
    .map((one) => [one.textContent, one.getBoundingClientRect()]);
  const apart = (one, other) => one.right - 1 <= other.left || one.bottom - 1 <= other.top;
  const meet = (one, other) => !apart(one, other) && !apart(other, one);
  return boxes('.badge span').flatMap(([number, box]) =>
    boxes('.name-place span').filter(([, other]) => meet(box, other)).map(([name]) => `${number} ${name}`));
}"""


def test_no_number_of_a_hot_spot_covers_the_name_of_a_zone(page: OpenPage) -> None:
    frame = map_frame(page("/overview?lang=zh", on="desk"))
    frame.wait_for_selector(".badge span", state="attached")
    assert frame.evaluate(COVERED) == []
