"""Scene: which campaign ledgers have met their targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from i18n import Text, show_number, show_share
from model.ledger_units import unit_words
from queries.ledgers import counted_measures, ledger_days, ledgers
from wall.canvas import SMALL, WIDTH, WORDS, Canvas, ems, shorten
from wall.changes import stock_change, trend_of
from wall.frame import BOTTOM, MARGIN, TOP
from wall.parts import TARGET_WIDTH
from wall.scene import Asked, Scene, Told

HEADLINE = Text(
    zh="{n} 本有目标的台账中 {met} 本已达目标；最落后的是{label}，完成 {share}",
    en="{met} of {n} ledger targets are met; furthest behind: {label}, {share}",
)
ALL = Text(zh="{n} 本有目标的台账都已达目标", en="All {n} ledger targets are met")
NONE = Text(zh="还没有设了目标的台账", en="There is no ledger with a target yet")
MORE = Text(zh="另有 {n} 本", en="and {n} more")
MORE_MET = Text(zh="另有 {n} 本已达目标", en="and {n} more that are met")
TARGET = Text(zh="目标", en="Target")
LATELY = Text(zh="近30天（前30天）", en="30 days (before)")
DAYS = timedelta(days=30)
# bars longer than this are cut
MOST_SHARE = 1.25
SHOWN = 10
# the columns of the names, of the figures and of what came lately, and the line above them, in units of the page
NAMES, FIGURES, TRENDS, HEAD = 820.0, 470.0, 280.0, 50.0


@dataclass(frozen=True)
class Book:
    """A ledger with a target."""

    label: str
    done: float
    target: float
    unit: Text
    lately: float
    before: float

    @property
    def share(self) -> float:
        return self.done / self.target


def tell(asked: Asked) -> Told:
    """Done against target, the one furthest behind first."""
    found = asked.ask(ledgers, asked.office.today())
    days = asked.ask(ledger_days, asked.office.today())
    books = [
        _book(asked, rows, days[days["ledger_key"] == key]) for key, rows in found.dropna(subset=["target"]).groupby("key", sort=False)
    ]
    books = sorted((book for book in books if book.target > 0), key=lambda book: book.share)
    return Told(headline=_say(asked, books), draw=lambda canvas: _draw(canvas, asked, books))


def _book(asked: Asked, rows: pd.DataFrame, days: pd.DataFrame) -> Book:
    measures = counted_measures(rows.loc[rows["entries"] > 0, "measure"])
    first, done = rows.iloc[0], float(rows.loc[rows["measure"].isin(measures), "done"].sum())
    today, counted = asked.office.today(), days[days["measure"].isin(measures)]
    lately, before = (_sum(counted, until) for until in (today, today - DAYS))
    return Book(str(first["label"][asked.language]), done, float(first["target"]), unit_words(first["unit"]), lately, before)


def _sum(days: pd.DataFrame, until: date) -> float:
    """What was done in the thirty days up to a day."""
    on = days["on_date"].dt.date
    return float(days.loc[(on > until - DAYS) & (on <= until), "amount"].sum())


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
    shown = books[: SHOWN if len(books) <= SHOWN else SHOWN - 1]
    top, left, right = TOP + HEAD, MARGIN + NAMES, WIDTH - MARGIN - FIGURES - TRENDS
    step = min((BOTTOM - top) / min(len(books), SHOWN), 92)
    # what is beyond its target reaches over the mark
    aim = left + (right - left) / max(1, min(max(book.share for book in shown), MOST_SHARE))
    canvas.write(aim, top - 14, asked.say(TARGET), size=SMALL, colour="quiet", anchor="middle")
    canvas.write(WIDTH - MARGIN, top - 14, asked.say(LATELY), size=SMALL, colour="quiet", anchor="end")
    size = WORDS if max(ems(book.label) for book in shown) * WORDS <= NAMES - 24 else SMALL
    for place, book in enumerate(shown):
        y, met = top + place * step, book.share >= 1
        canvas.write(left - 24, y + step * 0.66, shorten(book.label, (NAMES - 24) / size), size=size, anchor="end")
        canvas.box(left, y + step * 0.22, right - left, step * 0.5, fill="panel", radius=6)
        length = min((aim - left) * book.share, right - left)
        canvas.box(left, y + step * 0.22, length, step * 0.5, fill="fill" if met else "fill_bad", radius=6)
        words = f"{'✓' if met else '…'} {_amount(asked, book.done)} / {_amount(asked, book.target)} {asked.say(book.unit)}"
        canvas.write(right + 24, y + step * 0.68, words, size=_fit(words), colour="good" if met else "bad", bold=True)
        trend = trend_of(stock_change(book.lately, book.before), f"({_amount(asked, book.before)})")
        words = f"+{_amount(asked, book.lately)} {trend.words}"
        canvas.write(WIDTH - MARGIN, y + step * 0.66, words, size=SMALL, colour=trend.colour, anchor="end")
    canvas.line([(aim, top), (aim, top + len(shown) * step)], colour="ink", width=TARGET_WIDTH)
    if rest := books[len(shown) :]:
        words = asked.say(MORE if any(book.share < 1 for book in rest) else MORE_MET, n=len(rest))
        canvas.write(left, top + len(shown) * step + step * 0.66, words, colour="quiet")


def _amount(asked: Asked, value: float) -> str:
    return show_number(value, asked.language, digits=0 if float(value).is_integer() else 1)


def _fit(words: str) -> float:
    """As large as its column lets it be."""
    return max(min(float(WORDS), (FIGURES - 30) / ems(words)), SMALL)


SCENE = Scene(key="ledgers", title=Text(zh="专项台账", en="Ledgers"), tell=tell, order=80)
