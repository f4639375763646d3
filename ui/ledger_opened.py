"""The ledger that is open: every figure with its receipt, its course against the needed line, its places and its entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import accumulate

import geopandas as gpd
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from geo.figures import MAX_CASES, Figures
from i18n import NOTHING, Text, show_day
from queries.ledgers import NOT_DONE, ledger_entries
from ui import ask
from ui.cards import Card, show_cards
from ui.charts import DOTTED, MAIN, SECOND, make_figure, write_days
from ui.choices import pick_one
from ui.export_layers import file_name, show_take_away
from ui.ground import ground_of
from ui.ledger_books import Book, measure_label, safe, show_amount, show_pace, with_unit
from ui.ledgers import SOURCE, done_card, say_interval
from ui.map_panel import show_map
from ui.nothing_yet import show_missing
from ui.points import show_pressable, show_pressed
from ui.pressed import named
from ui.tables import show_download
from ui.viewer import Viewer
from ui.words import is_missing

ENTRIES = Text(zh="台账明细", en="Entries of a ledger")
MAP_HEIGHT = 380
# with fewer than these the library puts its lines at halves
FEW = 10
LAYERS = ("boundary", "zones", "rivers", "stations")
PLACES = Text(zh="台账地点", en="Places of the ledger")
MARKS = (Text(zh="已完成", en="Done"), Text(zh="未办结", en="Not done yet"))
NO_PLACES = Text(zh="这本台账的明细没有坐标，地图上没有点。", en="No entry of this ledger has coordinates, so there is no map.")
NO_ENTRIES = Text(
    zh="这本台账还没有明细：请到“数据”页导入台账记录。",
    en="This ledger has no entries yet: bring in the entries of ledgers on the Data page.",
)
DONE = Text(zh="已完成", en="Done")
TARGET_LABEL = Text(zh="年度目标", en="Target of the year")
TARGET_FORMULA = Text(zh="台账设定的 {year} 年目标", en="the target that the ledger sets for {year}")
TARGET_SOURCE = Text(zh="台账（ledgers）", en="the ledger (ledgers)")
LEFT = Text(zh="还差", en="Missing")
LEFT_FORMULA = Text(zh="目标 − 已完成，不小于 0", en="target − done, never below 0")
PACE = Text(zh="目前每周", en="A week so far")
PACE_FORMULA = Text(zh="已完成 ÷ 年初至今的周数", en="done ÷ weeks of the year so far")
NEEDED = Text(zh="每周需", en="Needed a week")
NEEDED_FORMULA = Text(zh="还差 ÷ 到年底的周数", en="missing ÷ weeks to the end of the year")
WEEKS = Text(zh="周数", en="Weeks")
MET = Text(zh="达标日期", en="Met on")
MET_FORMULA = Text(zh="累计首次达到目标的日期", en="the first day on which the sum reached the target")
EXPECTED_FORMULA = Text(
    zh="以过去各整周的完成量为样本，模拟 1,000 次今后各周（贝叶斯自助法，Rubin 1981），取达到目标之日的中位数",
    en="1,000 futures drawn from the whole weeks so far (Bayesian bootstrap, Rubin 1981); the median day on which the target is met",
)
PLACE_COUNT = Text(zh="地点", en="Places")
PLACE_FORMULA = Text(zh="明细中不同地点的个数", en="how many different places the entries name")
MEASURE_FORMULA = Text(zh="明细中“{measure}”各笔之和", en="the sum of the entries that count “{measure}”")
COLUMNS: dict[str, Text] = {
    "on_date": Text(zh="日期", en="Date"),
    "measure": Text(zh="内容", en="What"),
    "amount": Text(zh="数量", en="Amount"),
    "place": Text(zh="地点", en="Place"),
    "note": Text(zh="备注", en="Note"),
}
DOWNLOAD = Text(zh="下载明细", en="Download the entries")
ON_DAY = Text(zh="当天", en="On this day")
DAY_FORMULA = Text(zh="年初到这一天各笔之和", en="the sum of the entries from the start of the year to this day")
NEEDED_LINE = Text(zh="匀速需达到", en="Needed")
COURSE = Text(zh="累计完成", en="Done so far")
COURSE_SAYS = Text(zh="{label}：累计完成 {done}", en="{label}: {done} done so far")
COURSE_TO = Text(zh="{label}：累计完成 {done}，年度目标 {target}", en="{label}: {done} done so far of {target}")
AHEAD = Text(zh="预计", en="At this pace")
# a press far up the page opens the ledger here: bring it into view, once the page has found its new height
INTO_VIEW = """<script>/* %d */
setTimeout(() => document.querySelector('.st-key-ledger_opened')?.scrollIntoView({behavior: 'smooth', block: 'start'}), 300);
</script>"""


def show_opened(seen: Viewer, books: Sequence[Book]) -> None:
    """The chosen ledger, which the address names: figures, course, places, entries."""
    known = {book.key: book for book in books}
    with st.container(key="ledger_opened"):
        labels = {key: book.label for key, book in known.items()}
        chosen = known[pick_one(seen, ENTRIES, labels, key="ledger", default=books[0].key, menu=True)]
        show_cards(seen, ledger_cards(seen, chosen), key="ledger_cards", columns=6)
        entries = ask.ask(ledger_entries, chosen.key)
        if entries.empty:
            show_missing(seen, NO_ENTRIES)
        else:
            if entries.dropna(subset=["lon", "lat"]).empty:
                _show_course(seen, chosen)
                st.caption(seen.say(NO_PLACES))
            else:
                course, places = st.columns(2, gap="medium")
                with course:
                    _show_course(seen, chosen)
                with places:
                    _show_places(seen, chosen, entries)
            _show_entries(seen, chosen, entries)
    if turn := st.session_state.get("ledger_turn", 0):
        st.html(INTO_VIEW % turn, unsafe_allow_javascript=True)


def ledger_cards(seen: Viewer, book: Book) -> list[Card]:
    """Done, target, what is missing, the pace so far and needed, when it is met; then every other measure."""
    pace = book.pace
    done, in_all = done_card(seen, book), with_unit(pace.done, book, seen)
    cards = [Card(key="done", label=in_unit(DONE, book), value=done.value, formula=done.formula, parts=done.parts, source=SOURCE)]
    if pace.target is not None:
        target = (TARGET_LABEL, with_unit(pace.target, book, seen))
        formula = Text(zh=TARGET_FORMULA.say("zh", year=book.year), en=TARGET_FORMULA.say("en", year=book.year))
        amount = show_amount(pace.target, seen)
        cards.append(Card(key="target", label=in_unit(TARGET_LABEL, book), value=amount, formula=formula, source=TARGET_SOURCE))
        left = (LEFT, with_unit(pace.left or 0.0, book, seen))
        amount, parts = show_amount(pace.left or 0.0, seen), [target, (DONE, in_all)]
        cards.append(Card(key="left", label=in_unit(LEFT, book), value=amount, formula=LEFT_FORMULA, parts=parts, source=SOURCE))
        weeks = [left, (WEEKS, f"{pace.weeks_left:.1f}")]
        cards.append(
            Card(
                key="needed",
                label=in_unit(NEEDED, book),
                value=show_pace(pace.needed, seen),
                formula=NEEDED_FORMULA,
                parts=weeks,
                source=SOURCE,
            )
        )
        cards.append(_met_card(seen, book))
    parts = [(DONE, in_all), (WEEKS, f"{pace.weeks:.1f}")]
    cards.append(
        Card(key="pace", label=in_unit(PACE, book), value=show_pace(pace.pace, seen), formula=PACE_FORMULA, parts=parts, source=SOURCE)
    )
    return [*cards, *_other_cards(seen, book)]


def in_unit(label: Text, book: Book) -> Text:
    """`已完成（㎡）`: the unit stands beside the word, so that the figure has room on a phone."""
    return Text(zh=f"{label.zh}（{book.unit.zh}）", en=f"{label.en} ({book.unit.en})")


def _met_card(seen: Viewer, book: Book) -> Card:
    """The day on which the target was met, or will be at this pace with its interval."""
    pace = book.pace
    if pace.met_on is not None or pace.expected is None:
        value = say_short(seen, pace.met_on, book) if pace.met_on else NOTHING
        return Card(key="met", label=MET, value=value, formula=MET_FORMULA if pace.met_on else EXPECTED_FORMULA, source=SOURCE)
    expected = pace.expected
    value = say_short(seen, expected.on, book) if expected.on else NOTHING
    said = {language: say_interval(seen, expected) for language in ("zh", "en")}
    return Card(key="met", label=MET, value=value, formula=EXPECTED_FORMULA, source=SOURCE, note=Text(**said))


def say_short(seen: Viewer, day: date, book: Book) -> str:
    """A day of the ledger's own year without it, so that it fits a card."""
    if day.year != book.year:
        return show_day(day, seen.language)
    return f"{day.month}月{day.day}日" if seen.language == "zh" else f"{day.day} {day:%b}"


