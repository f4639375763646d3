"""Whoever a line of a case's life or of the audit log names, in words."""

from __future__ import annotations

from i18n import Text
from model.roles import ROLE_LABELS, Role

SYSTEM = Text(zh="系统", en="The system")


def say_who(who: str | None) -> Text:
    """`department:城管中队` is 城管中队, `duty_leader:L01` is 值班领导 L01; other words stay as they are."""
    if not who:
        return SYSTEM
    role, _, code = who.partition(":")
    if role not in set(Role) or (role == Role.DEPARTMENT and code):
        plain = code if role == Role.DEPARTMENT else who
        return Text(zh=plain, en=plain)
    label = ROLE_LABELS[Role(role)]
    return Text(zh=f"{label.zh} {code}".strip(), en=f"{label.en} {code}".strip())
