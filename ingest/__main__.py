"""The command line: `python -m ingest layer | cases | table | walk | demo | presets | history`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from geo.layers import layers
from i18n import Text
from ingest.gpx import load_gpx
from ingest.history import Summary, read_imports, read_rejects
from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from ingest.load_table import KEYS, load_table
from ingest.preset import presets
from ingest.progress import show_bar
from model.engine import open_engine
from model.setup import read_office
from model.trouble import trouble_of
from model.words import inert

BUILT = Text(zh="演示街道已建好，用时 {seconds} 秒", en="the demo subdistrict is built, in {seconds} seconds")
NOTHING_YET = Text(zh="还没有导入过文件", en="nothing came in yet")
REFUSED = 1
"""Exit code of a file that was turned away; argparse itself leaves with 2 when it was asked wrongly."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it went well, 1 with one sentence on the error stream when it was refused."""
    asked = make_parser().parse_args(arguments)
    try:
        asked.run(asked)
    except BrokenPipeError:
        # whoever read the summary has read enough
        sys.stderr.close()
    except OSError as error:
        if text := trouble_of(error):
            return _refuse(f"{text.zh} / {text.en}")
        return _refuse(f"打不开 {error.filename} / cannot open {error.filename}: {error.strerror}")
    except SQLAlchemyError as error:
        text = trouble_of(error)
        told = [f"{text.zh} / {text.en}"] if text else []
        return _refuse("\n".join([*told, f"数据库出错 / the database said: {getattr(error, 'orig', error)}"]))
    except (ValueError, CommandError) as error:
        return _refuse(str(error))
    return 0


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return REFUSED


def make_parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = argparse.ArgumentParser(prog="python -m ingest", description="导入图层、案件和台账 / bring layers, cases and side tables in")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    layer = commands.add_parser("layer", help="导入一个图层 / load a layer from GeoJSON, GeoPackage, a shapefile or a table of points")
    layer.add_argument("key", choices=list(layers()), metavar="KEY", help=", ".join(layers()))
    layer.add_argument("file", type=Path, metavar="FILE")
    layer.add_argument("--sublayer", metavar="NAME", help="文件中的图层 / which layer of a file that holds several")
    layer.add_argument("--datum", metavar="DATUM", help="wgs84, gcj02, bd09, EPSG:n, control:x,y=lon,lat;…")
    layer.add_argument("--replace", action="store_true", help="停用文件中不再出现的要素 / retire the features that the file no longer has")
    layer.add_argument("--dry-run", action="store_true", help="只试运行 / do everything, then undo it")
    layer.set_defaults(run=run_layer)

    cases = commands.add_parser("cases", help="导入案件 / load cases from CSV, XLSX, XLS or a zip of one")
    cases.add_argument("file", type=Path, metavar="FILE")
    cases.add_argument("--preset", metavar="PRESET", help=f"{', '.join(presets())} 或 / or a TOML file")
    cases.add_argument("--datum", metavar="DATUM", help="wgs84, gcj02, bd09, EPSG:n, control:x,y=lon,lat;…")
    cases.add_argument("--dry-run", action="store_true", help="只试运行 / do everything, then undo it")
    cases.add_argument("--rejects", type=Path, metavar="OUT.csv", help="把退回的行写入文件 / write the rejected rows to a file")
    cases.set_defaults(run=run_cases)

    table = commands.add_parser("table", help="导入附表 / load a side table from CSV")
    table.add_argument("name", choices=list(KEYS), metavar="NAME", help=", ".join(KEYS))
    table.add_argument("file", type=Path, metavar="FILE")
    table.add_argument("--dry-run", action="store_true", help="只试运行 / do everything, then undo it")
    table.set_defaults(run=run_table)

    walk = commands.add_parser("walk", help="导入一次巡河的 GPX 轨迹 / load a river walk from a GPX track")
    walk.add_argument("file", type=Path, metavar="FILE.gpx")
    walk.add_argument("--official", required=True, metavar="CODE", help="谁巡的，职员编号 / who walked, by the official's code")
    walk.add_argument(
        "--reach", metavar="CODE", help="河段编号，不给则取轨迹沿着走的河段 / the reach; else the one that the track goes along"
    )
    walk.add_argument("--dry-run", action="store_true", help="只试运行 / do everything, then undo it")
    walk.set_defaults(run=run_walk)

    commands.add_parser("demo", help="建立演示街道 / build the demo subdistrict").set_defaults(run=run_demo)
    commands.add_parser("presets", help="列出预设 / list the presets").set_defaults(run=run_presets)
    commands.add_parser("history", help="导入历史 / list what came in").set_defaults(run=run_history)
    return parser


