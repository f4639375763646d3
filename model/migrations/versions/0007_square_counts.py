"""how many cases there are in each square of a kilometre, by day and by month"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('square_counts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('span', sa.String(length=5), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('square', sa.BigInteger(), nullable=False),
    sa.Column('n', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_square_counts'))
    )
    op.create_index('ix_square_counts', 'square_counts', ["span", "day", "square", "n"], unique=False)


def downgrade() -> None:
    op.drop_index('ix_square_counts', table_name='square_counts')
    op.drop_table('square_counts')
