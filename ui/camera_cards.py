"""The figures of the cameras page: what works, what is seen of cases, ground and rivers; each with its receipt."""

from __future__ import annotations

import numpy as np

from geo.blind_spots import WATCHED_METRES
from i18n import Text, show_number, show_share
from queries.filters import KNOWN, Filters
from ui.camera_views import OFFLINE, PLANNED, Covered, SeenCases
from ui.cards import Card, show_cards
from ui.case_links import params_of, these
from ui.viewer import Viewer

WORKING = Text(zh="在用探头", en="Working cameras")
ALL_CAMERAS = Text(zh="全部探头", en="All cameras")
PLANNED_CAMERAS = Text(zh="计划探头", en="Planned cameras")
OFFLINE_CAMERAS = Text(zh="离线探头", en="Offline cameras")
ALL_ROUND = Text(zh="没有朝向、按全向计", en="Without a direction, taken as all round")
DOUBTFUL = Text(zh="只知大致朝向", en="Only the rough direction known")
CASES_SEEN = Text(zh="案件可见率", en="Cases seen")
SEEN_CASES = Text(zh="看得到的案件", en="Cases seen")
PLACED_CASES = Text(zh="有位置的案件", en="Cases with a place")
BLIND_CASES = Text(zh="探头间盲区案件", en="Cases unseen between cameras")
BLIND_SPOTS = Text(zh="探头之间的盲区", en="Blind spots between cameras")
AREA_SEEN = Text(zh="面积覆盖率", en="Area seen")
SEEN_AREA = Text(zh="看得到的面积", en="Area seen")
WHOLE_AREA = Text(zh="辖区面积", en="Area of the subdistrict")
OVERLAP = Text(zh="重叠率", en="Seen twice")
TWICE_AREA = Text(zh="两个以上探头看到的面积", en="Area that two or more see")
RIVER_SEEN = Text(zh="河道覆盖率", en="River length seen")
SEEN_LENGTH = Text(zh="看得到的河长", en="Length seen")
WHOLE_LENGTH = Text(zh="河道总长", en="Length of all reaches")
BY_PLACE = Text(
    zh="按案发地点是否落在视野内计算，不等于录像里看见了；建筑、树木遮挡和夜间光线没有计入。",
    en="By whether the place lies in a view: not whether a recording shows it. Buildings, trees and the dark are not counted.",
)
GEOMETRY = Text(
    zh="由探头位置、朝向、视场角和距离画出扇形，在 {crs} 中量面积和长度", en="sectors by place, bearing, view and reach, measured in {crs}"
)
OWN_RULE = Text(
    zh="本系统自定口径：看不到的案件数高于各格平均值一个标准差的相邻网格，且中心 {near} 米内有在用探头",
    en="our own definition: touching cells whose unseen cases exceed the mean of all cells by a standard deviation, with a working "
    "camera within {near} m of their middle",
)


def show_camera_cards(seen: Viewer, filters: Filters, covered: Covered, found: SeenCases, task: str) -> None:
    """The figures of the page, each with its receipt."""
    near = f"{WATCHED_METRES:.0f}"
    cards = [
        _working(seen, covered),
        _cases(seen, filters, found, task),
        _blind(seen, filters, found, near, task),
        *_grounds(seen, covered),
    ]
    show_cards(seen, cards, key="cameras", columns=6)


def _working(seen: Viewer, covered: Covered) -> Card:
    sights = covered.working
    counts = [(ALL_CAMERAS, len(covered.sights)), (PLANNED_CAMERAS, len(covered.with_status(PLANNED)))]
    counts += [(OFFLINE_CAMERAS, len(covered.with_status(OFFLINE)))]
    counts += [(ALL_ROUND, int(np.isnan(sights["bearing"]).sum())), (DOUBTFUL, int((sights["doubt"] > 0).sum()))]
    return Card(
        key="working",
        label=WORKING,
        value=show_number(len(sights), seen.language),
        unit="things",
        formula=Text(zh="全部探头 − 计划 − 离线", en="all cameras − planned − offline"),
        parts=[(label, show_number(n, seen.language)) for label, n in counts],
        source=Text(zh="监控探头图层的状态字段", en="the status field of the cameras layer"),
    )


def _cases(seen: Viewer, filters: Filters, found: SeenCases, task: str) -> Card:
    return Card(
        key="seen",
        label=CASES_SEEN,
        value=show_share(_share(found.seen, found.n)),
        formula=Text(zh="在用探头视野内的案件 ÷ 有位置的案件", en="cases in the view of a working camera ÷ cases with a place"),
        parts=[(SEEN_CASES, show_number(found.seen, seen.language)), (PLACED_CASES, show_number(found.n, seen.language))],
        source=Text(zh="本系统自定口径；作废案件不计", en="our own definition; void cases left out"),
        cases=params_of(these(found.seen_cases["id"])) if found.seen else None,
        below=params_of(placed(filters)),
        note=BY_PLACE,
    )


def _blind(seen: Viewer, filters: Filters, found: SeenCases, near: str, task: str) -> Card:
    spots = found.blind[found.blind["watched"].astype(bool)]
    cells = tuple(cell for row in spots["cells"] for cell in row)
    n, unseen = int(spots["n"].sum()), int(spots["unseen"].sum())
    return Card(
        key="blind",
        label=BLIND_CASES,
        value=show_number(unseen, seen.language),
        unit="cases",
        formula=Text(zh="各盲区网格内在用探头看不到的案件数", en="cases in the cells of blind spots that no working camera sees"),
        parts=[(BLIND_SPOTS, show_number(len(spots), seen.language)), (Text(zh="其中全部案件", en="All cases there"), f"{n:,}")],
        source=Text(zh=OWN_RULE.say("zh", near=near), en=OWN_RULE.say("en", near=near)),
        cases=params_of(these(found.spot_cases.loc[found.spot_cases["cell"].isin(cells), "id"])) if unseen else None,
    )


def _grounds(seen: Viewer, covered: Covered) -> list[Card]:
    """Area, overlap and river length; each share with both its parts."""
    source = Text(zh=GEOMETRY.say("zh", crs=covered.crs), en=GEOMETRY.say("en", crs=covered.crs))
    seen_m, metres = (float(covered.rivers[name].sum()) for name in ("seen_m", "length_m"))
    parts = [
        ("area", AREA_SEEN, (SEEN_AREA, covered.area_seen_m2), (WHOLE_AREA, covered.area_m2), "m²"),
        ("overlap", OVERLAP, (TWICE_AREA, covered.area_twice_m2), (SEEN_AREA, covered.area_seen_m2), "m²"),
        ("rivers", RIVER_SEEN, (SEEN_LENGTH, seen_m), (WHOLE_LENGTH, metres), "m"),
    ]
    return [
        Card(
            key=key,
            label=label,
            value=show_share(_share(above[1], below[1])),
            formula=Text(zh=f"{above[0].zh} ÷ {below[0].zh}", en=f"{above[0].en} ÷ {below[0].en}"),
            parts=[(name, f"{show_number(value, seen.language)} {unit}") for name, value in (above, below)],
            source=source,
        )
        for key, label, above, below, unit in parts
    ]


def placed(filters: Filters) -> Filters:
    """The cases with a place."""
    return filters.with_(places=(KNOWN,))


def _share(part: float, whole: float) -> float | None:
    """None where there is nothing to share."""
    return part / whole if whole else None
