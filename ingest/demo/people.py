"""Role codes, never names: who leads, who looks after which zone and reach, and who is on duty on which day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ingest.demo.life import CALENDAR
from ingest.demo.rivers import REACHES, Reach
from ingest.demo.zones import ZONES

Row = dict[str, Any]
LEADERS, CADRES_A_ZONE = 11, 2
# 31 zones over 11 leaders, two to four each
LED = (4, 3, 3, 2, 3, 2, 4, 3, 2, 3, 2)
# the rounds of duty begin with leader 10, so that leader 3 is on duty on the demo's last day
FIRST_TURN = 9
YEAR_BEGAN, HANDED_OVER = date(2017, 1, 1), date(2017, 7, 1)
OFFICE = "新江湾城街道（演示）"
SUBDISTRICT, NEIGHBOURHOOD = "river_chief_subdistrict", "river_chief_neighbourhood"


def officials() -> list[Row]:
    """Every role code; the phone numbers are made up and cannot be dialled."""
    rivers = list(dict.fromkeys(reach.river for reach in REACHES))
    people = [
        *((f"L{n:02d}", f"值班领导{n:02d}", "处级领导") for n in range(1, LEADERS + 1)),
        *((f"G{n:02d}", f"责任区干部{n:02d}", "机关干部") for n in range(1, ZONES * CADRES_A_ZONE + 1)),
        *((f"HJ{n:02d}", f"街道河长{n:02d}", f"{river}街道级河长") for n, river in enumerate(rivers, start=1)),
        *((f"HC{n:02d}", f"居委河长{n:02d}", f"{reach.name}居委级河长") for n, reach in enumerate(REACHES, start=1)),
    ]
    return [
        {"code": code, "name": name, "title": title, "organisation": OFFICE, "phone": f"021-0000-{number:04d}"}
        for number, (code, name, title) in enumerate(people, start=1)
    ]


def duties() -> list[Row]:
    """Leaders and cadres of zones, chiefs of reaches. Z01 changed its leader, Z02 and Z03 one cadre, on 1 July 2017."""
    rows: list[Row] = []
    leader_of = [number for number, count in enumerate(LED, start=1) for _ in range(count)]
    for zone, leader in enumerate(leader_of, start=1):
        code = f"Z{zone:02d}"
        handed_over = zone == 1
        if handed_over:
            rows.append(_duty("L02", "zones", code, "leader", until=HANDED_OVER - timedelta(days=1)))
        rows.append(_duty(f"L{leader:02d}", "zones", code, "leader", since=HANDED_OVER if handed_over else YEAR_BEGAN))
        rows += [_duty(f"G{2 * zone - 1:02d}", "zones", code, "cadre")]
        rows += _second_cadre(zone, code)
    rivers = list(dict.fromkeys(reach.river for reach in REACHES))
    for number, reach in enumerate(REACHES, start=1):
        rows.append(_duty(_chief(reach, rivers), "rivers", reach.code, SUBDISTRICT))
        rows.append(_duty(f"HC{number:02d}", "rivers", reach.code, NEIGHBOURHOOD))
    return rows


def _second_cadre(zone: int, code: str) -> list[Row]:
    """The second cadre of a zone; those of Z02 and Z03 changed places."""
    own, other = f"G{2 * zone:02d}", {2: "G06", 3: "G04"}.get(zone)
    if other is None:
        return [_duty(own, "zones", code, "cadre")]
    return [
        _duty(own, "zones", code, "cadre", until=HANDED_OVER - timedelta(days=1)),
        _duty(other, "zones", code, "cadre", since=HANDED_OVER),
    ]


def _chief(reach: Reach, rivers: list[str]) -> str:
    return f"HJ{rivers.index(reach.river) + 1:02d}"


def _duty(official: str, layer: str, feature: str, role: str, *, since: date = YEAR_BEGAN, until: date | None = None) -> Row:
    return {"official_code": official, "layer": layer, "feature_code": feature, "role": role, "since": since, "until": until}


def walkers(reach: Reach) -> dict[str, str]:
    """The chief of each level, by level."""
    rivers = list(dict.fromkeys(one.river for one in REACHES))
    return {"subdistrict": _chief(reach, rivers), "neighbourhood": f"HC{REACHES.index(reach) + 1:02d}"}


def shifts() -> list[Row]:
    """One duty leader a day through 2017; working days, weekend days and holidays are dealt round separately, so each kind is fair."""
    days = [YEAR_BEGAN + timedelta(days=number) for number in range(365)]
    # each round begins where the one before it ends, so that all days together are one round too
    turn_of: dict[date, int] = {}
    for kind in ("weekend", "working", "holiday"):
        for day in (one for one in days if day_kind(one) == kind):
            turn_of[day] = FIRST_TURN + len(turn_of)
    return [{"on_date": day, "official_code": f"L{turn_of[day] % LEADERS + 1:02d}", "role": "duty_leader"} for day in days]


def day_kind(day: date) -> str:
    """What a duty day is: working, holiday or weekend; a weekend day that was made a working day counts as one."""
    if CALENDAR.is_working(day):
        return "working"
    return "holiday" if CALENDAR.is_holiday(day) else "weekend"
