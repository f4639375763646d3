"""Load cases: a file becomes rows of `cases`, their life so far and their links, all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import shapely
from sqlalchemy import ColumnElement, Connection, Engine, and_, case, or_, select

from config import settings
from geo.datum import Datum, Wgs84, parse_datum, to_wgs84
from i18n import Text
from ingest import reasons
from ingest.clean import clean_cases
from ingest.datums import choose_datum, fix_metric_crs, note_far, read_reference
from ingest.history import MOST_SHOWN, Summary, fill, hash_file, importing, keep_rejects, name_of, stack_rows
from ingest.links import Ground, link_new, read_ground, relink, zones_of
from ingest.preset import Preset, guess_preset, load_preset, presets
from ingest.progress import READING, WRITING, Progress, Step, stay_silent
from ingest.read import count_rows, read_headings, read_rows
from ingest.reasons import Unreadable, both
from ingest.spool import MERGED, Spool, refuse_clash
from ingest.stage import CHANGED, NEW, SAME, Stage, add_rows, staging
from ingest.stamp import Limits, PutOff, add_deadlines, life_of, stamp_local
from model.cases import CaseEvent, CaseRow
from model.catalogue import add_unknown, load_catalogue, read_limits
from model.clock import work_calendar
from model.counts import counting, sum_up
from model.kept_facts import kept_of
from model.loop import Line
from model.loop_rules import stops_that_ended
from model.setup import Office, keep_setting, make_office, read_office, read_settings
from model.squares import newest_square, sum_squares_up
from model.sums import newest_sum, sum_months_up

# where these change, a case may belong to other features
PLACING = frozenset({"lon", "lat", "category", "title"})
# where these change, a deadline that came from the catalogue is worked out anew
TIMING = ("kind", "category", "reported_at", "accepted_at")
# the lines of a life that put a deadline off, and of how many cases they are asked at once
PUTS_OFF = ("suspended", "resumed", "extended")
MOST_ASKED = 10_000
WHICH_PRESET = Text(
    zh="{file} 的列（{found}）不能确定对应哪个预设；请在“数据”页的“来源”里选一个（命令行用 --preset）：{known}",
    en="{file}: its columns ({found}) do not tell which preset fits; choose one under Source on the Data page (--preset on the command"
    " line): {known}",
)
ZONE_TAKEN = Text(zh="办公时区取自预设：{zone}", en="the office's time zone was taken from the preset: {zone}")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What holds for every chunk of one file."""

    preset: Preset
    datum: Datum
    zone: ZoneInfo
    crs: str | None
    limits: Limits
    ground: Ground


def load_cases(
    engine: Engine,
    path: str | Path,
    *,
    preset: str | Path | Preset | None = None,
    datum: str | None = None,
    dry_run: bool = False,
    progress: Progress = stay_silent,
    who: str = "command line",
) -> Summary:
    """Read, check, convert, write and link the cases of a file in one transaction; Unreadable when the file is turned away.

    The database is locked only while cleaned rows are written. Columns that the preset does not map keep what the database has.
    """
    path = Path(path)
    chosen = choose_preset(path, preset)
    if datum:
        chosen = chosen.model_copy(update={"datum": str(parse_datum(datum))})
    summary = Summary(file=name_of(path), sha256=hash_file(path), target="cases", preset=chosen.key, dry_run=dry_run)
    with Spool() as spool:
        _read(path, chosen, read_office(engine), spool, summary=summary, progress=progress)
        spool.check_clashes()
        with importing(engine, summary, who) as connection:
            setting = _settle(connection, chosen, spool, summary)
            done, newest, square = 0, newest_sum(connection), newest_square(connection)
            for cases, rejects in spool.chunks():
                keep_rejects(connection, summary, rejects)
                _write(connection, cases, setting, summary)
                done += len(cases) + len(rejects)
                progress(Step(doing=WRITING, rows=done, total=summary.rows_in))
            sum_up(connection)
            sum_months_up(connection, newest)
            sum_squares_up(connection, square)
            if spool.merged:
                summary.remarks[both(MERGED)] += spool.merged
    return summary


