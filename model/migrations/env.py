"""How Alembic reaches the database: over the connection it is handed, else over the setting."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from config import settings
from model.tables import TABLES


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=TABLES["cases"].metadata, transactional_ddl=False)
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(settings().database_url).begin() as own:
        run(own)