def run_layer(asked: argparse.Namespace) -> None:
    """Load a layer and show its summary."""
    summary = load_layer(
        open_engine(), asked.key, asked.file, sublayer=asked.sublayer, datum=asked.datum, replace=asked.replace, dry_run=asked.dry_run
    )
    show_summary(summary)


def run_cases(asked: argparse.Namespace) -> None:
    """Load cases, show the summary, and write the rejects where they were asked for."""
    engine = open_engine()
    with show_bar(asked.file.name) as progress:
        summary = load_cases(engine, asked.file, preset=asked.preset, datum=asked.datum, dry_run=asked.dry_run, progress=progress)
    show_summary(summary)
    if asked.rejects:
        rejects = read_rejects(engine, summary.import_id) if summary.import_id else summary.rejects
        # whoever opens it in a spreadsheet shall read what was refused, and not run it
        rejects = rejects.assign(raw=rejects["raw"].map(inert))
        rejects.to_csv(asked.rejects, index=False, encoding="utf-8-sig")


def run_table(asked: argparse.Namespace) -> None:
    """Load a side table and show its summary."""
    show_summary(load_table(open_engine(), asked.name, asked.file, dry_run=asked.dry_run))


def run_walk(asked: argparse.Namespace) -> None:
    """Load a river walk and show its summary."""
    show_summary(load_gpx(open_engine(), asked.file, official=asked.official, reach=asked.reach, dry_run=asked.dry_run))


def run_demo(_: argparse.Namespace) -> None:
    """Build the demo subdistrict."""
    from ingest.demo import build  # noqa: PLC0415  the demo is not needed to load real data

    began = time.monotonic()
    with show_bar("demo") as progress:
        build(open_engine(), progress=progress)
    print(BUILT.say("zh", seconds=f"{time.monotonic() - began:.0f}"), "/", BUILT.say("en", seconds=f"{time.monotonic() - began:.0f}"))


def run_presets(_: argparse.Namespace) -> None:
    """List the presets with their names."""
    for preset in presets().values():
        print(f"{preset.key:<18} {preset.label.zh} / {preset.label.en}")


def run_history(_: argparse.Namespace) -> None:
    """List the imports, the newest first."""
    shown = [
        "id",
        "started_at",
        "target",
        "file",
        "preset",
        "datum",
        "rows_in",
        "rows_new",
        "rows_changed",
        "rows_unchanged",
        "rows_rejected",
    ]
    engine = open_engine()
    imports = read_imports(engine)[shown]
    if imports.empty:
        print(f"{NOTHING_YET.zh} / {NOTHING_YET.en}")
        return
    started = pd.to_datetime(imports["started_at"], utc=True).dt.tz_convert(read_office(engine).timezone)
    imports = imports.assign(started_at=started.dt.strftime("%Y-%m-%d %H:%M"))
    print(imports.astype(object).where(imports.notna(), "").to_string(index=False))


def show_summary(summary: Summary) -> None:
    """The summary in both languages, and the first rejects with their reasons."""
    print(f"{summary.file} → {summary.target}")
    for zh, en in zip(summary.lines("zh"), summary.lines("en"), strict=True):
        print(f"  {zh} / {en}")
    for reject in summary.rejects.head(10).itertuples():
        print(f"  - {reject.row}: {reject.reason}")
    if summary.rejected > 10:
        print(f"  … 共 {summary.rejected:,} 行被退回 / {summary.rejected:,} rows rejected in all")


if __name__ == "__main__":
    sys.exit(main())
