"""Where and when the office is: its time zone, clock, metric CRS and title, from the environment or the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, delete, insert, select

from config import DEFAULT_TIMEZONE, Settings, settings
from i18n import Text
from model.office import Setting

DEMO_MARK = Text(zh="演示数据，均为虚构", en="Made-up demo data")


@dataclass(frozen=True, kw_only=True)
class Office:
    """The office as every page and import sees it; `metric_crs` is None until the first data came in."""

    timezone: ZoneInfo
    as_of: datetime | None
    metric_crs: str | None
    title_zh: str
    title_en: str
    demo: bool

    def now(self) -> datetime:
        """The office's clock: where it is set to stand, else the real time; in the office's zone."""
        return (self.as_of or datetime.now(UTC)).astimezone(self.timezone)

    def today(self) -> date:
        """The office's calendar day."""
        return self.now().date()


def read_office(engine: Engine) -> Office:
    """The office of a database; the environment wins over what the data says."""
    with engine.connect() as connection:
        kept = read_settings(connection)
    return make_office(kept, settings())


def read_settings(connection: Connection) -> dict[str, str]:
    """What the database says of itself, by key."""
    return {row.key: row.value for row in connection.execute(select(Setting.key, Setting.value))}


def make_office(kept: Mapping[str, str], chosen: Settings) -> Office:
    """The office from what the data says and what the environment chose."""
    as_of = kept.get("as_of")
    return Office(
        timezone=chosen.timezone or ZoneInfo(kept.get("timezone", DEFAULT_TIMEZONE)),
        as_of=chosen.as_of or (datetime.fromisoformat(as_of) if as_of else None),
        metric_crs=chosen.metric_crs or kept.get("metric_crs"),
        title_zh=kept.get("title_zh", "城市精细化管理看板"),
        title_en=kept.get("title_en", "Finegrid"),
        demo=kept.get("demo") == "yes",
    )


def keep_setting(connection: Connection, key: str, value: str) -> None:
    """Write one setting, over the old one."""
    connection.execute(delete(Setting).where(Setting.key == key))
    connection.execute(insert(Setting).values(key=key, value=value))
