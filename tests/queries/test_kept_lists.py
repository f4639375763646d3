"""Lists that are too long for an address come back whole or not at all: from memory, from the folder, in another process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from config import ROOT, settings
from queries import lists
from queries.filters import MOST_IDS, Filters
from queries.lists import GONE, Lists, keep_list, recall_list

NUMBERS = some.lists(some.integers(0, (1 << 63) - 1), min_size=1, max_size=30, unique=True).map(sorted).map(tuple)


@pytest.fixture(scope="module", autouse=True)
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of this test's lists."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("server") / "lists"
        patch.setenv("FINEGRID_LISTS", str(folder))
        settings.cache_clear()
        patch.setattr(lists, "_LISTS", Lists())
        yield folder
    settings.cache_clear()


def restart() -> None:
    """The process knows nothing any more."""
    lists._LISTS = Lists()


@given(NUMBERS)
def test_a_list_outlives_a_restart(ids: tuple[int, ...]) -> None:
    name = keep_list(ids)
    assert recall_list(name) == ids
    restart()
    assert recall_list(name) == ids
    assert keep_list(ids) == name


BREAKS: dict[str, Callable[[bytes, int], bytes]] = {
    "cut": lambda held, place: held[: place % len(held)],
    "cut by whole numbers": lambda held, place: held[: 8 * (place % (len(held) // 8))],
    "one bit changed": lambda held, place: bytes(one ^ (1 << place % 8 if at == place % len(held) else 0) for at, one in enumerate(held)),
    "longer": lambda held, place: held + bytes(8 * (1 + place % 3)),
    "those of another": lambda held, place: held[8:] + bytes(7) + bytes([place % 255 + 1]),
}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_a_file_that_is_not_whole_is_gone_and_never_wider(shelf: Path, broken: Callable[[bytes, int], bytes]) -> None:
    @given(NUMBERS, some.integers(0, 1_000))
    def each(ids: tuple[int, ...], place: int) -> None:
        file = shelf / keep_list(ids)
        file.write_bytes(broken(file.read_bytes(), place))
        restart()
        assert recall_list(file.name) == GONE
        file.unlink()

    each()


@pytest.mark.parametrize("name", ["", "of another process", "../lists", "0" * 24, "é" * 24, "0" * 23 + "\n", "/etc/passwd", "a\0b"])
def test_a_name_that_no_list_has_is_gone(name: str) -> None:
    assert recall_list(name) == GONE
    assert Filters.from_params({"list": name}).ids == GONE


def test_an_empty_file_does_not_mean_all_cases(shelf: Path) -> None:
    shelf.mkdir(exist_ok=True)
    name = lists._name_of(b"")
    (shelf / name).touch()
    assert recall_list(name) == GONE


def test_another_process_reads_what_this_one_kept(shelf: Path) -> None:
    chosen = Filters(ids=tuple(range(7, 7 + 3 * MOST_IDS, 3)), channels=("hotline",))
    asked = f"from queries.filters import Filters; print(*Filters.from_params({chosen.to_params()!r}).ids)"
    env = {**os.environ, "FINEGRID_LISTS": str(shelf)}
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert tuple(map(int, told.stdout.split())) == chosen.ids


def test_memory_gives_way_to_newer_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_KEPT", 1_000)
    monkeypatch.setattr(lists, "_LISTS", Lists())
    names = [keep_list(range(start, start + 400)) for start in (1, 1_001, 2_001)]
    assert list(lists._LISTS.kept) == names[1:]
    assert [len(recall_list(name)) for name in names] == [400, 400, 400]


def test_the_folder_gives_way_to_newer_lists(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_ON_DISK", 10_000)
    restart()
    for file in shelf.iterdir():
        file.unlink()
    left = shelf / ".left by a process that was killed"
    left.write_bytes(bytes(9_000))
    os.utime(left, (0, 0))
    names = []
    for number in range(6):
        names.append(keep_list(range(number, number + 400)))
        os.utime(shelf / names[-1], (number + 1, number + 1))
        # the first one stays in use, by a process that started anew
        restart()
        assert len(recall_list(names[0])) == 400
    assert sum(file.stat().st_size for file in shelf.iterdir()) <= 10_000
    assert not left.exists()
    restart()
    assert [len(recall_list(name)) for name in names] == [400, 1, 1, 1, 400, 400]


def test_without_a_folder_the_memory_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("FINEGRID_LISTS", str(tmp_path / "a file" / "lists"))
    settings.cache_clear()
    name = keep_list(range(5_000, 5_400))
    assert len(recall_list(name)) == 400
    restart()
    assert recall_list(name) == GONE
    monkeypatch.undo()
    settings.cache_clear()
