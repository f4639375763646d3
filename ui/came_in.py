"""What the office's books mean, in words: what a file held, what was done, and to what."""

from __future__ import annotations

from geo.layers import layers
from i18n import Text
from model.loop import MOVES
from ui.rotation_changes import WHAT as ROSTER
from ui.viewer import Viewer

# what a file may hold besides a layer, by the name of its table
TABLES: dict[str, Text] = {
    "cases": Text(zh="案件", en="Cases"),
    "case_events": Text(zh="案件流转记录", en="Events of cases"),
    "categories": Text(zh="案件类别", en="Categories of cases"),
    "officials": Text(zh="人员", en="Officials"),
    "duties": Text(zh="分管与责任", en="Who answers for what"),
    "shifts": Text(zh="值班表", en="Shifts"),
    "absences": Text(zh="请假", en="Absences"),
    "patrols": Text(zh="巡查记录", en="Patrols"),
    "inspections": Text(zh="巡河记录", en="River walks"),
    "water_samples": Text(zh="水质监测", en="Water samples"),
    "bike_counts": Text(zh="单车清点", en="Bike counts"),
    "rectification_steps": Text(zh="整治步骤", en="Steps of rectification"),
    "ledgers": Text(zh="专项台账", en="Ledgers"),
    "ledger_entries": Text(zh="台账记录", en="Entries of ledgers"),
}
DEEDS: dict[str, Text] = {
    "import": Text(zh="导入", en="Import"),
    "case.report": Text(zh="上报问题", en="Finding reported"),
    "case.urge": Text(zh="督办", en="Urged"),
    **{f"case.{step}": move.label for step, move in MOVES.items()},
    "patrol.draw": Text(zh="抽取巡查点", en="Patrol drawn"),
    "patrol.start": Text(zh="开始巡查", en="Patrol begun"),
    "patrol.stop": Text(zh="巡查到点", en="Stop of a patrol"),
    "patrol.end": Text(zh="结束巡查", en="Patrol ended"),
    "walk.end": Text(zh="结束巡河", en="River walk ended"),
    **ROSTER,
}
# who writes to the audit log without being a role
WRITERS: dict[str, Text] = {
    "demo": Text(zh="演示数据生成", en="Demo data"),
    "data page": Text(zh="数据页", en="Data page"),
    "command line": Text(zh="命令行", en="Command line"),
}
# what a line of the audit log is about: the word before its colon
SUBJECTS: dict[str, Text] = {
    "case": Text(zh="案件 {what}", en="Case {what}"),
    "cases": Text(zh="{what} 件案件", en="{what} cases"),
    "official": Text(zh="人员 {what}", en="Official {what}"),
    "absence": Text(zh="请假 {what}", en="Absence {what}"),
    "feature": Text(zh="要素 {what}", en="Feature {what}"),
    "patrol": Text(zh="巡查 {what}", en="Patrol {what}"),
    "walk": Text(zh="巡河 {what}", en="Walk {what}"),
}
FILE = Text(zh="{table}：{file}", en="{table}: {file}")


def say_table(seen: Viewer, target: str) -> str:
    """What a file held, a layer or a table, in words; what is not known keeps its own name."""
    if target in layers():
        return seen.say(layers()[target].label)
    return seen.say(TABLES[target]) if target in TABLES else target


def say_deed(seen: Viewer, what: str) -> str:
    """What a line of the audit log says was done."""
    return seen.say(DEEDS[what]) if what in DEEDS else what


def say_subject(seen: Viewer, what: str, subject: str) -> str:
    """What a line of the audit log is about."""
    kind, colon, rest = subject.partition(":")
    if what == "import" and colon:
        return seen.say(FILE, table=say_table(seen, kind), file=rest.strip())
    return seen.say(SUBJECTS[kind], what=rest.strip()) if colon and kind in SUBJECTS else subject
