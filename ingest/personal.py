"""Personal data in free text: found, counted, and replaced by a marker."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pandas as pd
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
from stdnum.cn import ric

from ingest import spellings
from ingest.spellings import HIDDEN, PROVINCES, plain_of

__all__ = ["MARKERS", "PERSONAL_HEADING", "PROVINCES", "is_identity", "remove_from", "remove_personal"]
MARKERS = {
    "mobile": "〔手机号〕",
    "landline": "〔固话〕",
    "phone": "〔电话〕",
    "identity_card": "〔身份证号〕",
    "plate": "〔车牌号〕",
    "email": "〔邮箱〕",
}
# headings under which files keep people; such columns never leave the file, whatever the preset says of them
PERSONAL_HEADING = re.compile(
    r"姓名|联系人|联系电话|联系方式|手机|来电号码|来电人|身份证|诉求人|投诉人|举报人|反映人|上报人|"
    r"(?:^|[_\s])(?:e-?mail|phone|telephone|mobile|first_?name|last_?name|reporter|contactinfo|account_id|device_id)(?:$|[_\s])",
    re.IGNORECASE,
)

PAPERS = (spellings.PAPER, spellings.HONG_KONG)
Span = tuple[int, int]


def remove_personal(texts: pd.Series[Any], region: str = "CN") -> tuple[pd.Series[Any], Counter[str]]:
    """The texts with markers in place of personal data, and how much of each kind was taken out; others stay as they are.

    In any decimal digits, or eleven and more Chinese ones, with up to three spaces, line ends, dashes or invisible characters between two:
    - identity cards: 18 digits whose checksum and birthday are right, or the old 15 with a province and a birthday;
    - mobiles: 11 digits that begin 13 to 19, with or without +86, 0086, 86 or 0, also with other signs between their groups, and glued
      to another mobile, to a card, to a time of day or a day, unless cut like a date;
    - 7 or 8 digits behind a word such as 电话;
    and, as they are usually written,
    - any number of a paper behind its word (身份证, 护照, 通行证 …), and Hong Kong's cards by their bracket;
    - landlines with their area code, with +86, and 400 and 800 numbers; numbers of other countries that `phonenumbers` knows, behind a +;
    - plates: province, letter, 5 or 6 letters and digits with a digit among them, with or without ·, and those ending in 挂, 学, 警,
      港, 澳; electric bicycles, the armed police, embassies; any other behind a word such as 车牌. Those of the army are none of a person;
    - e-mail addresses;
    these three not touching another letter, but for a word of letters behind the digits of a plate.
    `region` is the country whose numbers are written without a country code; outside CN the Chinese forms are not looked for.
    Longer runs of digits (case numbers), house numbers, dates, times, amounts and coordinates stay.
    """
    found: Counter[str] = Counter()
    asked = texts.dropna()
    looked_at = pc.replace_substring_regex(pa.array(asked, type=pa.string()), spellings.LONE_DATE, r"\1~\2")
    suspects = asked[pc.match_substring_regex(looked_at, spellings.SUSPECT).to_numpy(zero_copy_only=False)]
    if suspects.empty:
        return texts, found
    clean: dict[str, str] = {}
    for text, count in suspects.value_counts().items():
        clean[str(text)], taken = remove_from(str(text), region)
        found.update({kind: n * int(count) for kind, n in taken.items()})
    changed = suspects.map(clean)
    kept = texts.copy()
    kept.loc[changed.index] = changed.astype(texts.dtype)
    return kept, found


def remove_from(text: str, region: str = "CN") -> tuple[str, Counter[str]]:
    """One text without its personal data, and how many of each kind were found."""
    plain = plain_of(text)
    taken: list[tuple[Span, str]] = []
    # an identity card holds runs like a mobile's, so it goes first, and what is found is hidden from the rest
    for kind, find in _finders(region):
        if spans := find(plain):
            taken += [(span, kind) for span in spans]
            plain = _replace(plain, [(span, HIDDEN * (span[1] - span[0])) for span in spans])
    return _replace(text, [(span, MARKERS[kind]) for span, kind in taken]), Counter(kind for _, kind in taken)


def _replace(text: str, places: list[tuple[Span, str]]) -> str:
    """The text with other words at these places, which do not overlap."""
    pieces, at = [], 0
    for (start, end), word in sorted(places):
        pieces += [text[at:start], word]
        at = end
    return "".join([*pieces, text[at:]])


def _finders(region: str) -> Iterator[tuple[str, Callable[[str], list[Span]]]]:
    yield "email", lambda plain: [found.span() for found in spellings.EMAIL.finditer(plain)]
    if region == "CN":
        yield "identity_card", _find_identities
        yield "identity_card", lambda plain: [found.span(1) for form in PAPERS for found in form.finditer(plain)]
        yield "plate", lambda plain: [found.span() for found in spellings.PLATE.finditer(plain)]
        yield "plate", lambda plain: [found.span(1) for found in spellings.NAMED_PLATE.finditer(plain)]
        yield "mobile", lambda plain: [found.span() for found in spellings.MOBILE.finditer(plain) if not _is_fraction(plain, found.start())]
        yield "landline", lambda plain: [_unbracket(plain, found.span()) for found in spellings.LANDLINE.finditer(plain)]
        yield "landline", _find_landlines
        yield "landline", lambda plain: [found.span(1) for found in spellings.LOCAL.finditer(plain)]
    else:
        yield "phone", lambda plain: _match_numbers(plain, region)


def _find_identities(plain: str) -> list[Span]:
    found = [match.span(1) for match in spellings.IDENTITY.finditer(plain) if is_identity(match[1])]
    found += [match.span(1) for match in spellings.OLD_IDENTITY.finditer(plain) if _is_old_identity(match[1])]
    return _apart(found)


def _apart(spans: list[Span]) -> list[Span]:
    """Of overlapping spans the longest."""
    kept: list[Span] = []
    covered = bytearray(max((end for _, end in spans), default=0))
    for start, end in sorted(spans, key=lambda span: span[0] - span[1]):
        if not any(covered[start:end]):
            covered[start:end] = b"\1" * (end - start)
            kept.append((start, end))
    return kept


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text).upper()


def is_identity(text: str) -> bool:
    """Whether 18 digits, however they are spaced, are an identity card's: checksum and birthday."""
    # the register of counties is left aside: old cards carry counties that no longer exist
    number = _digits(text)
    return number[-1] == ric.calc_check_digit(number) and _is_birthday(number[6:14])


