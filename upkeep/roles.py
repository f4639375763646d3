"""The dashboard's own role on PostgreSQL: it writes what the office writes, adds to the audit log, and changes nothing in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, Engine

from i18n import Text
from upkeep.said import UpkeepError

# who may only add to them; a line of `imports` is completed by the transaction that began it, and by no other
ADDED_TO = ("audit_log", "rejects")
COMPLETED = "imports"
CHANGED = "SELECT, INSERT, UPDATE, DELETE"
POSTGRESQL_ONLY = Text(
    zh="SQLite 没有账号；审计日志由触发器保护，不用设置",
    en="SQLite has no roles; there the audit log is kept by triggers, with nothing to set up",
)
TOO_MIGHTY = Text(
    zh="{role} 是超级用户、表的属主或属主的成员，拦不住它；请另取一个账号名",
    en="{role} is a superuser, the owner of the tables or a member of the owner: nothing holds it back; name another role",
)
# tables, views and partitions of ours: those of extensions belong to nobody here
OURS = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm')
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
ORDER BY c.relname
"""
MIGHTY = """
SELECT r.rolsuper OR pg_has_role(r.oid, c.relowner, 'MEMBER') FROM pg_roles r, pg_class c
WHERE r.rolname = %s AND c.oid = 'public.audit_log'::regclass
"""


def set_up_role(engine: Engine, role: str) -> None:
    """Create the role if it is not there, and give it what the dashboard needs and no more; run by the owner, again after every update."""
    if engine.dialect.name != "postgresql":
        raise UpkeepError(POSTGRESQL_ONLY)
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor:
            _create(cursor, role)
            tables = [name for (name,) in cursor.execute(OURS).fetchall()]
            for statement in _statements(role, tables, str(engine.url.database)):
                cursor.execute(statement)


def may_rewrite(connection: Connection) -> list[str]:
    """Of UPDATE, DELETE, TRUNCATE what the connected role may do to the audit log; nothing on SQLite, where triggers stand."""
    if connection.dialect.name != "postgresql":
        return []
    asked = "SELECT p FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) p WHERE has_table_privilege('audit_log', p) ORDER BY p"
    return [str(name) for (name,) in connection.exec_driver_sql(asked)]


def _create(cursor: Any, role: str) -> None:
    """A role that may sign in and nothing else; one that nothing would hold back is refused."""
    if cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS").format(sql.Identifier(role)))
    if cursor.execute(MIGHTY, [role]).fetchone()[0]:
        raise UpkeepError(TOO_MIGHTY, role=role)


def _statements(role: str, tables: list[str], database: str) -> Iterator[sql.Composed]:
    """The grants, from nothing: what was given before is taken first."""
    name = sql.Identifier(role)

    def grant(what: str, table: str) -> sql.Composed:
        return sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(what), sql.Identifier("public", table), name)

    yield sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(database), name)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name)
    for table in tables:
        yield sql.SQL("REVOKE ALL ON {} FROM {}, PUBLIC").format(sql.Identifier("public", table), name)
        if table == "alembic_version":
            yield grant("SELECT", table)
        elif table in ADDED_TO:
            yield grant("SELECT, INSERT", table)
        elif table == COMPLETED:
            yield grant("SELECT, INSERT, UPDATE", table)
        else:
            yield grant(CHANGED, table)
    yield sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name)
    yield from _complete_once()


def _complete_once() -> Iterator[sql.Composed]:
    """Rows of `imports` are read and added by everybody who may, and updated only in the transaction that wrote them."""
    policies = {
        "read": "FOR SELECT USING (true)",
        "add": "FOR INSERT WITH CHECK (true)",
        "complete": "FOR UPDATE USING (xmin = pg_current_xact_id()::xid) WITH CHECK (true)",
    }
    table = sql.Identifier("public", COMPLETED)
    for name, rule in policies.items():
        yield sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(sql.Identifier(name), table)
        yield sql.SQL("CREATE POLICY {} ON {} {}").format(sql.Identifier(name), table, sql.SQL(rule))
    yield sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(table)
