"""The weak areas as a page needs them: each with its steps, its cases before and after sign-off, and what came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import shapely
import streamlit as st

from analysis.relapse import MARKS, Area, Flag, Share, When, flag, read_day, relapse_share, sort_cases
from i18n import NOTHING, Text, show_day, show_number, show_share
from queries.filters import Filters
from queries.weak_areas import LAYER, area_cases, area_steps, first_case_day
from ui import ask
from ui.cards import Card, show_cards
from ui.case_links import params_of, these
from ui.nothing_yet import show_missing
from ui.viewer import Viewer
from ui.words import is_missing, plain

BEFORE, RELAPSE, OTHER = (one.value for one in When)
EMPTY = Text(
    zh="还没有薄弱区域。到“数据”页导入薄弱区域图层，或运行 python -m ingest layer weak_areas 文件。",
    en="There are no weak areas yet. Bring in the weak_areas layer on the Data page, or run python -m ingest layer weak_areas FILE.",
)
RELAPSED = Text(
    zh="**{area}已回潮**：{signed}销项后第{days}天又发生{classes}，共 {n} 件",
    en="**{area}: relapsed.** {classes} again {days} days after the sign-off on {signed}, {n} cases in all",
)
HELD = Text(zh="{areas}未回潮", en="{areas}: no relapse")
NOT_SIGNED = Text(zh="{areas}尚未销项", en="{areas}: not signed off yet")
SHARE = Text(zh="{days}天回潮率", en="Relapsed within {days} days")
SHARE_FORMULA = Text(
    zh="{days}天内有同类新案件的已销项区域 ÷ 销项满{days}天的区域",
    en="signed-off areas with a new case of a class they had before, within {days} days ÷ areas signed off {days} days ago or more",
)
SHARE_SOURCE = Text(
    zh="本系统自定口径：区域内、销项次日起、类别与销项前相同的案件算回潮；作废案件不计",
    en="our own definition: cases inside the area, from the day after sign-off on, of a class it had before; void cases left out",
)
TOO_YOUNG = Text(zh="另有 {n} 处销项未满{days}天，不计入。", en="{n} more were signed off fewer than {days} days ago and are left out.")
ABOVE = Text(zh="回潮区域", en="Areas that relapsed")
BELOW = Text(zh="满期区域", en="Areas followed so long")
COUNT = Text(zh="销项后同类新案件", en="New cases since sign-off")
COUNT_FORMULA = Text(
    zh="区域内、销项次日至今、类别与销项前相同的案件数",
    en="cases inside the areas from the day after sign-off on, of a class the area had before",
)


@dataclass(frozen=True, kw_only=True)
class WeakArea:
    """One weak area; `cases` are those of `area_cases` with `when` (before sign-off, relapse, other), `steps` those of `area_steps`."""

    code: str
    name: str
    closed_by: str
    signed_off_by: str
    shape: shapely.Geometry
    area: Area
    # kind/category of the cases before sign-off, as the filters take them
    classes: tuple[str, ...]
    steps: pd.DataFrame
    cases: pd.DataFrame

    @property
    def feature(self) -> str:
        """The area as the filters take it."""
        return f"{LAYER}/{self.code}"

    def of(self, when: str) -> pd.DataFrame:
        """Its cases before sign-off, its relapses, or the other ones since."""
        return self.cases[self.cases["when"] == when]

    def relapse_filters(self, until: date) -> Filters:
        """The cases that a relapse is made of, up to a day."""
        signed = self.area.signed_off_on or until
        return Filters(features=(self.feature,), categories=self.classes, since=signed + timedelta(days=1), until=until)


def ask_weak_areas(seen: Viewer) -> list[WeakArea]:
    """Every weak area; those that relapsed first, then by code. Three questions."""
    features = ask.ask_features((LAYER,)).get(LAYER)
    if features is None:
        return []
    cases, steps = ask.ask(area_cases, seen.minute), ask.ask(area_steps)
    # what the clock has not seen yet is not known
    steps = steps[steps["done_on"].dt.date <= seen.office.today()]
    found = [_gather(row, cases[cases["area"] == row["code"]], steps[steps["code"] == row["code"]]) for row in features.to_dict("records")]
    return sorted(found, key=lambda one: (not one.area.relapses, one.code))


def ask_first_day(seen: Viewer) -> date:
    """The first day of the case data; today where there is none."""
    found = ask.ask(first_case_day)["day"].iloc[0]
    return seen.office.today() if is_missing(found) else pd.Timestamp(found).date()


def _gather(row: dict[Any, Any], cases: pd.DataFrame, steps: pd.DataFrame) -> WeakArea:
    props = row["props"] or {}
    signed = read_day(props.get("signed_off_on"))
    when, kinds = sort_cases(cases, signed), cases["kind"] + "/" + cases["category"]
    classes = tuple(sorted(kinds[when == When.BEFORE].dropna().unique()))
    relapses = tuple(cases.loc[when == When.RELAPSE, "reported_on"].dt.date)
    return WeakArea(
        code=str(row["code"]),
        name=str(row["code"] if is_missing(row["name"]) else row["name"]),
        closed_by=str(props.get("closed_by") or NOTHING),
        signed_off_by=str(props.get("signed_off_by") or NOTHING),
        shape=row["geometry"],
        area=Area(code=str(row["code"]), signed_off_on=signed, relapses=relapses),
        classes=classes,
        steps=steps,
        cases=cases.assign(when=when, group=kinds),
    )


def class_name(seen: Viewer, case: dict[Any, Any]) -> str:
    """The name of a case's category, else its code."""
    name = case["name_zh"] if seen.language == "zh" else case["name_en"]
    return str(case["category"] if is_missing(name) else name) if not is_missing(case["category"]) else NOTHING


