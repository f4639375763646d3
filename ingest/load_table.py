"""Load a side table (officials, duties, samples, ledgers …): a CSV or a frame whose columns are the table's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import IntegrityError

from i18n import Text
from ingest.history import Summary, fill, hash_file, importing, name_of
from ingest.personal import remove_personal
from ingest.read import read_rows
from ingest.reasons import Unreadable
from ingest.stage import CHANGED, NEW, SAME, staging, table_of
from ingest.stamp import event_id
from ingest.typed import CellError, read_column
from model.cases import CaseRow
from model.people import Official
from model.places import Feature
from model.setup import read_office
from model.tables import TABLES
from model.types import stable_id

# what makes a row itself: the same row twice changes nothing
KEYS: dict[str, tuple[str, ...]] = {
    "officials": ("code",),
    "duties": ("official_id", "feature_id", "role", "since"),
    "shifts": ("on_date", "role"),
    "absences": ("official_id", "since"),
    "water_samples": ("feature_id", "sampled_at"),
    "bike_counts": ("feature_id", "counted_at", "operator"),
    "rectification_steps": ("feature_id", "step"),
    "ledgers": ("key",),
    "ledger_entries": ("ledger_key", "on_date", "measure", "place"),
    "inspections": ("feature_id", "official_id", "started_at"),
    "patrols": ("official_id", "started_at"),
    "categories": ("kind", "code"),
    "case_events": ("case_id", "id"),
}
NO_TABLE = Text(zh="没有可导入的表 {name}；可导入 {known}", en="there is no table {name} to load; wanted one of {known}")
STRANGE = Text(zh="{file}：表 {name} 没有列 {found}；有 {known}", en="{file}: the table {name} has no column {found}; it has {known}")
MISSING = Text(zh="{file}：缺少列 {found}；请补上", en="{file}: the columns {found} are missing; add them")
BAD_VALUE = Text(
    zh="{file} 第 {row} 行：{column} 的值 {found} 不是{wanted}；请改正后重新导入，本次未写入任何数据",
    en="{file}, row {row}: {found} in {column} is no {wanted}; correct it and load the file again, nothing was written",
)
# columns of free words, in which personal data may stand
FREE_WORDS = ("note", "place", "reason")
UNKNOWN = Text(
    zh="{file} 第 {row} 行：找不到 {found}；请先导入它",
    en="{file}, row {row}: there is no {found}; load it first",
)
REPEATED = Text(
    zh="{file} 第 {row} 行与前面的行是同一条（{found}）；每条只能出现一次",
    en="{file}, row {row}: the same entry ({found}) stood in an earlier row; each may appear once",
)
EMPTY = Text(zh="{file} 第 {row} 行：{column} 为空；请填写", en="{file}, row {row}: {column} is empty; fill it in")
TOO_LONG = Text(
    zh="{file} 第 {row} 行：{column} 有 {found} 个字符，最多 {limit} 个；请缩短后重新导入",
    en="{file}, row {row}: {column} has {found} characters, at most {limit} are kept; shorten it and load the file again",
)
NOT_THERE = Text(
    zh="{file}：有一行指向数据库中不存在的记录；请先导入被引用的表（如 officials、ledgers）",
    en="{file}: a row points at something that the database does not have; load the table it refers to first (officials, ledgers …)",
)
BROKEN = Text(zh="{file} 第 {row} 行：{found}", en="{file}, row {row}: {found}")


def load_table(
    engine: Engine, name: str, source: str | Path | pd.DataFrame, *, dry_run: bool = False, who: str = "command line"
) -> Summary:
    """Write every row of a side table or none; Unreadable names the first row that does not fit.

    Features are named by `layer` and `feature_code`, officials by `official_code`, cases by `source` and `external_id`; times
    without an offset are the office's, `track` is WKT in WGS-84. Columns that are absent stay as they are in the database.
    """
    if name not in KEYS:
        raise Unreadable(NO_TABLE, name=name, known=", ".join(KEYS))
    rows, summary = _read(name, source)
    summary.dry_run = dry_run
    zone = read_office(engine).timezone
    try:
        with importing(engine, summary, who) as connection:
            named = _look_up(connection, rows, summary.file)
            _check_columns(named, name, summary.file)
            typed = _type(named, name, summary, zone)
            _check_filled(typed, name, summary.file)
            _check_lengths(typed, name, summary.file)
            _merge(connection, typed, name, summary)
    except IntegrityError as error:
        raise Unreadable(NOT_THERE, file=summary.file) from error
    return summary


def _read(name: str, source: str | Path | pd.DataFrame) -> tuple[pd.DataFrame, Summary]:
    """The rows as they stand, by their row in the file."""
    if isinstance(source, pd.DataFrame):
        digest = hashlib.sha256(source.to_csv(index=False).encode()).hexdigest()
        rows = source.set_axis(pd.RangeIndex(2, len(source) + 2)).astype(object)
        return rows, Summary(file=f"{name} (frame)", sha256=digest, target=name, rows_in=len(rows))
    path = Path(source)
    chunks = list(read_rows(path))
    for chunk in chunks:
        for line in chunk.broken.itertuples():
            raise Unreadable(BROKEN, file=path.name, row=line.row, found=line.reason)
    rows = pd.concat([chunk.frame for chunk in chunks]).astype(object) if chunks else pd.DataFrame()
    return rows, Summary(file=name_of(path), sha256=hash_file(path), target=name, rows_in=len(rows))


def _look_up(connection: Connection, rows: pd.DataFrame, file: str) -> pd.DataFrame:
    """Codes turned into the ids that they stand for; the columns of codes are dropped."""
    found = rows.copy()
    if {"layer", "feature_code"} <= set(rows.columns):
        features = {(row.layer, row.code): row.id for row in connection.execute(select(Feature.layer, Feature.code, Feature.id))}
        found["feature_id"] = _ids(zip(rows["layer"], rows["feature_code"], strict=True), features, rows.index, file)
    if "official_code" in rows.columns:
        officials = {(row.code,): row.id for row in connection.execute(select(Official.code, Official.id))}
        found["official_id"] = _ids(zip(rows["official_code"], strict=True), officials, rows.index, file)
    if {"source", "external_id"} <= set(rows.columns):
        keys = [(str(source), str(number)) for source, number in zip(rows["source"], rows["external_id"], strict=True)]
        cases = {key: stable_id(*key) for key in keys}
        found["case_id"] = _ids(keys, _known_cases(connection, cases), rows.index, file)
    return found.drop(columns=["layer", "feature_code", "official_code", "source", "external_id"], errors="ignore")


def _ids(keys: Iterable[tuple[Any, ...]], known: Mapping[tuple[Any, ...], int], index: pd.Index, file: str) -> list[int]:
    ids = []
    for row, key in zip(index, keys, strict=True):
        if key not in known:
            raise Unreadable(UNKNOWN, file=file, row=row, found=" ".join(map(str, key)))
        ids.append(known[key])
    return ids


def _known_cases(connection: Connection, cases: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Those of the cases that the database holds."""
    with staging(connection, CaseRow, ["id"]) as asked:
        asked.fill(pd.DataFrame({"id": list(cases.values())}))
        there = set(connection.scalars(select(CaseRow.id).where(CaseRow.id.in_(select(asked.staged.c.id)))))
    return {key: number for key, number in cases.items() if number in there}


