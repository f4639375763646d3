"""The sheet as a Word file, from the template in templates/."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import asdict
from itertools import zip_longest
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate, InlineImage, RichText  # type: ignore[import-untyped]  # it publishes no types
from jinja2.sandbox import SandboxedEnvironment
from PIL import Image

from reports.blank import RED_HEAD, TEMPLATE
from reports.sheet import MapBlock, Photos, Sheet, Table
from reports.typeset import draw_svg

WIDTH_MM = 156
# three abreast, with what a cell leaves round them
ABREAST = 3
PHOTO_MM = 48
PHOTO_HEIGHT_MM = 40
TWIPS_PER_MM = 1440 / 25.4
ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}


def make_docx(sheet: Sheet) -> bytes:
    """The bulletin as a Word file; whatever the data says is escaped, and shown as it stands."""
    template = DocxTemplate(TEMPLATE)
    told = asdict(sheet) | {"blocks": [_told(template, sheet, block) for block in sheet.blocks]}
    del told["files"]
    # an office may write the template, but no code
    template.render(told, jinja_env=SandboxedEnvironment(autoescape=True), autoescape=True)
    document = template.docx
    tables = [block for block in sheet.blocks if isinstance(block, Table | Photos)]
    for table, block in zip(document.tables, tables, strict=True):
        if isinstance(block, Table):
            _arrange(table, [column.width for column in block.columns], [column.align for column in block.columns])
            if block.whole:
                _keep_together(table)
        else:
            _arrange(table, [1 / ABREAST] * ABREAST, ["center"] * ABREAST)
    _keep_leads(document)
    for paragraph in document.paragraphs:
        if paragraph.style.name == RED_HEAD:
            for run in paragraph.runs:
                run.font.size = Pt(sheet.issuer_points)
    document.core_properties.title = f"{sheet.title} {sheet.subtitle}"
    document.core_properties.author = sheet.issuer
    document.core_properties.comments = sheet.mark
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _told(template: Any, sheet: Sheet, block: Any) -> dict[str, Any]:
    """A block as the template reads it, its pictures put in."""
    told = asdict(block)
    match block:
        case MapBlock():
            picture = draw_svg(sheet.files[block.file])
            told["picture"] = InlineImage(template, io.BytesIO(picture), width=Mm(min(block.width_mm, WIDTH_MM)))
            told["legend"] = RichText()
            for key in block.keys:
                told["legend"].add("■", color=key.colour)
                told["legend"].add(f" {key.text}　")
        case Photos():
            told["lines"] = list(_lines(template, sheet, block))
    return told


def _lines(template: Any, sheet: Sheet, block: Photos) -> Iterator[list[dict[str, Any]]]:
    """The photos three by three; the last line may have fewer."""
    nothing = {"picture": "", "caption": ""}
    shown = [
        {
            "picture": InlineImage(template, io.BytesIO(sheet.files[photo.file]), **_size(sheet.files[photo.file])) if photo.file else "",
            "caption": photo.caption,
        }
        for photo in block.photos
    ]
    for line in zip_longest(*(shown[start::ABREAST] for start in range(ABREAST)), fillvalue=nothing):
        yield list(line)


def _size(photo: bytes) -> dict[str, Any]:
    """As wide as a third of the page, but not higher than a photo on its side."""
    with Image.open(io.BytesIO(photo)) as opened:
        wide = opened.width * PHOTO_HEIGHT_MM >= opened.height * PHOTO_MM
    return {"width": Mm(PHOTO_MM)} if wide else {"height": Mm(PHOTO_HEIGHT_MM)}


def _keep_leads(document: Any) -> None:
    """Words that lead to a table stay with it."""
    for table in document.tables:
        before = table._tbl.getprevious()
        if before is not None and before.tag == qn("w:p"):
            Paragraph(before, document).paragraph_format.keep_with_next = True


def _keep_together(table: Any) -> None:
    """Every row but the last stays with the next."""
    for row in table.rows[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _arrange(table: Any, widths: list[float], aligns: list[str]) -> None:
    """Give a table's columns their widths and sides."""
    table.autofit = False
    twips = [round(width * WIDTH_MM * TWIPS_PER_MM) for width in widths]
    grid = table._tbl.tblGrid
    for old in grid.findall(qn("w:gridCol")):
        grid.remove(old)
    for width in twips:
        grid.add_gridCol().set(qn("w:w"), str(width))
    for row in table.rows:
        for cell, width, align in zip(row.cells, twips, aligns, strict=True):
            cell.width = round(width * 635)
            for paragraph in cell.paragraphs:
                paragraph.alignment = ALIGN[align]