def _is_old_identity(text: str) -> bool:
    number = _digits(text)
    return "11" <= number[:2] <= "82" and _is_birthday("19" + number[6:12])


def _is_birthday(digits: str) -> bool:
    try:
        return 1880 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2100
    except ValueError:
        return False


def _find_landlines(plain: str) -> list[Span]:
    if not spellings.WORTH_MATCHING.search(plain):
        return []
    return [span for span in _match_numbers(plain, "CN") if spellings.WRITTEN_LIKE_ONE.match(plain, span[0])]


def _match_numbers(plain: str, region: str) -> list[Span]:
    # abroad only what is grouped like a number: `1310-1340 Main St` and two order numbers side by side are none
    leniency = phonenumbers.Leniency.VALID if region == "CN" else phonenumbers.Leniency.STRICT_GROUPING
    matches = phonenumbers.PhoneNumberMatcher(plain, region, leniency=leniency, max_tries=sys.maxsize)
    spans = [_unbracket(plain, (match.start, match.end)) for match in matches]
    return [(start, end) for start, end in spans if not _is_number(plain[start:end]) and not _is_fraction(plain, start)]


def _unbracket(plain: str, span: Span) -> Span:
    """The span without a bracket that is opened before the number and not closed in it."""
    start, end = span
    return (start + 1, end) if plain[start] == "(" and ")" not in plain[start:end] else span


def _is_number(text: str) -> bool:
    """Whether this is an amount or a pair of house numbers."""
    return bool(spellings.HOUSES.fullmatch(text) or (spellings.DECIMAL.fullmatch(text) and not spellings.AREA_CODE.fullmatch(text)))


def _is_fraction(plain: str, start: int) -> bool:
    """Whether what starts here are the decimals of a coordinate in China, and not a number behind `1.` of a list."""
    before = re.search(r"([0-9]{2,3})\.$", plain[max(start - 4, 0) : start])
    return before is not None and (18 <= int(before[1]) <= 54 or 73 <= int(before[1]) <= 135)
