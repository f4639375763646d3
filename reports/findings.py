"""What the patrol found, with photos, and who claimed and handled it."""

from __future__ import annotations

import io

import pandas as pd
from PIL import Image, UnidentifiedImageError

from i18n import NOTHING, Language, show_number
from model.kinds import LABELS, Stage
from model.loop import LINE_LABELS
from reports import words
from reports.gather import Facts
from reports.sheet import Block, Column, Heading, Paragraph, Photo, Photos, Table
from reports.words import Row

# as many findings as two pages hold
LISTED = 30
# pixels of a photo on its longer side: 76 mm at 300 to the inch; more than these a file would not hold honestly
PHOTO_PIXELS = 900
MOST_PIXELS = 60_000_000
PROBLEM_SIGNS, ADDRESS_SIGNS = 44, 28
# the stages of the loop in words, in the order of the loop
COUNTS = {
    "dispatched": words.DISPATCHED,
    "claimed": words.CLAIMED,
    "handled": words.HANDLED,
    "closed": words.CLOSED,
    "returned": words.RETURNED,
}


def number_findings(facts: Facts) -> list[Row]:
    """The findings that are listed, each with its `number` from 1."""
    return [row | {"number": place} for place, row in enumerate(words.rows_of(facts.findings.head(LISTED)), start=1)]


def say_findings(facts: Facts, listed: list[Row], language: Language) -> tuple[list[Block], dict[str, bytes]]:
    """Who was on duty, what was found, and the photos with their files."""
    total = int(facts.findings["total"].iloc[0]) if listed else 0
    zones = facts.findings["zone"].dropna().nunique()
    found = words.FOUND.say(language, count=show_number(total, language), zones=zones) if total else words.FOUND_NONE.say(language)
    blocks: list[Block] = [Heading(text=words.PATROL.say(language)), Paragraph(text=_duty(facts, language)), Paragraph(text=found)]
    if not listed:
        return blocks, {}
    if total > len(listed):
        blocks.append(Paragraph(text=words.LISTED.say(language, total=show_number(total, language), shown=len(listed)), note=True))
    blocks.append(_table(facts, listed, language))
    photos, files = _photos(facts, listed, language)
    return [*blocks, *photos], files


def say_loop(facts: Facts, language: Language) -> list[Block]:
    """How many of the patrol's cases were dispatched, claimed, fed back and closed, by department."""
    heading = Heading(text=words.LOOP.say(language))
    counts = count_loop(facts)
    if counts.empty:
        return [heading, Paragraph(text=words.NO_LOOP.say(language))]
    sums = {name: show_number(int(counts[name].sum()), language) for name in ("count", *COUNTS)}
    heads = [words.CASES, *COUNTS.values()]
    columns = [
        Column(head=words.DEPARTMENT.say(language), width=0.2),
        *(Column(head=head.say(language), width=0.8 / len(heads), align="right") for head in heads),
    ]
    rows = [
        [words.NOBODY.say(language) if pd.isna(row["department"]) else words.clean(row["department"])]
        + [show_number(int(row[name]), language) for name in ("count", *COUNTS)]
        for row in words.rows_of(counts)
    ]
    return [heading, Paragraph(text=words.LOOP_SUM.say(language, **sums)), Table(columns=columns, rows=rows)]


def count_loop(facts: Facts) -> pd.DataFrame:
    """By department: count of the patrol's cases, and how many of them the loop dispatched, claimed, handled, closed, sent back.

    A step counts by its line in the case's life or by its stamp on the case, until the cut-off.
    """
    found = facts.findings
    steps = {name: set(facts.steps.loc[facts.steps["stage"] == name, "case_id"]) for name in COUNTS}
    done = {
        "handled": found["handled_at"] <= facts.moment,
        "closed": found["closed_at"] <= facts.moment,
        "returned": found["reworks"] > 0,
        "dispatched": found["stage"].isin([Stage.DISPATCHED, Stage.HANDLED, Stage.VERIFIED, Stage.CLOSED]),
    }
    flags = {name: found["id"].isin(cases) | done.get(name, False) for name, cases in steps.items()}
    table = pd.DataFrame({"department": found["department"], "count": 1, **{name: flag.astype(int) for name, flag in flags.items()}})
    return table.groupby("department", dropna=False).sum().sort_values("count", ascending=False, kind="stable").reset_index()


