"""A bulletin as it stands on paper: blocks of words, tables, a map and photos, the same for all three files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

# how a column stands
Align = Literal["left", "center", "right"]


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading; level 1 is 黑体, level 2 楷体."""

    text: str
    level: Literal[1, 2] = 1
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A paragraph of the body; a note is small."""

    text: str
    note: bool = False
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, kw_only=True)
class Column:
    """The head of a column, its part of the width, how it stands."""

    head: str
    width: float
    align: Align = "left"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of words; every row has as many cells as there are columns. One that is not `whole` may break over pages."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    whole: bool = True
    kind: Literal["table"] = "table"

    def __post_init__(self) -> None:
        if wrong := [row for row in self.rows if len(row) != len(self.columns)]:
            raise ValueError(f"a table of {len(self.columns)} columns has a row of {len(wrong[0])}: {wrong[0]}")


@dataclass(frozen=True, kw_only=True)
class Key:
    """One colour of a legend."""

    colour: str
    text: str


@dataclass(frozen=True, kw_only=True)
class MapBlock:
    """A map with its legend and credit; the picture is a file of the sheet."""

    caption: str
    file: str
    width_mm: float
    height_mm: float
    title: str
    keys: Sequence[Key]
    lines: Sequence[str]
    kind: Literal["map"] = "map"


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A photo with its caption; the picture is a file of the sheet, none where it could not be opened."""

    caption: str
    file: str | None


@dataclass(frozen=True, kw_only=True)
class Photos:
    """Photos, three abreast."""

    photos: Sequence[Photo]
    kind: Literal["photos"] = "photos"


Block = Heading | Paragraph | Table | MapBlock | Photos


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything that is printed; `files` are the pictures by name, `mark` says that the data is made up."""

    language: Literal["zh", "en"]
    # who issues it, as the red head says it; printed only when asked for
    issuer: str
    issuer_points: float
    red_head: bool
    number: str
    date: str
    title: str
    subtitle: str
    mark: str
    blocks: Sequence[Block]
    signature: Sequence[str]
    files: dict[str, bytes] = field(default_factory=dict)
