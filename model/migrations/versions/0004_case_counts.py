"""how many cases there are of each value, kept beside them; indexes that answer most questions of a period alone"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

VALUES = {
    **{name: name for name in ("channel", "kind", "source", "department", "community")},
    "category": "kind || '/' || category",
}


OLD = {
    "ix_cases_reported_on_channel": ["reported_on", "channel"],
    "ix_cases_due_on": ["due_on"],
    "ix_cases_closed_on": ["closed_on"],
}
NEW = {
    "ix_cases_reported": ["reported_on", "channel", "void", "cell", "reported_hour", "kind", "category", "department", "id"],
    "ix_cases_due": ["due_on", "void", "suspended", "due_at", "closed_at", "handled_at", "reworks", "extensions", "department", "id"],
    "ix_cases_closed": ["closed_on", "void", "suspended", "closed_at", "due_at", "reported_at", "reported_on", "channel", "department", "id"],
}


def upgrade() -> None:
    for name in OLD:
        op.drop_index(name, table_name='cases')
    for name, columns in NEW.items():
        op.create_index(name, 'cases', columns, unique=False)
    op.drop_index('ix_case_links_layer_feature_id', table_name='case_links')
    op.create_index('ix_case_links_feature', 'case_links', ['layer', 'feature_id', 'case_id'], unique=False)
    op.create_table('case_counts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('field', sa.String(length=20), nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('value', sa.String(length=120), nullable=True),
    sa.Column('n', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_counts'))
    )
    op.create_index(op.f('ix_case_counts_field_day'), 'case_counts', ['field', 'day'], unique=False)
    # the cases that are there already
    put = "INSERT INTO case_counts (field, day, value, n)"
    for field, value in VALUES.items():
        op.execute(f"{put} SELECT '{field}', CAST(NULL AS DATE), {value}, count(*) FROM cases WHERE void IS FALSE GROUP BY {value}")
    op.execute(f"{put} SELECT 'channel', reported_on, channel, count(*) FROM cases WHERE void IS FALSE GROUP BY reported_on, channel")


def downgrade() -> None:
    op.drop_index(op.f('ix_case_counts_field_day'), table_name='case_counts')
    op.drop_table('case_counts')
    op.drop_index('ix_case_links_feature', table_name='case_links')
    op.create_index('ix_case_links_layer_feature_id', 'case_links', ['layer', 'feature_id'], unique=False)
    for name in NEW:
        op.drop_index(name, table_name='cases')
    for name, columns in OLD.items():
        op.create_index(name, 'cases', columns, unique=False)
