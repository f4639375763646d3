"""indexes: the cases that speak of a river; beside the cell of a case where it lies, for the cases of a few cells"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

RIVERS = "channel = 'river' OR category IN ('0303', '0304', '0111', '0112', '0113')"


def upgrade() -> None:
    op.create_index(
        'ix_cases_rivers', 'cases', ["category", "kind", "channel", "void", "closed_at", "reported_on", "id"],
        unique=False, sqlite_where=sa.text(RIVERS), postgresql_where=sa.text(RIVERS),
    )
    op.drop_index('ix_cases_cell', table_name='cases')
    op.create_index('ix_cases_cell', 'cases', ["cell", "reported_on", "void", "reported_hour", "lon", "lat", "id"], unique=False)


def downgrade() -> None:
    op.drop_index('ix_cases_cell', table_name='cases')
    op.create_index('ix_cases_cell', 'cases', ["cell", "reported_on", "void", "id"], unique=False)
    op.drop_index('ix_cases_rivers', table_name='cases')
