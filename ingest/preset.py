"""A preset says how a source's columns become ours: data in TOML, no Python."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from geo.datum import Datum, parse_datum
from i18n import Text
from model.cases import CaseRow
from model.kinds import Channel, Kind, Resolution, Satisfaction

FOLDER = Path(__file__).with_name("presets")
# columns that the import works out itself
DERIVED = frozenset({"id", "cell", "reported_on", "reported_hour", "due_on", "closed_on"})
CASE_COLUMNS = tuple(column.name for column in CaseRow.__table__.columns if column.name not in DERIVED)
TIMES = tuple(name for name in CASE_COLUMNS if name.endswith("_at"))
CLOSED_LISTS: dict[str, frozenset[str]] = {
    "channel": frozenset(Channel),
    "kind": frozenset(Kind),
    "resolution": frozenset(Resolution),
    "satisfaction": frozenset(Satisfaction),
    "first_contact": frozenset({"yes", "no"}),
    "void": frozenset({"yes", "no"}),
    "suspended": frozenset({"yes", "no"}),
}
NAMED_FORMATS = frozenset({"iso", "excel", "epoch_s", "epoch_ms"})
FORMATS = (
    "iso",
    *(f"%Y{mark}%m{mark}%d{time}" for mark in "/-." for time in (" %H:%M:%S", " %H:%M", "", " %I:%M:%S %p", " %I:%M %p")),
    "excel",
)
# the last are what databases write where there is no time
NOTHINGS = (
    *("NULL", "null", "None", "\\N", "NaN", "-", "--", "/"),
    *("1900-01-01", "1900-01-01 00:00:00", "1900/1/1 0:00:00", "0001-01-01 00:00:00"),
)
# a preset is sure to be the right one when it fills so many of our columns, and more than any other
SURELY = 4


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Label(_Data):
    """A preset's name in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self) -> Text:
        return Text(zh=self.zh, en=self.en)


class Codes(_Data):
    """What a source's values mean in ours; a value that is not there gets `default`, or the row is rejected."""

    values: dict[str, str] = {}
    default: str | None = None


