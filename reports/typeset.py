"""The sheet as PDF, as one long PNG, and its map as a PNG for Word; set by Typst, with our own fonts."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import typst

from reports.sheet import Sheet

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
TEMPLATE = HERE / "templates" / "bulletin.typ"
FACES = ("FandolFang R", "FandolSong", "FandolHei", "FandolKai")
# 137.16 mm wide at 200 to the inch are 1,080 pixels, the width of a telephone
LONG_PPI = 200.0
MAP_PPI = 220.0
Form = Literal["pages", "long"]
MAP = '#set page(width: auto, height: auto, margin: 0pt)\n#image("map.svg")'


def make_pdf(sheet: Sheet) -> bytes:
    """The bulletin on A4 pages."""
    return _compile(sheet, TEMPLATE.read_bytes(), kind="pdf", form="pages")


def make_png(sheet: Sheet) -> bytes:
    """The bulletin as one long picture, 1,080 pixels wide."""
    return _compile(sheet, TEMPLATE.read_bytes(), kind="png", form="long", ppi=LONG_PPI)


def draw_svg(svg: bytes) -> bytes:
    """An SVG as a PNG."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "map.svg").write_bytes(svg)
        return _run(Path(folder), MAP.encode(), kind="png", form="long", ppi=MAP_PPI)


def _compile(sheet: Sheet, template: bytes, *, kind: Literal["pdf", "png"], form: Form, ppi: float | None = None) -> bytes:
    """Run the template in a folder that holds nothing but the sheet and its pictures."""
    with TemporaryDirectory() as folder:
        told = asdict(sheet) | {"files": sorted(sheet.files)}
        (Path(folder) / "sheet.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        for name, content in sheet.files.items():
            (Path(folder) / name).write_bytes(content)
        return _run(Path(folder), template, kind=kind, form=form, ppi=ppi)


def _run(folder: Path, source: bytes, *, kind: Literal["pdf", "png"], form: Form, ppi: float | None) -> bytes:
    main = folder / "main.typ"
    main.write_bytes(source)
    made = typst.compile(main, root=folder, font_paths=load_fonts(), format=kind, ppi=ppi, sys_inputs={"form": form})
    # one page comes as it is, several in a list
    if not isinstance(made, bytes):
        raise TypeError(f"the typesetter gave {type(made).__name__} for a {kind}; wanted one file")
    return made


@lru_cache(maxsize=1)
def load_fonts() -> typst.Fonts:
    """Our fonts, and the server's for what ours lack; read once. FileNotFoundError when ours are not there."""
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=[FONTS])
    missing = sorted(set(FACES) - set(fonts.families()))
    if missing:
        raise FileNotFoundError(f"the bulletin's fonts {', '.join(missing)} are not in {FONTS}; copy that folder from the distribution")
    return fonts
