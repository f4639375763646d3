"""the audit log only grows

On SQLite by triggers. On PostgreSQL by the rights of the dashboard's role (python -m upkeep roles): a trigger there could be
switched off by the owner, and a cluster that spreads the tables over nodes refuses tables that have one.
"""

from __future__ import annotations

from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

# a REPLACE deletes without a word to the trigger of DELETE, so an id that is taken is refused before it can
REFUSED = {
    "audit_log_no_update": "BEFORE UPDATE ON audit_log",
    "audit_log_no_delete": "BEFORE DELETE ON audit_log",
    "audit_log_no_replace": "BEFORE INSERT ON audit_log WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, when in REFUSED.items():
            op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, 'audit_log only grows'); END")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in REFUSED:
            op.execute(f"DROP TRIGGER {name}")
