"""What the rotation brings: found by us against found first by the hotline, by leader and by cadre, and what patrols passed by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from geo.missed import KNOWN_DAYS, MISSED_HOURS, NEAR_METRES, missed_cases, told_first
from i18n import NOTHING, Text, show_day, show_number, show_share
from model.kinds import Channel
from queries.filters import Filters
from queries.rotation import CADRE, found, patrols, shifts, zone_duties
from ui import ask
from ui.cards import Card, show_cards
from ui.case_links import params_of, these
from ui.kept import KEPT_SECONDS
from ui.kpis import CASES_PAGE
from ui.patrol import say_zones
from ui.patrol_candidates import name_zones
from ui.pressed import exact_card, named, show_number_table
from ui.rotation import CHOOSE
from ui.rotation_missed import show_missed
from ui.rotation_zones import in_force
from ui.viewer import Viewer, data_version
from ui.words import is_missing

# a patrol may end after midnight, and its 24 hours run from then
AFTER_DAYS = 2
CADRE_CHANNELS = (Channel.CHENGGUANTONG, Channel.WECHAT)
LEADERS, CADRES = Text(zh="值班领导", en="Duty leaders"), Text(zh="责任区干部", en="Cadres")
WHO = Text(zh="谁", en="Who")
ON_DAYS = Text(zh="值班天数", en="Days on duty")
WALKS = Text(zh="巡查次数", en="Patrols")
OURS = Text(zh="我们发现", en="Found by us")
TOLD = Text(zh="热线先发现", en="Hotline first")
SHARE = Text(zh="主动发现占比", en="Found by us, share")
MISSED = Text(zh="漏报", en="Missed")
ZONES = Text(zh="责任区", en="Zones")
OPEN = Text(zh="打开", en="Open")
DAYS_OF = Text(zh="看谁值班那几天的案件", en="Cases of whose duty days")
LOOK = Text(zh="查看", en="open")
OURS_FORMULA = Text(zh="巡查渠道案件数（领导）", en="cases of the patrol channel (leaders)")
TOLD_FORMULA = Text(
    zh="热线案件中，此前{days}天内、{metres}米以内没有我们发现的同类案件的",
    en="hotline cases without a case of ours of the same class within {metres} m in the {days} days before",
)
MISSED_FORMULA = Text(
    zh="巡查开始至结束后{hours}小时内、轨迹{metres}米以内的热线案件，且这次巡查在该处{metres}米内没有上报",
    en="hotline cases from the beginning of a patrol to {hours} h after its end, within {metres} m of its track, where that patrol had "
    "reported nothing within {metres} m",
)
SOURCE = Text(
    zh="本系统自定口径。领导按发现当天谁值班计，不按责任区归属；漏报按谁巡查计。干部按案件受理日在任的责任区计城管通、微信与热线。作废不计。",
    en="Our own definition. Leaders: whoever was on duty on the day, whosever zone it was; missed: whoever walked. Cadres: Chengguantong, "
    "WeChat and hotline cases of the zones that were theirs on the day of the report. Void cases left out.",
)
PLAIN_FORMULAS: dict[str, tuple[Text, Text]] = {
    "on_days": (Text(zh="这段时间里轮到值班的天数", en="days on duty in this time"), Text(zh="值班表（shifts）", en="the rota (shifts)")),
    "walks": (
        Text(zh="这段时间里开始的巡查次数", en="patrols that began in this time"),
        Text(zh="巡查记录", en="the patrols on record"),
    ),
}
SHARE_FORMULA = Text(zh="我们发现 ÷（我们发现 + 热线先发现）", en="ours ÷ (ours + told first by the hotline)")
RULE = Text(zh="{what}：{formula}", en="{what}: {formula}")
PERIOD = Text(zh="{since} – {until}", en="{since} – {until}")
EMPTY = Text(zh="这段时间没有值班或案件。换个月份看。", en="Nobody was on duty, or there was no case. Look at another month.")


@dataclass(frozen=True, kw_only=True)
class Results:
    """The figures of a period: a row a leader, a row a cadre, the missed cases."""

    since: date
    until: date
    leaders: pd.DataFrame
    cadres: pd.DataFrame
    missed: pd.DataFrame


def show_results(seen: Viewer, since: date, until: date) -> None:
    """Cards, the two tables, the missed cases, each with its way to the cases."""
    results = ask_results(seen, since, until)
    if results.leaders.empty and results.cadres.empty:
        st.info(seen.say(EMPTY))
        return
    st.caption(seen.say(PERIOD, since=show_day(since, seen.language), until=show_day(until, seen.language)))
    show_cards(seen, _cards(seen, results), key="results", columns=3)
    st.markdown(f"**{seen.say(LEADERS)}**")
    days = Filters(since=results.since, until=results.until, channels=(*CADRE_CHANNELS, Channel.HOTLINE))
    _show_table(seen, results.leaders, ("on_days", "walks"), days, key="leader_results")
    _show_duty_days(seen, results)
    st.markdown(f"**{seen.say(CADRES)}**")
    _show_table(seen, results.cadres, ("zones",), days, key="cadre_results")
    rules = [seen.say(RULE, what=seen.say(what), formula=seen.say(formula)) for what, formula in ((OURS, OURS_FORMULA), *_filled_rules())]
    st.caption(("；" if seen.language == "zh" else "; ").join(rules) + ("。" if seen.language == "zh" else ". ") + seen.say(SOURCE))
    show_missed(seen, results.missed)


def ask_results(seen: Viewer, since: date, until: date) -> Results:
    """The figures of the days that have come; four questions, worked out once until the data changes."""
    return _work_out(since, min(until, seen.office.today()), data_version(), seen)


@st.cache_data(ttl=KEPT_SECONDS, max_entries=32, show_spinner=False)
def _work_out(since: date, until: date, version: str, _seen: Viewer) -> Results:
    # what was found before the first day may have been known on it, and what a patrol of the last day missed is told after it
    cases = ask.ask(found, since - timedelta(days=KNOWN_DAYS), until + timedelta(days=AFTER_DAYS))
    walks, on, duties = ask.ask(patrols, since, until), ask.ask(shifts, since, until), ask.ask(zone_duties)
    began = [_seen.local(moment).date() for moment in walks["started_at"]]
    walks = walks[[since <= day <= until for day in began]]
    return count_results((since, until), cases, walks, on, duties, crs=_seen.office.metric_crs or "EPSG:4549")


def count_results(
    span: tuple[date, date], cases: pd.DataFrame, walks: pd.DataFrame, on: pd.DataFrame, duties: pd.DataFrame, *, crs: str
) -> Results:
    """The figures of the days of a span; `walks` began in it, `cases` reach KNOWN_DAYS back and AFTER_DAYS beyond, frames as in queries."""
    hotline, ours = cases[cases["channel"] == Channel.HOTLINE], cases[cases["channel"] != Channel.HOTLINE]
    missed = missed_cases(hotline, ours[ours["channel"] == Channel.PATROL], walks, crs)
    missed = missed.merge(hotline[["id", "external_id", "title", "reported_at"]], left_on="case", right_on="id", how="left")
    missed = missed.merge(walks[["id", "official"]].rename(columns={"id": "patrol"}), on="patrol", how="left")
    told = _within(hotline, span)
    told, found_now = told[told_first(told, ours, crs)], _within(ours, span)
    leaders = _by_leader(on, found_now[found_now["channel"] == Channel.PATROL], told, walks, missed)
    return Results(since=span[0], until=span[1], leaders=leaders, cadres=_by_cadre(duties, found_now, told), missed=missed)


def _within(cases: pd.DataFrame, span: tuple[date, date]) -> pd.DataFrame:
    """The cases reported on these days, both ends included."""
    return cases[cases["reported_on"].between(pd.Timestamp(span[0]), pd.Timestamp(span[1]))]


def _by_leader(on: pd.DataFrame, ours: pd.DataFrame, told: pd.DataFrame, walks: pd.DataFrame, missed: pd.DataFrame) -> pd.DataFrame:
    """Who was on duty on the day of the report."""
    who = on.set_index("on_date")["official"]
    names = sorted({*on["official"], *walks["official"]})
    table = pd.DataFrame(index=pd.Index(names, name="who"))
    table["on_days"], table["walks"] = on["official"].value_counts(), walks["official"].value_counts()
    table["ours"], table["told"] = (cases["reported_on"].map(who).value_counts() for cases in (ours, told))
    table["missed"] = missed.drop_duplicates(["case", "official"])["official"].value_counts()
    table = table.fillna(0).astype(int)
    for name, cases in (("ours", ours), ("told", told)):
        table[f"{name}_ids"] = _ids(cases["id"], cases["reported_on"].map(who), table.index)
    table["missed_ids"] = _ids(missed["case"], missed["official"], table.index)
    return table.reset_index()


def _ids(ids: pd.Series[int], who: pd.Series[Any], names: pd.Index) -> pd.Series[Any]:
    """The ids of each person's cases, once each."""
    of = {name: tuple(sorted({int(one) for one in some})) for name, some in ids.groupby(who)}
    return pd.Series([of.get(name, ()) for name in names], index=names, dtype=object)


