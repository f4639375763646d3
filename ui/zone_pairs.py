"""Zone against zone, and the zones of one leader: figures side by side, with the week of each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from i18n import WEEKDAYS, Text
from queries.intervals import count_ratio, share_difference
from queries.kpi import Kpi
from queries.kpis import Receipt
from queries.zones import rhythms
from ui import ask
from ui.choices import pick_one
from ui.group_figures import GroupFigures, ask_year_ago
from ui.kpis import POINTS
from ui.matrix import Line, show_matrix
from ui.points import show_counted, show_pressable
from ui.rhythm import HOURS, Week, busiest, draw_week, say_week, weeks_of
from ui.viewer import Viewer
from ui.words import plain
from ui.zones import KPIS, LEADER, ZONE, ZonePage

AGAINST = Text(zh="对", en="against")
SAME = Text(zh="请选两个不同的责任区。", en="Choose two different zones.")
ABOVE = Text(
    zh="{name}：{one}比{other}高 {change}（相差的95%区间 {low} 至 {high}），{verdict}",
    en="{name}: {one} is {change} above {other} (95% interval of the difference {low} to {high}), {verdict}",
)
BELOW = Text(
    zh="{name}：{one}比{other}低 {change}（相差的95%区间 {low} 至 {high}），{verdict}",
    en="{name}: {one} is {change} below {other} (95% interval of the difference {low} to {high}), {verdict}",
)
ONLY_TWO = Text(
    zh="这里只比这两个责任区；排名的“可能名次”把所有责任区放在一起比，更严，这里分得出的那里未必分得出。",
    en="Only these two are compared here. The possible ranks compare all zones together, which is stricter: what differs here may not"
    " differ there.",
)
TIMES = Text(
    zh="{name}：{one}是{other}的{change}倍（95%区间{low}至{high}），{verdict}",
    en="{name}: {one} has {change} times as many as {other} (95% interval {low} to {high}), {verdict}",
)
TOO_FEW = Text(zh="{name}：没有可比的件数", en="{name}: nothing to compare")
HIGHER = Text(zh="**{zone}更高**", en="**{zone} is higher**")
NO_VERDICT = Text(zh="分不出高低", en="they cannot be told apart")
RHYTHM = Text(zh="受理时段（同一色阶）", en="When cases are reported (one scale)")
TOGETHER = Text(zh="合计", en="All")
NO_LEADERS = Text(
    zh="还没有登记分管领导：导入职责表（duties，角色 leader）后显示。", en="No leaders are on record: import duties with the role leader."
)


def show_against(seen: Viewer, page: ZonePage) -> None:
    """Two zones: every figure, whether they differ surely, and the week of each on one scale."""
    one, other = _pick_two(seen, page)
    if one == other:
        st.info(seen.say(SAME))
        return
    year_ago = ask_year_ago(seen, page.figures)
    show_matrix(seen, _lines(page, (one, other), year_ago), KPIS, key="against_table", label=ZONE, across=True)
    st.markdown("\n".join(f"- {_say_difference(seen, page, kpi, one, other)}" for kpi in KPIS))
    st.caption(seen.say(ONLY_TWO))
    show_weeks(seen, page, (one, other))


def show_leaders(seen: Viewer, page: ZonePage, chosen: tuple[str, ...]) -> None:
    """The zones of one leader side by side, and all of them together."""
    led = page.people[page.people["role"] == "leader"]
    if led.empty:
        st.info(seen.say(NO_LEADERS))
        return
    names = dict(zip(led["official_code"], led["official"], strict=True))
    first = next(iter(led.loc[led["code"].isin(chosen), "official_code"]), next(iter(sorted(names))))
    options = {code: Text(zh=names[code], en=names[code]) for code in sorted(names)}
    leader = pick_one(seen, LEADER, options, key="leader", default=first, menu=True)
    codes = [code for code in page.names if code in set(led.loc[led["official_code"] == leader, "code"])]
    year_ago = ask_year_ago(seen, page.figures)
    lines = _lines(page, codes, year_ago)
    if len(codes) > 1:
        earlier = year_ago.together(codes) if year_ago else None
        filters = page.filters.with_(zones=tuple(codes))
        lines.append(Line(key="*", name=seen.say(TOGETHER), receipts=page.figures.together(codes), filters=filters, year_ago=earlier))
    show_matrix(seen, lines, KPIS, key=f"leader_table_{leader}", label=ZONE, across=True)
    show_weeks(seen, page, codes)


def show_weeks(seen: Viewer, page: ZonePage, codes: Sequence[str]) -> None:
    """The weeks of some zones, all on one scale."""
    weeks = weeks_of(ask.ask(rhythms, page.filters, seen.minute, tuple(codes)))
    shown = {code: weeks[code] for code in codes if code in weeks}
    st.markdown(f"**{seen.say(RHYTHM)}**")
    with st.grid(2, min_column_width=320, gap="small"):
        for code, week in shown.items():
            with st.container(gap=None):
                st.caption(plain(page.names[code]))
                says = say_week(page.names[code], week, seen)
                pressed = show_pressable(draw_week(week, busiest(shown), seen), key=f"week_{code}", alt=says)
                if pressed:
                    _show_hour(seen, page, code, week, int(pressed["point_index"]))


def _show_hour(seen: Viewer, page: ZonePage, code: str, week: Week, place: int) -> None:
    """The receipt of one hour of one weekday."""
    day, hour = divmod(place, HOURS)
    names = f"周{WEEKDAYS['zh'][day]}" if seen.language == "zh" else WEEKDAYS["en"][day]
    cases = page.filters.with_(zones=(code,), weekdays=(day,), hours=(hour,))
    show_counted(seen, f"{page.names[code]} · {names} {hour}:00–{hour}:59", float(week[day, hour]), cases)


def _pick_two(seen: Viewer, page: ZonePage) -> tuple[str, str]:
    """Two zones: those that the filter chose, else the first and the last of the ranking."""
    chosen = [code for code in st.session_state.get("zone", []) if code in page.names]
    ranked = [str(code) for code in page.ranks["group"]]
    first = chosen[0] if chosen else ranked[0]
    second = chosen[1] if len(chosen) > 1 else next((code for code in reversed(ranked) if code != first), first)
    st.session_state["against_one"], st.session_state["against_other"] = first, second
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for key in ("against_one", "against_other"):
            if key == "against_other":
                st.markdown(seen.say(AGAINST), width="content")
            st.selectbox(
                seen.say(ZONE),
                list(page.names),
                key=key,
                format_func=lambda code: page.names[code],
                label_visibility="collapsed",
                width=140,
                on_change=_choose_two,
            )
    return first, second


def _choose_two() -> None:
    """Two menus are the zone filter with two zones in it."""
    st.session_state["zone"] = list(dict.fromkeys((st.session_state["against_one"], st.session_state["against_other"])))


def _lines(page: ZonePage, codes: Sequence[str], year_ago: GroupFigures | None) -> list[Line]:
    return [
        Line(
            key=code,
            name=page.names[code],
            receipts=page.figures.receipts(code),
            filters=page.figures.cases_of(code),
            short=code,
            year_ago=year_ago.receipts(code) if year_ago else None,
        )
        for code in codes
    ]


def _say_difference(seen: Viewer, page: ZonePage, kpi: Kpi, one: str, other: str) -> str:
    """Which of two zones has the higher figure, and whether that is sure."""
    name, left, right = seen.say(kpi.label), page.figures.receipts(one)[kpi.key], page.figures.receipts(other)[kpi.key]
    if not _comparable(left) or not _comparable(right):
        return seen.say(TOO_FEW, name=name)
    names = {"name": name, "one": page.names[one], "other": page.names[other]}
    if kpi.unit == "share":
        low, high = share_difference((left.numerator, left.denominator or 0), (right.numerator, right.denominator or 0))
        numbers = {"change": (left.value or 0) - (right.value or 0), "low": low, "high": high}
        shown = {key: f"{number * 100:+.1f}{seen.say(POINTS)}" for key, number in numbers.items()}
        words = ABOVE if numbers["change"] >= 0 else BELOW
        shown["change"] = shown["change"].lstrip("+-")
        return seen.say(words, **names, **shown, verdict=_say_verdict(seen, names, low, high, same=0))
    low, high = count_ratio(left.numerator, right.numerator)
    numbers = {"change": left.numerator / right.numerator, "low": low, "high": high}
    shown = {key: f"{number:.2f}" for key, number in numbers.items()}
    return seen.say(TIMES, **names, **shown, verdict=_say_verdict(seen, names, low, high, same=1))


def _say_verdict(seen: Viewer, names: dict[str, str], low: float, high: float, *, same: float) -> str:
    """Who is higher, where the interval leaves out that both are the same."""
    if low <= same <= high:
        return seen.say(NO_VERDICT)
    return seen.say(HIGHER, zone=names["one" if low > same else "other"])


def _comparable(receipt: Receipt) -> bool:
    return bool(receipt.numerator) if receipt.denominator is None else bool(receipt.denominator)
