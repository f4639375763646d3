"""how many cases there are in each square of 200 m, by month

All squares are filled by the program's own code: whoever changes what it needs moves that call.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from model.squares import add_squares

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index('ix_square_counts', table_name='square_counts')
    op.execute("DELETE FROM square_counts")
    with op.batch_alter_table('square_counts') as table:
        table.add_column(sa.Column('side', sa.Integer(), nullable=False))
    add_squares(op.get_bind())
    op.create_index('ix_square_counts', 'square_counts', ["side", "span", "day", "square", "n"], unique=False)


def downgrade() -> None:
    """The squares are filled anew when 0010 comes again."""
    op.drop_index('ix_square_counts', table_name='square_counts')
    op.execute("DELETE FROM square_counts")
    with op.batch_alter_table('square_counts') as table:
        table.drop_column('side')
    op.create_index('ix_square_counts', 'square_counts', ["span", "day", "square", "n"], unique=False)
