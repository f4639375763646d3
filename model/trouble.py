"""What is wrong with the database, in one sentence that says what to do; read from the code of the error, never from its words."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from i18n import Text
from model.migrated import NewerDatabaseError

UNREACHABLE = Text(
    zh="连不上数据库：请稍候刷新；仍不行，请管理员检查数据库服务与 DATABASE_URL。",
    en="The database cannot be reached. Reload in a moment; if it stays so, have the database and DATABASE_URL checked.",
)
GONE = Text(
    zh="数据库文件打不开或不在原处：请管理员检查 DATABASE_URL 所指的文件和文件夹，或恢复备份（python -m upkeep restore）。",
    en="The database file is gone or cannot be opened. Have the file and folder that DATABASE_URL names checked, "
    "or a backup restored (python -m upkeep restore).",
)
DAMAGED = Text(
    zh="数据库文件已损坏或不是数据库：请停止填报，请管理员移开它并恢复最近的备份（python -m upkeep restore）。",
    en="The database file is damaged or is no database. Stop reporting; have it moved aside and the newest backup restored "
    "(python -m upkeep restore).",
)
FULL = Text(zh="磁盘已满：请管理员腾出空间后再试。", en="The disk is full. Have room made on the server, then try again.")
READ_ONLY = Text(
    zh="数据库现在只能看、不能改：请管理员检查数据库文件和文件夹的写权限，或磁盘是否变成了只读。",
    en="The database can be read but not written. Have the rights to its file and folder checked, and whether the disk went read-only.",
)
CLOSED_FOLDER = Text(
    zh="数据库所在的文件夹不能写，数据库因此打不开：请管理员检查文件夹的写权限，或磁盘是否变成了只读。",
    en="The database's folder cannot be written, so the database does not open. Have the rights to the folder checked, "
    "and whether the disk went read-only.",
)
BUSY = Text(
    zh="数据库正忙（多半是有人在导入大文件）：请一分钟后再试。",
    en="The database is busy, most likely with a large import. Try again in a minute.",
)
BROKEN = Text(
    zh="磁盘读写出错：请停止填报，请管理员检查磁盘，必要时恢复备份（python -m upkeep restore）。",
    en="The disk fails to read or write. Stop reporting; have the disk checked and, if need be, a backup restored "
    "(python -m upkeep restore).",
)
FORBIDDEN = Text(
    zh="看板的数据库账号没有这项权限：请管理员以属主身份运行 python -m upkeep roles。",
    en="The dashboard's database role may not do this. Have python -m upkeep roles run as the database's owner.",
)
TOO_NEW = Text(
    zh="数据库来自更新的程序：请管理员更新本程序，或恢复较早的备份（python -m upkeep restore）。",
    en="The database is of a newer program. Have this program updated, or an older backup restored (python -m upkeep restore).",
)
# what may have been written although nobody heard of it: the answer to the last question was lost
LOST = frozenset({UNREACHABLE, BROKEN})
# https://www.sqlite.org/rescode.html: the whole code, else its last eight bits
SQLITE: dict[int, Text] = {
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_READONLY_DIRECTORY: CLOSED_FOLDER,
    sqlite3.SQLITE_IOERR: BROKEN,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CANTOPEN: GONE,
    sqlite3.SQLITE_AUTH: READ_ONLY,
    sqlite3.SQLITE_NOTADB: DAMAGED,
}
# https://www.postgresql.org/docs/15/errcodes-appendix.html; a whole class by its first two signs
POSTGRESQL: dict[str, Text] = {
    "08": UNREACHABLE,
    "25006": READ_ONLY,
    "40001": BUSY,
    "40P01": BUSY,
    "42501": FORBIDDEN,
    "53100": FULL,
    "53300": BUSY,
    "55P03": BUSY,
    "57P": UNREACHABLE,
    "58030": BROKEN,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
FILES: dict[int, Text] = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: READ_ONLY}


def trouble_of(error: BaseException) -> Text | None:
    """The sentence for an error of the database or of the disk; None for any other error."""
    match error:
        case PoolTimeout():
            return BUSY
        case NewerDatabaseError():
            return TOO_NEW
        case DBAPIError(orig=BaseException() as said):
            return _of_driver(said, lost=error.connection_invalidated)
        case sqlite3.Error():
            return _of_driver(error, lost=False)
        case OSError():
            return FILES.get(error.errno or 0)
    return None


def _of_driver(said: BaseException, *, lost: bool) -> Text | None:
    """By SQLite's result code or PostgreSQL's state; a connection that never was, or broke off, has neither."""
    if isinstance(said, sqlite3.Error):
        code = getattr(said, "sqlite_errorcode", 0)
        return SQLITE.get(code) or SQLITE.get(code & 0xFF)
    state = getattr(said, "sqlstate", None)
    if state is None:
        return UNREACHABLE if lost or type(said).__name__ == "OperationalError" else None
    return next((text for code, text in POSTGRESQL.items() if str(state).startswith(code)), None)
