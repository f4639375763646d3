"""sums of the open cases, and of when cases stood overdue; a first contact after the end leaves a case settled

The sums are filled by 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

STAMPS = ("reported_at", "accepted_at", "dispatched_at", "handled_at")
AFTER_ITS_END = " OR ".join(f"{stamp} > closed_at" for stamp in STAMPS)
UNSETTLED = sa.text(f"closed_at IS NULL OR {AFTER_ITS_END}")
BEFORE = sa.text(f"closed_at IS NULL OR {AFTER_ITS_END} OR first_contact_at > closed_at")
SLIPPED = sa.text(f"closed_at IS NOT NULL AND ({AFTER_ITS_END})")


def upgrade() -> None:
    op.drop_index('ix_cases_unsettled', table_name='cases')
    _index('ix_cases_unsettled', 'reported_on', UNSETTLED)
    _index('ix_cases_slipped', 'closed_on', SLIPPED)
    op.execute("DELETE FROM case_sums")


def downgrade() -> None:
    """The sums are filled anew when 0012 comes again."""
    op.execute("DELETE FROM case_sums")
    op.drop_index('ix_cases_slipped', table_name='cases')
    op.drop_index('ix_cases_unsettled', table_name='cases')
    _index('ix_cases_unsettled', 'reported_on', BEFORE)


def _index(name: str, column: str, where: sa.TextClause) -> None:
    op.create_index(name, 'cases', [column], unique=False, sqlite_where=where, postgresql_where=where)
