"""What changed most in the zones since the period before: the ranking's figure, and the cases of each category."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from i18n import Text, show_number
from queries.filters import Filters
from queries.intervals import count_ratio, joint_doubt, share_difference
from queries.kpi import Kpi
from queries.kpis import Receipt
from queries.rules import REPORTED
from queries.zones import changes, judge_changes, recent
from ui import ask
from ui.filters import say_period
from ui.group_figures import GroupFigures, ask_before, ask_groups
from ui.kpis import POINTS, show_value
from ui.matrix import picked_cell, show_receipts
from ui.ranking import HEADER_HEIGHT, ROW_HEIGHT
from ui.viewer import Viewer
from ui.zones import KPIS, ZONE, ZonePage

MOST = 10
NO_PAST = Text(
    zh="整段时间之前没有数据可比，改为比较最近30天与再前30天。",
    en="There is no data before the whole period: the last 30 days are compared with the 30 before.",
)
NOTHING_AT_ALL = Text(zh="这里没有上一期的数据可比。", en="There is no earlier data to compare with.")
PERIODS = Text(zh="本期 {now}；上期 {before}", en="This period {now}; before {before}")
CATEGORY = Text(zh="类别", en="Category")
NO_CATEGORY = Text(zh="无类别", en="No category")
COUNTS = Text(zh="前→今", en="Before → now")
CHANGE = Text(zh="变化", en="Change")
MORE = Text(zh="案件增加最多", en="Most new cases")
LESS = Text(zh="案件减少最多", en="Most cases gone")
FIGURE = Text(zh="{figure}变化最大的责任区", en="Zones whose figure changed most: {figure}")
TIMES = Text(zh="{ratio}倍", en="× {ratio}")
# a larger ratio is said in times, not in percent
MANY_TIMES = 10
SURE = Text(zh="显著", en="sure")
MARK = Text(
    zh="“显著”：所有显著中偶然的不超过5%（泊松检验，Benjamini–Hochberg）；其余可能只是偶然。点一行看两期的口径与案件。",
    en="“sure”: at most 5% of those so marked are chance (Poisson, Benjamini–Hochberg); the others may be chance."
    " Click a line for both receipts and their cases.",
)
NONE_SURE = Text(zh="**没有一项能确定不是偶然。**", en="**None of them is surely more than chance.**")
NOW, BEFORE = Text(zh="本期", en="This period"), Text(zh="上期", en="Period before")


def show_changes(seen: Viewer, page: ZonePage) -> None:
    """The changes of counts by zone and category, and of the chosen figure by zone."""
    now, before = page.figures, page.before
    if before is None:
        st.caption(seen.say(NO_PAST))
        now = ask_groups(seen, KPIS, recent(page.filters, seen.minute), "zone")
        before = ask_before(seen, now)
    if before is None:
        st.info(seen.say(NOTHING_AT_ALL))
        return
    st.caption(seen.say(PERIODS, now=say_period(now.filters, seen), before=say_period(before.filters, seen)))
    judged = judge_changes(ask.ask(changes, now.filters, seen.minute), now.filters, seen.minute)
    with st.grid(2, min_column_width=320, gap="medium"):
        for key, title, rows in (("more", MORE, judged[judged["z"] > 0]), ("less", LESS, judged[judged["z"] < 0])):
            with st.container():
                st.markdown(f"**{seen.say(title)}**")
                _show_counts(seen, page, rows.head(MOST), now.filters, before.filters, key=key)
    st.caption(" ".join([*([seen.say(NONE_SURE)] if not judged["sure"].any() else []), seen.say(MARK)]))
    st.markdown(f"**{seen.say(FIGURE, figure=seen.say(page.kpi.label))}**")
    _show_figures(seen, page, now, before)


def _show_counts(seen: Viewer, page: ZonePage, rows: pd.DataFrame, now: Filters, before: Filters, *, key: str) -> None:
    """Zones and categories whose cases changed, the surest first."""
    name = "name_zh" if seen.language == "zh" else "name_en"
    lines = rows.to_dict("records")
    categories = [line[name] if pd.notna(line[name]) else line["category"] if pd.notna(line["category"]) else None for line in lines]
    table = pd.DataFrame(
        {
            seen.say(ZONE): [page.names.get(line["zone"], line["zone"]) for line in lines],
            seen.say(CATEGORY): [one or seen.say(NO_CATEGORY) for one in categories],
            seen.say(COUNTS): [f"{line['before']:,} → {line['now']:,}" for line in lines],
            seen.say(CHANGE): [_say_ratio(line, seen) for line in lines],
        }
    )
    alt = seen.say(MORE if key == "more" else LESS)
    picked = _show_table(table, key=f"changes_{key}", widths=(78, 116, 74, 82), alt=alt)
    if picked is None or picked >= len(lines):
        return
    line = lines[picked]
    category = line["category"] if pd.notna(line["category"]) else "-"
    spots = [filters.with_(zones=(line["zone"],), categories=(category,)) for filters in (now, before)]
    counts = [_count(REPORTED, float(line[column]), spot) for column, spot in zip(("now", "before"), spots, strict=True)]
    show_receipts(seen, [(seen.say(NOW), counts[0], spots[0], None), (seen.say(BEFORE), counts[1], spots[1], None)])


def _show_figures(seen: Viewer, page: ZonePage, now: GroupFigures, before: GroupFigures) -> None:
    """Zones by how much the chosen figure changed."""
    kpi = page.kpi
    pairs = [(code, now.receipts(code)[kpi.key], before.receipts(code)[kpi.key]) for code in page.names]
    known = [(code, one, other) for code, one, other in pairs if one.value is not None and other.value is not None]
    known.sort(key=lambda row: -abs((row[1].value or 0) - (row[2].value or 0)))
    table = pd.DataFrame(
        {
            seen.say(ZONE): [page.names[code] for code, _, _ in known[:MOST]],
            seen.say(BEFORE): [show_value(kpi, other.value, seen) for _, _, other in known[:MOST]],
            seen.say(NOW): [show_value(kpi, one.value, seen) for _, one, _ in known[:MOST]],
            seen.say(CHANGE): [_say_change(kpi, one, other, len(known), seen) for _, one, other in known[:MOST]],
        }
    )
    picked = _show_table(table, key=f"changes_{kpi.key}", widths=(78, 78, 78, 116), alt=seen.say(FIGURE, figure=seen.say(kpi.label)))
    if picked is not None and picked < len(known):
        code, one, other = known[picked]
        filters = (now.cases_of(code), before.cases_of(code))
        show_receipts(seen, [(seen.say(NOW), one, filters[0], None), (seen.say(BEFORE), other, filters[1], None)])


def _show_table(table: pd.DataFrame, *, key: str, widths: tuple[int, ...], alt: str) -> int | None:
    """A table of texts that a click picks a line of; the line that is picked."""
    columns = {name: st.column_config.TextColumn(width=width) for name, width in zip(table.columns, widths, strict=True)}
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        height=HEADER_HEIGHT + ROW_HEIGHT * max(len(table), 1),
        row_height=ROW_HEIGHT,
        selection_mode="single-cell",
        on_select="rerun",
        column_config=columns,
        alt=alt,
    )
    picked = picked_cell(key)
    return picked[0] if picked else None


def _count(kpi: Kpi, count: float, filters: Filters) -> Receipt:
    return Receipt(kpi=kpi, value=count, numerator=count, denominator=None, since=filters.since, until=filters.until)


def _say_ratio(line: dict[Any, Any], seen: Viewer) -> str:
    """`+36% 显著`; without an earlier case the number of new ones."""
    ratio = line["ratio"]
    if not line["before"]:
        change = f"+{show_number(line['now'], seen.language)}"
    else:
        change = seen.say(TIMES, ratio=f"{ratio:.0f}") if ratio >= MANY_TIMES else f"{ratio - 1:+.0%}"
    return f"{change} {seen.say(SURE)}" if line["sure"] else change


def _say_change(kpi: Kpi, one: Receipt, other: Receipt, zones: int, seen: Viewer) -> str:
    """The change, marked where it is sure with all zones looked at together."""
    doubt = joint_doubt(zones)
    if kpi.unit == "share":
        low, high = share_difference((one.numerator, one.denominator or 0), (other.numerator, other.denominator or 0), doubt)
        change, sure = f"{((one.value or 0) - (other.value or 0)) * 100:+.1f}{seen.say(POINTS)}", low > 0 or high < 0
    elif other.numerator:
        low, high = count_ratio(one.numerator, other.numerator, doubt)
        change, sure = f"{one.numerator / other.numerator - 1:+.0%}", low > 1 or high < 1
    else:
        return f"+{show_number(one.numerator, seen.language)}"
    return f"{change} {seen.say(SURE)}" if sure else change
