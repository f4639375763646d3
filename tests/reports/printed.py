"""Reading a bulletin back from its files."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator

from docx import Document
from docx.document import Document as WordFile
from pypdf import PdfReader

from reports.sheet import Heading, MapBlock, Paragraph, Photos, Sheet, Table


def said_in(sheet: Sheet) -> Iterator[str]:
    """Every text that a sheet prints."""
    yield from (sheet.title, sheet.subtitle, *([sheet.issuer, sheet.number, sheet.date] if sheet.red_head else []), *sheet.signature)
    for block in sheet.blocks:
        match block:
            case Heading() | Paragraph():
                yield block.text
            case Table():
                yield from (column.head for column in block.columns)
                yield from (said for row in block.rows for said in row)
            case MapBlock():
                yield from (block.caption, block.title, *block.lines, *(key.text for key in block.keys))
            case Photos():
                yield from (photo.caption for photo in block.photos)


def squeeze(text: str) -> str:
    """A text without white space and break signs: where a line ends is the typesetter's."""
    return "".join(text.replace("\u200b", "").split())


def open_word(content: bytes) -> WordFile:
    return Document(io.BytesIO(content))


def word_text(content: bytes) -> str:
    """Everything in the body of a Word file, squeezed."""
    body = open_word(content).element.body
    return squeeze("".join(node.text or "" for node in body.iter() if node.tag.endswith("}t")))


def pdf_text(content: bytes) -> str:
    """Everything on the pages of a PDF, squeezed."""
    return squeeze("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def count_lines(content: bytes, page: int, sign: str) -> list[int]:
    """How often a sign stands in each line of a page, from the top; heights within a point are one line."""
    counts: Counter[int] = Counter()

    def note(text: str, page_at: list[float], text_at: list[float], *_: object) -> None:
        # where the page's matrix puts the text's origin
        counts[round(page_at[5] + page_at[3] * text_at[5])] += text.count(sign)

    PdfReader(io.BytesIO(content)).pages[page].extract_text(visitor_text=note)
    return [counts[height] for height in sorted(counts, reverse=True) if counts[height]]
