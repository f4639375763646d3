"""The command line: `python -m upkeep backup | restore | copy | check | recount | roles`; the database is DATABASE_URL's."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from config import settings
from i18n import Text
from model.counts import count_anew
from model.engine import open_engine, write
from model.trouble import trouble_of
from upkeep.across import copy_across
from upkeep.backup import back_up, drop_old
from upkeep.check import look_through
from upkeep.restore import restore
from upkeep.roles import set_up_role

REFUSED = 1
MADE = Text(zh="已备份并核对：{file}（{rows} 行）", en="backed up and read back: {file} ({rows} rows)")
DROPPED = Text(zh="已删去旧备份：{file}", en="old backup removed: {file}")
RESTORED = Text(zh="已恢复并核对：{place}（{rows} 行）", en="restored and counted: {place} ({rows} rows)")
COPIED = Text(zh="已复制并核对：{place}（{rows} 行）", en="copied and counted: {place} ({rows} rows)")
RECOUNTED = Text(zh="汇总数已按案件重算", en="counted anew from the cases")
READY = Text(
    zh="账号 {role} 已就绪。请设口令（psql 中 \\password {role}），再让看板以它连接（DATABASE_URL=postgresql://{role}@…）",
    en="role {role} is ready. Set its password (\\password {role} in psql), then let the dashboard connect as it "
    "(DATABASE_URL=postgresql://{role}@…)",
)
ROLE = "finegrid_app"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when all is well, 1 with one sentence on the error stream when it is not."""
    asked = make_parser().parse_args(arguments)
    try:
        return int(asked.run(asked))
    except (OSError, SQLAlchemyError, ValueError, CommandError) as error:
        text = trouble_of(error)
        print(_both(text) if text else getattr(error, "orig", error), file=sys.stderr)
        return REFUSED


def make_parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = argparse.ArgumentParser(
        prog="python -m upkeep", description="备份、恢复和检查数据库 / back up, restore and check the database"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    backup = commands.add_parser("backup", help="备份，可在使用中进行 / back up, while everybody works")
    backup.add_argument("to", type=Path, metavar="FILE|FOLDER")
    backup.add_argument("--keep", type=_at_least_one, metavar="N", help="文件夹中只留最新 N 份 / keep the newest N of a folder")
    backup.set_defaults(run=run_backup)
    restored = commands.add_parser("restore", help="恢复到空的位置 / restore into an empty place")
    restored.add_argument("file", type=Path, metavar="FILE")
    restored.set_defaults(run=run_restore)
    copied = commands.add_parser(
        "copy", help="把另一个数据库（任一种）全部复制到这个空库 / copy all of another database, of either kind, into this empty one"
    )
    copied.add_argument("source", metavar="FILE|ADDRESS")
    copied.set_defaults(run=run_copy)
    commands.add_parser("check", help="检查数据库 / look the database through").set_defaults(run=run_check)
    recount = commands.add_parser("recount", help="按案件重算汇总数 / count anew from the cases what is kept beside them")
    recount.set_defaults(run=run_recount)
    roles = commands.add_parser("roles", help="设置看板的 PostgreSQL 账号 / set up the dashboard's role on PostgreSQL, as the owner")
    roles.add_argument("name", nargs="?", default=ROLE, metavar="NAME")
    roles.set_defaults(run=run_roles)
    return parser


def run_backup(asked: argparse.Namespace) -> int:
    """Back up, then take away what is too old."""
    engine = open_engine()
    file, rows = back_up(engine, asked.to)
    print(_both(MADE, file=file, rows=f"{rows:,}"))
    if asked.keep and asked.to.is_dir():
        for old in drop_old(asked.to, asked.keep):
            print(_both(DROPPED, file=old.name))
    return 0


def run_restore(asked: argparse.Namespace) -> int:
    """Restore into the database of the settings."""
    url = settings().database_url
    rows = restore(asked.file, url)
    print(_both(RESTORED, place=_place_of(url), rows=f"{sum(rows.values()):,}"))
    return 0


def run_copy(asked: argparse.Namespace) -> int:
    """Copy another database into the one of the settings."""
    rows = copy_across(asked.source, open_engine())
    print(_both(COPIED, place=_place_of(settings().database_url), rows=f"{sum(rows.values()):,}"))
    return 0


def run_check(_: argparse.Namespace) -> int:
    """Say what was found; 1 when any of it is not as it should be."""
    well = True
    for is_well, text in look_through(open_engine()):
        print("✓" if is_well else "✗", _both(text))
        well = well and is_well
    return 0 if well else REFUSED


def run_recount(_: argparse.Namespace) -> int:
    """Count everything anew that is kept beside the cases."""
    with write(open_engine(), in_turn=True) as connection:
        count_anew(connection)
    print(_both(RECOUNTED))
    return 0


def run_roles(asked: argparse.Namespace) -> int:
    """Migrate as the owner, then set the dashboard's role up."""
    set_up_role(open_engine(), asked.name)
    print(_both(READY, role=asked.name))
    return 0


def _place_of(url: str) -> str:
    """Where a database is, without who enters it."""
    return url.rsplit("@", maxsplit=1)[-1]


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _both(text: Text, **values: object) -> str:
    return f"{text.say('zh', **values)} / {text.say('en', **values)}"


if __name__ == "__main__":
    sys.exit(main())
