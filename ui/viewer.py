"""Who looks: the language, the theme, the office and the database of this run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import streamlit as st
from sqlalchemy import Engine
from streamlit.runtime.pages_manager import PagesManager

from actions.act import wait_for
from config import settings
from geo.draw import OPENSTREETMAP
from i18n import Language, Text, pick_language, show_moment
from model.engine import open_engine
from model.roles import Actor, Right
from model.setup import DEMO_MARK, Office, make_office
from queries.freshness import Freshness, read_freshness
from ui.identity import OPEN, actor, show_identity_switch

Theme = Literal["light", "dark"]
LANGUAGE_NAMES: dict[Language, str] = {"zh": "中文", "en": "English"}
OF_THIS_RUN = "viewer_of_run"
LANGUAGE = Text(zh="语言", en="Language")
NO_SIGN_IN = Text(zh="未设登录，仅本机可用", en="No sign-in: this machine only")
NO_SIGN_IN_OPEN = Text(zh="未设登录，网内人人可用", en="No sign-in: open to the network")
CLOCK = Text(zh="数据时点 {moment}", en="As of {moment}")


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """What every page needs to know of its viewer."""

    language: Language
    theme: Theme
    office: Office
    fresh: Freshness
    # who looks and acts; without sign-in whoever reaches the server's own address
    actor: Actor = OPEN

    @property
    def attribution(self) -> str:
        """Whose facts the map shows: the demo's waters and stations come from OpenStreetMap."""
        return OPENSTREETMAP if self.office.demo else ""

    def say(self, text: Text, **values: object) -> str:
        """A text in the viewer's language."""
        return text.say(self.language, **values)

    @property
    def minute(self) -> datetime:
        """The end of the running minute by the office's clock: viewers of a minute share answers, and what was just done counts."""
        now = self.office.now()
        begun = now.replace(second=0, microsecond=0)
        return begun if begun == now else begun + timedelta(minutes=1)

    @property
    def reported_on(self) -> date | None:
        """The newest day with a case, by the office's calendar."""
        return self.local(self.fresh.reported_at).date() if self.fresh.reported_at else None

    @property
    def may_see_sensitive(self) -> bool:
        """Whether camera positions are shown."""
        return self.may(Right.CAMERAS)

    def may(self, right: Right) -> bool:
        """Whether the viewer's role allows it."""
        return self.actor.may(right)

    def local(self, moment: datetime) -> datetime:
        """A time in the office's zone."""
        return moment.astimezone(self.office.timezone)


def database() -> Engine:
    """The engine of this process."""
    return open_engine()


def viewer() -> Viewer:
    """The viewer of this run; the language follows the browser unless the address or the switch says otherwise."""
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    # a press that meets another run is still being written by the run that it ended
    wait_for(actor().who)
    fresh = read_freshness(database())
    st.session_state["data_version"] = fresh.version
    office = make_office(fresh.kept, settings())
    return Viewer(language=language_of_run(), theme=theme, office=office, fresh=fresh, actor=actor())


def language_of_run() -> Language:
    """The language of this run, known before anybody is signed in and before the database is asked."""
    return pick_language(st.session_state.get("language") or st.query_params.get("lang"), st.context.locale)


def viewer_of_run() -> Viewer:
    """The viewer that the entry already asked for in this run, so that the database is not asked twice; else `viewer()`."""
    seen: Viewer | None = st.session_state.pop(OF_THIS_RUN, None)
    if seen is None:
        _go_through_the_entry()
        if settings().sign_in:
            # only the entry lets anybody in
            st.stop()
    return seen or viewer()


def _go_through_the_entry() -> None:
    """Run again through dashboard.py: a server asked for a page before its first run runs that page alone, without the entry."""
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
    if "sent_to_entry" not in st.session_state:
        st.session_state["sent_to_entry"] = True
        st.rerun()


def data_version() -> str:
    """The version of the data in this run, and of what the viewer's role may see of it: what is worked out from answers is cached by it."""
    mine = actor()
    return f"{raw_version()}/{mine.may(Right.CAMERAS):d}{mine.may(Right.PHONES):d}"


def raw_version() -> str:
    """The version of the data alone: for answers that are not yet made fit for a role."""
    return str(st.session_state.get("data_version", ""))


def choose_language() -> None:
    """Settle the language before anything is drawn: an address with `?lang=` wins over what the session remembers."""
    wanted = st.query_params.get("lang")
    if wanted and wanted != st.session_state.get("language_asked"):
        st.session_state["language"] = pick_language(wanted, None)
        st.session_state["language_asked"] = wanted


def show_language_switch(seen: Viewer) -> None:
    """One button that turns the page into the other language and keeps everything else."""
    other: Language = "en" if seen.language == "zh" else "zh"
    st.button(LANGUAGE_NAMES[other], key="language_switch", type="tertiary", on_click=_switch_to, args=(other,), help=seen.say(LANGUAGE))


def _switch_to(language: Language) -> None:
    st.session_state["language"] = language
    st.session_state["language_asked"] = language
    st.query_params["lang"] = language


def show_heading(title: Text) -> Viewer:
    """The head of a page: its title, the data's own clock, the demo mark, the language switch. Returns the viewer."""
    seen = viewer_of_run()
    with st.container(horizontal=True, vertical_alignment="center", key="heading", gap="small"):
        st.subheader(seen.say(title), anchor=False, width="content")
        if seen.office.demo:
            st.badge(seen.say(DEMO_MARK), color="orange", width="content")
        if settings().sign_in is None:
            st.caption(f":gray-badge[{seen.say(NO_SIGN_IN_OPEN if settings().open_to_all else NO_SIGN_IN)}]", width="content")
        st.caption(seen.say(CLOCK, moment=show_moment(seen.office.now(), seen.language)), width="content")
        st.space("stretch")
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content", key="switches"):
            show_identity_switch(seen.language, database())
            show_language_switch(seen)
    return seen
