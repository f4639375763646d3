"""Bringing a file in from the browser: the same code as the command line, with a dry run, a bar and a preview."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
import streamlit as st
from sqlalchemy.exc import SQLAlchemyError
from streamlit.runtime.uploaded_file_manager import UploadedFile

from actions.act import NOT_ALLOWED
from geo.figures import Figures
from geo.layers import layers
from i18n import Text
from ingest.gpx import load_gpx
from ingest.history import Summary
from ingest.load_cases import load_cases
from ingest.load_layer import load_layer
from ingest.load_table import load_table
from ingest.preset import presets
from ingest.progress import Step
from model.roles import RIGHT_LABELS, ROLE_LABELS, Right, Role
from model.trouble import trouble_of
from model.words import writable
from queries.loop import signers
from ui import ask
from ui.came_in import say_table
from ui.map_panel import Ground, show_map
from ui.tables import show_download, show_rejects
from ui.viewer import Viewer, data_version, database
from ui.words import plain

# the side tables that staff bring in; those of the rotation come in on its own page
TABLES = ("bike_counts", "water_samples", "inspections", "ledgers", "ledger_entries", "rectification_steps")
# a river walk out of a phone's own app
TRACK = "track"
TRACK_LABEL = Text(zh="一次巡河的轨迹（GPX）", en="Track of a river walk (GPX)")
CHIEF = Text(zh="哪位河长巡的", en="Which river chief walked")
NO_CHIEF = Text(
    zh="还没有河长；请先导入人员和分管（officials、duties），再导入轨迹。",
    en="There is no river chief yet; bring in officials and duties first, then tracks.",
)
REACH = Text(zh="河段", en="Reach")
BY_TRACK = Text(zh="按轨迹判断", en="Found by the track")
TRACK_HELP = Text(zh="手机应用导出的 GPX，轨迹点要有时间，坐标为 WGS-84", en="GPX as a phone's app exports it, with times, in WGS-84")
TARGET = Text(zh="导入什么", en="What is in the file")
FILE = Text(zh="文件", en="File")
FILE_HELP = Text(
    zh="CSV、XLSX、XLS（可压缩）；图层还可用 GeoJSON、GeoPackage、shapefile（压缩）",
    en="CSV, XLSX, XLS (zipped or not); layers also as GeoJSON, GeoPackage or zipped shapefile",
)
PRESET = Text(zh="数据来源", en="Source")
DATUM = Text(zh="坐标基准", en="Datum")
SUBLAYER = Text(zh="文件内的图层名（有多个时）", en="Layer inside the file (where it holds several)")
DETECT = Text(zh="自动识别", en="Recognise it")
CONTROL = Text(zh="控制点或EPSG…", en="Control points or EPSG…")
CONTROL_HELP = Text(
    zh="例：EPSG:4549，或 control:-31611.92,4085.66=121.140153,31.270066;-26217.90,449.24=121.196344,31.237263@gcj02",
    en="such as EPSG:4549, or control:-31611.92,4085.66=121.140153,31.270066;-26217.90,449.24=121.196344,31.237263@gcj02",
)
READING = Text(zh="正在读取 {rows} 行…", en="{rows} rows read…")
DONE = Text(zh="已导入", en="Imported")
TRIED = Text(zh="试运行结果", en="Dry run")
REFUSED = Text(zh="文件没有导入，数据库未改动：{why}", en="The file was not imported, nothing was changed: {why}")
REJECTS = Text(zh="退回的行", en="Rejected rows")
DOWNLOAD_REJECTS = Text(zh="下载退回的行", en="Download the rejected rows")
PREVIEW = Text(zh="位置预览", en="Where they lie")
ACCEPTED = Text(zh="可导入", en="Accepted")
NOT_ACCEPTED = Text(zh="退回", en="Rejected")
UNDER_PREVIEW = ("boundary", "zones", "rivers")
PROBLEMS = Text(zh="责任区之间的空隙和重叠", en="Gaps and overlaps between zones")
WHO = "data page"
# signs of a file's name that are kept
MOST_NAME = 80
SUFFIXES = ["csv", "tsv", "txt", "xlsx", "xls", "zip", "geojson", "json", "gpkg"]
DATUMS = ("", "wgs84", "gcj02", "bd09", "other")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A file and how it is to be read; an empty word means "find out"."""

    file: UploadedFile
    target: str
    preset: str
    datum: str
    sublayer: str
    # of a track: whose walk, and along which reach
    chief: str
    reach: str


