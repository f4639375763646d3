"""What the ledgers count in, in both languages."""

from __future__ import annotations

from i18n import Text

# units as the demo's ledgers write them
UNITS: dict[str, Text] = {
    "m²": Text(zh="㎡", en="m²"),
    "家": Text(zh="家", en="units"),
    "个小区": Text(zh="个小区", en="estates"),
    "条": Text(zh="条", en="lines"),
    "处": Text(zh="处", en="places"),
}


def unit_words(unit: object) -> Text:
    """The unit of a ledger as it is read; one that is not known here is shown as it is."""
    known = str(unit)
    return UNITS.get(known) or Text(zh=known or " ", en=known or " ")
