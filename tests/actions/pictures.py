"""Photos as telephones write them, and one that is a trap."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

GPS, DETAIL = 0x8825, 0x8769
EAST, NORTH = 121.507, 31.331


def take(image: Image.Image, form: str = "JPEG", *, lon: float = EAST, lat: float = NORTH, **tags: object) -> bytes:
    """A photo as a phone writes it: with its place, its time, its owner and which way it was held."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x013B] = "Maker", "Model", "Somebody"
    if "orientation" in tags:
        exif[0x0112] = tags["orientation"]
    exif.get_ifd(DETAIL).update({0x9003: "2017:10:31 17:55:04", **({0x9011: tags["offset"]} if "offset" in tags else {})})
    exif.get_ifd(GPS).update({1: "N" if lat >= 0 else "S", 2: split(lat), 3: "E" if lon >= 0 else "W", 4: split(lon)})
    written = io.BytesIO()
    image.save(written, form, exif=exif)
    return written.getvalue()


def split(degrees: float) -> tuple[float, float, float]:
    value = abs(degrees)
    minutes = value % 1 * 60
    return float(int(value)), float(int(minutes)), round(minutes % 1 * 60, 4)


def head_of_png(width: int, height: int) -> bytes:
    """A PNG that says it is so large, as a bomb does; nobody who reads its head decodes it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
