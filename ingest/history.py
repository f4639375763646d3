"""What came in: the summary of one import, the book of all of them, and the rows that were turned away."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, insert, select, update

from geo.layers import layer as find_layer
from i18n import Language, Text
from ingest.personal import MARKERS, remove_from
from ingest.sieve import make_rejects
from ingest.stage import table_of, write_rows
from model.engine import write
from model.office import AuditLine, Import, Reject

# so many rejected rows and points of a preview are handed back at once; all rejects are in the database
MOST_SHOWN = 2_000


@dataclass(kw_only=True)
class Summary:
    """How one import went. `preview` has lon, lat (WGS-84) and accepted; `problems` are the places where zones gape or overlap."""

    file: str
    sha256: str
    target: str
    preset: str | None = None
    datum: str | None = None
    dry_run: bool = False
    import_id: int | None = None
    rows_in: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    retired: int = 0
    categories: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    notes: list[Text] = field(default_factory=list)
    # what was let through and is worth telling, in both languages, with how many rows
    remarks: Counter[str] = field(default_factory=Counter)
    rejects: pd.DataFrame = field(default_factory=lambda: make_rejects([], [], []))
    preview: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"lon": [], "lat": [], "accepted": []}))
    problems: pd.DataFrame | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended_at: datetime | None = None

    def lines(self, language: Language) -> list[str]:
        """The summary as sentences in one language."""
        said = [COUNTS.say(language, **{key: f"{getattr(self, key):,}" for key in ("rows_in", "new", "changed", "unchanged", "rejected")})]
        said += [RETIRED.say(language, count=self.retired)] if self.retired else []
        said += [CATEGORIES.say(language, count=self.categories)] if self.categories else []
        said += [DATUM.say(language, datum=self.datum)] if self.datum else []
        said += [
            LINKED.say(language, layer=find_layer(layer).label.say(language), count=f"{count:,}")
            for layer, count in sorted(self.links.items())
        ]
        said += [REMOVED.say(language, kind=_kind(kind, language), count=f"{count:,}") for kind, count in sorted(self.removed.items())]
        said += [note.say(language) for note in self.notes]
        said += [f"{_half(remark, language)}: {count:,}" for remark, count in self.remarks.most_common()]
        return said + [TRIAL.say(language)] * self.dry_run


COUNTS = Text(
    zh="读入 {rows_in} 行：新增 {new}，更新 {changed}，未变 {unchanged}，退回 {rejected}",
    en="{rows_in} rows read: {new} new, {changed} changed, {unchanged} unchanged, {rejected} rejected",
)
RETIRED = Text(zh="停用 {count} 个文件中不再出现的要素", en="{count} features that the file no longer has were retired")
CATEGORIES = Text(zh="目录中原来没有的类别，已加入：{count}", en="categories that the catalogue did not have, added: {count}")
DATUM = Text(zh="坐标系：{datum}", en="datum: {datum}")
LINKED = Text(zh="归属到 {layer}：{count}", en="linked to {layer}: {count}")
REMOVED = Text(zh="已去除的个人信息（{kind}）：{count}", en="personal data removed ({kind}): {count}")
COLUMN = Text(zh="列“{name}”", en="column “{name}”")
TRIAL = Text(zh="试运行：数据库未改动", en="dry run: the database is as it was")


def stack_rows(*frames: pd.DataFrame) -> pd.DataFrame:
    """Frames of the same columns under each other; empty ones have no say in the types."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def _kind(kind: str, language: Language) -> str:
    """What was taken out: `手机号` or `mobile`; a column by its heading."""
    if kind.startswith("column:"):
        return COLUMN.say(language, name=kind.removeprefix("column:"))
    return MARKERS[kind].strip("〔〕") if language == "zh" else kind.replace("_", " ")


def _half(remark: str, language: Language) -> str:
    """One language of a sentence that `both` made."""
    halves = remark.split(" / ")
    return halves[0 if language == "zh" else 1] if len(halves) == 2 else remark