def problem_of(row: Row, language: Language) -> str:
    """What was wrong: the title, else the text, else the category."""
    said = next((str(row[name]) for name in ("title", "description") if not pd.isna(row[name]) and row[name]), None)
    # a title that is no more than the category's name is said in the reader's language
    return words.clean(said, PROBLEM_SIGNS) if said and said != row["name_zh"] else words.name_of(row, language)


def zone_of(row: Row) -> str:
    """The zone's name, else its code, else the dash."""
    return words.clean(row["zone"] if pd.isna(row["zone_name"]) else row["zone_name"])


def _duty(facts: Facts, language: Language) -> str:
    if facts.duty.empty:
        return words.NO_DUTY.say(language)
    people = facts.duty.drop_duplicates("code")
    said = [
        words.clean(row["code"]) + ("" if pd.isna(row["title"]) else words.SHARE.say(language, share=words.clean(row["title"])))
        for row in words.rows_of(people)
    ]
    return words.DUTY.say(language, people=("、" if language == "zh" else ", ").join(said))


def _table(facts: Facts, listed: list[Row], language: Language) -> Table:
    heads = (
        *((words.NUMBER, 0.06), (words.TIME, 0.12), (words.ZONE, 0.13), (words.ADDRESS, 0.16)),
        *((words.PROBLEM, 0.24), (words.DEPARTMENT, 0.16), (words.PROGRESS, 0.13)),
    )
    rows = [
        [
            str(row["number"]),
            words.say_when(row["reported_at"], facts),
            zone_of(row),
            words.clean(row["address"], ADDRESS_SIGNS),
            problem_of(row, language),
            words.clean(row["department"]),
            _progress(facts, row, language),
        ]
        for row in listed
    ]
    return Table(columns=[Column(head=head.say(language), width=width) for head, width in heads], rows=rows, whole=False)


def _progress(facts: Facts, row: Row, language: Language) -> str:
    """The last step of a case, and when it was taken."""
    steps = facts.steps[facts.steps["case_id"] == row["id"]]
    if steps.empty:
        return LABELS[Stage(row["stage"])].say(language)
    last = steps.iloc[-1]
    stage = str(last["stage"])
    known = COUNTS.get(stage) or LINE_LABELS.get(stage) or LABELS.get(Stage(stage))
    said = known.say(language) if known else NOTHING
    return f"{said} {words.say_when(last['at'], facts)}"


def _photos(facts: Facts, listed: list[Row], language: Language) -> tuple[list[Block], dict[str, bytes]]:
    numbers = {row["id"]: row for row in listed}
    photos, files = [], {}
    for place, row in enumerate(words.rows_of(facts.photos), start=1):
        if (case := numbers.get(row["case_id"])) is None:
            continue
        caption = words.PHOTO.say(language, number=case["number"], problem=problem_of(case, language))
        picture = _small(bytes(row["bytes"]))
        if picture:
            files[f"photo{place}.jpg"] = picture
        name = f"photo{place}.jpg" if picture else None
        photos.append(Photo(caption=caption if picture else caption + words.BROKEN.say(language), file=name))
    return ([Heading(text=words.PHOTOS.say(language), level=2), Photos(photos=photos)] if photos else []), files


def _small(photo: bytes) -> bytes | None:
    """The photo as a JPEG for paper, without metadata; None where it cannot be opened."""
    try:
        with Image.open(io.BytesIO(photo)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            opened.thumbnail((PHOTO_PIXELS, PHOTO_PIXELS))
            made = io.BytesIO()
            opened.convert("RGB").save(made, "JPEG", quality=82)
            return made.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
