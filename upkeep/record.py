"""What stands beside a backup: when it was made, of what, how many rows, and the checksum of its bytes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from i18n import Text
from model.tables import TABLES
from upkeep.said import UpkeepError

NO_RECORD = Text(
    zh="{file} 旁边没有记录 {record}，无法核对；请把备份和它的记录放在一起",
    en="{file} has no record {record} beside it to be checked against; put the backup and its record together",
)
BAD_RECORD = Text(zh="{record} 不是备份记录；请换一份备份", en="{record} is no record of a backup; take another backup")
NOT_WHOLE = Text(
    zh="{file} 与它的记录不符（校验和不同），可能已损坏或被改过；请换一份备份",
    en="{file} is not as its record says (another checksum): damaged or changed; take another backup",
)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A backup: `engine` is sqlite or postgresql, `rows` counts every table, `sha256` is of the file."""

    made_at: datetime
    engine: str
    migration: str
    rows: dict[str, int]
    sha256: str


def count_rows(connection: Connection) -> dict[str, int]:
    """The rows of every table, as this transaction sees them."""
    return {name: connection.scalar(select(func.count()).select_from(model)) or 0 for name, model in TABLES.items()}


def differing(rows: dict[str, int], held: dict[str, int]) -> list[str]:
    """The tables that do not hold as many rows as they should."""
    return sorted(name for name, count in rows.items() if held.get(name) != count)


def record_path(file: Path) -> Path:
    """Where the record of a backup stands."""
    return file.with_name(f"{file.name}.json")


def write_record(path: Path, record: Record) -> None:
    """Write the record as JSON."""
    told = asdict(record) | {"made_at": record.made_at.astimezone(UTC).isoformat(timespec="seconds")}
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def read_record(file: Path) -> Record:
    """The record beside a backup; UpkeepError when there is none, or the file is not what it says."""
    path = record_path(file)
    if not path.exists():
        raise UpkeepError(NO_RECORD, file=file.name, record=path.name)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        record = Record(**told | {"made_at": datetime.fromisoformat(told["made_at"])})
    except (ValueError, TypeError, KeyError) as error:
        raise UpkeepError(BAD_RECORD, record=path.name) from error
    if hash_of(file) != record.sha256:
        raise UpkeepError(NOT_WHOLE, file=file.name)
    return record


def hash_of(file: Path) -> str:
    """The SHA-256 of a file's bytes, as `sha256sum` prints it."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
