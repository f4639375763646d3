"""indexes: the cases that went on for long by the day of their report; more beside a zone's cases; on PostgreSQL days and cells

The first are what stood on a day of the past beside the cases that were reported shortly before it; their deadlines do not matter any more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

DAYS = 31
ZONE = ["zone_id", "reported_on", "void", "reported_hour", "channel", "kind", "category"]
ASKED = ["department", "community", "facts", "contact_bin", "end_bin", "closed_on"]
WORDS = {"sqlite": "julianday(closed_on) - julianday({})", "postgresql": "closed_on - {}"}


def upgrade() -> None:
    op.drop_index('ix_cases_lasted', table_name='cases')
    _create("reported_on")
    op.drop_index('ix_cases_zone', table_name='cases')
    op.create_index('ix_cases_zone', 'cases', [*ZONE, *ASKED, "id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.create_index('ix_cases_cells', 'cases', ["reported_on", "void", "cell"], unique=False)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index('ix_cases_cells', table_name='cases')
    op.drop_index('ix_cases_zone', table_name='cases')
    op.create_index('ix_cases_zone', 'cases', [*ZONE, "id"], unique=False)
    op.drop_index('ix_cases_lasted', table_name='cases')
    _create("due_on")


def _create(day: str) -> None:
    lasted = {f"{name}_where": sa.text(f"closed_on IS NULL OR {words.format(day)} > {DAYS}") for name, words in WORDS.items()}
    op.create_index('ix_cases_lasted', 'cases', [day], unique=False, **lasted)
