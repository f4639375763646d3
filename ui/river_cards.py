"""The rivers in figures: walks by level, water by class, problems, encroachments, the passage along the banks; each with its receipt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from analysis.walks import walk_rules
from analysis.water import GRADES, Odour
from i18n import NOTHING, Text, show_number, show_share
from queries.filters import Filters
from queries.ledgers import ledger_entries
from queries.rivers import ENCROACHMENTS, LAYER, TOTALS, river_totals
from ui import ask
from ui.cards import Card, show_cards
from ui.choices import pick_one
from ui.river_walk_cards import REACHES, make_late_card, make_rate_card, make_walks_card, place
from ui.rivers import GRADE_NAMES, ODOURS, Rivers, enumerate_words
from ui.viewer import Viewer

MONTHS = 12
MONTH = Text(zh="巡河率的月份", en="Month of the walking rate")
NO_SAMPLE = Text(zh="没有采样", en="No sample")
ABOUT_RIVERS = Text(
    zh="河道50米内、类别为河道垃圾、水体黑臭、河岸违建堆物、防汛墙或公示牌损坏的案件",
    en="cases within 50 m of a reach about rubbish in it, black-odour, building on its bank, flood walls or chiefs' boards",
)
FOUND = Text(zh="来源为巡河的案件", en="cases whose channel is the river walk")
NEAR = Text(zh="河道50米内的全部未结案件", en="every open case within 50 m of a reach")
CLOSED = Text(zh="已结", en="Closed")
LATE = Text(zh="其中超期", en="Of them late")
OUT_OF = Text(zh="{n} / {of}", en="{n} / {of}")
METRES = Text(zh="{n} 米", en="{n} m")
SQUARE_METRES = Text(zh="{n} ㎡", en="{n} m²")
BY_CLASS = Text(zh="河段水质：{classes}", en="Reaches by class: {classes}")
WHOLE_PASSAGE = Text(zh="6米防汛通道：{passage}", en="6 m passage: {passage}")
FOUND_AND_REMOVED = Text(zh="发现 {found} ㎡，拆除 {removed} ㎡", en="{found} m² found, {removed} m² removed")


def show_river_cards(seen: Viewer, rivers: Rivers) -> None:
    """Every figure as a card; the month above them is that of the walking rate."""
    month = _pick_month(seen)
    cards = [make_rate_card(seen, rivers, level, month) for level in walk_rules() if any(one.level == level for one in rivers.standings)]
    cards += [make_late_card(seen, rivers), make_walks_card(seen, rivers, month), _class_card(seen, rivers), _odour_card(seen, rivers)]
    cards += [*_problem_cards(seen), _encroachment_card(seen), _passage_card(seen, rivers)]
    show_cards(seen, cards, key="river_cards", columns=4)
    if said := [*_say_classes(seen, rivers), *_say_whole_passage(seen, rivers)]:
        st.caption(("；" if seen.language == "zh" else "; ").join(said))


def _say_classes(seen: Viewer, rivers: Rivers) -> list[str]:
    """How many reaches have each class, best first; nothing where none was sampled."""
    grades = [water.graded.grade for water in rivers.water.values()]
    counts = [f"{seen.say(GRADE_NAMES[grade])} {seen.say(REACHES, n=grades.count(grade))}" for grade in GRADES if grade in grades]
    return [seen.say(BY_CLASS, classes=enumerate_words(counts, seen))] if counts else []


def _say_whole_passage(seen: Viewer, rivers: Rivers) -> list[str]:
    """The metres of the passage, open and blocked, over all reaches that tell of it."""
    told = [props for code in rivers.names if (props := rivers.props(code)).get("passage_open_m") is not None]
    sums = {name: sum(float(props.get(name) or 0) for props in told) for name in ("passage_open_m", "passage_blocked_m")}
    return [seen.say(WHOLE_PASSAGE, passage=_say_passage(seen, sums))] if told else []


def _pick_month(seen: Viewer) -> date:
    """The first day of the chosen month, kept in the address."""
    this = seen.office.today().replace(day=1)
    months = [this]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    names = {f"{month:%Y-%m}": Text(zh=f"巡河率：{month.year}年{month.month}月", en=f"Walking rate of {month:%b %Y}") for month in months}
    chosen = pick_one(seen, MONTH, names, key="month", default=f"{this:%Y-%m}", menu=True)
    return next(month for month in months if f"{month:%Y-%m}" == chosen)


def _class_card(seen: Viewer, rivers: Rivers) -> Card:
    """Reaches by water class; the figure says how many keep the class aimed at."""
    graded = pd.Series({code: water.graded.grade for code, water in rivers.water.items() if water.graded.grade}, dtype=object)
    aimed = [code for code in graded.index if rivers.props(code).get("class_target") in GRADES]
    kept = sum(not rivers.misses_target(code) for code in aimed)
    counts = [(GRADE_NAMES[grade], int((graded == grade).sum())) for grade in GRADES]
    missing = len(rivers.names) - len(graded)
    return Card(
        key="class",
        label=Text(zh="水质达标河段", en="Keep their class"),
        value=seen.say(OUT_OF, n=kept, of=len(aimed)) if aimed else NOTHING,
        unit="reaches",
        formula=Text(
            zh="最近一次采样不劣于水质目标的河段 ÷ 有采样和目标的河段",
            en="reaches whose newest sample is no worse than its target ÷ reaches with both",
        ),
        parts=[
            *((label, seen.say(REACHES, n=n)) for label, n in counts if n),
            *([(NO_SAMPLE, seen.say(REACHES, n=missing))] if missing else []),
        ],
        source=Text(zh="GB 3838-2002，单因子评价：最差一项定类", en="GB 3838-2002, by the worst single factor"),
    )


def _odour_card(seen: Viewer, rivers: Rivers) -> Card:
    grades = [water.odour.grade for water in rivers.water.values()]
    foul = sum(grade in {Odour.LIGHT, Odour.HEAVY} for grade in grades)
    return Card(
        key="odour",
        label=Text(zh="黑臭河段", en="Black-odorous"),
        value=show_number(foul, seen.language) if grades else NOTHING,
        unit="few_reaches",
        formula=Text(
            zh="最近一次采样有任一项达到轻度或重度黑臭的河段",
            en="reaches whose newest sample has one measure at light or heavy black-odour",
        ),
        parts=[(ODOURS[grade], seen.say(REACHES, n=grades.count(grade))) for grade in Odour],
        source=Text(zh="《城市黑臭水体整治工作指南》（2015）", en="Guide to black-odorous urban waters (2015)"),
    )


def _problem_cards(seen: Viewer) -> list[Card]:
    """Problems of the rivers themselves, what walks found, and every open case beside the water."""
    totals = ask.ask(river_totals, seen.minute).iloc[0]
    wanted = [
        ("problems_open", Text(zh="涉河问题未结", en="River problems open"), ABOUT_RIVERS, ()),
        ("problems_closed", Text(zh="涉河问题已结", en="River problems closed"), ABOUT_RIVERS, ()),
        ("found_open", Text(zh="巡河发现未结", en="Found on walks, open"), FOUND, ((CLOSED, "found_closed"),)),
        ("open", Text(zh="沿岸未结案件", en="Open on the banks"), NEAR, ((LATE, "late"),)),
    ]
    return [
        Card(
            key=key,
            label=label,
            value=show_number(int(totals[key]), seen.language),
            unit="cases",
            formula=formula,
            parts=[(name, show_number(int(totals[column]), seen.language)) for name, column in parts],
            cases=TOTALS[key][1].to_params() | {"kpi": TOTALS[key][0].key, "part": "numerator"},
        )
        for key, label, formula, parts in wanted
    ]


def _encroachment_card(seen: Viewer) -> Card:
    """涉河违建 found and removed, m², from its ledger."""
    entries = ask.ask(ledger_entries, ENCROACHMENTS)
    removed, found = entries[entries["measure"] == ""], entries[entries["measure"] == "found"]
    places = [(place(str(row["place"])), seen.say(SQUARE_METRES, n=_area(row["amount"], seen))) for row in removed.to_dict("records")]
    sums = {"found": _area(found["amount"].sum(), seen), "removed": _area(removed["amount"].sum(), seen)}
    return Card(
        key="encroachments",
        label=Text(zh="涉河违建拆除", en="Encroachments"),
        value=sums["removed"] if len(entries) else NOTHING,
        unit=Text(zh="㎡", en="m²"),
        formula=Text(zh="台账“涉河违建拆除”各笔之和", en="the sum of the ledger of encroachments"),
        parts=[(Text(zh="发现与拆除", en="Found and removed"), seen.say(FOUND_AND_REMOVED, **sums)), *places] if len(entries) else [],
        source=Text(zh="专项台账 river_encroachment", en="Ledger river_encroachment"),
        cases=Filters(features=(LAYER,), categories=("event/0113",)).to_params() | {"period": "all"},
        note=Text(
            zh="下面的链接是河岸违建堆物的案件，不是台账。", en="The link leads to the cases of building on the bank, not to the ledger."
        ),
    )


def say_encroachments(seen: Viewer, river: str) -> str:
    """What the ledger says was found and removed along a river, by the name its places begin with; nothing where it says nothing."""
    entries = ask.ask(ledger_entries, ENCROACHMENTS)
    own = entries[[bool(river) and str(one).startswith(river) for one in entries["place"]]]
    if own.empty:
        return ""
    sums = {name: own.loc[own["measure"] == measure, "amount"].sum() for name, measure in (("found", "found"), ("removed", ""))}
    return seen.say(FOUND_AND_REMOVED, **{name: _area(value, seen) for name, value in sums.items()})


def _area(value: float, seen: Viewer) -> str:
    return show_number(float(value), seen.language, digits=0 if float(value).is_integer() else 2)


def _passage_card(seen: Viewer, rivers: Rivers) -> Card:
    """The 6 m flood-control passage: metres open and blocked, as far as the layer says."""
    known = {code: rivers.props(code) for code in rivers.names}
    told = {code: props for code, props in known.items() if props.get("passage_open_m") is not None}
    opened = sum(float(props["passage_open_m"]) for props in told.values())
    blocked = sum(float(props.get("passage_blocked_m") or 0) for props in told.values())
    parts = [
        (Text(zh="未通", en="Blocked"), seen.say(METRES, n=show_number(blocked, seen.language))),
        (Text(zh="贯通率", en="Share open"), show_share(opened / (opened + blocked) if opened + blocked else None)),
        (Text(zh="有数据的河段", en="Reaches with figures"), seen.say(OUT_OF, n=len(told), of=len(known))),
        *((place(rivers.names[code]), _say_passage(seen, props)) for code, props in told.items()),
    ]
    return Card(
        key="passage",
        label=Text(zh="6米通道贯通", en="6 m passage open"),
        value=show_number(opened, seen.language) if told else NOTHING,
        unit=Text(zh="米", en="m"),
        formula=Text(zh="各河段“通道贯通”米数之和", en="the sum of the open metres of the reaches"),
        parts=parts,
        source=Text(zh="河道图层", en="The river layer"),
    )


def _say_passage(seen: Viewer, props: Mapping[str, object]) -> str:
    opened, blocked = (float(str(props.get(name) or 0)) for name in ("passage_open_m", "passage_blocked_m"))
    return seen.say(
        Text(zh="通 {opened} 米，未通 {blocked} 米", en="{opened} m open, {blocked} m blocked"),
        opened=f"{opened:,.0f}",
        blocked=f"{blocked:,.0f}",
    )