def fill(text: Text, **values: object) -> Text:
    """The text with its places filled, those that are texts themselves in their own language."""

    def said(language: Language) -> str:
        return text.say(language, **{key: value.say(language) if isinstance(value, Text) else value for key, value in values.items()})

    return Text(zh=said("zh"), en=said("en"))


def name_of(path: Path) -> str:
    """The name of a file as the book keeps it; people put telephone numbers there too."""
    return remove_from(path.name)[0]


def hash_file(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _OnlyTried(Exception):  # noqa: N818  not an error: the way out of a dry run
    """Undoes the transaction of a dry run."""


@contextmanager
def importing(engine: Engine, summary: Summary, who: str) -> Iterator[Connection]:
    """One transaction for one file, its line in the book and in the audit log; a dry run does the same and undoes it.

    Of two imports at once the second waits for the first: the outcome is that of one after the other.
    """
    try:
        with write(engine, in_turn=True) as connection:
            opened = insert(Import).values(_book_line(summary) | {"started_at": summary.started_at})
            summary.import_id = connection.scalar(opened.returning(Import.id))
            yield connection
            _end_import(connection, summary, who)
            if summary.dry_run:
                raise _OnlyTried
    except _OnlyTried:
        summary.import_id = None


def keep_rejects(connection: Connection, summary: Summary, rejects: pd.DataFrame) -> None:
    """Write rejected rows (row, reason, raw) to the book and count them."""
    if rejects.empty:
        return
    kept = rejects[["row", "reason", "raw"]]
    write_rows(connection, table_of(Reject), kept.assign(import_id=summary.import_id))
    summary.rejected += len(kept)
    summary.rejects = stack_rows(summary.rejects, kept.head(MOST_SHOWN - len(summary.rejects)))


def _end_import(connection: Connection, summary: Summary, who: str) -> None:
    """Close the import's line and write who did it to the audit log."""
    summary.ended_at = datetime.now(UTC)
    connection.execute(update(Import).where(Import.id == summary.import_id).values(_book_line(summary)))
    detail = COUNTS.say("en", **{key: getattr(summary, key) for key in ("rows_in", "new", "changed", "unchanged", "rejected")})
    line = {"at": summary.ended_at, "who": who, "what": "import", "subject": f"{summary.target}: {summary.file}"[:120], "detail": detail}
    connection.execute(insert(AuditLine).values(line))


def _book_line(summary: Summary) -> dict[str, Any]:
    return {
        **{key: getattr(summary, key) for key in ("sha256", "target", "preset", "rows_in")},
        # control points may be many
        "datum": summary.datum and summary.datum[:80],
        "file": summary.file[-255:],
        **{f"rows_{key}": getattr(summary, key) for key in ("new", "changed", "unchanged", "rejected")},
        "removed": dict(summary.removed),
        "notes": [f"{note.zh} / {note.en}" for note in summary.notes] + [f"{said} ({count:,})" for said, count in summary.remarks.items()],
        "ended_at": summary.ended_at or summary.started_at,
    }


def read_imports(engine: Engine, *, most: int = 200) -> pd.DataFrame:
    """The newest imports first, times in UTC."""
    with engine.connect() as connection:
        rows = connection.execute(select(Import).order_by(Import.id.desc()).limit(most)).mappings().all()
    return pd.DataFrame([dict(row) for row in rows], columns=list(table_of(Import).columns.keys()))


def read_rejects(engine: Engine, import_id: int) -> pd.DataFrame:
    """Every rejected row of one import: row, reason, raw."""
    wanted = select(Reject.row, Reject.reason, Reject.raw).where(Reject.import_id == import_id).order_by(Reject.row, Reject.id)
    with engine.connect() as connection:
        return pd.DataFrame([tuple(row) for row in connection.execute(wanted)], columns=["row", "reason", "raw"])