def choose_preset(path: Path, preset: str | Path | Preset | None) -> Preset:
    """The preset asked for, else the one whose headings fit; Unreadable when none is sure to."""
    if isinstance(preset, Preset):
        return preset
    if preset:
        return load_preset(preset)
    found = read_headings(path)
    guessed = guess_preset(found)
    if guessed is None:
        raise Unreadable(WHICH_PRESET, file=path.name, found=", ".join(found[:12]), known=", ".join(presets()))
    return guessed


def _read(path: Path, preset: Preset, office: Office, spool: Spool, *, summary: Summary, progress: Progress) -> None:
    """First pass, without a lock: clean every chunk and put it aside."""
    total = count_rows(path)
    for rows in read_rows(path, preset=preset):
        cleaned = clean_cases(rows, preset, office)
        spool.add(cleaned.cases, cleaned.rejects, cleaned.refused)
        summary.removed += cleaned.removed
        summary.remarks += cleaned.notes
        summary.rows_in += len(rows.frame) + len(rows.broken)
        progress(Step(doing=READING, rows=summary.rows_in, total=total))
    if not spool.files:
        raise Unreadable(reasons.EMPTY_FILE, file=path.name)


def _settle(connection: Connection, preset: Preset, spool: Spool, summary: Summary) -> Setting:
    """Decide datum, time zone and metric CRS, and note what was decided."""
    kept = read_settings(connection)
    if preset.timezone and "timezone" not in kept and settings().timezone is None:
        keep_setting(connection, "timezone", preset.timezone)
        summary.notes.append(fill(ZONE_TAKEN, zone=preset.timezone))
    if preset.limits == "catalogue":
        load_catalogue(connection)
    datum, crs = _place_sample(connection, preset, spool.sample(), summary)
    if not spool.sample().empty:
        _show_places(connection, spool, datum, summary)
    return Setting(
        preset=preset,
        datum=datum,
        zone=make_office(read_settings(connection), settings()).timezone,
        crs=crs,
        limits=read_limits(connection) if preset.limits == "catalogue" else {},
        ground=read_ground(connection),
    )


def _place_sample(connection: Connection, preset: Preset, sample: pd.DataFrame, summary: Summary) -> tuple[Datum, str | None]:
    """The datum of the file and the office's metric CRS."""
    if sample.empty:
        return Wgs84(), settings().metric_crs or read_settings(connection).get("metric_crs")
    points = shapely.points(sample["lon"], sample["lat"])
    datum, why = choose_datum(summary.file, points, read_reference(connection), given=preset.datum)
    summary.datum = str(datum)
    summary.notes += [why] if why else []
    return datum, fix_metric_crs(connection, *to_wgs84(sample["lon"], sample["lat"], datum))


