"""A scene of the wall: one question, one headline computed from the data, one picture; and all scenes by key."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from i18n import Language, Text
from model.setup import Office
from queries.freshness import Freshness
from queries.run import Question, frame_of
from wall.canvas import Canvas

FOLDER = Path(__file__).parent / "scenes"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a scene may ask with: the database, the office and its clock, the newest data; each question is asked once."""

    engine: Engine
    office: Office
    fresh: Freshness
    language: Language
    known: dict[Hashable, Any] = field(default_factory=dict, compare=False)

    @property
    def now(self) -> datetime:
        """The office's clock to the minute."""
        return self.office.now().replace(second=0, microsecond=0)

    def ask(self, question: Callable[..., Question], *about: Any) -> pd.DataFrame:
        """The answer to a question about these (hashable) things."""
        key = (question.__module__, question.__qualname__, about)
        if key not in self.known:
            self.known[key] = frame_of(self.engine, question(*about))
        found: pd.DataFrame = self.known[key]
        return found

    def say(self, text: Text, **values: object) -> str:
        """A text in the wall's language."""
        return text.say(self.language, **values)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a scene has to say: its headline, and how its picture is drawn below it."""

    headline: str
    draw: Callable[[Canvas], None]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One declaration. `tell` asks and answers; `seconds` is how long it stands."""

    key: str
    title: Text
    tell: Callable[[Asked], Told]
    seconds: int = 20
    order: int = 50


@cache
def scenes() -> dict[str, Scene]:
    """Every scene by key, in the order of their turn: one file each in wall/scenes."""
    found = [import_module(f"wall.scenes.{module.name}").SCENE for module in pkgutil.iter_modules([str(FOLDER)])]
    return {scene.key: scene for scene in sorted(found, key=lambda one: (one.order, one.key))}
