#!/usr/bin/env bash
# Build the demo subdistrict into DATABASE_URL; the default database appears only when it is whole.
set -euo pipefail
cd "$(dirname "$0")/.."

# into a database that is there, the command itself decides: it renews a demo and refuses an office's own data
if [ -n "${DATABASE_URL:-}" ] || [ -e var/finegrid.db ]; then
  exec .venv/bin/python -m ingest demo
fi

mkdir -p var
rm -f var/building.db var/building.db-wal var/building.db-shm
DATABASE_URL="sqlite:///$PWD/var/building.db" .venv/bin/python -m ingest demo
if [ -e var/building.db-wal ]; then
  .venv/bin/python -c 'import sqlite3; sqlite3.connect("var/building.db").execute("PRAGMA wal_checkpoint(TRUNCATE)")'
fi
mv var/building.db var/finegrid.db