def _show_places(connection: Connection, spool: Spool, datum: Datum, summary: Summary) -> None:
    """Where accepted and refused rows lie, for the preview, and a word about those that lie far away."""
    for places, accepted in ((spool.sample(), True), (spool.sample_refused(), False)):
        lon, lat = to_wgs84(places["lon"], places["lat"], datum)
        shown = pd.DataFrame({"lon": lon, "lat": lat, "accepted": accepted})
        if accepted:
            note_far(connection, summary, lon, lat)
        summary.preview = stack_rows(summary.preview, shown.iloc[:: len(shown) // MOST_SHOWN + 1])


def _write(connection: Connection, cases: pd.DataFrame, setting: Setting, summary: Summary) -> None:
    """One chunk into cases, case_events and case_links."""
    if cases.empty:
        return
    carried = [name for name in cases.columns if name not in ("id", "source", "external_id")]
    complete = _complete(connection, cases, setting, summary)
    with staging(connection, CaseRow, list(complete.columns)) as stage:
        stage.fill(complete)
        _check_clash(connection, stage)
        values = _values(stage, list(complete.columns), derived_due=bool(setting.limits) and "due_at" not in carried)
        states = stage.states(values)
        counts = states["state"].value_counts()
        # what is new altogether takes nothing away
        fresh = counts.get(NEW, 0) == len(states)
        counted = counting(connection, select(stage.staged.c.id), fresh=fresh, spread=stage.lasting)
        with nullcontext() if counts.get(SAME, 0) == len(states) else counted:
            if not fresh:
                stage.put_over(values)
            stage.add_missing(kept_of(stage.staged))
    summary.new += int(counts.get(NEW, 0))
    summary.changed += int(counts.get(CHANGED, 0))
    summary.unchanged += int(counts.get(SAME, 0))
    new, changed = (states.loc[states["state"] == state, "id"] for state in (NEW, CHANGED))
    _keep_life(connection, complete[complete["id"].isin(pd.concat([new, changed]))])
    if setting.crs is not None:
        summary.links += link_new(connection, complete[complete["id"].isin(new)], setting.ground, setting.crs)
        if PLACING & set(carried):
            summary.links += relink(connection, changed, setting.ground, setting.crs)


def _complete(connection: Connection, cases: pd.DataFrame, setting: Setting, summary: Summary) -> pd.DataFrame:
    """The cases with everything that the office adds to them."""
    complete = cases.copy()
    if {"lon", "lat"} <= set(cases.columns):
        complete["lon"], complete["lat"] = to_wgs84(cases["lon"].astype(float), cases["lat"].astype(float), setting.datum)
    if "category" in cases:
        pairs = cases[["kind", "category"]].dropna().drop_duplicates()
        summary.categories += add_unknown(connection, [(kind, category) for kind, category in pairs.itertuples(index=False)])
    if setting.limits:
        complete = add_deadlines(complete, setting.limits, work_calendar(), setting.zone, _put_off(connection, complete["id"]))
    if setting.crs and {"lon", "lat"} <= set(complete.columns):
        complete["zone_id"] = zones_of(complete, setting.ground, setting.crs)
    return stamp_local(complete, setting.zone, setting.crs)


def _put_off(connection: Connection, ids: pd.Series[int]) -> dict[int, PutOff]:
    """How the office itself put off the deadlines of these cases: the spans of 挂账 that are over, and the extensions."""
    lines: dict[int, list[Line]] = {}
    for first in range(0, len(ids), MOST_ASKED):
        some = [int(one) for one in ids.iloc[first : first + MOST_ASKED]]
        # new cases have none; in a database that is being filled PostgreSQL knows nothing of its lines yet, and would read all of them
        some = [*connection.scalars(select(CaseRow.id).where(CaseRow.id.in_(some)))]
        if not some:
            continue
        wanted = select(CaseEvent.case_id, CaseEvent.at, CaseEvent.stage).where(CaseEvent.case_id.in_(some), CaseEvent.stage.in_(PUTS_OFF))
        for row in connection.execute(wanted.order_by(CaseEvent.at, CaseEvent.id)):
            lines.setdefault(row.case_id, []).append(Line(at=row.at, stage=row.stage))
    return {case: (stops_that_ended(own), sum(line.stage == "extended" for line in own)) for case, own in lines.items()}


def _values(stage: Stage, names: Sequence[str], *, derived_due: bool) -> dict[str, ColumnElement[object]]:
    """What an existing case gets. A deadline that the office worked out itself stays unless what it came from changed."""
    values = stage.staged_values([name for name in names if name not in ("source", "external_id")])
    if derived_due:
        ours, theirs = stage.target.c, stage.staged.c
        moved = or_(*(ours[name].is_distinct_from(theirs[name]) for name in TIMING if name in theirs))
        for name in ("due_at", "due_on"):
            values[name] = case((and_(ours["due_at"].is_not(None), ~moved), ours[name]), else_=theirs[name])
    return values


def _check_clash(connection: Connection, stage: Stage) -> None:
    """Refuse the file when one of its ids belongs to another case number in the database."""
    ours, theirs = stage.target.c, stage.staged.c
    other = or_(ours.source != theirs.source, ours.external_id != theirs.external_id)
    clash = connection.execute(
        select(theirs.source, theirs.external_id, ours.source, ours.external_id).where(ours.id == theirs.id, other).limit(1)
    ).first()
    if clash:
        refuse_clash(f"{clash[0]} {clash[1]}", f"{clash[2]} {clash[3]}")


def _keep_life(connection: Connection, cases: pd.DataFrame) -> None:
    """Add the lines of `case_events` that the stamps of these cases tell and the database does not have."""
    if len(cases):
        add_rows(connection, CaseEvent, life_of(cases))
