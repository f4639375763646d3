-- The tables of Finegrid spread over the nodes of a Citus cluster: run once, as the owner, on the coordinator, after
--   DATABASE_URL=… .venv/bin/python -c "from model.engine import open_engine; open_engine()"
-- has made the tables, and before any data comes in. Reasoned from the schema and the manual, not yet run on a cluster: docs/scale.md.

CREATE EXTENSION IF NOT EXISTS citus;
-- on every worker, too: the layers and the tracks are PostGIS geometries
CREATE EXTENSION IF NOT EXISTS postgis;

BEGIN;

-- small, asked by every page, pointed at by foreign keys: a copy on every node; first those that others point at
SELECT create_reference_table('categories');
SELECT create_reference_table('features');
SELECT create_reference_table('officials');
SELECT create_reference_table('ledgers');
SELECT create_reference_table('imports');
SELECT create_reference_table('settings');
SELECT create_reference_table('audit_log');
SELECT create_reference_table('case_counts');
SELECT create_reference_table('absences');
SELECT create_reference_table('bike_counts');
SELECT create_reference_table('duties');
SELECT create_reference_table('inspections');
SELECT create_reference_table('ledger_entries');
SELECT create_reference_table('patrols');
SELECT create_reference_table('rectification_steps');
SELECT create_reference_table('rejects');
SELECT create_reference_table('shifts');
SELECT create_reference_table('water_samples');

-- cases by their own id; what belongs to a case lies beside it, so that a join by the case never leaves its node
SELECT create_distributed_table('cases', 'id');
SELECT create_distributed_table('case_events', 'case_id', colocate_with => 'cases');
SELECT create_distributed_table('case_links', 'case_id', colocate_with => 'cases');
SELECT create_distributed_table('attachments', 'case_id', colocate_with => 'cases');

COMMIT;
