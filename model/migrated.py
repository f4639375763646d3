"""Which migration a database stands at, and which ones this program knows."""

from __future__ import annotations

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from config import ROOT


class NewerDatabaseError(ValueError):
    """The database stands at a migration that this program does not have."""


def migrations() -> Config:
    """Where Alembic finds our migrations."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "model" / "migrations"))
    return config


def newest() -> str:
    """The last migration of this program."""
    return str(ScriptDirectory.from_config(migrations()).get_current_head())


def migration_of(connection: Connection) -> str:
    """Where the database stands; empty when it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def knows(migration: str) -> bool:
    """Whether this program has that migration; one of a newer program it has not."""
    return migration in {script.revision for script in ScriptDirectory.from_config(migrations()).walk_revisions()}
