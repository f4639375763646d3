"""The command line: `python -m reports daily | weekly | monthly | meeting [--on DAY] [--out FOLDER] [--lang zh|en]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from i18n import LANGUAGES
from model.engine import open_engine
from model.setup import read_office
from queries.filters import Filters
from reports.make import MAKERS, make_sheet, write_files
from reports.meeting import make_pack
from reports.period import KIND_LABELS, Kind, Period

MEETING = "meeting"
REFUSED = 1
"""Exit code of a bulletin that could not be made; argparse itself leaves with 2 when it was asked wrongly."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make one bulletin; 0 when it went well, 1 with one sentence on the error stream when it could not be made."""
    asked = make_parser().parse_args(arguments)
    try:
        for path in run(asked):
            print(path)
    except OSError as error:
        return _refuse(f"写不了 {error.filename} / cannot write {error.filename}: {error.strerror}" if error.filename else str(error))
    except SQLAlchemyError as error:
        return _refuse(f"数据库出错 / the database said: {getattr(error, 'orig', error)}")
    except ValueError as error:
        return _refuse(str(error))
    return 0


def make_parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = argparse.ArgumentParser(prog="python -m reports", description="出专报 / make the bulletin as Word, PDF and one long picture")
    kinds = ", ".join(f"{kind} {KIND_LABELS[kind].zh}" for kind in Kind)
    kinds += f", {MEETING} 例会材料（大屏各画面的 PDF）/ the scenes of the wall as a PDF"
    parser.add_argument("kind", choices=[*(kind.value for kind in Kind), MEETING], metavar="KIND", help=kinds)
    parser.add_argument(
        "--on", type=date.fromisoformat, metavar="DAY", help="期内任一天，缺省今天 / any day of the period, today by default"
    )
    parser.add_argument("--out", type=Path, default=Path("."), metavar="FOLDER", help="写到哪个文件夹 / where to write")
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="语言 / language")
    parser.add_argument("--only", choices=list(MAKERS), action="append", metavar="KIND", help="只出这一种 / this one only")
    parser.add_argument("--zone", action="append", default=[], metavar="CODE", help="只看这些责任区 / only these zones")
    parser.add_argument("--department", action="append", default=[], metavar="NAME", help="只看这些部门 / only these departments")
    parser.add_argument("--scene", action="append", default=[], metavar="KEY", help="例会只要这些画面 / only these scenes of the meeting")
    parser.add_argument("--no-red-head", action="store_true", help="不要红头 / without the red head")
    return parser


def run(asked: argparse.Namespace) -> list[Path]:
    """Make the files; their paths."""
    engine = open_engine()
    office = read_office(engine)
    if asked.kind == MEETING:
        return [_write_pack(make_pack(engine, asked.lang, asked.scene), asked.out / f"meeting-{office.today():%Y%m%d}-{asked.lang}.pdf")]
    period = Period(kind=Kind(asked.kind), on=asked.on or office.today())
    chosen = Filters(zones=tuple(asked.zone), departments=tuple(asked.department))
    sheet = make_sheet(engine, office, period, asked.lang, chosen=chosen, red_head=not asked.no_red_head)
    return write_files(sheet, period, asked.out, tuple(asked.only or MAKERS))


def _write_pack(pack: bytes, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pack)
    return path


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