def _check_columns(rows: pd.DataFrame, name: str, file: str) -> None:
    columns = table_of(TABLES[name]).columns
    known = [column.name for column in columns if not (column.name == "id" and name != "case_events")]
    if strange := [str(column) for column in rows.columns if column not in known]:
        raise Unreadable(STRANGE, file=file, name=name, found=", ".join(strange), known=", ".join(known))
    needed = {column.name for column in columns if not column.nullable and column.default is None}
    if missing := sorted(needed - set(rows.columns) - {"id"}):
        raise Unreadable(MISSING, file=file, found=", ".join(missing))


def _check_filled(rows: pd.DataFrame, name: str, file: str) -> None:
    for column in table_of(TABLES[name]).columns:
        if column.name in rows.columns and not column.nullable:
            for row in rows.index[rows[column.name].isna()]:
                raise Unreadable(EMPTY, file=file, row=row, column=column.name)


def _check_lengths(rows: pd.DataFrame, name: str, file: str) -> None:
    """Refuse words that are longer than their column; SQLite would keep them, PostgreSQL does not."""
    for column in table_of(TABLES[name]).columns:
        limit = getattr(column.type, "length", None)
        if column.name in rows.columns and limit:
            for row, words in rows[column.name].items():
                if isinstance(words, str) and len(words) > limit:
                    raise Unreadable(TOO_LONG, file=file, row=row, column=column.name, found=len(words), limit=limit)


def _type(rows: pd.DataFrame, name: str, summary: Summary, zone: ZoneInfo) -> pd.DataFrame:
    """The rows as values of the table's columns, defaults filled in, without personal data in free words."""
    table, typed = table_of(TABLES[name]), pd.DataFrame(index=rows.index)
    for column in rows.columns:
        try:
            typed[column] = read_column(rows[column], table.c[column].type, zone)
        except CellError as bad:
            told = fill(BAD_VALUE, file=summary.file, row=bad.row, column=column, found=repr(bad.found)[:80], wanted=bad.wanted)
            raise Unreadable(told) from bad
    for column in [one for one in FREE_WORDS if one in typed]:
        typed[column], removed = remove_personal(typed[column])
        summary.removed += removed
    for given in [one for one in table.columns if one.name in typed or (one.name in KEYS[name] and one.name != "id")]:
        default: Any = given.default
        filling = None if default is None else default.arg({}) if default.is_callable else default.arg
        values = [filling if value is None else value for value in typed.get(given.name, [None] * len(typed))]
        typed[given.name] = pd.Series(values, index=typed.index, dtype=object)
    if name == "case_events":
        parts = zip(typed["case_id"], typed["at"], typed["stage"], typed.get("actor", [None] * len(typed)), strict=True)
        typed["id"] = [event_id(*part) for part in parts]
    return typed


def _merge(connection: Connection, rows: pd.DataFrame, name: str, summary: Summary) -> None:
    key = KEYS[name]
    again = rows[rows.duplicated(list(key))]
    for row, values in zip(again.index, again[list(key)].to_numpy(), strict=True):
        raise Unreadable(REPEATED, file=summary.file, row=row, found=", ".join(map(str, values)))
    with staging(connection, TABLES[name], list(rows.columns), key) as stage:
        stage.fill(rows)
        staged = stage.staged_values(list(rows.columns))
        states = stage.states(staged)["state"].value_counts()
        stage.put_over(staged)
        stage.add_missing()
    summary.new, summary.changed, summary.unchanged = (int(states.get(state, 0)) for state in (NEW, CHANGED, SAME))
