"""Which encoding is a text in?"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from itertools import chain

import charset_normalizer

SAMPLE_BYTES = 1 << 20
# the longer mark first: UTF-32's begins with UTF-16's
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LOST = "\ufffd"
# a few cells cut in the middle of a character do not make another encoding
FEW = 0.01
# common Chinese is in the 6,763 characters of GB 2312; other encodings read as GB18030 are not
MOSTLY = 0.9


def detect_encoding(blocks: Iterable[bytes]) -> str:
    """The Python name of a text's encoding, told from all of it and not from its beginning alone.

    A byte order mark decides; then UTF-16 without one (zeros in every second place), UTF-8, GB18030 with
    common Chinese in it; charset-normalizer has the last word. Pure ASCII is utf-8.
    """
    blocks = iter(blocks)
    first = next(blocks, b"")
    for mark, name in MARKS:
        if first.startswith(mark):
            return name
    if wide := _wide(first):
        return wide
    return _narrow(first, blocks)


def _wide(sample: bytes) -> str | None:
    even, odd = sample[0:4096:2].count(0), sample[1:4096:2].count(0)
    least = max(len(sample[:4096]) // 20, 1)
    if odd >= least and even * 20 < odd:
        return "utf-16-le"
    if even >= least and odd * 20 < even:
        return "utf-16-be"
    return None


def _narrow(first: bytes, rest: Iterable[bytes]) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    sample = b""
    sound = True
    for block in chain([first], rest):
        # looked at is what is not plain ASCII, wherever it stands
        if not block.isascii():
            sample = sample if len(sample) > SAMPLE_BYTES else sample + block
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            sound = False
        if not sound and len(sample) > SAMPLE_BYTES:
            break
    return "utf-8" if sound else _choose(sample)


def _choose(sample: bytes) -> str:
    """The encoding of what is no sound UTF-8."""
    as_utf8, as_chinese = (sample.decode(name, "replace") for name in ("utf-8", "gb18030"))
    # 很很很 in GB18030 happens to be sound UTF-8 but for its first byte, so it is not enough to count what is lost
    if MOSTLY <= (chinese := _commonness(as_chinese)) > _commonness(as_utf8):
        return "gb18030"
    if as_utf8.count(LOST) <= FEW * sum(not char.isascii() for char in as_utf8):
        return "utf-8"
    best = charset_normalizer.from_bytes(sample[: 1 << 16]).best()
    return best.encoding if best else "gb18030" if chinese else "utf-8"


def _commonness(text: str) -> float:
    """Which share of the characters beyond ASCII is in GB 2312."""
    strange = "".join(char for char in text if not char.isascii())
    return len(strange.encode("gb2312", "ignore")) / 2 / max(len(strange), 1)
