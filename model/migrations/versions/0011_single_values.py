"""indexes on PostgreSQL: the cases of one community, department or category"""

from __future__ import annotations

from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

NAMES = ("community", "department", "category")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in NAMES:
            op.create_index(f'ix_cases_{name}', 'cases', [name], unique=False)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in NAMES:
            op.drop_index(f'ix_cases_{name}', table_name='cases')
