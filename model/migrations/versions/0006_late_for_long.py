"""indexes: the cases that went on for long after their deadline, or still do; the cases of a cell in a period

What was overdue on a day of the past is among the first, or was due in the weeks before that day.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

LASTED = {
    "sqlite_where": sa.text("closed_on IS NULL OR julianday(closed_on) - julianday(due_on) > 31"),
    "postgresql_where": sa.text("closed_on IS NULL OR closed_on - due_on > 31"),
}


def upgrade() -> None:
    op.drop_index('ix_cases_cell', table_name='cases')
    op.create_index('ix_cases_cell', 'cases', ["cell", "reported_on", "void", "id"], unique=False)
    op.create_index('ix_cases_lasted', 'cases', ["due_on"], unique=False, **LASTED)


def downgrade() -> None:
    op.drop_index('ix_cases_lasted', table_name='cases')
    op.drop_index('ix_cases_cell', table_name='cases')
    op.create_index('ix_cases_cell', 'cases', ["cell"], unique=False)
