"""Who may do what: the roles, the rights each has, and the one who acts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from i18n import Text


class Role(StrEnum):
    """What somebody is here for (角色)."""

    VIEWER = "viewer"
    DUTY_LEADER = "duty_leader"
    RIVER_CHIEF = "river_chief"
    DEPARTMENT = "department"
    GRID_CENTRE = "grid_centre"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What a role allows (权限)."""

    # a case found on patrol or at the river, with its photo
    REPORT = "report"
    PATROL = "patrol"
    WALK = "walk"
    # the loop: the grid centre dispatches, verifies, sends back and closes; a department claims and feeds back
    DISPATCH = "dispatch"
    HANDLE = "handle"
    VERIFY = "verify"
    # who is on duty, who leads which zone
    ROSTER = "roster"
    IMPORT = "import"
    EXPORT = "export"
    CAMERAS = "cameras"
    PHONES = "phones"
    ADMINISTER = "administer"


_FIELD = frozenset({Right.REPORT, Right.PHONES})
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset(),
    Role.DUTY_LEADER: _FIELD | {Right.PATROL, Right.CAMERAS, Right.EXPORT},
    Role.RIVER_CHIEF: _FIELD | {Right.WALK},
    Role.DEPARTMENT: frozenset({Right.HANDLE}),
    Role.GRID_CENTRE: frozenset(Right) - {Right.PATROL, Right.WALK, Right.ADMINISTER},
    Role.ADMINISTRATOR: frozenset(Right),
}
ROLE_LABELS: dict[Role, Text] = {
    Role.VIEWER: Text(zh="浏览", en="Viewer"),
    Role.DUTY_LEADER: Text(zh="值班领导", en="Duty leader"),
    Role.RIVER_CHIEF: Text(zh="河长", en="River chief"),
    Role.DEPARTMENT: Text(zh="处置部门", en="Department"),
    Role.GRID_CENTRE: Text(zh="网格中心", en="Grid centre"),
    Role.ADMINISTRATOR: Text(zh="管理员", en="Administrator"),
}
RIGHT_LABELS: dict[Right, Text] = {
    Right.REPORT: Text(zh="上报问题", en="report a finding"),
    Right.PATROL: Text(zh="巡查", en="patrol"),
    Right.WALK: Text(zh="巡河", en="walk a river"),
    Right.DISPATCH: Text(zh="派遣", en="dispatch"),
    Right.HANDLE: Text(zh="认领和反馈", en="claim and feed back"),
    Right.VERIFY: Text(zh="核查和结案", en="verify and close"),
    Right.ROSTER: Text(zh="排班", en="edit the rotation"),
    Right.IMPORT: Text(zh="导入数据", en="import data"),
    Right.EXPORT: Text(zh="导出数据", en="export data"),
    Right.CAMERAS: Text(zh="查看探头位置", en="see camera positions"),
    Right.PHONES: Text(zh="查看联系电话", en="see phone numbers"),
    Right.ADMINISTER: Text(zh="管理", en="administer"),
}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: an official's code where the role has one, or a department's name; `who` is what the audit log keeps."""

    role: Role
    # officials.code of a leader or chief; the name of a department; empty for the rest
    code: str = ""

    @property
    def who(self) -> str:
        """`duty_leader:L01`, or the role alone."""
        return f"{self.role}:{self.code}" if self.code else str(self.role)

    def may(self, right: Right) -> bool:
        """Whether the role allows it."""
        return right in RIGHTS[self.role]