def _by_cadre(duties: pd.DataFrame, ours: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Whose zone it was on the day of the report; a zone's case counts for both of its cadres."""
    cadres = duties[duties["role"] == CADRE]
    table = pd.DataFrame(index=pd.Index(sorted(cadres["official"].unique()), name="who"))
    listed: dict[str, Any] = {}
    for name, cases in (("ours", ours[ours["channel"].isin(CADRE_CHANNELS)]), ("told", told)):
        pairs = cases[["id", "zone", "reported_on"]].merge(cadres[["zone", "official", "since", "until"]], on="zone")
        theirs = pairs[(pairs["since"] <= pairs["reported_on"]) & (pairs["until"].isna() | (pairs["until"] >= pairs["reported_on"]))]
        table[name] = theirs["official"].value_counts()
        listed[f"{name}_ids"] = _ids(theirs["id"], theirs["official"], table.index)
    table = table.fillna(0).astype(int).assign(**listed)
    last = ours["reported_on"].max() if len(ours) else None
    held = cadres if last is None or is_missing(last) else in_force(cadres, last.date())
    table["zones"] = pd.Series({who: tuple(sorted(rows["zone"])) for who, rows in held.groupby("official")}, dtype=object)
    return table.dropna(subset=["zones"]).reset_index()


def _show_table(seen: Viewer, rows: pd.DataFrame, extra: tuple[str, ...], days: Filters, *, key: str) -> None:
    """A row a person, with a link to the cases where filters can name them."""
    labels = {"on_days": ON_DAYS, "walks": WALKS, "zones": ZONES, "ours": OURS, "told": TOLD, "missed": MISSED}
    shown: dict[str, Any] = {seen.say(WHO): rows["who"]} | {seen.say(labels[name]): rows[name] for name in extra if name != "zones"}
    if "zones" in extra:
        shown[seen.say(ZONES)] = rows["zones"].map(lambda codes: say_zones(name_zones(codes), seen.language))
    shown |= {seen.say(labels[name]): rows[name] for name in ("ours", "told")}
    total = rows["ours"] + rows["told"]
    shown[seen.say(SHARE)] = [show_share(a / b, digits=1) if b else NOTHING for a, b in zip(rows["ours"], total, strict=True)]
    if "missed" in rows:
        shown[seen.say(MISSED)] = rows["missed"]
    config = {}
    if "zones" in extra:
        shown[seen.say(OPEN)] = rows["zones"].map(lambda zones: _address(days.with_(zones=zones)))
        config[seen.say(OPEN)] = st.column_config.LinkColumn(display_text=seen.say(LOOK))
    counted = {seen.say(labels[name]): name for name in ("on_days", "walks", "ours", "told", "missed") if name in rows}

    def card_of(place: int, column: str) -> Card | None:
        if column == seen.say(SHARE):
            return _share_card(seen, rows.iloc[place], shown[column][place])
        return _person_card(seen, rows.iloc[place], counted[column], labels[counted[column]]) if column in counted else None

    alt = seen.say(CADRES if "zones" in extra else LEADERS)
    height: Any = "content" if len(rows) <= 15 else "auto"
    show_number_table(seen, pd.DataFrame(shown), card_of, key=key, alt=alt, columns=config, height=height)


def _person_card(seen: Viewer, row: pd.Series[Any], name: str, label: Text) -> Card:
    """The receipt of one number of one person; its very cases, where it counts some."""
    formulas = {"ours": OURS_FORMULA, **dict(zip(("told", "missed"), (text for _, text in _filled_rules()), strict=True))}
    whose = named(str(row["who"]), label)
    if name in PLAIN_FORMULAS:
        formula, source = PLAIN_FORMULAS[name]
        return Card(key="person", label=whose, value=show_number(int(row[name]), seen.language), formula=formula, source=source)
    return exact_card(seen, whose, formulas[name], row[f"{name}_ids"], source=SOURCE)


def _share_card(seen: Viewer, row: pd.Series[Any], value: str) -> Card:
    """The receipt of one person's share, with both its parts."""
    ours, both = row["ours_ids"], (*row["ours_ids"], *row["told_ids"])
    return Card(
        key="person",
        label=named(str(row["who"]), SHARE),
        value=value,
        formula=SHARE_FORMULA,
        parts=[(OURS, show_number(len(ours), seen.language)), (TOLD, show_number(int(row["told"]), seen.language))],
        source=SOURCE,
        cases=params_of(these(ours)) if ours else None,
        below=params_of(these(both)) if both else None,
    )


def _show_duty_days(seen: Viewer, results: Results) -> None:
    """The duty days of one leader, each leading to what was found and told on it."""
    names = results.leaders["who"].to_list()
    who = st.selectbox(seen.say(DAYS_OF), names, index=None, placeholder=seen.say(CHOOSE), key="results_who", width=260)
    if who is None:
        return
    on = ask.ask(shifts, results.since, results.until)
    with st.container(horizontal=True, gap="small", key="duty_days"):
        for day in on.loc[on["official"] == who, "on_date"].dt.date:
            cases = Filters(since=day, until=day, channels=(Channel.PATROL, Channel.HOTLINE)).to_params()
            st.page_link(CASES_PAGE, label=show_day(day, seen.language), icon=":material/list:", query_params=cases, width="content")


def _cards(seen: Viewer, results: Results) -> list[Card]:
    """The three figures over all leaders."""
    ours, told = int(results.leaders["ours"].sum()), int(results.leaders["told"].sum())
    parts = [(OURS, show_number(ours, seen.language)), (TOLD, show_number(told, seen.language))]
    passed = results.missed["case"].nunique()
    told_text, missed_text = (formula for _, formula in _filled_rules())
    ours_ids = [case for ids in results.leaders["ours_ids"] for case in ids]
    told_ids = [case for ids in results.leaders["told_ids"] for case in ids]
    return [
        Card(
            key="ours", label=OURS, value=show_number(ours, seen.language), unit="cases", formula=OURS_FORMULA, parts=parts, source=SOURCE,
            cases=params_of(these(ours_ids)) if ours_ids else None,
        ),
        Card(
            key="told", label=TOLD, value=show_number(told, seen.language), unit="cases", formula=told_text, parts=parts, source=SOURCE,
            cases=params_of(these(told_ids)) if told_ids else None,
        ),
        Card(
            key="missed", label=MISSED, value=show_number(passed, seen.language), unit="cases", formula=missed_text, source=SOURCE,
            cases=params_of(these(results.missed["case"].unique())) if passed else None,
        ),
    ]  # fmt: skip


def _address(filters: Filters) -> str:
    return f"/cases?{urlencode(filters.to_params())}"


def _filled(text: Text, words: dict[str, object]) -> Text:
    return Text(zh=text.say("zh", **words), en=text.say("en", **words))


def _filled_rules() -> list[tuple[Text, Text]]:
    """What the hotline told first and what a patrol passed by, in words."""
    words: dict[str, object] = {"days": KNOWN_DAYS, "metres": f"{NEAR_METRES:.0f}", "hours": MISSED_HOURS}
    return [(TOLD, _filled(TOLD_FORMULA, words)), (MISSED, _filled(MISSED_FORMULA, words))]
