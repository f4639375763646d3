"""The campaign ledgers in one view: which are met, which are not and when they will be; a box each."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analysis.pace import INTERVAL, Met, Pace
from i18n import NOTHING, Text, show_day, show_number, show_share
from ui.cards import Card, show_card
from ui.ledger_books import Book, measure_label, safe, show_amount, show_pace, with_unit
from ui.nothing_yet import show_missing
from ui.viewer import Viewer

TARGET = Text(zh="目标 {target}", en="target {target}")
PLACES = Text(zh="{places} 处", en="{places} places")
LAST = Text(zh="最近一笔{day}", en="last entry {day}")
NO_TARGET = Text(zh="未设目标", en="no target set")
EMPTY = Text(
    zh="还没有台账：请到“数据”页先导入专项台账，再导入台账记录。",
    en="There are no ledgers yet: bring in ledgers, and then their entries, on the Data page.",
)
HEADLINE = Text(zh="{n} 本有目标的台账中 {met} 本已达目标", en="{met} of {n} ledgers with a target have met it")
BEHIND = Text(zh="未达：{which}", en="not yet: {which}")
BEHIND_ONE = Text(zh="{label} {done}/{target}，{when}", en="{label} {done}/{target}, {when}")
EXPECTED = Text(zh="按目前进度{day}达标", en="met on {day} at this pace")
NO_PACE = Text(zh="尚无进度，推算不出达标日期", en="nothing done yet, so no date can be told")
STARTED = Text(zh="已启动 {n}，尚无完成，推算不出达标日期", en="{n} started, none done yet, so no date can be told")
TOO_FAR = Text(zh="按目前进度五年内达不到", en="not within five years at this pace")
MET_ON = Text(zh="已于{day}达标", en="Already met on {day}")
WITHIN = Text(zh="{share}区间{low} – {high}", en="{share} interval {low} – {high}")
AFTER = Text(zh="五年以后", en="beyond five years")
NEEDED = Text(zh="每周需 {needed} {unit}，目前每周 {pace} {unit}", en="{needed} {unit} a week needed, {pace} {unit} a week so far")
YEAR_OVER = Text(zh="年度已过，还差 {left}", en="the year is over, {left} missing")
OPEN = Text(zh="明细", en="Open")
DONE_FORMULA = Text(zh="台账中{measures}各笔之和", en="the sum of the entries that count {measures}")
SOURCE = Text(zh="台账明细，截至今天", en="the entries of the ledger up to today")
PARTS = {
    "target": Text(zh="目标", en="Target"),
    "entries": Text(zh="笔数", en="Entries"),
    "pace": Text(zh="目前每周", en="A week so far"),
    "needed": Text(zh="每周需", en="Needed a week"),
}


def show_headline(seen: Viewer, books: Sequence[Book]) -> None:
    """One sentence: how many are met, and which are not and when they will be."""
    if not books:
        show_missing(seen, EMPTY)
        return
    aimed = [book for book in books if book.pace.target is not None]
    behind = [book for book in aimed if book.pace.met_on is None]
    said = seen.say(HEADLINE, n=len(aimed), met=len(aimed) - len(behind))
    if behind:
        gap = "；" if seen.language == "zh" else "; "
        said += gap + seen.say(BEHIND, which=gap.join(_say_behind(seen, book) for book in behind))
    st.markdown(f"#### {said}{'。' if seen.language == 'zh' else '.'}")


def _say_behind(seen: Viewer, book: Book) -> str:
    done, target = (show_amount(value or 0.0, seen) for value in (book.pace.done, book.pace.target))
    started = book.rows.loc[book.rows["measure"] == "started", "done"].sum()
    begun = started and not book.pace.done and book.pace.expected is None
    when = seen.say(STARTED, n=show_amount(started, seen)) if begun else say_expected(seen, book.pace)
    return seen.say(BEHIND_ONE, label=seen.say(safe(book.label)), done=done, target=target, when=when)


def show_boxes(seen: Viewer, books: Sequence[Book]) -> None:
    """Every ledger as a box with its receipt; the button opens it."""
    with st.grid(3, min_column_width=300, gap="small", key="ledgers"):
        for book in books:
            with st.container(border=True, gap="xsmall", key=f"ledger_{book.key}"):
                _show_box(seen, book)


def _show_box(seen: Viewer, book: Book) -> None:
    """Target against done as a bar, the pace in words, every other measure, and the way to the entries."""
    pace = book.pace
    show_card(seen, done_card(seen, book), key=f"box_{book.key}")
    if pace.target:
        st.progress(
            min(pace.done / pace.target, 1.0),
            f"{pace.done / pace.target:.1%} · {seen.say(TARGET, target=with_unit(pace.target, book, seen))}",
        )
        st.caption(say_pace(seen, book))
    else:
        st.caption(seen.say(NO_TARGET))
    st.caption(" · ".join([*_say_measures(seen, book), *_say_places(seen, book)]))
    st.button(seen.say(OPEN), key=f"open_{book.key}", icon=":material/list:", on_click=open_ledger, args=(book.key,))


def open_ledger(key: str) -> None:
    """Open a ledger from a press; the page brings it into view."""
    st.session_state["ledger"] = key
    st.session_state["ledger_turn"] = st.session_state.get("ledger_turn", 0) + 1


def done_card(seen: Viewer, book: Book) -> Card:
    """What is done, with the parts that the rest of the box is made of."""
    pace = book.pace
    parts = [(PARTS["target"], NOTHING if pace.target is None else with_unit(pace.target, book, seen))]
    parts += [
        (safe(measure_label(name)), show_amount(value, seen)) for name, value in zip(book.rows["measure"], book.rows["done"], strict=True)
    ]
    parts += [(PARTS["entries"], show_number(int(book.rows["entries"].sum()), seen.language))]
    parts += [(PARTS["pace"], show_pace(pace.pace, seen)), (PARTS["needed"], show_pace(pace.needed, seen))]
    names = {
        language: ("、" if language == "zh" else ", ").join(safe(measure_label(one)).say(language) for one in book.counted)
        for language in ("zh", "en")
    }
    formula = Text(zh=DONE_FORMULA.say("zh", measures=f"“{names['zh']}”"), en=DONE_FORMULA.say("en", measures=f"“{names['en']}”"))
    value = show_amount(pace.done, seen)
    return Card(key="done", label=safe(book.label), value=value, unit=book.unit, formula=formula, parts=parts, source=SOURCE)


def say_pace(seen: Viewer, book: Book) -> str:
    """Met when; or what is needed a week against what is done, and when it will be met with its interval."""
    pace, gap = book.pace, "；" if seen.language == "zh" else "; "
    if pace.met_on is not None:
        return seen.say(MET_ON, day=show_day(pace.met_on, seen.language))
    if pace.needed is None:
        return seen.say(YEAR_OVER, left=with_unit(pace.left or 0.0, book, seen))
    said = [
        seen.say(NEEDED, needed=show_pace(pace.needed, seen), pace=show_pace(pace.pace, seen), unit=seen.say(book.unit)),
        say_expected(seen, pace),
    ]
    return gap.join([*said, *([say_interval(seen, pace.expected)] if pace.expected else [])])


def say_expected(seen: Viewer, pace: Pace) -> str:
    """When the target is met at this pace."""
    if pace.expected is None:
        return seen.say(NO_PACE)
    return seen.say(TOO_FAR) if pace.expected.on is None else seen.say(EXPECTED, day=show_day(pace.expected.on, seen.language))


def say_interval(seen: Viewer, met: Met) -> str:
    """The interval of that day."""
    ends = {name: show_day(day, seen.language) if day else seen.say(AFTER) for name, day in (("low", met.low), ("high", met.high))}
    return seen.say(WITHIN, share=show_share(INTERVAL, digits=0), **ends)


def _say_measures(seen: Viewer, book: Book) -> list[str]:
    rows = zip(book.rows["measure"], book.rows["done"], strict=True)
    return [f"{seen.say(safe(measure_label(str(name))))} {show_amount(float(done), seen)}" for name, done in rows if name]


def _say_places(seen: Viewer, book: Book) -> list[str]:
    last = book.rows["last_on"].max() if len(book.rows) else None
    said = [seen.say(PLACES, places=f"{book.places:,}")] if book.places else []
    return said + ([seen.say(LAST, day=show_day(last.date(), seen.language))] if last is not None and pd.notna(last) else [])
