"""What is late, what is due soon, and who ranks where."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from i18n import NOTHING, Language, Text, show_day, show_number
from queries.bulletin import SOON_HOURS
from queries.intervals import MIN_CASES
from queries.rules import CLOSING_IN_TIME, HANDLING, HANDLING_IN_TIME, OVERDUE_NOW, REPORTED
from reports import words
from reports.findings import zone_of
from reports.gather import MOST_LATE, SCORE, Facts, Standings
from reports.overall import total_of
from reports.places import zone_names
from reports.sheet import Block, Column, Heading, Paragraph, Table
from reports.words import Row

ENDS = 5


def say_late(facts: Facts, language: Language) -> list[Block]:
    """The longest overdue, and those due within hours."""
    return [
        Heading(text=words.LATE.say(language)),
        Heading(text=words.OVERDUE.say(language), level=2),
        *(_late_list(facts, facts.overdue, language, text=words.OLDEST, span=words.BY) or [Paragraph(text=words.NO_OVERDUE.say(language))]),
        Heading(text=words.SOON.say(language, hours=SOON_HOURS), level=2),
        *(_late_list(facts, facts.soon, language, text=words.NEXT, span=words.LEFT) or [Paragraph(text=words.NO_SOON.say(language))]),
    ]


def say_rankings(facts: Facts, language: Language) -> list[Block]:
    """The zones and the departments, from first to last."""
    days = facts.zones.filters
    said = words.RANKING_DAYS.say(language, since=show_day(days.since, language), until=show_day(days.until, language), least=MIN_CASES)
    return [
        Heading(text=words.RANKINGS.say(language)),
        Paragraph(text=said),
        Heading(text=words.ZONE_RANKS.say(language), level=2),
        *_zones(facts, language),
        Heading(text=words.DEPARTMENT_RANKS.say(language), level=2),
        *_departments(facts, language),
    ]


def _late_list(facts: Facts, frame: pd.DataFrame, language: Language, *, text: Text, span: Text) -> list[Block]:
    rows = words.rows_of(frame.head(MOST_LATE))
    if not rows:
        return []
    heads = ((words.CASE, 0.26), (words.CATEGORY, 0.18), (words.ZONE, 0.14), (words.DEPARTMENT, 0.16), (words.DUE, 0.16), (span, 0.1))
    table = Table(
        columns=[Column(head=head.say(language), width=width) for head, width in heads],
        rows=[
            [
                words.clean(row["external_id"], 40),
                words.name_of(row, language),
                zone_of(row),
                words.clean(row["department"]),
                words.say_when(row["due_at"], facts),
                words.say_span(abs(timedelta(seconds=(facts.moment - row["due_at"]).total_seconds())), language),
            ]
            for row in rows
        ],
        whole=False,
    )
    return [Paragraph(text=text.say(language, total=show_number(total_of(frame), language), shown=len(rows))), table]


def _zones(facts: Facts, language: Language) -> list[Block]:
    ranked = facts.zones.ranks[facts.zones.ranks["rank"].notna()]
    if ranked.empty:
        return [Paragraph(text=words.NO_RANKS.say(language))]
    some = len(ranked) > 2 * ENDS
    shown = pd.concat([ranked.head(ENDS), ranked.tail(ENDS)]) if some else ranked
    heads = (words.RANK, words.ZONE, CLOSING_IN_TIME.label, words.DUE_CASES, REPORTED.label, OVERDUE_NOW.label, words.LIKELY)
    names = zone_names(facts)
    rows = [
        [
            str(row["rank"]),
            names.get(row["group"], words.clean(row["group"])),
            words.say_figure(CLOSING_IN_TIME, row["value"], language),
            f"{show_number(row['numerator'], language)}/{show_number(row['denominator'], language)}",
            *(_figure(facts.zones, kpi.key, row["group"], language) for kpi in (REPORTED, OVERDUE_NOW)),
            _likely(row),
        ]
        for row in words.rows_of(shown)
    ]
    note = words.SOME_ZONES.say(language, ranked=len(ranked), shown=ENDS)
    return [*([Paragraph(text=note)] if some else []), _ranking(heads, rows, language)]


def _departments(facts: Facts, language: Language) -> list[Block]:
    ranked = facts.departments.ranks[facts.departments.ranks["rank"].notna()]
    if ranked.empty:
        return [Paragraph(text=words.NO_RANKS.say(language))]
    shares = (HANDLING, HANDLING_IN_TIME)
    due = Text(zh="应处置", en="Due")
    rows = [
        [
            str(row["rank"]),
            words.clean(row["group"]),
            words.say_figure(SCORE, row["value"], language),
            *(words.say_figure(kpi, facts.departments.cells[kpi.key, row["group"]][0], language) for kpi in shares),
            show_number(row["denominator"], language),
            _likely(row),
        ]
        for row in words.rows_of(ranked)
    ]
    heads = (words.RANK, words.DEPARTMENT, SCORE.label, *(kpi.label for kpi in shares), due, words.LIKELY)
    return [_ranking(heads, rows, language)]


def _ranking(heads: tuple[Text, ...], rows: list[list[str]], language: Language) -> Table:
    widths = (0.08, 0.22, 0.16, 0.16, 0.13, 0.13, 0.12)
    columns = [
        Column(head=head.say(language), width=width, align="center" if place == 0 else "left" if place == 1 else "right")
        for place, (head, width) in enumerate(zip(heads, widths, strict=True))
    ]
    return Table(columns=columns, rows=rows, whole=False)


def _figure(standings: Standings, key: str, group: str, language: Language) -> str:
    return show_number(standings.cells[key, group][0], language)


def _likely(row: Row) -> str:
    """`2–5`, or the one rank that is sure."""
    if pd.isna(row["best"]):
        return NOTHING
    best, worst = int(row["best"]), int(row["worst"])
    return str(best) if best == worst else f"{best}–{worst}"