def pick_file(seen: Viewer) -> Wanted | None:
    """Ask for a file and how to read it; None until there is one."""
    targets = {key: say_table(seen, key) for key in ("cases", *layers(), *TABLES)} | {TRACK: seen.say(TRACK_LABEL)}
    left, right = st.columns([2, 3])
    with left:
        target = st.selectbox(seen.say(TARGET), list(targets), format_func=lambda key: targets[key], key="import_target")
        preset = _pick_preset(seen) if target == "cases" else ""
        datum = "" if target in (*TABLES, TRACK) else _pick_datum(seen)
        sublayer = "" if target in ("cases", *TABLES, TRACK) else st.text_input(seen.say(SUBLAYER), key="import_sublayer")
        chief, reach = _pick_walk(seen) if target == TRACK else ("", "")
    with right:
        kinds, what = (["gpx"], TRACK_HELP) if target == TRACK else (SUFFIXES, FILE_HELP)
        file = st.file_uploader(seen.say(FILE), type=kinds, help=seen.say(what), key="import_file")
    if file is None or (target == TRACK and not chief):
        return None
    return Wanted(file=file, target=target, preset=preset, datum=datum, sublayer=sublayer.strip(), chief=chief, reach=reach)


def _pick_walk(seen: Viewer) -> tuple[str, str]:
    """The codes of the chief who walked, empty where there is none, and of the reach, empty where the track shall say it."""
    chiefs = ask.ask(signers, Role.RIVER_CHIEF.value)
    if chiefs.empty:
        st.info(seen.say(NO_CHIEF), icon=":material/group_add:")
        return "", ""
    names = dict(zip(chiefs["code"], chiefs["code"] + " " + chiefs["name"], strict=True))
    chief = st.selectbox(seen.say(CHIEF), list(names), format_func=lambda code: names[code], key="import_chief")
    reaches = ask.ask_features(("rivers",)).get("rivers")
    named = {"": seen.say(BY_TRACK)}
    if reaches is not None:
        named |= {code: f"{code} {name or ''}".strip() for code, name in zip(reaches["code"], reaches["name"], strict=True)}
    return chief, st.selectbox(seen.say(REACH), list(named), format_func=lambda code: named[code], key="import_reach")


def _pick_preset(seen: Viewer) -> str:
    known = {"": seen.say(DETECT)} | {key: seen.say(preset.label.text()) for key, preset in presets().items()}
    return st.selectbox(seen.say(PRESET), list(known), format_func=lambda key: known[key], key="import_preset")


def _pick_datum(seen: Viewer) -> str:
    names = {"": seen.say(DETECT), "wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09", "other": seen.say(CONTROL)}
    datum = st.selectbox(seen.say(DATUM), DATUMS, format_func=lambda key: names[key], key="import_datum")
    if datum == "other":
        return st.text_input(seen.say(CONTROL), help=seen.say(CONTROL_HELP), key="import_control").strip()
    return datum


def run_import(seen: Viewer, wanted: Wanted, *, dry_run: bool) -> None:
    """Import the file, or try to; the outcome is kept for `show_summary`."""
    if not seen.may(Right.IMPORT):
        st.session_state["import_outcome"] = NOT_ALLOWED.say(
            seen.language, role=ROLE_LABELS[seen.actor.role].say(seen.language), right=RIGHT_LABELS[Right.IMPORT].say(seen.language)
        )
        return
    bar = st.progress(0.0, READING.say(seen.language, rows=0))

    def progress(step: Step) -> None:
        bar.progress(step.share or 0.0, READING.say(seen.language, rows=f"{step.rows:,}"))

    try:
        outcome: Summary | str = _load(wanted, dry_run=dry_run, progress=progress)
    except (ValueError, OSError, SQLAlchemyError) as error:
        text, values = getattr(error, "text", None) or trouble_of(error), getattr(error, "values", {})
        if text is None and isinstance(error, SQLAlchemyError):
            raise
        outcome = text.say(seen.language, **values) if isinstance(text, Text) else str(error)
    bar.empty()
    if isinstance(outcome, Summary) and not dry_run:
        st.cache_data.clear()
    st.session_state["import_outcome"] = outcome


