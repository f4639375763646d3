"""What a layer is, and the registry that walks this folder: one file a layer."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Literal

from i18n import Text

Access = Literal["public", "personal", "sensitive"]
FieldType = Literal["text", "integer", "number", "date", "boolean"]
POINT = frozenset({"Point"})
LINE = frozenset({"LineString", "MultiLineString"})
POLYGON = frozenset({"Polygon", "MultiPolygon"})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One attribute of a layer's features; `code` and `name` every feature has anyway."""

    key: str
    label: Text
    type: FieldType = "text"
    unit: str = ""
    required: bool = False
    access: Access = "public"
    choices: dict[str, Text] = field(default_factory=dict, hash=False)
    # other headings under which files carry it
    aliases: tuple[str, ...] = ()
    default: str | float | None = None
    # "length": in metres from the shape, when the file does not say
    measured: Literal["", "length"] = ""
    # the field whose column may hold words (NE, 东北) in place of figures; they are kept here
    words_of: str = ""


@dataclass(frozen=True, kw_only=True)
class Which:
    """Which cases a join looks at: those of these categories, or with one of these words in category or title."""

    categories: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Contains:
    """The one feature that contains the case; on a shared border the lower code."""


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """The nearest feature within so many metres; the lower code when two are equally near."""

    within: float
    which: Which | None = None


@dataclass(frozen=True, kw_only=True)
class Along:
    """Every line within so many metres, with metres along it and the bank (left or right of its direction)."""

    within: float


@dataclass(frozen=True, kw_only=True)
class View:
    """Every point whose sector (bearing_deg, field_of_view_deg, range_m) holds the case; a full circle without a bearing."""


Join = Contains | Nearest | Along | View


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a layer is drawn: colours as #rrggbb, sizes in pixels; `colours` by the value of `colour_by`."""

    colour: str
    weight: float = 2
    fill: float = 0.15
    radius: float = 5
    dash: str = ""
    colour_by: str = ""
    colours: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of the layer itself: how many features, or the sum of a field, where a field has a value."""

    key: str
    label: Text
    sum_of: str = ""
    where: tuple[str, str] | None = None
    unit: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer of the map. Its features live in `features` under `key`; its file is all there is to write."""

    key: str
    label: Text
    geometry: frozenset[str]
    fields: tuple[Field, ...] = ()
    join: Join | None = None
    style: Style
    figures: tuple[Figure, ...] = ()
    # other names of the layer, as found inside files that hold several
    aliases: tuple[str, ...] = ()
    # drawn from the ground up; lower numbers lie below
    order: int = 50
    shown: bool = True
    # features must cover the boundary without gaps or overlaps
    covers_boundary: bool = False
    # positions are shown by role only and never leave in a public export
    sensitive: bool = False

    @property
    def which(self) -> Which:
        """Which cases the join looks at; all of them, an empty rule, where it does not say."""
        return getattr(self.join, "which", None) or Which()

    def field(self, key: str) -> Field:
        """The field of that key; KeyError when there is none."""
        return next(one for one in self.fields if one.key == key)


@cache
def layers() -> dict[str, Layer]:
    """Every layer of this folder by key, in drawing order."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    found = sorted((module.LAYER for module in modules), key=lambda layer: (layer.order, layer.key))
    keys = [layer.key for layer in found]
    if len(set(keys)) != len(keys):
        raise ValueError(f"two layers share a key: {keys}")
    return {layer.key: layer for layer in found}


def layer(key: str) -> Layer:
    """The layer of that key; ValueError that lists the known ones."""
    known = layers()
    if key not in known:
        raise ValueError(f"there is no layer {key!r}; the layers are {', '.join(known)}")
    return known[key]
