"""The meeting pack (工作例会): every scene of the wall as one page of a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from sqlalchemy import Engine

from i18n import Language
from reports.typeset import load_fonts
from wall.canvas import FONT
from wall.changes import DOWN, UP
from wall.frame import draw_scene, look
from wall.scene import Scene, scenes

# our own face first, the server's for the characters that it lacks
PRINTED = "FandolHei,Noto Sans CJK SC,sans-serif"
SIGNS = {"m²": "㎡", UP: "↑", DOWN: "↓"}
# as wide as A4 lies, in the proportions of the screen
PAGE = "#set page(width: 297mm, height: 167.06mm, margin: 0pt)\n"


def make_pack(engine: Engine, language: Language, chosen: Sequence[str] = ()) -> bytes:
    """The scenes, or those of these keys, as a PDF on white; ValueError names a scene that does not exist."""
    asked = look(engine, language)
    pictures = [draw_scene(scene, asked, "light").svg for scene in choose(chosen)]
    with TemporaryDirectory() as folder:
        for number, picture in enumerate(pictures):
            (Path(folder) / f"{number}.svg").write_text(prepare(picture), encoding="utf-8")
        main = Path(folder) / "main.typ"
        main.write_text(PAGE + "#pagebreak()\n".join(f'#image("{number}.svg", width: 100%)\n' for number in range(len(pictures))))
        made = typst.compile(main, root=Path(folder), font_paths=load_fonts(), format="pdf")
    if not isinstance(made, bytes):
        raise TypeError(f"the typesetter gave {type(made).__name__} for a PDF; wanted one file")
    return made


def prepare(picture: str) -> str:
    """A scene's picture in the faces of print, with signs that these have: words beside another would be set in whatever face has it."""
    for drawn, printed in SIGNS.items():
        picture = picture.replace(drawn, printed)
    return picture.replace(FONT, PRINTED)


def choose(keys: Sequence[str]) -> list[Scene]:
    """The scenes of these keys in their order; all of them for none."""
    known = scenes()
    if unknown := [key for key in keys if key not in known]:
        raise ValueError(
            f"没有画面 {', '.join(unknown)}；可选 {', '.join(known)} / there is no scene {', '.join(unknown)}; wanted {', '.join(known)}"
        )
    return [known[key] for key in keys] or list(known.values())
