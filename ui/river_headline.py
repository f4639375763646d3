"""What is wrong first with the rivers, in one sentence."""

from __future__ import annotations

import streamlit as st

from analysis.reaches import Standing, latest_first
from analysis.water import Odour
from i18n import Text, show_day
from ui.rivers import ODOURS, Rivers, enumerate_words, say_chiefs, say_level
from ui.viewer import Viewer
from ui.words import plain

LATE_HEADLINE = Text(
    zh="**{reach}** 巡河已逾期 **{days}天**：{level}河长{who}{last}，按每{every}天至少一次，应在{due}前再巡{also}。",
    en="**{reach}** is **{days} days** overdue for its walk: {level} chief {who} {last}; a walk is asked"
    " once in {every} days, so the next was due by {due}{also}.",
)
LAST = Text(zh="上次巡河是{day}", en="last walked on {day}")
NEVER = Text(zh="至今没有巡河记录", en="has no walk on record")
ALSO_LEVEL = Text(zh="；{level}河长{who}也逾期{days}天", en="; {level} chief {who} is {days} days late too")
ALSO_REACHES = Text(zh="；另有{n}条河段逾期", en="; {n} more reaches are late")
ODOUR_HEADLINE = Text(
    zh="巡河都按期。**{reach}** {grade}（{day}采样），先治它。",
    en="No walk is late. **{reach}** is {grade} (sample of {day}): begin there.",
)
WORSE_HEADLINE = Text(zh="巡河都按期。{n}条河段的水质没有达到目标：{names}。", en="No walk is late. {n} reaches miss their class: {names}.")
ALL_WELL = Text(zh="巡河都按期，有采样的河段水质都达标。", en="No walk is late, and every reach with a sample keeps its class.")
NO_CHIEFS = Text(
    zh="还没有河长，无法判断巡河是否逾期：请在“领导轮值”页用“导入表格”导入分工（duties，role 为 river_chief_subdistrict 等）。",
    en="There are no river chiefs yet, so nobody can be late: on the page Leader rotation, “Import a table”, load the duties"
    " (role river_chief_subdistrict …).",
)
OPEN_BOARD = Text(zh="打开{reach}公示牌", en="Open the board of {reach}")
NAMED = 4


def show_headline(seen: Viewer, rivers: Rivers) -> None:
    """What is wrong first, in one sentence, and the way to its reach."""
    if reach := _show_sentence(seen, rivers):
        label = seen.say(OPEN_BOARD, reach=plain(rivers.names[reach]))
        st.button(label, key="open_first", icon=":material/arrow_forward:", type="tertiary", on_click=open_board, args=(reach,))


def open_board(code: str) -> None:
    """Open the notice board of a reach."""
    st.query_params["reach"] = code


def _show_sentence(seen: Viewer, rivers: Rivers) -> str | None:
    """A late walk, else black-odour, else water worse than its target. Gives the reach that it is about."""
    if late := latest_first(rivers.standings):
        st.error(say_late(seen, rivers, late), icon=":material/warning:")
        return late[0].reach
    if not rivers.standings:
        st.warning(seen.say(NO_CHIEFS), icon=":material/person_off:")
        return None
    foul = [code for grade in (Odour.HEAVY, Odour.LIGHT) for code, water in rivers.water.items() if water.odour.grade is grade]
    if foul:
        water, name = rivers.water[foul[0]], plain(rivers.names[foul[0]])
        grade = seen.say(ODOURS[water.odour.grade or Odour.NONE])
        day = show_day(seen.local(water.sampled_at).date(), seen.language)
        st.error(seen.say(ODOUR_HEADLINE, reach=name, grade=grade, day=day), icon=":material/warning:")
        return foul[0]
    if worse := [code for code in rivers.water if rivers.misses_target(code)]:
        names = enumerate_words((plain(rivers.names[code]) for code in worse[:NAMED]), seen) + ("…" if len(worse) > NAMED else "")
        st.warning(seen.say(WORSE_HEADLINE, n=len(worse), names=names), icon=":material/water_drop:")
        return worse[0]
    st.success(seen.say(ALL_WELL), icon=":material/check_circle:")
    return None


def say_late(seen: Viewer, rivers: Rivers, late: list[Standing]) -> str:
    """The latest walk in one sentence: how many days, whose it is, and who else is late."""
    first, others = late[0], late[1:]
    also = [
        seen.say(ALSO_LEVEL, level=say_level(one.level, seen), who=plain(say_chiefs(one)), days=one.late_days)
        for one in others
        if one.reach == first.reach
    ]
    if more := {one.reach for one in others} - {first.reach}:
        also.append(seen.say(ALSO_REACHES, n=len(more)))
    assert first.due is not None
    assert first.rule is not None
    return seen.say(
        LATE_HEADLINE,
        reach=plain(rivers.names[first.reach]),
        days=first.late_days,
        level=say_level(first.level, seen),
        who=plain(say_chiefs(first)),
        last=seen.say(LAST, day=show_day(first.due.last_on, seen.language)) if first.due.last_on else seen.say(NEVER),
        every=first.rule.every_days,
        due=show_day(first.due.due_on, seen.language),
        also="".join(also),
    )
