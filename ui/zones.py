"""The zones by one figure: what is asked once for the whole page, the map, the ranking, the zone that is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import pandas as pd
import streamlit as st

from geo.colour import Palette, make_scale
from geo.figures import Figures, Zones
from i18n import NOTHING, Language, Text, show_number, show_share
from queries.features import duties, features
from queries.filters import Filters
from queries.intervals import rank_groups
from queries.kpi import Kpi
from queries.kpis import Receipt
from queries.rules import CLOSING, CLOSING_IN_TIME, OPEN_NOW, OVERDUE_NOW, REPORTED, REWORK, SATISFYING
from ui import ask
from ui.choices import pick_one
from ui.filters import choose_zone
from ui.ground import ground_of
from ui.group_figures import GroupFigures, ask_before, ask_groups, ask_year_ago, readings_of
from ui.kept import kept
from ui.kpis import show_kpis, show_receipt, show_value
from ui.map_panel import read_map, show_map
from ui.ranking import show_ranking
from ui.viewer import Theme, Viewer, data_version
from ui.words import plain

KPIS = (CLOSING_IN_TIME, CLOSING, REWORK, SATISFYING, REPORTED, OPEN_NOW, OVERDUE_NOW)
GROUND = ("boundary", "zones", "rivers", "stations")
MAP_HEIGHT = 560
RANKING_HEIGHT = 500
ZONE = Text(zh="责任区", en="Zone")
FIGURE = Text(zh="指标", en="Figure")
BY = Text(zh="着色与排名按", en="Ranked by")
TOGETHER = Text(zh="全部案件", en="All cases")
LEADER = Text(zh="分管领导", en="Leader")
CADRES = Text(zh="责任区干部", en="Cadres")
HOUSEHOLDS = Text(zh="户数", en="Households")
CLOSE = Text(zh="取消选择", en="Let it go")
NO_ZONES = Text(
    zh="还没有责任区图层：请在“数据”页导入责任区，案件才能归到责任区。",
    en="There are no zones yet: import the zone layer on the Data page, so that cases belong to zones.",
)
# a click far down the page opens the zone further up: bring it into view, once the page has found its new height
INTO_VIEW = """<script>/* %d */
setTimeout(() => document.querySelector('.st-key-zone_opened')?.scrollIntoView({behavior: 'smooth', block: 'nearest'}), 300);
</script>"""


@dataclass(frozen=True, kw_only=True)
class ZonePage:
    """What every part of the page shares: the figures of all zones, now and before, and the figure that ranks them."""

    kpi: Kpi
    figures: GroupFigures
    before: GroupFigures | None
    # every zone by code: name and households
    zones: pd.DataFrame
    people: pd.DataFrame

    @property
    def filters(self) -> Filters:
        return self.figures.filters

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the zones by code; the code where there is none."""
        return {code: name or code for code, name in zip(self.zones["code"], self.zones["name"], strict=True)}

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """The ranking of all zones by the chosen figure; a zone without cases is there too."""
        return rank_groups(self.table(), self.kpi)

    @cached_property
    def together(self) -> dict[str, Receipt]:
        """The receipts of all zones as one."""
        return self.figures.together(list(self.names))

    def table(self) -> pd.DataFrame:
        """The figures of the chosen KPI, a row for every zone."""
        rows = [(code, self.figures.receipts(code)[self.kpi.key]) for code in self.names]
        figures = [(self.kpi.key, code, one.value, one.numerator, one.denominator) for code, one in rows]
        table = pd.DataFrame(figures, columns=["kpi", "group", "value", "numerator", "denominator"])
        return table.astype(dict.fromkeys(("value", "numerator", "denominator"), "Float64"))

    @cached_property
    def officials(self) -> dict[tuple[str, str], list[str]]:
        """Who answers for a zone in a role, by its code and the role."""
        found: dict[tuple[str, str], list[str]] = {}
        for code, role, official in zip(self.people["code"], self.people["role"], self.people["official"], strict=True):
            found.setdefault((code, role), []).append(official)
        return found

    def who(self, code: str, role: str) -> str:
        """Who answers for a zone in a role; the dash for nobody."""
        return "、".join(self.officials.get((code, role), ())) or NOTHING


def ask_zones(seen: Viewer, filters: Filters) -> ZonePage:
    """The answers that the page is made of, and the choice of its figure; the zones that are chosen do not narrow them."""
    everywhere = filters.with_(zones=())
    kpi = _pick_figure(seen, ask_groups(seen, KPIS, everywhere, "zone"))
    return _page(kpi.key, everywhere, seen.minute, data_version(), seen)


@kept(most=200)
def _page(figure: str, filters: Filters, minute: datetime, version: str, _seen: Viewer) -> ZonePage:
    figures = ask_groups(_seen, KPIS, filters, "zone")
    people = ask.ask(duties, _seen.office.today())
    return ZonePage(
        kpi=next(kpi for kpi in KPIS if kpi.key == figure),
        figures=figures,
        before=ask_before(_seen, figures),
        zones=ask.ask(features, ("zones",)),
        people=people[people["layer"] == "zones"],
    )


