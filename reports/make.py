"""From a day to files: gather once, say it in one language, make what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from sqlalchemy import Engine

from i18n import Language
from model.setup import Office
from queries.filters import Filters
from reports.compose import compose
from reports.gather import gather
from reports.period import Period
from reports.sheet import Sheet
from reports.typeset import make_pdf, make_png
from reports.word import make_docx

MAKERS: dict[str, Callable[[Sheet], bytes]] = {"docx": make_docx, "pdf": make_pdf, "png": make_png}
MIMES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "png": "image/png",
}


def make_sheet(
    engine: Engine, office: Office, period: Period, language: Language, *, chosen: Filters | None = None, red_head: bool = True
) -> Sheet:
    """The bulletin in words; ValueError for a period that has not begun by the office's clock."""
    if period.since > office.today():
        raise ValueError(
            f"{period.since} 还没有到，数据时点是 {office.today()}；请选这一天或更早 / "
            f"{period.since} has not come: the data is as of {office.today()}; choose that day or an earlier one"
        )
    return compose(gather(engine, office, period, chosen), language, red_head=red_head)


def name_file(period: Period, language: Language, kind: str) -> str:
    """`bulletin-daily-20171031-zh.pdf`."""
    return f"{period.file_name}-{language}.{kind}"


def write_files(sheet: Sheet, period: Period, folder: Path, kinds: Iterable[str] = tuple(MAKERS)) -> list[Path]:
    """Write the files into a folder, which is made where it is missing; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in kinds:
        path = folder / name_file(period, sheet.language, kind)
        path.write_bytes(MAKERS[kind](sheet))
        written.append(path)
    return written
