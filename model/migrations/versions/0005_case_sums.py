"""sums of the settled cases by month; the zone in the case itself; indexes for the cases that are not settled

The sums of the cases that are there already are filled by 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

REPORTED = ["reported_on", "channel", "void", "cell", "reported_hour", "kind", "category", "department"]
ZONE = "SELECT min(feature_id) FROM case_links WHERE case_links.case_id = cases.id AND case_links.layer = 'zones'"
UNSETTLED = (
    "closed_at IS NULL OR reported_at > closed_at OR accepted_at > closed_at OR dispatched_at > closed_at"
    " OR handled_at > closed_at OR first_contact_at > closed_at"
)
SOMEBODY = "actor IS NOT NULL"
BICYCLES = "category = '0508'" + "".join(
    f" OR {column} LIKE '%{word}%'" for column in ("category", "title") for word in ("共享单车", "单车", "自行车", "bicycle", "bike")
)
PARTIAL = {
    "ix_cases_unsettled": ("cases", ["reported_on"], UNSETTLED),
    "ix_cases_bicycles": ("cases", ["reported_on"], BICYCLES),
    "ix_case_events_actor": ("case_events", ["actor"], SOMEBODY),
}


def upgrade() -> None:
    op.add_column('cases', sa.Column('zone_id', sa.BigInteger(), nullable=True))
    op.execute(f"UPDATE cases SET zone_id = ({ZONE})")
    op.drop_index('ix_cases_reported', table_name='cases')
    op.create_index('ix_cases_reported', 'cases', [*REPORTED, "zone_id", "lon", "lat", "id"], unique=False)
    op.create_index('ix_cases_zone', 'cases', ["zone_id", "reported_on", "void", "reported_hour", "channel", "kind", "category", "id"])
    for name, (table, columns, where) in PARTIAL.items():
        plain, capitals = sa.text(where), sa.text(where.replace(" LIKE ", " ILIKE "))
        op.create_index(name, table, columns, unique=False, sqlite_where=plain, postgresql_where=capitals)
    op.create_table('case_sums',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('field', sa.String(length=20), nullable=False),
    sa.Column('stamp', sa.String(length=10), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('value', sa.String(length=120), nullable=True),
    sa.Column('mask', sa.BigInteger(), nullable=False),
    sa.Column('n', sa.BigInteger(), nullable=False),
    sa.Column('hours', sa.Double(), nullable=True),
    sa.Column('squares', sa.Double(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_sums'))
    )
    op.create_index(op.f('ix_case_sums_field_stamp_month'), 'case_sums', ['field', 'stamp', 'month'], unique=False)
    # the zones are counted as well from now on
    put = "INSERT INTO case_counts (field, day, value, n) SELECT 'zone', CAST(NULL AS DATE), CAST(zone_id AS VARCHAR), count(*)"
    op.execute(f"{put} FROM cases WHERE void IS FALSE GROUP BY zone_id")


def downgrade() -> None:
    op.execute("DELETE FROM case_counts WHERE field = 'zone'")
    op.drop_index(op.f('ix_case_sums_field_stamp_month'), table_name='case_sums')
    op.drop_table('case_sums')
    for name, (table, _, _) in PARTIAL.items():
        op.drop_index(name, table_name=table)
    op.drop_index('ix_cases_zone', table_name='cases')
    op.drop_index('ix_cases_reported', table_name='cases')
    op.create_index('ix_cases_reported', 'cases', [*REPORTED, "id"], unique=False)
    op.drop_column('cases', 'zone_id')