def show_headline(seen: Viewer, areas: Sequence[WeakArea]) -> None:
    """One sentence: which area relapsed, when and with what; which held."""
    if not areas:
        show_missing(seen, EMPTY)
        return
    today = seen.office.today()
    relapsed = [one for one in areas if one.area.days_to(today)]
    held = [one for one in areas if one.area.followed_days(today) is not None and one not in relapsed]
    waiting = [one for one in areas if one.area.followed_days(today) is None]
    words = [_say_relapse(seen, one, today) for one in relapsed]
    words += [seen.say(text, areas=_names(seen, some)) for text, some in ((HELD, held), (NOT_SIGNED, waiting)) if some]
    stop, gap = ("。", "；") if seen.language == "zh" else (".", "; ")
    st.markdown(f"#### {gap.join(words)}{stop}")


def _say_relapse(seen: Viewer, one: WeakArea, today: date) -> str:
    gap = "、" if seen.language == "zh" else ", "
    rows = one.of(RELAPSE).to_dict("records")
    classes = gap.join(dict.fromkeys(plain(class_name(seen, row)) for row in rows))
    days = ("、" if seen.language == "zh" else " and ").join(str(days) for days in dict.fromkeys(one.area.days_to(today)))
    signed = show_day(one.area.signed_off_on, seen.language)
    return seen.say(RELAPSED, area=plain(f"{one.code} {one.name}"), days=days, classes=classes, n=len(rows), signed=signed)


def _names(seen: Viewer, areas: Sequence[WeakArea]) -> str:
    return ("、" if seen.language == "zh" else ", ").join(plain(f"{one.code} {one.name}") for one in areas)


def show_relapse_cards(seen: Viewer, areas: Sequence[WeakArea]) -> None:
    """回潮率 at 30, 60 and 90 days, and the new cases behind it."""
    cards = [_share_card(seen, areas, days) for days in MARKS]
    rows = [one.of(RELAPSE) for one in areas]
    relapsed = [one for one, cases in zip(areas, rows, strict=True) if len(cases)]
    parts = [(_label(one), show_number(len(cases), seen.language)) for one, cases in zip(areas, rows, strict=True)]
    count = Card(
        key="relapses",
        label=COUNT,
        value=show_number(sum(map(len, rows)), seen.language),
        unit="cases",
        formula=COUNT_FORMULA,
        parts=parts,
        source=SHARE_SOURCE,
        cases=_cases_of(relapsed, {}),
    )
    show_cards(seen, [count, *cards], key="relapse")


def _share_card(seen: Viewer, areas: Sequence[WeakArea], days: int) -> Card:
    today = seen.office.today()
    share: Share = relapse_share([one.area for one in areas], days, today)
    relapsed = [one for one in areas if flag(one.area, days, today) == Flag.RELAPSED and (one.area.followed_days(today) or 0) >= days]
    last = {one.code: one.area.signed_off_on + timedelta(days=days) for one in relapsed if one.area.signed_off_on}
    return Card(
        key=f"within_{days}",
        label=fill(SHARE, days=days),
        value=show_share(share.value, digits=0),
        formula=fill(SHARE_FORMULA, days=days),
        parts=[(ABOVE, show_number(share.relapsed, seen.language)), (BELOW, show_number(share.followed, seen.language))],
        source=SHARE_SOURCE,
        cases=_cases_of(relapsed, last),
        note=fill(TOO_YOUNG, days=days, n=share.too_young) if share.too_young else None,
    )


def _cases_of(areas: Sequence[WeakArea], last: Mapping[str, date]) -> dict[str, str] | None:
    """The relapse cases of areas, of each up to its last day."""
    rows = [(one, one.of(RELAPSE)) for one in areas]
    ids = [case for one, cases in rows for case in cases.loc[cases["reported_on"].dt.date <= last.get(one.code, date.max), "id"]]
    return params_of(these(ids)) if ids else None


def fill(text: Text, **values: object) -> Text:
    """A text with its places filled in both languages."""
    return Text(zh=text.say("zh", **values), en=text.say("en", **values))


def _label(one: WeakArea) -> Text:
    return Text(zh=f"{one.code} {one.name}", en=f"{one.code} {one.name}")
