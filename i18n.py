"""Both languages of a text on one line, and numbers, times and durations as people here write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isnan
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
NOTHING = "—"
WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text in both languages; leaving one out cannot start. `{name}` places are filled by `say`."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh or not self.en:
            raise ValueError(f"a Text needs both languages; got zh={self.zh!r}, en={self.en!r}")

    def say(self, language: Language, **values: object) -> str:
        """The text in one language, its places filled."""
        text = self.zh if language == "zh" else self.en
        return text.format(**values) if values else text


def pick_language(asked: str | None, browser: str | None) -> Language:
    """The language a viewer gets: what was asked for, else the browser's, else Chinese."""
    for wish in (asked, browser):
        if wish:
            return "zh" if wish.lower().startswith("zh") else "en"
    return "zh"


def show_number(value: float | int | None, language: Language, *, digits: int = 0, compact: bool = False) -> str:
    """`41,282`; compact gives `4.13万` in Chinese and `41.3k` in English; None is the dash."""
    if value is None or isnan(value):
        return NOTHING
    if compact and abs(value) >= 10_000:
        return f"{value / 10_000:,.4g}万" if language == "zh" else f"{value / 1_000:,.4g}k"
    return f"{value:,.{digits}f}"


def show_share(value: float | None, *, digits: int = 2) -> str:
    """A share from 0 to 1 as percent, `93.72%`; None is the dash, never 0 %."""
    return NOTHING if value is None or isnan(value) else f"{value * 100:.{digits}f}%"


def show_day(day: date | None, language: Language, *, weekday: bool = False) -> str:
    """`2017年10月31日` or `31 Oct 2017`, with the weekday on request."""
    if day is None:
        return NOTHING
    if language == "zh":
        tail = f" 周{WEEKDAYS['zh'][day.weekday()]}" if weekday else ""
        return f"{day.year}年{day.month}月{day.day}日{tail}"
    head = f"{WEEKDAYS['en'][day.weekday()]} " if weekday else ""
    return f"{head}{day.day} {day:%b} {day.year}"


def show_moment(moment: datetime | None, language: Language) -> str:
    """A time that is already in the office's zone, `2017年10月31日 18:00` or `31 Oct 2017 18:00`."""
    return NOTHING if moment is None else f"{show_day(moment.date(), language)} {moment:%H:%M}"


def show_duration(span: timedelta | None, language: Language) -> str:
    """The two largest units: `3小时20分`, `2天4小时`, `3 h 20 min`, `2 d 4 h`; a minus sign when negative."""
    if span is None:
        return NOTHING
    sign = "-" if span < timedelta(0) else ""
    minutes = round(abs(span).total_seconds() / 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [(days, "天", "d"), (hours, "小时", "h"), (rest, "分", "min")]
    first = next((i for i, (n, _, _) in enumerate(parts) if n), 2)
    shown = [part for part in parts[first : first + 2] if part[0] or part is parts[first]]
    if language == "zh":
        return sign + "".join(f"{n}{zh}" for n, zh, _ in shown)
    return sign + " ".join(f"{n} {en}" for n, _, en in shown)