class Match(_Data):
    """Rows in which one of the columns has one of the values."""

    column: tuple[str, ...]
    values: tuple[str, ...] = Field(min_length=1)

    @field_validator("column", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


class Preset(_Data):
    """How one source's files become cases. Headings are compared without regard to case."""

    key: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    label: Label
    # what stands in cases.source; with the number it makes the id, so it must not change
    source: str = Field(min_length=1, max_length=40)
    # our column → the heading, or several of which the first filled one counts
    columns: dict[str, tuple[str, ...]]
    # our column → what to put between the filled headings, all of which then count
    joined: dict[str, str] = {}
    # strptime formats, or iso, excel (serial numbers), epoch_s, epoch_ms; tried in this order
    dates: tuple[str, ...] = FORMATS
    # IANA name of the zone of times without an offset; absent, it is the office's
    timezone: str | None = None
    # as `--datum` takes it; absent, it is found by comparing with the boundary and the layers
    datum: str | None = None
    codes: dict[str, Codes] = {}
    constants: dict[str, str] = {}
    # headings that are dropped unread, and headings that are known and not wanted
    personal: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    # texts that mean nothing
    empty: tuple[str, ...] = NOTHINGS
    # our column counts only in these rows
    only_where: dict[str, Match] = {}
    void: Match | None = None
    suspended: Match | None = None
    # a deadline that is a day alone lasts to the end of that day, or ends as it begins
    due_day: Literal["end", "start"] = "end"
    # a case without a deadline gets its category's time limit, or none
    limits: Literal["catalogue", "none"] = "catalogue"
    # category is a name of the catalogue, and becomes its code where it is found
    catalogue: bool = False
    # the country whose telephone numbers are looked for, ISO 3166
    country: str = Field(default="CN", pattern=r"^[A-Z]{2}$")

    @field_validator("columns", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {ours: (theirs,) if isinstance(theirs, str) else theirs for ours, theirs in value.items()}

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str | None) -> str | None:
        try:
            return ZoneInfo(value).key if value else None
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is no time zone; wanted an IANA name such as Asia/Shanghai") from error

    @field_validator("datum")
    @classmethod
    def _datum(cls, value: str | None) -> str | None:
        return str(parse_datum(value)) if value else None

    @field_validator("dates")
    @classmethod
    def _formats(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for form in value:
            if form not in NAMED_FORMATS and "%" not in form:
                raise ValueError(f"{form!r} is no format; wanted {', '.join(sorted(NAMED_FORMATS))} or strptime's, such as %Y-%m-%d %H:%M")
        return value

    @model_validator(mode="after")
    def _known(self) -> Preset:
        for part in ("columns", "joined", "codes", "constants", "only_where"):
            if strange := set(getattr(self, part)) - set(CASE_COLUMNS):
                raise ValueError(f"{part} names {', '.join(sorted(strange))}; our columns are {', '.join(CASE_COLUMNS)}")
        given = set(self.columns) | set(self.constants)
        if missing := {"external_id", "reported_at", "channel", "kind"} - given - {name for name, c in self.codes.items() if c.default}:
            raise ValueError(f"nothing says {', '.join(sorted(missing))}; give each a column or a constant")
        for column, table in self.codes.items():
            _check_words(column, [word for word in (*table.values.values(), table.default) if word])
        for column, word in self.constants.items():
            _check_words(column, {word})
        return self

    def zone(self) -> ZoneInfo | None:
        """The zone of times without an offset; None is the office's."""
        return ZoneInfo(self.timezone) if self.timezone else None

    def parsed_datum(self) -> Datum | None:
        """The datum of the coordinates; None is unknown."""
        return parse_datum(self.datum) if self.datum else None

    def headings(self) -> frozenset[str]:
        """Every heading that this preset knows."""
        mapped = {name for names in self.columns.values() for name in names}
        rules = {name for rule in (self.void, self.suspended, *self.only_where.values()) if rule for name in rule.column}
        return frozenset(mapped | rules | set(self.personal) | set(self.ignored))


def _check_words(column: str, words: Iterable[str]) -> None:
    allowed = CLOSED_LISTS.get(column)
    if allowed and (strange := set(words) - allowed):
        raise ValueError(f"{column} cannot be {', '.join(sorted(strange))}; it is one of {', '.join(sorted(allowed))}")


def load_preset(key_or_path: str | Path) -> Preset:
    """A preset that ships, by its key, or any TOML file by its path; ValueError that names the file and the key at fault."""
    known = {path.stem: path for path in FOLDER.glob("*.toml")}
    path = known.get(str(key_or_path), Path(key_or_path))
    if not path.is_file():
        shipped = ", ".join(sorted(known))
        raise ValueError(f"there is no preset {str(key_or_path)!r}; the presets are {shipped}, or give the path of a TOML file")
    try:
        return Preset.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'preset'}: {fault['msg']}" for fault in error.errors())
        raise ValueError(f"preset {path.name}: {faults}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"preset {path.name} is no TOML: {error}") from error


@cache
def presets() -> dict[str, Preset]:
    """The presets that ship, by key."""
    return {preset.key: preset for preset in map(load_preset, sorted(FOLDER.glob("*.toml")))}


def guess_preset(columns: Iterable[str]) -> Preset | None:
    """The preset whose headings fit these best; None when it is not clear."""
    found = {str(name).strip().casefold() for name in columns}
    scores = sorted(((_fit(preset, found), key) for key, preset in presets().items()), reverse=True)
    (best, key), (second, _) = scores[0], scores[1]
    return presets()[key] if best >= SURELY and best > second else None


def _fit(preset: Preset, found: set[str]) -> int:
    """How many of our columns the headings fill; 0 without a number or a reported time."""
    filled = {ours for ours, theirs in preset.columns.items() if any(name.casefold() in found for name in theirs)}
    return len(filled) if {"external_id", "reported_at"} <= filled else 0