def _other_cards(seen: Viewer, book: Book) -> list[Card]:
    """Every measure beside the main one, and the places."""
    cards = []
    for row in book.rows[book.rows["measure"] != ""].to_dict("records"):
        label = safe(measure_label(str(row["measure"])))
        formula = Text(zh=MEASURE_FORMULA.say("zh", measure=label.zh), en=MEASURE_FORMULA.say("en", measure=label.en))
        cards.append(
            Card(key=f"measure_{row['measure']}", label=label, value=show_amount(float(row["done"]), seen), formula=formula, source=SOURCE)
        )
    if book.places:
        cards.append(Card(key="places", label=PLACE_COUNT, unit="things", value=f"{book.places:,}", formula=PLACE_FORMULA, source=SOURCE))
    return cards


def _show_course(seen: Viewer, book: Book) -> None:
    pressed = show_pressable(draw_course(seen, book), key=f"course_{book.key}", alt=_say_course(seen, book))
    show_pressed(seen, _day_card(seen, book, pd.Timestamp(pressed["x"]).date()) if pressed else None, key=f"course_{book.key}")


def _day_card(seen: Viewer, book: Book, day: date) -> Card:
    """The receipt of what was done by a day: the entries until then, and what a straight line to the target would want."""
    until = [amount for one, amount in book.days if one <= day]
    parts = [(ON_DAY, with_unit(sum(amount for one, amount in book.days if one == day), book, seen))]
    if book.pace.target is not None:
        first, last = date(book.year, 1, 1), date(book.year, 12, 31)
        parts += [(TARGET_LABEL, with_unit(book.pace.target, book, seen))]
        parts += [(NEEDED_LINE, with_unit(book.pace.target * (day - first).days / (last - first).days, book, seen))]
    label, done = named(show_day(day, seen.language), COURSE), show_amount(sum(until), seen)
    return Card(key="day", label=label, value=done, unit=book.unit, formula=DAY_FORMULA, parts=parts, source=SOURCE)


