"""Make the Word template: page, styles, head and foot of an official document (GB/T 9704), and where the bulletin's blocks go.

`python -m reports.blank` writes reports/templates/bulletin.docx; an office may change that file in Word and keep its `{{ }}` and `{% %}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

RED_HEAD = "Bulletin Red Head"
TEMPLATE = Path(__file__).parent / "templates" / "bulletin.docx"
# the faces of official documents by their Chinese names, each with those that may stand in for it
FANG, SONG, HEI, KAI = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
STAND_INS = {
    FANG: "仿宋,FangSong,STFangsong,FandolFang,Noto Serif CJK SC",
    SONG: "小标宋,华文中宋,STZhongsong,宋体,SimSun,FandolSong,Noto Serif CJK SC",
    HEI: "SimHei,FandolHei,Noto Sans CJK SC",
    KAI: "楷体,KaiTi,STKaiti,FandolKai,Noto Serif CJK SC",
}
# 22 lines in 225 mm, 28 characters of 16 pt in 156 mm, so each stands closer by a quarter of a point: in twentieths of a point.
# a grid of characters would say the same, but not every program that opens the file keeps to it
LINE_TWIPS, CLOSER_TWIPS = 579, -5
BODY_POINTS = 16
# what a cell of a table leaves on either side, 2.5 pt
CELL_TWIPS = 50
RED, GREY, INK = RGBColor(0xC0, 0, 0), RGBColor(0x7A, 0x7A, 0x7A), RGBColor(0, 0, 0)
CENTER, RIGHT, LEFT, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY


@dataclass(frozen=True, kw_only=True)
class Face:
    """One style of paragraph. `indent` and `right` are in characters of its own size; without a `line` a line is as high as it must be."""

    name: str
    font: str
    size: float
    align: WD_ALIGN_PARAGRAPH = JUSTIFY
    colour: RGBColor = INK
    indent: int = 0
    right: int = 0
    line: float | None = LINE_TWIPS / 20
    before: float = 0
    after: float = 0
    keep: bool = False


FACES = (
    Face(name="Normal", font=FANG, size=16),
    Face(name="Bulletin Body", font=FANG, size=16, indent=2),
    Face(name=RED_HEAD, font=SONG, size=26, align=CENTER, colour=RED, line=None, after=14),
    Face(name="Bulletin Number", font=FANG, size=16, align=LEFT, after=10),
    Face(name="Title", font=SONG, size=22, align=CENTER, line=None, before=12, after=6, keep=True),
    Face(name="Subtitle", font=KAI, size=16, align=CENTER, keep=True),
    Face(name="Bulletin Mark", font=KAI, size=12, align=CENTER, colour=RED),
    Face(name="Heading 1", font=HEI, size=16, indent=2, keep=True),
    Face(name="Heading 2", font=KAI, size=16, indent=2, keep=True),
    Face(name="Bulletin Note", font=FANG, size=10.5, indent=2, line=16),
    Face(name="Bulletin Cell", font=FANG, size=10.5, align=LEFT, line=15),
    Face(name="Bulletin Head Cell", font=HEI, size=10.5, align=LEFT, line=15),
    Face(name="Bulletin Caption", font=FANG, size=10.5, align=CENTER, line=16),
    Face(name="Bulletin Picture", font=FANG, size=10.5, align=CENTER, line=None, before=6, keep=True),
    Face(name="Bulletin Signature", font=FANG, size=16, align=RIGHT, right=4),
    Face(name="Footer", font="宋体", size=14, line=None),
    Face(name="Header", font=KAI, size=10.5, align=RIGHT, colour=GREY, line=None),
)


def make_template() -> Any:
    """The template as a document of python-docx."""
    document = Document()
    for face in FACES:
        _style(document, face)
    _page(document)
    _name_fonts(document)
    _head_and_foot(document)
    _body(document)
    return document


def _style(document: Any, face: Face) -> None:
    styles = document.styles
    known = face.name in [style.name for style in styles]
    style = styles[face.name] if known else styles.add_style(face.name, WD_STYLE_TYPE.PARAGRAPH)
    if face.name not in {"Normal", "Header", "Footer"}:
        style.base_style = styles["Normal"]
    font, form = style.font, style.paragraph_format
    font.size, font.bold, font.italic, font.color.rgb = Pt(face.size), False, False, face.colour
    run = style.element.get_or_add_rPr()
    for old in run.findall(qn("w:rFonts")):
        run.remove(old)
    # letters and digits stand in the same face, as official documents have them
    run.insert(
        0, parse_xml(f'<w:rFonts {nsdecls("w")} w:ascii="{face.font}" w:hAnsi="{face.font}" w:eastAsia="{face.font}" w:cs="{face.font}"/>')
    )
    if face.size == BODY_POINTS:
        run.append(parse_xml(f'<w:spacing {nsdecls("w")} w:val="{CLOSER_TWIPS}"/>'))
    form.alignment, form.keep_with_next = face.align, face.keep
    form.space_before, form.space_after = Pt(face.before), Pt(face.after)
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE if face.line is None else WD_LINE_SPACING.EXACTLY
    if face.line is not None:
        form.line_spacing = Pt(face.line)
    paragraph = style.element.get_or_add_pPr()
    for old in paragraph.findall(qn("w:pBdr")):
        paragraph.remove(old)
    form.left_indent = form.first_line_indent = Pt(0)
    if face.line != LINE_TWIPS / 20:
        _leave_the_grid(paragraph)
    if face.indent:
        form.first_line_indent = Pt(face.indent * face.size)
        paragraph.find(qn("w:ind")).set(qn("w:firstLineChars"), str(face.indent * 100))
    if face.right:
        form.right_indent = Pt(face.right * face.size)
        paragraph.find(qn("w:ind")).set(qn("w:rightChars"), str(face.right * 100))
    if face.name == "Bulletin Number":
        edge = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="12" w:space="4" w:color="C00000"/></w:pBdr>'
        paragraph.insert_element_before(
            parse_xml(edge), "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
        )
        form.tab_stops.add_tab_stop(Mm(156), alignment=2)


def _leave_the_grid(paragraph: Any) -> None:
    for old in paragraph.findall(qn("w:snapToGrid")):
        paragraph.remove(old)
    off = parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>')
    paragraph.insert_element_before(off, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")


def _page(document: Any) -> None:
    section = document.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    # the page number stands 7 mm below the print area
    section.header_distance, section.footer_distance = Mm(22), Mm(22)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    grid = f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{LINE_TWIPS}"/>'
    section._sectPr.append(parse_xml(grid))


def _name_fonts(document: Any) -> None:
    """Say in the font table which faces may stand in, for machines that have others."""
    part = next(part for part in document.part.package.iter_parts() if str(part.partname) == "/word/fontTable.xml")
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, others in STAND_INS.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")


def _head_and_foot(document: Any) -> None:
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for header in (section.header, section.even_page_header):
        header.paragraphs[0].style = document.styles["Header"]
        header.paragraphs[0].text = "{{ mark }}"
    for footer, align, side in ((section.footer, RIGHT, "right_indent"), (section.even_page_footer, LEFT, "left_indent")):
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Footer"]
        paragraph.alignment = align
        setattr(paragraph.paragraph_format, side, Pt(16))
        paragraph.add_run("— ")
        paragraph._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
        paragraph.add_run(" —")


def _body(document: Any) -> None:
    """The blocks, in the words of the template library: `p` stands for a paragraph, `tr` for a row, `tc` for a cell."""

    def add(text: str, style: str = "Normal") -> None:
        document.add_paragraph(text, style=style)

    add("{%p if red_head %}")
    add("{{ issuer }}", RED_HEAD)
    add("{{ number }}\t{{ date }}", "Bulletin Number")
    add("{%p endif %}")
    add("{{ title }}", "Title")
    add("{{ subtitle }}", "Subtitle")
    add("{%p if mark %}")
    add("{{ mark }}", "Bulletin Mark")
    add("{%p endif %}")
    add("{%p for block in blocks %}")
    add('{%p if block.kind == "heading" and block.level == 1 %}')
    add("{{ block.text }}", "Heading 1")
    add('{%p elif block.kind == "heading" %}')
    add("{{ block.text }}", "Heading 2")
    add('{%p elif block.kind == "paragraph" and block.note %}')
    add("{{ block.text }}", "Bulletin Note")
    add('{%p elif block.kind == "paragraph" %}')
    add("{{ block.text }}", "Bulletin Body")
    add('{%p elif block.kind == "table" %}')
    _table(document)
    add("", "Bulletin Note")
    add('{%p elif block.kind == "map" %}')
    add("{{ block.picture }}", "Bulletin Picture")
    add("{{ block.caption }}", "Bulletin Caption")
    add("{{ block.title }}　{{r block.legend }}", "Bulletin Caption")
    add("{%p for line in block.lines %}")
    add("{{ line }}", "Bulletin Caption")
    add("{%p endfor %}")
    add('{%p elif block.kind == "photos" %}')
    _photos(document)
    add("", "Bulletin Note")
    add("{%p endif %}")
    add("{%p endfor %}")
    add("")
    add("{%p for line in signature %}")
    add("{{ line }}", "Bulletin Signature")
    add("{%p endfor %}")


def _table(document: Any) -> None:
    table = document.add_table(rows=4, cols=3)
    table.style = document.styles["Table Grid"]
    _rules(table)
    rows = (
        ("{%tc for column in block.columns %}", "{{ column.head }}", "{%tc endfor %}", "Bulletin Head Cell"),
        ("{%tr for row in block.rows %}", "", "", "Bulletin Cell"),
        ("{%tc for said in row %}", "{{ said }}", "{%tc endfor %}", "Bulletin Cell"),
        ("{%tr endfor %}", "", "", "Bulletin Cell"),
    )
    for row, (*texts, style) in zip(table.rows, rows, strict=True):
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].text, cell.paragraphs[0].style = text, document.styles[style]
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def _photos(document: Any) -> None:
    table = document.add_table(rows=4, cols=3)
    rows = (
        ("{%tr for line in block.lines %}", "", ""),
        tuple(f"{{{{ line[{place}].picture }}}}" for place in range(3)),
        tuple(f"{{{{ line[{place}].caption }}}}" for place in range(3)),
        ("{%tr endfor %}", "", ""),
    )
    for row, texts in zip(table.rows, rows, strict=True):
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].text = text
            cell.paragraphs[0].style = document.styles["Bulletin Picture" if "picture" in text else "Bulletin Caption"]


def _rules(table: Any) -> None:
    """Thin lines between rows, firm ones above and below, none upright; cells that leave their words room."""
    firm, thin = 'w:val="single" w:sz="6" w:space="0" w:color="000000"', 'w:val="single" w:sz="2" w:space="0" w:color="9A9A9A"'
    # in the order that the schema of Word wants
    sides = {"top": firm, "left": 'w:val="nil"', "bottom": firm, "right": 'w:val="nil"', "insideH": thin, "insideV": 'w:val="nil"'}
    edges = "".join(f"<w:{side} {line}/>" for side, line in sides.items())
    room = "".join(f'<w:{side} w:w="{CELL_TWIPS}" w:type="dxa"/>' for side in ("left", "right"))
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    # the rules begin where the lines of the page begin
    for part in (f'<w:tblInd {nsdecls("w")} w:w="{CELL_TWIPS}" w:type="dxa"/>', f"<w:tblBorders {nsdecls('w')}>{edges}</w:tblBorders>"):
        look.addprevious(parse_xml(part))
    look.addprevious(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{room}</w:tblCellMar>"))


if __name__ == "__main__":
    make_template().save(str(TEMPLATE))
