"""A photo of any size comes out small, upright and without a word about its owner; what is no photo is refused in a sentence."""

from __future__ import annotations

import io
import struct
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from actions.act import Refused
from actions.photos import LONGEST, MOST_BYTES, clean_photo
from tests.actions.pictures import EAST, NORTH, head_of_png, take

ZONE = ZoneInfo("Asia/Shanghai")


def opened(kept: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(kept))
    image.load()
    return image


@settings(max_examples=30)
@given(
    width=some.integers(1, 2600),
    height=some.integers(1, 2600),
    mode=some.sampled_from(["RGB", "RGBA", "L", "LA", "P", "1", "CMYK"]),
    orientation=some.integers(1, 8),
)
def test_any_size_comes_out_bounded_and_bare(width: int, height: int, mode: str, orientation: int) -> None:
    form = {"CMYK": "JPEG", "RGB": "JPEG", "L": "WEBP"}.get(mode, "PNG")

    photo = clean_photo(take(Image.new(mode, (width, height)), form, orientation=orientation), ZONE)

    kept = opened(photo.bytes)
    assert kept.format == "JPEG"
    assert max(kept.size) <= min(LONGEST, max(width, height))
    assert len(photo.bytes) <= MOST_BYTES
    assert not kept.getexif()
    assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    assert b"Somebody" not in photo.bytes


def test_noise_fits_too() -> None:
    photo = clean_photo(take(Image.effect_noise((3000, 2600), 120).convert("RGB")), ZONE)

    assert len(photo.bytes) <= MOST_BYTES
    assert max(opened(photo.bytes).size) <= LONGEST


@pytest.mark.parametrize(("orientation", "corner"), [(1, "red"), (3, "blue"), (6, "blue"), (8, "red")])
def test_it_stands_upright(orientation: int, corner: str) -> None:
    # red on the left, blue on the right
    image = Image.new("RGB", (200, 100), "red")
    image.paste("blue", (100, 0, 200, 100))

    kept = opened(clean_photo(take(image, orientation=orientation), ZONE).bytes)

    turned = orientation in {6, 8}
    assert kept.size == ((100, 200) if turned else (200, 100))
    # 6: the top of the scene is the left of the picture, turned to the right; 8 the other way round
    place = {1: (10, 50), 3: (10, 50), 6: (50, 190), 8: (50, 190)}[orientation]
    red, _, blue = kept.getpixel(place)  # type: ignore[misc]
    assert (red > blue) == (corner == "red")


@given(lon=some.floats(0.01, 179.9) | some.floats(-179.9, -0.01), lat=some.floats(-89.9, 89.9))
@settings(max_examples=50)
def test_its_place_is_read_to_the_metre(lon: float, lat: float) -> None:
    photo = clean_photo(take(Image.new("RGB", (8, 8)), lon=lon, lat=lat), ZONE)

    assert photo.place is not None
    assert photo.place == pytest.approx((lon, lat), abs=1e-5)


@pytest.mark.parametrize(
    ("offset", "at"),
    [
        pytest.param(None, datetime(2017, 10, 31, 9, 55, 4, tzinfo=UTC), id="the office's own time"),
        pytest.param("+00:00", datetime(2017, 10, 31, 17, 55, 4, tzinfo=UTC), id="with its offset"),
        pytest.param("nonsense", None, id="nonsense is no time"),
    ],
)
def test_its_time_is_read(offset: str | None, at: datetime | None) -> None:
    tags = {"offset": offset} if offset else {}

    assert clean_photo(take(Image.new("RGB", (8, 8)), **tags), ZONE).taken_at == at


def test_a_block_sent_apart_counts_and_does_not_turn_the_photo() -> None:
    whole = take(Image.new("RGB", (40, 20)), orientation=6)
    start = whole.index(b"Exif\0\0")
    block = whole[start : start + struct.unpack(">H", whole[start - 2 : start])[0] - 2]
    bare = io.BytesIO()
    Image.new("RGB", (40, 20)).save(bare, "JPEG")

    photo = clean_photo(bare.getvalue(), ZONE, exif=block)

    assert opened(photo.bytes).size == (40, 20)
    assert photo.place == pytest.approx((EAST, NORTH), abs=1e-5)


def test_no_satellite_is_no_place() -> None:
    assert clean_photo(take(Image.new("RGB", (8, 8)), lon=0.0, lat=0.0), ZONE).place is None


@given(block=some.binary(max_size=300))
@settings(max_examples=50)
def test_any_block_is_survived(block: bytes) -> None:
    bare = io.BytesIO()
    Image.new("RGB", (4, 4)).save(bare, "JPEG")

    assert clean_photo(bare.getvalue(), ZONE, exif=b"Exif\0\0" + block).bytes


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        pytest.param(head_of_png(50_000, 50_000), "20,000", id="50,000 pixels a side"),
        pytest.param(head_of_png(50_000, 10), "50,000×10", id="50,000 pixels on one side"),
        pytest.param(head_of_png(12_000, 12_000), "12,000×12,000", id="144 megapixels"),
        pytest.param(head_of_png(15_000, 15_000), "20,000", id="225 megapixels"),
        pytest.param(b"\xff" * 25_000_001, "26 MB", id="too many bytes"),
        pytest.param(b"", "JPEG", id="nothing"),
        pytest.param(b"%PDF-1.7 not a photo", "JPEG", id="no photo"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG", id="a drawing that could hold a script"),
        pytest.param(take(Image.new("RGB", (400, 300)))[:900], "JPEG", id="cut off"),
        pytest.param(head_of_png(300, 300), "JPEG", id="less than it says"),
    ],
)
def test_what_is_no_photo_is_refused_in_a_sentence(sent: bytes, says: str) -> None:
    with pytest.raises(Refused) as refused:
        clean_photo(sent, ZONE)

    for language in ("zh", "en"):
        said = refused.value.say(language)
        assert says in said
        assert "\n" not in said


@given(sent=some.binary(max_size=400), kind=some.sampled_from([b"", b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n", b"RIFF\x20\0\0\0WEBPVP8 "]))
@settings(max_examples=150)
def test_whatever_comes_it_is_a_photo_or_refused(sent: bytes, kind: bytes) -> None:
    with suppress(Refused):
        assert clean_photo(kind + sent, ZONE).bytes