def _pick_figure(seen: Viewer, figures: GroupFigures) -> Kpi:
    """The figure that colours and ranks the zones; beside it that of all cases together, with its receipt."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(seen.say(BY), width="content")
        chosen = pick_one(seen, FIGURE, {kpi.key: kpi.label for kpi in KPIS}, key="figure", default=CLOSING_IN_TIME.key, menu=True)
        kpi = next(kpi for kpi in KPIS if kpi.key == chosen)
        receipt = figures.together(figures.groups or [None])[kpi.key]
        label = f"{seen.say(TOGETHER)} **{show_value(kpi, receipt.value, seen)}**"
        with st.popover(label, type="tertiary", key="figure_of_all"):
            show_receipt(seen, receipt, figures.filters)
    return kpi


def show_zone_map(seen: Viewer, page: ZonePage, chosen: tuple[str, ...]) -> None:
    """The zones in the colour of the figure; those that are not ranked have none. A click chooses the zone."""
    ground = ground_of(seen, GROUND)
    figures = Figures(visible=frozenset(GROUND), zones=_colour(seen, page), chosen=chosen[0] if len(chosen) == 1 else None)
    show_map(
        ground,
        figures,
        key="zones_map",
        language=seen.language,
        theme=seen.theme,
        height=MAP_HEIGHT,
        on_click=_follow_map,
        wants_view=False,
    )


def show_zone_ranking(seen: Viewer, page: ZonePage, chosen: tuple[str, ...]) -> None:
    """The ranking of the zones; a click chooses one."""
    show_ranking(
        seen,
        page.ranks,
        page.kpi,
        label=ZONE,
        names=page.names,
        key=f"ranking_{page.kpi.key}",
        height=RANKING_HEIGHT,
        chosen=chosen[0] if len(chosen) == 1 else None,
        on_pick=pick_zone,
        middle=page.together[page.kpi.key].value if page.kpi.unit == "share" else None,
    )


def show_opened(seen: Viewer, page: ZonePage, chosen: tuple[str, ...]) -> None:
    """The zone that is open: its people, the receipt of the ranking's figure, its other figures as cards."""
    if len(chosen) != 1 or chosen[0] not in page.names:
        return
    code = chosen[0]
    year_ago = ask_year_ago(seen, page.figures)
    readings, filters = readings_of(code, page.figures, page.before, year_ago), page.figures.cases_of(code)
    with st.container(border=True, key="zone_opened"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"#### {plain(page.names[code])}", width="content")
            st.markdown(_say_people(seen, page, code), width="content")
            st.space("stretch")
            st.button(seen.say(CLOSE), key="let_zone_go", type="tertiary", icon=":material/close:", on_click=choose_zone, args=(None,))
        cards, receipt = st.columns([6, 5], gap="medium")
        with cards:
            show_kpis(seen, KPIS, readings, filters, columns=4)
        with receipt:
            show_receipt(seen, readings.now[page.kpi.key], filters, readings.year_ago.get(page.kpi.key))
    if st.session_state.pop("zone_picked", False):
        # the browser runs a script once: each time it must be another
        turn = st.session_state["zone_turns"] = st.session_state.get("zone_turns", 0) + 1
        st.html(INTO_VIEW % turn, unsafe_allow_javascript=True)


def pick_zone(code: str) -> None:
    """Open a zone from a click anywhere on the page."""
    st.session_state["zone"] = [code]
    st.session_state["zone_picked"] = True


def _follow_map() -> None:
    click = read_map("zones_map").click
    if click and click.zone:
        choose_zone(click.zone)
        st.session_state["zone_picked"] = True


def _say_people(seen: Viewer, page: ZonePage, code: str) -> str:
    props = page.zones.set_index("code")["props"].get(code) or {}
    lines = [(LEADER, page.who(code, "leader")), (CADRES, page.who(code, "cadre"))]
    lines.append((HOUSEHOLDS, show_number(props.get("households"), seen.language)))
    return " · ".join(f"{seen.say(label)} **{plain(text)}**" for label, text in lines)


def _colour(seen: Viewer, page: ZonePage) -> Zones:
    """The zones' colours: dark orange is bad where less is better."""
    return _coloured(page.kpi.key, page.filters, (seen.minute, seen.language, seen.theme), data_version(), seen, page)


@kept(most=200)
def _coloured(
    figure: str, filters: Filters, when_how: tuple[datetime, Language, Theme], version: str, _seen: Viewer, _page: ZonePage
) -> Zones:
    seen, page = _seen, _page
    ranked = page.ranks[page.ranks["rank"].notna()]
    values: dict[str, float | None] = dict.fromkeys(page.names)
    values |= {str(code): float(value) for code, value in zip(ranked["group"], ranked["value"], strict=True)}
    palette: Palette = "oranges" if page.kpi.better == "lower" else "blues"
    scale = make_scale(
        values.values(),
        title=seen.say(page.kpi.label),
        theme=seen.theme,
        palette=palette,
        whole=page.kpi.unit == "cases",
        show=(lambda value: show_share(value, digits=1)) if page.kpi.unit == "share" else (lambda value: show_number(value, seen.language)),
    )
    return Zones(values=values, scale=scale, texts={code: _say_zone(seen, page, code) for code in page.names})


def _say_zone(seen: Viewer, page: ZonePage, code: str) -> str:
    """The lines under a zone's name on the map."""
    receipts = page.figures.receipts(code)
    shown = dict.fromkeys((page.kpi, REPORTED, OPEN_NOW, OVERDUE_NOW))
    lines = [f"{seen.say(kpi.label)} {show_value(kpi, receipts[kpi.key].value, seen)}" for kpi in shown]
    return "\n".join([*lines, f"{seen.say(LEADER)} {page.who(code, 'leader')}"])
