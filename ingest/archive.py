"""A table's bytes, from the file itself or straight out of a zip, never more than the limits allow."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from ingest import reasons
from ingest.reasons import Unreadable

Kind = Literal["text", "book"]
BLOCK = 1 << 20
# what a zip may unpack to, in bytes: a text is streamed, a workbook is held in memory, shapes go to a temporary folder
MOST_TEXT = 8 << 30
MOST_BOOK = 1 << 30
MOST_SHAPES = 2 << 30
# a GeoJSON is held in memory several times over
MOST_JSON = 64 << 20
# no table packs so well; asked only above a size where it matters
MOST_TIMES, TIMES_FROM = 250, 16 << 20
# bytes of an archive's directory, of which each file takes 46 and its name
MOST_DIRECTORY = 4 << 20
# where the end of the directory is looked for: its record, and the longest remark behind it; a larger size stands elsewhere
LAST_BYTES, UNSAID = 66_000, 0xFFFFFFFF
TEXTS = (".csv", ".tsv", ".txt")
BOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".zst")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table to read: plain text or a workbook, and how many bytes it has unpacked."""

    path: Path
    kind: Kind
    size: int
    member: zipfile.ZipInfo | None = None

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes from the beginning; a workbook out of a zip is held in memory."""
        if self.member is None:
            with self.path.open("rb") as stream:
                yield stream
            return
        with _unzipping(self.path) as archive, archive.open(self.member) as packed:
            yield packed if self.kind == "text" else io.BytesIO(packed.read())

    def blocks(self) -> Iterator[bytes]:
        """Its bytes, a block at a time."""
        with self.open() as stream:
            while block := stream.read(BLOCK):
                yield block


def find_table(path: Path) -> Table:
    """The one table that a file is or a zip holds; Unreadable says what else was found."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head:
        raise Unreadable(reasons.EMPTY_FILE, file=path.name)
    if head.startswith(OLE):
        return Table(path=path, kind="book", size=path.stat().st_size)
    if not head.startswith(b"PK\x03\x04"):
        _check_text(head, path.name)
        return Table(path=path, kind="text", size=path.stat().st_size)
    with _unzipping(path) as archive:
        names = {info.filename for info in archive.infolist()}
        if "[Content_Types].xml" in names or "mimetype" in names:
            check_archive(archive, path.name, MOST_BOOK)
            return Table(path=path, kind="book", size=path.stat().st_size)
        return _find_member(archive, path)


def _find_member(archive: zipfile.ZipFile, path: Path) -> Table:
    infos = list_members(archive, path.name)
    found = [info for info in infos if info.filename.lower().endswith(TEXTS + BOOKS)]
    listed = ", ".join(Path(info.filename).name for info in (found or infos)[:10])
    if not found:
        raise Unreadable(reasons.NO_TABLE, file=path.name, found=listed or "0")
    if len(found) > 1:
        raise Unreadable(reasons.SEVERAL_TABLES, file=path.name, count=len(found), found=listed)
    member = found[0]
    kind: Kind = "text" if member.filename.lower().endswith(TEXTS) else "book"
    check_member(member, path.name, MOST_TEXT if kind == "text" else MOST_BOOK)
    if kind == "book":
        with archive.open(member) as packed:
            held = io.BytesIO(packed.read())
        if zipfile.is_zipfile(held):
            with zipfile.ZipFile(held) as book:
                check_archive(book, member.filename, MOST_BOOK)
    return Table(path=path, kind=kind, size=member.file_size, member=member)


def list_members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """The files in an archive; folders and a Mac's shadow files left out, nested archives refused."""
    infos = [info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")]
    if nested := [info.filename for info in infos if info.filename.lower().endswith(ARCHIVES)]:
        raise Unreadable(reasons.NESTED, file=name, found=nested[0])
    if any(info.flag_bits & 1 for info in infos):
        raise Unreadable(reasons.ENCRYPTED, file=name)
    return infos


def check_member(info: zipfile.ZipInfo, name: str, most: int) -> None:
    """Refuse a member that says it is too large or too dense; zipfile itself never gives more than it says."""
    if info.file_size > most:
        raise Unreadable(reasons.TOO_LARGE, file=name, limit=most >> 20)
    times = info.file_size / max(info.compress_size, 1)
    if info.file_size > TIMES_FROM and times > MOST_TIMES:
        raise Unreadable(reasons.TOO_DENSE, file=name, found=round(times), limit=MOST_TIMES)


def check_archive(archive: zipfile.ZipFile, name: str, most: int) -> None:
    """Refuse an archive that is too large or too dense in all, by what it says and by what it really unpacks to.

    Others read it after us and do not stop where the directory says, so the sizes are not believed.
    """
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise Unreadable(reasons.ENCRYPTED, file=name)
    packed = sum(info.compress_size for info in archive.infolist())
    total = 0
    for info in archive.infolist():
        info.file_size = most + 1
        try:
            with archive.open(info) as stream:
                while block := stream.read(BLOCK):
                    total += len(block)
                    if total > most:
                        raise Unreadable(reasons.TOO_LARGE, file=name, limit=most >> 20)
                    if total > TIMES_FROM and total > MOST_TIMES * max(packed, 1):
                        raise Unreadable(reasons.TOO_DENSE, file=name, found=round(total / packed), limit=MOST_TIMES)
        except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
            raise Unreadable(reasons.BROKEN_ARCHIVE, file=name, found=error) from error


def check_directory(path: Path) -> None:
    """Refuse an archive of very many files before zipfile holds them all in memory (APPNOTE 4.3.14 and 4.3.16)."""
    with path.open("rb") as stream:
        stream.seek(max(path.stat().st_size - LAST_BYTES, 0))
        last = stream.read()
    at = last.rfind(b"PK\x05\x06")
    said = [int.from_bytes(last[at + 12 : at + 16], "little")] if at >= 0 else [0]
    if (wide := last.rfind(b"PK\x06\x06")) >= 0:
        said.append(int.from_bytes(last[wide + 40 : wide + 48], "little"))
    size = max(said if said[0] != UNSAID else said[1:], default=UNSAID)
    if size > MOST_DIRECTORY:
        raise Unreadable(reasons.TOO_MANY_FILES, file=path.name, found=f"{size / (1 << 20):,.0f}", limit=MOST_DIRECTORY >> 20)


@contextmanager
def _unzipping(path: Path) -> Iterator[zipfile.ZipFile]:
    check_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise Unreadable(reasons.BROKEN_ARCHIVE, file=path.name, found=error) from error


def _check_text(head: bytes, name: str) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:300].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")) or b"<html" in start:
        raise Unreadable(reasons.WEB_PAGE, file=name)
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"SQLite format 3")):
        raise Unreadable(reasons.NO_TABLE, file=name, found=head[:6].decode("latin-1"))
