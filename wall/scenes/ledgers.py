"""Scene: which campaign ledgers have met their targets."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from i18n import Text, show_number, show_share
from queries.ledgers import ledgers
from wall.canvas import NUMBER, SMALL, WIDTH, WORDS, Canvas, ems, shorten
from wall.frame import BOTTOM, MARGIN, TOP
from wall.scene import Asked, Scene, Told

HEADLINE = Text(
    zh="{n} 本台账中 {met} 本已达目标；最落后的是{label}，完成 {share}",
    en="{met} of {n} ledgers are met; furthest behind: {label}, {share}",
)
ALL = Text(zh="{n} 本台账都已达目标", en="All {n} ledgers have met their targets")
NONE = Text(zh="还没有设了目标的台账", en="There is no ledger with a target yet")
SHOWN = 8
# what is counted but not yet reached
NOT_DONE = ("open", "started")


@dataclass(frozen=True)
class Book:
    """A ledger with a target."""

    label: str
    done: float
    target: float
    unit: str

    @property
    def share(self) -> float:
        return self.done / self.target


def tell(asked: Asked) -> Told:
    """Done against target, the one furthest behind first."""
    found = asked.ask(ledgers, asked.office.today())
    books = [_book(asked, rows) for _, rows in found.dropna(subset=["target"]).groupby("key", sort=False)]
    books = sorted((book for book in books if book.target > 0), key=lambda book: book.share)
    return Told(headline=_say(asked, books), draw=lambda canvas: _draw(canvas, asked, books))


def _book(asked: Asked, rows: pd.DataFrame) -> Book:
    """The main measure; where there is none, all that count as done."""
    main = rows[rows["measure"] == ""]
    counted = main if main["done"].any() else rows[~rows["measure"].isin(NOT_DONE)]
    first = rows.iloc[0]
    return Book(str(first["label"][asked.language]), float(counted["done"].sum()), float(first["target"]), str(first["unit"]))


def _say(asked: Asked, books: list[Book]) -> str:
    if not books:
        return asked.say(NONE)
    met = sum(book.share >= 1 for book in books)
    if met == len(books):
        return asked.say(ALL, n=met)
    return asked.say(HEADLINE, n=len(books), met=met, label=books[0].label, share=show_share(books[0].share, digits=0))


def _draw(canvas: Canvas, asked: Asked, books: list[Book]) -> None:
    if not books:
        return
    step, left, right = min((BOTTOM - TOP) / len(books[:SHOWN]), 96), MARGIN + 700, WIDTH - MARGIN - 520
    for place, book in enumerate(books[:SHOWN]):
        y, met = TOP + place * step, book.share >= 1
        size = WORDS if ems(book.label) * WORDS <= 670 else SMALL
        canvas.write(left - 24, y + step * 0.62, shorten(book.label, 676 / size), size=size, anchor="end")
        canvas.box(left, y + step * 0.2, right - left, step * 0.5, fill="panel", radius=6)
        canvas.box(left, y + step * 0.2, (right - left) * min(book.share, 1), step * 0.5, fill="fill" if met else "fill_bad", radius=6)
        done, target = (
            show_number(value, asked.language, digits=0 if float(value).is_integer() else 1) for value in (book.done, book.target)
        )
        words = f"{'✓' if met else '…'} {done} / {target}"
        canvas.write(right + 24, y + step * 0.64, words, size=min(NUMBER, WORDS + 2), colour="good" if met else "bad", bold=True)


SCENE = Scene(key="ledgers", title=Text(zh="专项台账", en="Ledgers"), tell=tell, order=80)