def _say_course(seen: Viewer, book: Book) -> str:
    """The chart in a sentence."""
    done = with_unit(book.pace.done, book, seen)
    if book.pace.target is None:
        return seen.say(COURSE_SAYS, label=seen.say(book.label), done=done)
    return seen.say(COURSE_TO, label=seen.say(book.label), done=done, target=with_unit(book.pace.target, book, seen))


def draw_course(seen: Viewer, book: Book) -> go.Figure:
    """What was done by day as a stair, the straight line to the target, and where the pace leads."""
    figure = make_figure(seen.theme, height=MAP_HEIGHT)
    today, pace = seen.office.today(), book.pace
    first, last = date(book.year, 1, 1), date(book.year, 12, 31)
    days = [first, *(day for day, _ in book.days), max(today, first)]
    sums = [0.0, *accumulate(amount for _, amount in book.days), pace.done]
    if pace.target is not None:
        line = {"color": SECOND[seen.theme], "width": 1.5, "dash": "dash"}
        figure.add_scatter(x=[first, last], y=[0, pace.target], mode="lines", name=seen.say(NEEDED_LINE), line=line, hoverinfo="skip")
        figure.add_hline(y=pace.target, line={"color": SECOND[seen.theme], **DOTTED})
    stair = {"color": MAIN[seen.theme], "width": 2.5, "shape": "hv"}
    points = {"size": 9, "opacity": 0, "color": MAIN[seen.theme]}
    figure.add_scatter(x=days, y=sums, mode="lines+markers", marker=points, name=seen.say(COURSE), line=stair)
    if pace.expected and pace.expected.on and pace.target is not None:
        ahead = {"color": MAIN[seen.theme], **DOTTED}
        figure.add_scatter(
            x=[today, pace.expected.on], y=[pace.done, pace.target], mode="lines", name=seen.say(AHEAD), line=ahead, hoverinfo="skip"
        )
    write_days(figure, seen)
    # days with entries may lie far apart: a press anywhere takes the nearest
    figure.update_layout(hoverdistance=-1)
    figure.update_xaxes(tickformat="%-m月" if seen.language == "zh" else "%b")
    figure.update_yaxes(tickformat=",")
    if not any(value % 1 for value in (*sums, pace.target or 0)) and max(*sums, pace.target or 0) < FEW:
        # halves of what is counted in wholes would stand between so few
        figure.update_yaxes(dtick=1)
    return figure


