"""indexes: the cases that are not settled, and those that slipped, are told by a bit of their facts

Of stamps that are compared with each other PostgreSQL expects most cases to be unsettled, and now and then read a far larger index.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

BEFORE = "closed_at IS NULL OR reported_at > closed_at OR accepted_at > closed_at OR dispatched_at > closed_at OR handled_at > closed_at"
SLIPPED_BEFORE = (
    "closed_at IS NOT NULL AND (reported_at > closed_at OR accepted_at > closed_at OR dispatched_at > closed_at OR handled_at > closed_at)"
)
UNSETTLED = "(facts & 4096) = 0"


def upgrade() -> None:
    _anew(UNSETTLED, f"closed_at IS NOT NULL AND {UNSETTLED}")


def downgrade() -> None:
    _anew(BEFORE, SLIPPED_BEFORE)


def _anew(unsettled: str, slipped: str) -> None:
    for name, day, which in (("unsettled", "reported_on", unsettled), ("slipped", "closed_on", slipped)):
        op.drop_index(f"ix_cases_{name}", table_name="cases")
        op.create_index(f"ix_cases_{name}", "cases", [day], sqlite_where=sa.text(which), postgresql_where=sa.text(which))
