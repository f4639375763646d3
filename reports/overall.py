"""The first section: how many cases came, from where, of what kind, and how that compares."""

from __future__ import annotations

import pandas as pd

from i18n import NOTHING, Language, Text, show_moment, show_number, show_share
from model.kinds import LABELS, Channel
from queries.bulletin import SOON_HOURS
from queries.kpi import Kpi
from queries.kpis import Receipt
from queries.rules import CLOSED, CLOSING, CLOSING_IN_TIME, FINDING, OPEN_NOW, OVERDUE_NOW, REPORTED
from reports import words
from reports.gather import Facts
from reports.period import AGAINST, COLUMNS
from reports.sheet import Block, Column, Heading, Paragraph, Table

SHOWN = (REPORTED, CLOSED, CLOSING, CLOSING_IN_TIME, OPEN_NOW, OVERDUE_NOW, FINDING)


def say_overall(facts: Facts, language: Language) -> list[Block]:
    """The summary, the figures, the channels, the categories."""
    return [
        Heading(text=words.OVERALL.say(language)),
        Paragraph(text=_summary(facts, language)),
        Paragraph(text=_standing(facts, language)),
        *([Paragraph(text=words.CUT_SHORT.say(language, moment=show_moment(facts.moment, language)))] if facts.cut_short else []),
        Heading(text=words.FIGURES.say(language), level=2),
        _figures(facts, language),
        Heading(text=words.CHANNELS.say(language), level=2),
        _channels(facts, language),
        Heading(text=words.CATEGORIES.say(language), level=2),
        *_categories(facts, language),
    ]


def _summary(facts: Facts, language: Language) -> str:
    now = facts.readings[0]
    before, further = AGAINST[facts.period.kind]
    return words.SUMMARY.say(
        language,
        when=facts.period.say(language),
        reported=_count(now[REPORTED.key], language),
        closed=_count(now[CLOSED.key], language),
        before=_change(now[REPORTED.key], facts.readings[1].get(REPORTED.key), before, language),
        further=_change(now[REPORTED.key], facts.readings[2].get(REPORTED.key), further, language),
        rate=words.say_figure(CLOSING_IN_TIME, now[CLOSING_IN_TIME.key].value, language),
        parts=_parts(now[CLOSING_IN_TIME.key], language),
    )


def _standing(facts: Facts, language: Language) -> str:
    now = facts.readings[0]
    return words.STANDING.say(
        language,
        moment=show_moment(facts.moment, language),
        open=_count(now[OPEN_NOW.key], language),
        overdue=_count(now[OVERDUE_NOW.key], language),
        hours=SOON_HOURS,
        soon=show_number(total_of(facts.soon), language),
        finding=words.say_figure(FINDING, now[FINDING.key].value, language),
        finding_parts=_parts(now[FINDING.key], language),
    )


def total_of(frame: pd.DataFrame) -> int:
    """How many cases a list has in all, on paper or not."""
    return 0 if frame.empty else int(frame["total"].iloc[0])


def _change(now: Receipt, before: Receipt | None, when: Text, language: Language) -> str:
    """How many more or fewer cases than in another period."""
    said = when.say(language)
    if before is None:
        return words.UNKNOWN.say(language, when=said)
    change = now.numerator - before.numerator
    if not change:
        return words.SAME.say(language, when=said)
    share = words.SHARE.say(language, share=show_share(abs(change) / before.numerator, digits=1)) if before.numerator else ""
    text = words.MORE if change > 0 else words.FEWER
    return text.say(language, when=said, count=show_number(abs(change), language), share=share)


def _figures(facts: Facts, language: Language) -> Table:
    rows = [[kpi.label.say(language), *(_with_parts(kpi, reading.get(kpi.key), language) for reading in facts.readings)] for kpi in SHOWN]
    return Table(columns=_columns(facts, words.FIGURE, language, first=0.25), rows=rows)


def _columns(facts: Facts, head: Text, language: Language, *, first: float, more: tuple[Text, ...] = ()) -> list[Column]:
    heads = [text.say(language) for text in (*COLUMNS[facts.period.kind], *more)]
    return [
        Column(head=head.say(language), width=first),
        *(Column(head=one, width=(1 - first) / len(heads), align="right") for one in heads),
    ]


def _channels(facts: Facts, language: Language) -> Table:
    now, before, further = (None if one is None else one.set_index("channel") for one in facts.channels)
    assert now is not None  # the period itself is always asked for
    known = {str(one) for frame in (now, before, further) if frame is not None for one in frame.index} | {Channel.PATROL.value}
    channels = [one.value for one in Channel if one.value in known]
    names = [LABELS[Channel(one)].say(language) for one in channels]
    cells = [
        [_cell(now, "reported", one, language), _cell(before, "reported", one, language), _cell(further, "reported", one, language)]
        + [_cell(now, name, one, language) for name in ("closed", "overdue_now")]
        for one in channels
    ]
    readings = (facts.readings[0].get(kpi.key) for kpi in (CLOSED, OVERDUE_NOW))
    totals = [_count(reading.get(REPORTED.key), language) for reading in facts.readings] + [_count(one, language) for one in readings]
    rows = [[name, *row] for name, row in zip(names, cells, strict=True)]
    columns = _columns(facts, words.CHANNEL, language, first=0.25, more=(CLOSED.label, OVERDUE_NOW.label))
    return Table(columns=columns, rows=[*rows, [words.TOTAL.say(language), *totals]])


def _cell(frame: pd.DataFrame | None, name: str, channel: str, language: Language) -> str:
    if frame is None:
        return NOTHING
    return show_number(float(frame.loc[channel, name]) if channel in frame.index else 0, language)  # type: ignore[arg-type]


def _categories(facts: Facts, language: Language) -> list[Block]:
    if facts.categories.empty:
        return [Paragraph(text=words.NO_CASES.say(language))]
    heads = [text.say(language) for text in COLUMNS[facts.period.kind][:2]]
    columns = [Column(head=words.CATEGORY.say(language), width=0.6), *(Column(head=head, width=0.2, align="right") for head in heads)]
    names = ("reported", "reported_before") if facts.readings[1] else ("reported",)
    rows = [
        [words.name_of(row, language), *(show_number(row[name], language) for name in names), *([] if facts.readings[1] else [NOTHING])]
        for row in words.rows_of(facts.categories)
    ]
    return [Table(columns=columns, rows=rows)]


def _with_parts(kpi: Kpi, receipt: Receipt | None, language: Language) -> str:
    """`75.82%（737/972）` of a share, the number of a count, the dash where there is no data."""
    if receipt is None:
        return NOTHING
    figure = words.say_figure(kpi, receipt.value, language)
    if receipt.denominator is None:
        return figure
    return figure + words.SHARE.say(language, share=_parts(receipt, language))


def _parts(receipt: Receipt, language: Language) -> str:
    return f"{show_number(receipt.numerator, language)}/{show_number(receipt.denominator, language)}"


def _count(receipt: Receipt | None, language: Language) -> str:
    return show_number(receipt.numerator if receipt else None, language)