def _show_places(seen: Viewer, book: Book, entries: pd.DataFrame) -> None:
    """The entries that have coordinates on the map, and the way to take them away."""
    placed = entries.dropna(subset=["lon", "lat"])
    marks = [
        (int(row["id"]), float(row["lon"]), float(row["lat"]), int(row["measure"] in NOT_DONE), _say_entry(seen, book, row))
        for row in placed.head(MAX_CASES).to_dict("records")
    ]
    ground = ground_of(seen, LAYERS)
    show_map(
        ground,
        Figures(visible=frozenset(LAYERS), cases=marks, case_title=PLACES, case_labels=MARKS),
        key="ledger_map",
        language=seen.language,
        theme=seen.theme,
        height=MAP_HEIGHT,
        clickable=frozenset(),
        wants_view=False,
    )
    name = f"ledger_{book.key}"

    def points() -> gpd.GeoDataFrame:
        kept = placed.drop(columns=["lon", "lat", "id"]).assign(ledger=book.key, unit=seen.say(book.unit))
        return gpd.GeoDataFrame(kept, geometry=gpd.points_from_xy(placed["lon"], placed["lat"]), crs="EPSG:4326")

    show_take_away(seen, points, points, name=name, title=seen.say(book.label))


def _say_entry(seen: Viewer, book: Book, row: dict[object, object]) -> str:
    """What a place on the map says: where, when, what and how much."""
    words = [f"{show_day(pd.Timestamp(str(row['on_date'])).date(), seen.language)} · {seen.say(measure_label(str(row['measure'])))}"]
    words.append(with_unit(float(str(row["amount"])), book, seen))
    return "\n".join([*([] if is_missing(row["place"]) else [str(row["place"])]), *words])


def _show_entries(seen: Viewer, book: Book, entries: pd.DataFrame) -> None:
    """Every entry, newest first; what a place or a note says stays text."""
    shown = entries[list(COLUMNS)].assign(
        on_date=[show_day(day.date(), seen.language) for day in entries["on_date"]],
        measure=[seen.say(measure_label(str(name))) for name in entries["measure"]],
    )
    table = shown.rename(columns={name: seen.say(label) for name, label in COLUMNS.items()}).dropna(axis="columns", how="all")
    st.dataframe(table, hide_index=True, width="stretch", key="ledger_entries", alt=seen.say(ENTRIES))
    st.caption(seen.say(SOURCE))
    show_download(table, seen.say(DOWNLOAD), f"{file_name(seen, book.key)}.csv", key="download_ledger")
