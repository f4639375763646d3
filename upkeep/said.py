"""What upkeep did not do, and why, in both languages."""

from __future__ import annotations

from i18n import Text


class UpkeepError(ValueError):
    """Nothing was changed, and why."""

    def __init__(self, why: Text, **values: object) -> None:
        super().__init__(" / ".join(why.say(language, **values) for language in ("zh", "en")))