def _load(wanted: Wanted, *, dry_run: bool, progress: Callable[[Step], None]) -> Summary:
    """The file on disk under its own name, through the one import code."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name_on_disk(wanted.file.name)
        path.write_bytes(wanted.file.getbuffer())
        datum = wanted.datum or None
        if wanted.target == "cases":
            preset = wanted.preset or None
            return load_cases(database(), path, preset=preset, datum=datum, dry_run=dry_run, progress=progress, who=WHO)
        if wanted.target == TRACK:
            return load_gpx(database(), path, official=wanted.chief, reach=wanted.reach or None, dry_run=dry_run, who=WHO)
        if wanted.target in TABLES:
            return load_table(database(), wanted.target, path, dry_run=dry_run, who=WHO)
        sublayer = wanted.sublayer or None
        return load_layer(database(), wanted.target, path, sublayer=sublayer, datum=datum, dry_run=dry_run, progress=progress, who=WHO)


def name_on_disk(sent: str) -> str:
    """The name of a file as somebody's browser sent it, fit to be one here: no folder, no control signs, its end where it is long."""
    name = writable(sent.replace("\\", "/").rpartition("/")[2]).strip()[-MOST_NAME:]
    # 255 bytes is what a disk takes; a Chinese sign is three
    return name if name.strip(". ") else "file"


def show_summary(seen: Viewer) -> None:
    """Show the outcome of the last import or dry run."""
    match st.session_state.get("import_outcome"):
        case None:
            return
        case str() as why:
            st.error(REFUSED.say(seen.language, why=plain(why)), icon=":material/block:")
        case Summary() as summary:
            lines = "\n".join(f"- {plain(line)}" for line in summary.lines(seen.language))
            say = st.info if summary.dry_run else st.success
            say(f"**{seen.say(TRIED if summary.dry_run else DONE)}** · {plain(summary.file)}\n\n{lines}")
            _show_rejects(seen, summary)
            _show_preview(seen, summary)


def _show_rejects(seen: Viewer, summary: Summary) -> None:
    if summary.rejects.empty:
        return
    st.markdown(f"**{seen.say(REJECTS)}** · {summary.rejected:,}")
    show_rejects(seen, summary.rejects)
    show_download(summary.rejects, seen.say(DOWNLOAD_REJECTS), f"rejects-{summary.file}.csv", key="download_rejects")


def _show_preview(seen: Viewer, summary: Summary) -> None:
    """Where the accepted and the refused places lie, over what is known already."""
    if summary.problems is not None and not summary.problems.empty:
        st.markdown(f"**{seen.say(PROBLEMS)}**")
        st.dataframe(pd.DataFrame(summary.problems.drop(columns="geometry")), hide_index=True)
    places = summary.preview.dropna(subset=["lon", "lat"])
    if places.empty:
        return
    st.markdown(f"**{seen.say(PREVIEW)}**")
    rows = places.to_dict("records")
    figures = Figures(
        visible=frozenset(UNDER_PREVIEW),
        cases=[(n, float(row["lon"]), float(row["lat"]), int(not row["accepted"]), "") for n, row in enumerate(rows)],
        case_title=PREVIEW,
        case_labels=(ACCEPTED, NOT_ACCEPTED),
    )
    ground = Ground(version=f"{data_version()}/{summary.sha256}", layers=UNDER_PREVIEW, load=lambda: _under(places))
    show_map(ground, figures, key="preview", language=seen.language, theme=seen.theme, height=420, clickable=frozenset(), wants_view=False)


def _under(places: pd.DataFrame) -> dict[str, gpd.GeoDataFrame]:
    """What lies under a preview: boundary and zones, or in an empty database the hull of the places themselves."""
    known = ask.ask_features(UNDER_PREVIEW)
    if known:
        return known
    hull = shapely.buffer(shapely.MultiPoint(places[["lon", "lat"]].to_numpy()).convex_hull, 0.001)
    return {"boundary": gpd.GeoDataFrame({"code": ["-"], "name": [None], "props": [{}]}, geometry=[hull], crs="EPSG:4326")}
