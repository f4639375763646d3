"""the facts and hours of each case, kept with it; indexes that answer from them

All of it, and all sums, are filled by the program's own code: whoever changes what it needs moves those calls.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from model.kept_facts import KEPT, keep_facts
from model.sums import add_sums

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

ASKED = ["kind", "category", "department", "community", "zone_id", "facts", "contact_hours", "contact_bin", "end_hours", "end_bin", "id"]
NEW = {
    "ix_cases_reported": ["reported_on", "channel", "void", "cell", "reported_hour", "lon", "lat", *ASKED, "due_on", "closed_on"],
    "ix_cases_due": ["due_on", "void", "due_at", "closed_at", "channel", "reported_hour", *ASKED, "reported_on", "closed_on"],
    "ix_cases_closed": ["closed_on", "void", "due_at", "closed_at", "channel", "reported_hour", *ASKED, "reported_on", "due_on"],
}
CATEGORY = [
    *("category", "kind", "department", "community", "zone_id", "channel", "facts", "contact_bin", "end_bin", "contact_hours"),
    *("end_hours", "reported_hour", "reported_on", "due_on", "closed_on", "void", "cell", "id"),
]
OLD = {
    "ix_cases_reported": [
        *("reported_on", "channel", "void", "cell", "reported_hour", "kind", "category", "department", "zone_id", "lon", "lat", "id"),
    ],
    "ix_cases_due": ["due_on", "void", "suspended", "due_at", "closed_at", "handled_at", "reworks", "extensions", "department", "id"],
    "ix_cases_closed": ["closed_on", "void", "suspended", "closed_at", "due_at", "reported_at", "reported_on", "channel", "department", "id"],
}
TYPES = {
    "facts": sa.BigInteger(),
    **{name: kind for step in ("contact", "end") for name, kind in ((f"{step}_hours", sa.Double()), (f"{step}_bin", sa.SmallInteger()))},
}


def upgrade() -> None:
    for name in OLD:
        op.drop_index(name, table_name='cases')
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index('ix_cases_category', table_name='cases')
        _rewrite()
    else:
        for name, kind in TYPES.items():
            op.add_column('cases', sa.Column(name, kind, nullable=name != "facts", server_default="0" if name == "facts" else None))
        keep_facts(op.get_bind())
    for name, columns in NEW.items():
        op.create_index(name, 'cases', columns, unique=False)
    op.create_index('ix_cases_category', 'cases', CATEGORY, unique=False, postgresql_ops={"category": "varchar_pattern_ops"})
    op.execute("DELETE FROM case_sums")
    add_sums(op.get_bind())


def _rewrite() -> None:
    """The table is written anew once, with the columns in it; an update would leave every row there twice."""
    dialect = op.get_bind().dialect
    values = {name: value.compile(dialect=dialect, compile_kwargs={"literal_binds": True}) for name, value in KEPT.items()}
    kinds = {name: kind.compile(dialect=dialect) for name, kind in TYPES.items()}
    op.execute(sa.text("ALTER TABLE cases " + ", ".join(f"ADD {name} {kinds[name]} GENERATED ALWAYS AS ({values[name]}) STORED" for name in TYPES)))
    op.execute("ALTER TABLE cases " + ", ".join(f"ALTER {name} DROP EXPRESSION" for name in TYPES))
    op.execute("ALTER TABLE cases ALTER facts SET NOT NULL")


def downgrade() -> None:
    for name in (*NEW, 'ix_cases_category'):
        op.drop_index(name, table_name='cases')
    for name in TYPES:
        op.drop_column('cases', name)
    for name, columns in OLD.items():
        op.create_index(name, 'cases', columns, unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.create_index('ix_cases_category', 'cases', ["category"], unique=False)
