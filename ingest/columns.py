"""A source's columns become ours: by heading, by rule, by code table."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ingest import reasons
from ingest.personal import is_identity
from ingest.preset import CASE_COLUMNS, CLOSED_LISTS, Codes, Match, Preset
from ingest.reasons import Unreadable, both
from ingest.rows import TEXT, make_series
from ingest.sieve import Sieve
from model.catalogue import read_catalogue

# PostgreSQL takes no NUL, XML none of the others; tabs and line ends stay
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{fffe}\x{ffff}]"
# how files write yes and no
WORDS = {
    **dict.fromkeys(("yes", "y", "true", "t", "1", "是", "有"), "yes"),
    **dict.fromkeys(("no", "n", "false", "f", "0", "否", "无"), "no"),
}
TRUTHS = frozenset({"first_contact", "void", "suspended"})
NEEDED = frozenset({"channel", "kind"})
LENGTHS = {"category": 80, "community": 80, "department": 80}
ID_LENGTH = 80
# an identity card's number by its length; numbers made of a region and a recent day are as long, but nobody born then reports yet
CARD = r"[1-9]\d{5}(?:18|19|200[0-4])[\dXx]{8,11}"


def map_columns(rows: pd.DataFrame, preset: Preset) -> pd.DataFrame:
    """Our columns as text, those that the file has; the index stays. Unreadable when it has no number or no reported time."""
    named = {str(name).casefold(): name for name in reversed(list(rows.columns))}
    mapped = {}
    for ours in CASE_COLUMNS:
        found = [named[name.casefold()] for name in preset.columns.get(ours, ()) if name.casefold() in named]
        if found:
            mapped[ours] = _fill([_tidy(rows[name], preset.empty) for name in dict.fromkeys(found)], preset.joined.get(ours))
    if missing := [ours for ours in ("external_id", "reported_at") if ours not in mapped]:
        wanted = "; ".join(" / ".join(preset.columns.get(ours, (ours,))) for ours in missing)
        raise Unreadable(reasons.MISSING_COLUMNS, missing=wanted, found=", ".join(map(str, rows.columns)))
    cases = pd.DataFrame(mapped, index=rows.index)
    for ours, rule in preset.only_where.items():
        if ours in cases and (held := match_rows(rows, rule)) is not None:
            cases[ours] = cases[ours].where(held)
    for ours, state in (("void", preset.void), ("suspended", preset.suspended)):
        if state and (held := match_rows(rows, state)) is not None:
            cases[ours] = pd.Series("no", index=rows.index, dtype=TEXT).mask(held, "yes")
    for ours, word in preset.constants.items():
        cases[ours] = pd.Series(word, index=rows.index, dtype=TEXT)
    source = cases["source"] if "source" in cases else pd.Series(pd.NA, index=rows.index, dtype=TEXT)
    cases["source"] = source.fillna(preset.source)
    return cases[[name for name in CASE_COLUMNS if name in cases]]


def name_columns(rows: pd.DataFrame, preset: Preset) -> dict[str, str]:
    """What the file calls our columns, for sentences that somebody reads beside the file."""
    there = {str(name).casefold() for name in rows.columns}
    named = {ours: [name for name in names if name.casefold() in there] for ours, names in preset.columns.items()}
    return {ours: "、".join(dict.fromkeys(names)) for ours, names in named.items() if names}


def _tidy(cells: pd.Series[Any], empty: tuple[str, ...]) -> pd.Series[Any]:
    """Without control characters; what means nothing is absent."""
    column = pa.array(cells, type=pa.string(), from_pandas=True)
    if pc.any(pc.match_substring_regex(column, CONTROL)).as_py():
        column = pc.utf8_trim_whitespace(pc.replace_substring_regex(column, CONTROL, ""))
    nothing = pc.is_in(column, value_set=pa.array(["", *empty], type=pa.string()))
    return make_series(pc.if_else(nothing, None, column), cells.index)


def _fill(columns: list[pd.Series[Any]], joint: str | None) -> pd.Series[Any]:
    whole = columns[0]
    for other in columns[1:]:
        whole = whole.fillna(other) if joint is None else (whole + joint + other).fillna(whole).fillna(other)
    return whole


def match_rows(rows: pd.DataFrame, rule: Match) -> pd.Series[Any] | None:
    """Where one of the rule's columns has one of its values ("" is an empty cell); None when the file has none of the columns."""
    wanted = {name.casefold() for name in rule.column}
    values = {value.casefold() for value in rule.values}
    found = [name for name in rows.columns if str(name).casefold() in wanted]
    if not found:
        return None
    held = pd.Series(False, index=rows.index)
    for name in found:
        held |= rows[name].fillna("").str.strip().str.casefold().isin(values)
    return held


