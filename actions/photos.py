"""A photo as it is kept: its place and time read, turned upright, made small, everything else about it forgotten."""

from __future__ import annotations

import hashlib
import io
import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from PIL import ExifTags, Image, ImageOps

from actions.act import Refused
from i18n import Text

# pixels on the longest side, and bytes, of what is kept
LONGEST = 1600
MOST_BYTES = 800_000
QUALITIES = (85, 70, 55, 40)
# of what is taken in: bytes, pixels in all (a telephone's 100-megapixel mode), pixels on a side
MOST_SENT = 25_000_000
MOST_PIXELS = 120_000_000
LONGEST_SENT = 20_000
# a JPEG with several pictures in it, as some telephones write it, opens as a JPEG
FORMATS = ("JPEG", "PNG", "WEBP")
MIME = "image/jpeg"

TOO_MANY_BYTES = Text(
    zh="照片有 {found} MB，最多 {most} MB；请用手机相机的普通模式重拍",
    en="The photo has {found} MB, at most {most} are taken; take it again in plain mode",
)
TOO_MANY_PIXELS = Text(
    zh="照片有 {found} 像素，没有打开，最多 1.2 亿、一边 20,000；请用手机相机的普通模式重拍",
    en="The photo has {found} pixels and was not opened: at most 120 million, 20,000 on a side; take it again in plain mode",
)
BEYOND = Text(zh="1.7 亿以上", en="more than 170 million")
UNREADABLE = Text(
    zh="这个文件打不开，不是 JPEG、PNG 或 WebP 照片；请重拍或换一张",
    en="This file is no JPEG, PNG or WebP photo that opens; take another",
)


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A JPEG of at most LONGEST pixels and MOST_BYTES without metadata; `place` is longitude and latitude in WGS-84."""

    bytes: bytes
    sha256: str
    taken_at: datetime | None = None
    place: tuple[float, float] | None = None


def clean_photo(sent: bytes, zone: ZoneInfo, *, exif: bytes = b"") -> Photo:
    """The photo as it is kept; Refused with the reason when it is too large or none.

    A browser that made the photo small itself sends its EXIF block apart, and the photo upright. A time without an offset is in `zone`.
    """
    if len(sent) > MOST_SENT:
        raise Refused(TOO_MANY_BYTES, found=math.ceil(len(sent) / 1e6), most=MOST_SENT // 1_000_000)
    image = _open(sent)
    try:
        told = _read_exif(exif) if exif else image.getexif()
        taken_at, place = _taken_at(told, zone), _place(told)
        small = _encode(_upright(image))
    except Exception as error:  # bytes of strangers: whatever a decoder stumbles over means the same
        raise Refused(UNREADABLE) from error
    return Photo(bytes=small, sha256=hashlib.sha256(small).hexdigest(), taken_at=taken_at, place=place)


def _open(sent: bytes) -> Image.Image:
    """The image, not decoded yet: its size is known from its head."""
    with warnings.catch_warnings():
        # our own limit is the one that decides
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(sent), formats=FORMATS)
        except Image.DecompressionBombError as error:
            raise Refused(TOO_MANY_PIXELS, found=BEYOND) from error
        except Exception as error:  # as above
            raise Refused(UNREADABLE) from error
    if image.width * image.height > MOST_PIXELS or max(image.size) > LONGEST_SENT:
        raise Refused(TOO_MANY_PIXELS, found=f"{image.width:,}×{image.height:,}")
    return image


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF says, at most LONGEST pixels, on white where it was transparent."""
    if "transparency" in image.info or image.mode in {"P", "PA", "LA"}:
        image = image.convert("RGBA")
    # made small first: turning a whole one costs as much memory again
    image.thumbnail((LONGEST, LONGEST))
    turned = ImageOps.exif_transpose(image)
    if turned.mode == "RGBA":
        over = turned
        turned = Image.new("RGB", over.size, "white")
        turned.paste(over, mask=over.getchannel("A"))
    pixels = turned.convert("RGB")
    bare = Image.new("RGB", pixels.size)
    bare.paste(pixels)
    return bare


def _encode(image: Image.Image) -> bytes:
    """A JPEG of at most MOST_BYTES: of lower quality, and then smaller, until it fits."""
    while True:
        for quality in QUALITIES:
            written = io.BytesIO()
            image.save(written, "JPEG", quality=quality, optimize=True)
            if written.tell() <= MOST_BYTES:
                return written.getvalue()
        image = image.reduce(2)


def _read_exif(block: bytes) -> Image.Exif:
    told = Image.Exif()
    try:
        told.load(block)
    except Exception:  # a block that cannot be read tells nothing; the photo itself is still good
        return Image.Exif()
    return told


def _taken_at(told: Image.Exif, zone: ZoneInfo) -> datetime | None:
    """When it was taken; None where it does not say, or says nonsense."""
    try:
        detail = told.get_ifd(ExifTags.IFD.Exif)
        said = detail.get(ExifTags.Base.DateTimeOriginal) or told.get(ExifTags.Base.DateTime)
        local = datetime.strptime(str(said).strip("\0 "), "%Y:%m:%d %H:%M:%S")
        offset = str(detail.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
        return datetime.fromisoformat(f"{local.isoformat()}{offset}") if offset else local.replace(tzinfo=zone)
    except Exception:  # as above
        return None


def _place(told: Image.Exif) -> tuple[float, float] | None:
    """Longitude and latitude (EXIF 2.3, GPS IFD: degrees, minutes, seconds; WGS-84); None where it does not say, or says nonsense."""
    try:
        gps = told.get_ifd(ExifTags.IFD.GPSInfo)
        lat, lon = _degrees(gps, ExifTags.GPS.GPSLatitude, "S"), _degrees(gps, ExifTags.GPS.GPSLongitude, "W")
    except Exception:  # as above
        return None
    # a camera that found no satellite writes zeros
    sane = math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) < 90 and (lon, lat) != (0, 0)
    return (round(lon, 7), round(lat, 7)) if sane else None


def _degrees(gps: Mapping[int, Any], tag: int, minus: str) -> float:
    # the letter of the hemisphere stands one tag before the figures
    degrees, minutes, seconds = (float(part) for part in gps[tag])
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(gps.get(tag - 1, "")).strip("\0 ").upper() == minus else value
