"""Planted cases, and what the wall says of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Update, insert

from i18n import Language
from model.cases import CaseRow
from model.counts import count_anew
from model.engine import write
from model.setup import keep_setting
from wall.frame import draw_scene, look
from wall.scene import scenes

NOW = datetime(2017, 10, 31, 10, tzinfo=UTC)
TODAY = date(2017, 10, 31)


def headline(engine: Engine, key: str, language: Language = "zh") -> str:
    return draw_scene(scenes()[key], look(engine, language), "dark").headline


def keep(engine: Engine, spans: dict[tuple[date, int], int], *, late: int = 0) -> None:
    """Write so many cases for each day and hour (the office's), `late` of all open and past their deadline."""
    rows: list[dict[str, Any]] = []
    for (day, hour), n in spans.items():
        for _ in range(n):
            at = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC) - timedelta(hours=8)
            number = len(rows) + 1
            overdue = number <= late
            rows.append(
                {
                    **{"id": number, "source": "test", "external_id": str(number), "channel": "hotline", "kind": "event"},
                    **{"reported_at": at, "reported_on": day, "reported_hour": hour, "cell": 1},
                    **{"department": "城管中队", "due_at": at + timedelta(hours=1), "due_on": day},
                    **{"closed_at": None if overdue else at + timedelta(minutes=30), "closed_on": None if overdue else day},
                }
            )
    with write(engine) as connection:
        connection.execute(insert(CaseRow), rows)
        count_anew(connection)
        keep_setting(connection, "as_of", NOW.isoformat())


def change(engine: Engine, statement: Update) -> None:
    """Change planted cases."""
    with write(engine) as connection:
        connection.execute(statement)
        count_anew(connection)


def days(n: int, *, back: int, hour: int = 9) -> dict[tuple[date, int], int]:
    """So many cases on each of seven days."""
    return {(TODAY - timedelta(days=day + back), hour): n for day in range(7)}
