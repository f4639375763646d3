"""The facts of a bulletin in words: one language, section by section."""

from __future__ import annotations

import re
from dataclasses import fields

from i18n import Language, show_day, show_moment, show_number
from model.kinds import LABELS, Channel
from model.setup import DEMO_MARK
from queries.rules import CLOSING, CLOSING_IN_TIME, FINDING, OVERDUE_NOW, REPORTED
from queries.states import PLACED_LABEL, say_cell, say_within
from reports import words
from reports.findings import number_findings, say_findings, say_loop
from reports.gather import SCORE, Facts
from reports.late import say_late, say_rankings
from reports.overall import say_overall
from reports.period import TITLES
from reports.places import attribution, say_places, zone_names
from reports.sheet import Block, Heading, Paragraph, Sheet

EXPLAINED = (REPORTED, CLOSING, CLOSING_IN_TIME, OVERDUE_NOW, FINDING, SCORE)


def compose(facts: Facts, language: Language, *, red_head: bool = True) -> Sheet:
    """The sheet of a bulletin; the pictures are among its files."""
    office = words.clean(facts.office.title_zh if language == "zh" else facts.office.title_en)
    issuer = words.ISSUER.say(language, office=office)
    listed = number_findings(facts)
    found, photos = say_findings(facts, listed, language)
    placed, drawn = say_places(facts, listed, language)
    return Sheet(
        language=language,
        issuer=issuer,
        issuer_points=fit_line(issuer),
        red_head=red_head,
        number=facts.period.say_number(language),
        date=show_day(facts.moment.date() if facts.cut_short else facts.period.until, language),
        title=TITLES[facts.period.kind].say(language),
        subtitle=facts.period.say(language),
        mark=DEMO_MARK.say(language) if facts.office.demo else "",
        blocks=[
            *say_overall(facts, language),
            *found,
            *placed,
            *say_loop(facts, language),
            *say_late(facts, language),
            *say_rankings(facts, language),
            *say_notes(facts, language),
        ],
        signature=(office, show_moment(facts.now, language)),
        files=photos | drawn,
    )


def fit_line(text: str) -> float:
    """The size in points at which a text fills one line of 442 points, at most 36; a Latin letter is half as wide as a Han one."""
    length = sum(1.0 if ord(sign) > 0x2000 else 0.5 for sign in text)
    return min(36.0, 2 * (440 / max(length, 1.0)) // 1 / 2)


def say_notes(facts: Facts, language: Language) -> list[Block]:
    """How it was counted: period, cut-off, filters, number of cases, formulas, sources."""
    filters = facts.filters
    lines = [
        words.CUT_OFF.say(
            language,
            since=show_day(filters.since, language),
            until=show_day(filters.until, language),
            now=show_moment(facts.now, language),
            moment=show_moment(facts.moment, language),
        ),
        words.FILTERS.say(language, filters=say_filters(facts, language)),
        words.COUNTED.say(language, count=show_number(facts.readings[0][REPORTED.key].numerator, language)),
        *(
            words.FORMULA.say(
                language,
                label=kpi.label.say(language),
                formula=kpi.formula.say(language),
                period=kpi.period.say(language),
                exclusions=kpi.exclusions.say(language),
                source=re.split("[；;]", kpi.source.say(language))[0],
            )
            for kpi in EXPLAINED
        ),
        words.LIKELY_NOTE.say(language),
        words.PRIVACY.say(language),
        *([words.MAP_SOURCE.say(language, attribution=attribution(facts))] if attribution(facts) else []),
        *([words.MADE_UP.say(language)] if facts.office.demo else []),
    ]
    return [Heading(text=words.NOTES.say(language)), *(Paragraph(text=line, note=True) for line in lines)]


def say_filters(facts: Facts, language: Language) -> str:
    """The choice of cases in words, days apart."""
    names = {
        "zones": zone_names(facts),
        "channels": {one.value: LABELS[one].say(language) for one in Channel},
        "within": {one: say_within(one, language) for one in facts.chosen.within},
        "cells": {str(one): say_cell(one, language) for one in facts.chosen.cells},
        "places": dict.fromkeys(facts.chosen.places, PLACED_LABEL.say(language)),
    }
    said = []
    for one in fields(facts.chosen):
        values = getattr(facts.chosen, one.name)
        if one.name in {"since", "until"} or not values:
            continue
        shown = [values] if isinstance(values, str) else [names.get(one.name, {}).get(str(value), words.clean(value)) for value in values]
        label = words.FILTER_NAMES[one.name].say(language)
        said.append(f"{label}：{'、'.join(shown)}" if language == "zh" else f"{label}: {', '.join(shown)}")
    return ("；" if language == "zh" else "; ").join(said) or words.ALL_CASES.say(language)