def translate(cases: pd.DataFrame, preset: Preset, sieve: Sieve, notes: Counter[str]) -> None:
    """Put our words in place of the source's, in the frame itself; refuse what no table knows."""
    for ours in dict.fromkeys([*CLOSED_LISTS, *preset.codes]):
        table = preset.codes.get(ours)
        ruled = ours in preset.constants or (ours in TRUTHS and getattr(preset, ours, None) and ours not in preset.columns)
        if ours not in cases and not (table and table.default and ours in NEEDED):
            continue
        if ours not in cases:
            cases[ours] = pd.Series(pd.NA, index=cases.index, dtype=TEXT)
        empty = cases[ours].isna()
        if not ruled:
            cases[ours] = _translate(cases[ours], ours, table, sieve, notes)
        if ours in NEEDED:
            sieve.refuse(empty & cases[ours].isna(), reasons.BAD_CODE, column=ours, found="—")
    if preset.catalogue and "category" in cases:
        cases["category"] = _number_categories(cases["kind"], cases["category"])


def _translate(cells: pd.Series[Any], ours: str, table: Codes | None, sieve: Sieve, notes: Counter[str]) -> pd.Series[Any]:
    allowed = CLOSED_LISTS.get(ours, frozenset())
    known = {word: word for word in allowed} | (WORDS if ours in TRUTHS else {})
    known |= {name.casefold(): word for name, word in (table.values if table else {}).items()}
    plain = cells.str.casefold()
    found = plain.map(known).astype(TEXT)
    strange = plain.notna() & ~plain.isin(list(known)).fillna(False).astype(bool)
    if table is None or table.default is None:
        sieve.refuse(strange, reasons.BAD_CODE, column=ours, found=cells)
    else:
        found = found.mask(strange | cells.isna(), table.default)
        for word, count in cells[strange].value_counts().head(20).items():
            shown = sieve.show(str(word))
            notes[both(reasons.DEFAULTED, column=sieve.named.get(ours, ours), found=shown, default=table.default or "—")] += int(count)
    return found.mask(found == "")


def _number_categories(kinds: pd.Series[Any], names: pd.Series[Any]) -> pd.Series[Any]:
    """The catalogue's code of each category that goes by one of its names; others keep the source's words."""
    pairs = pd.MultiIndex.from_arrays([kinds, names])
    codes = pd.Series(pairs.map(_catalogue_names()), index=names.index, dtype=TEXT)
    return codes.fillna(names)


@cache
def _catalogue_names() -> dict[tuple[str, str], str]:
    return {(line["kind"], line[name]): line["code"] for line in read_catalogue() for name in ("name_zh", "name_en")}


def cut_texts(cases: pd.DataFrame, notes: Counter[str]) -> None:
    """Cut the short columns at what the database takes, in the frame itself, and note how many were."""
    for ours, limit in LENGTHS.items():
        if ours in cases and (long := cases[ours].str.len() > limit).fillna(False).any():
            notes[both(reasons.CUT, column=ours, limit=limit)] += int(long.sum())
            cases[ours] = cases[ours].str.slice(0, limit)


def check_ids(cases: pd.DataFrame, sieve: Sieve) -> None:
    """Refuse rows without a number of their own, and numbers that a spreadsheet has rounded."""
    ids = cases["external_id"]
    sieve.refuse(ids.isna(), reasons.NO_ID)
    sieve.refuse(ids.str.len() > ID_LENGTH, reasons.LONG_ID, limit=ID_LENGTH)
    cards = ids[ids.str.fullmatch(CARD).fillna(False).astype(bool)]
    sieve.refuse(ids.isin(cards[cards.map(is_identity).astype(bool)]), reasons.PERSONAL_ID)
    sieve.refuse(ids.str.fullmatch(r"\d(\.\d+)?[eE]\+?\d+"), reasons.DAMAGED_ID, found=ids)
    sieve.refuse(cases["source"].str.len() > 40, reasons.LONG_ID, limit=40)
