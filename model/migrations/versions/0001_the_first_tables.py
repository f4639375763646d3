"""the first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from model.types import Geometry, Moment

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    if on_postgres:
        op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.create_table('attachments',
    sa.Column('case_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('mime', sa.String(length=40), nullable=False),
    sa.Column('bytes', sa.LargeBinary(), nullable=False),
    sa.Column('taken_at', Moment(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('case_id', 'id', name=op.f('pk_attachments'))
    )
    op.create_table('audit_log',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', Moment(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=80), nullable=False),
    sa.Column('what', sa.String(length=80), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_log'))
    )
    op.create_table('case_events',
    sa.Column('case_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('at', Moment(timezone=True), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('case_id', 'id', name=op.f('pk_case_events'))
    )
    op.create_table('case_links',
    sa.Column('case_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('layer', sa.String(length=40), nullable=False),
    sa.Column('feature_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('metres', sa.Double(), nullable=False),
    sa.Column('along', sa.Double(), nullable=True),
    sa.Column('side', sa.String(length=5), nullable=True),
    sa.PrimaryKeyConstraint('case_id', 'layer', 'feature_id', name=op.f('pk_case_links'))
    )
    op.create_index(op.f('ix_case_links_layer_feature_id'), 'case_links', ['layer', 'feature_id'], unique=False)
    op.create_table('cases',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('external_id', sa.String(length=80), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('category', sa.String(length=80), nullable=True),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('community', sa.String(length=80), nullable=True),
    sa.Column('department', sa.String(length=80), nullable=True),
    sa.Column('lon', sa.Double(), nullable=True),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('cell', sa.BigInteger(), nullable=True),
    sa.Column('reported_at', Moment(timezone=True), nullable=False),
    sa.Column('accepted_at', Moment(timezone=True), nullable=True),
    sa.Column('dispatched_at', Moment(timezone=True), nullable=True),
    sa.Column('due_at', Moment(timezone=True), nullable=True),
    sa.Column('handled_at', Moment(timezone=True), nullable=True),
    sa.Column('verified_at', Moment(timezone=True), nullable=True),
    sa.Column('closed_at', Moment(timezone=True), nullable=True),
    sa.Column('first_contact_at', Moment(timezone=True), nullable=True),
    sa.Column('first_contact', sa.Boolean(), nullable=True),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.Column('suspended', sa.Boolean(), nullable=False),
    sa.Column('reworks', sa.Integer(), nullable=False),
    sa.Column('extensions', sa.Integer(), nullable=False),
    sa.Column('resolution', sa.String(length=10), nullable=True),
    sa.Column('satisfaction', sa.String(length=10), nullable=True),
    sa.Column('reported_on', sa.Date(), nullable=False),
    sa.Column('reported_hour', sa.SmallInteger(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases'))
    )
    op.create_index(op.f('ix_cases_cell'), 'cases', ['cell'], unique=False)
    op.create_index(op.f('ix_cases_closed_on'), 'cases', ['closed_on'], unique=False)
    op.create_index(op.f('ix_cases_due_on'), 'cases', ['due_on'], unique=False)
    op.create_index(op.f('ix_cases_reported_on_channel'), 'cases', ['reported_on', 'channel'], unique=False)
    op.create_index(op.f('ix_cases_source_external_id'), 'cases', ['source', 'external_id'], unique=False)
    op.create_table('categories',
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('name_zh', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.Column('limit_type', sa.String(length=20), nullable=True),
    sa.Column('limit_value', sa.Double(), nullable=True),
    sa.PrimaryKeyConstraint('kind', 'code', name=op.f('pk_categories'))
    )
    op.create_table('features',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('layer', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=True),
    sa.Column('props', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('geometry', Geometry(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('retired_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_features')),
    sa.UniqueConstraint('layer', 'code', name=op.f('uq_features_layer_code'))
    )
    op.create_table('imports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('file', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('target', sa.String(length=40), nullable=False),
    sa.Column('preset', sa.String(length=40), nullable=True),
    sa.Column('datum', sa.String(length=80), nullable=True),
    sa.Column('rows_in', sa.Integer(), nullable=False),
    sa.Column('rows_new', sa.Integer(), nullable=False),
    sa.Column('rows_changed', sa.Integer(), nullable=False),
    sa.Column('rows_unchanged', sa.Integer(), nullable=False),
    sa.Column('rows_rejected', sa.Integer(), nullable=False),
    sa.Column('removed', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('notes', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('started_at', Moment(timezone=True), nullable=False),
    sa.Column('ended_at', Moment(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imports'))
    )
    op.create_table('ledgers',
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('label', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('target', sa.Double(), nullable=True),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_ledgers'))
    )
    op.create_table('officials',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=True),
    sa.Column('organisation', sa.String(length=80), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_officials')),
    sa.UniqueConstraint('code', name=op.f('uq_officials_code'))
    )
    op.create_table('settings',
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_settings'))
    )
    op.create_table('bike_counts',
    sa.Column('feature_id', sa.Integer(), nullable=False),
    sa.Column('counted_at', Moment(timezone=True), nullable=False),
    sa.Column('operator', sa.String(length=40), nullable=False),
    sa.Column('bikes', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['feature_id'], ['features.id'], name=op.f('fk_bike_counts_feature_id')),
    sa.PrimaryKeyConstraint('feature_id', 'counted_at', 'operator', name=op.f('pk_bike_counts'))
    )
    op.create_table('duties',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('official_id', sa.Integer(), nullable=False),
    sa.Column('feature_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['feature_id'], ['features.id'], name=op.f('fk_duties_feature_id')),
    sa.ForeignKeyConstraint(['official_id'], ['officials.id'], name=op.f('fk_duties_official_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duties'))
    )
    op.create_index(op.f('ix_duties_feature_id'), 'duties', ['feature_id'], unique=False)
    op.create_table('inspections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('feature_id', sa.Integer(), nullable=False),
    sa.Column('official_id', sa.Integer(), nullable=False),
    sa.Column('started_at', Moment(timezone=True), nullable=False),
    sa.Column('ended_at', Moment(timezone=True), nullable=True),
    sa.Column('track', Geometry(), nullable=True),
    sa.Column('walked_m', sa.Double(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['feature_id'], ['features.id'], name=op.f('fk_inspections_feature_id')),
    sa.ForeignKeyConstraint(['official_id'], ['officials.id'], name=op.f('fk_inspections_official_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspections'))
    )
    op.create_index(op.f('ix_inspections_feature_id'), 'inspections', ['feature_id'], unique=False)
    op.create_table('ledger_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ledger_key', sa.String(length=40), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('measure', sa.String(length=40), nullable=False),
    sa.Column('amount', sa.Double(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=True),
    sa.Column('lon', sa.Double(), nullable=True),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['ledger_key'], ['ledgers.key'], name=op.f('fk_ledger_entries_ledger_key')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entries'))
    )
    op.create_index(op.f('ix_ledger_entries_ledger_key'), 'ledger_entries', ['ledger_key'], unique=False)
    op.create_table('patrols',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('official_id', sa.Integer(), nullable=False),
    sa.Column('started_at', Moment(timezone=True), nullable=False),
    sa.Column('ended_at', Moment(timezone=True), nullable=True),
    sa.Column('track', Geometry(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['official_id'], ['officials.id'], name=op.f('fk_patrols_official_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patrols'))
    )
    op.create_table('rectification_steps',
    sa.Column('feature_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(length=40), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('figures', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['feature_id'], ['features.id'], name=op.f('fk_rectification_steps_feature_id')),
    sa.PrimaryKeyConstraint('feature_id', 'step', name=op.f('pk_rectification_steps'))
    )
    op.create_table('rejects',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_rejects_import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rejects'))
    )
    op.create_index(op.f('ix_rejects_import_id'), 'rejects', ['import_id'], unique=False)
    op.create_table('shifts',
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('official_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['official_id'], ['officials.id'], name=op.f('fk_shifts_official_id')),
    sa.PrimaryKeyConstraint('on_date', 'role', name=op.f('pk_shifts'))
    )
    op.create_table('water_samples',
    sa.Column('feature_id', sa.Integer(), nullable=False),
    sa.Column('sampled_at', Moment(timezone=True), nullable=False),
    sa.Column('dissolved_oxygen', sa.Double(), nullable=True),
    sa.Column('permanganate', sa.Double(), nullable=True),
    sa.Column('ammonia', sa.Double(), nullable=True),
    sa.Column('phosphorus', sa.Double(), nullable=True),
    sa.Column('transparency_cm', sa.Double(), nullable=True),
    sa.Column('redox_mv', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['feature_id'], ['features.id'], name=op.f('fk_water_samples_feature_id')),
    sa.PrimaryKeyConstraint('feature_id', 'sampled_at', name=op.f('pk_water_samples'))
    )
    if on_postgres:
        op.create_index("ix_features_geometry", "features", ["geometry"], postgresql_using="gist")



def downgrade() -> None:
    op.drop_table('water_samples')
    op.drop_table('shifts')
    op.drop_index(op.f('ix_rejects_import_id'), table_name='rejects')
    op.drop_table('rejects')
    op.drop_table('rectification_steps')
    op.drop_table('patrols')
    op.drop_index(op.f('ix_ledger_entries_ledger_key'), table_name='ledger_entries')
    op.drop_table('ledger_entries')
    op.drop_index(op.f('ix_inspections_feature_id'), table_name='inspections')
    op.drop_table('inspections')
    op.drop_index(op.f('ix_duties_feature_id'), table_name='duties')
    op.drop_table('duties')
    op.drop_table('bike_counts')
    op.drop_table('settings')
    op.drop_table('officials')
    op.drop_table('ledgers')
    op.drop_table('imports')
    op.drop_table('features')
    op.drop_table('categories')
    op.drop_index(op.f('ix_cases_source_external_id'), table_name='cases')
    op.drop_index(op.f('ix_cases_reported_on_channel'), table_name='cases')
    op.drop_index(op.f('ix_cases_due_on'), table_name='cases')
    op.drop_index(op.f('ix_cases_closed_on'), table_name='cases')
    op.drop_index(op.f('ix_cases_cell'), table_name='cases')
    op.drop_table('cases')
    op.drop_index(op.f('ix_case_links_layer_feature_id'), table_name='case_links')
    op.drop_table('case_links')
    op.drop_table('case_events')
    op.drop_table('audit_log')
    op.drop_table('attachments')
