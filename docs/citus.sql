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
SELECT create_reference_table('case_sums');
SELECT create_reference_table('square_counts');
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

-- where an import lays its rows before it compares them: a node joins only what lies on it, so they are spread and copied likewise.
-- Emptied by every import; without a key, for they hold what a file says. After an update that changes tables: drop them and make them anew.
CREATE UNLOGGED TABLE staged_categories AS TABLE categories WITH NO DATA;
CREATE UNLOGGED TABLE staged_features AS TABLE features WITH NO DATA;
CREATE UNLOGGED TABLE staged_officials AS TABLE officials WITH NO DATA;
CREATE UNLOGGED TABLE staged_ledgers AS TABLE ledgers WITH NO DATA;
CREATE UNLOGGED TABLE staged_absences AS TABLE absences WITH NO DATA;
CREATE UNLOGGED TABLE staged_bike_counts AS TABLE bike_counts WITH NO DATA;
CREATE UNLOGGED TABLE staged_duties AS TABLE duties WITH NO DATA;
CREATE UNLOGGED TABLE staged_inspections AS TABLE inspections WITH NO DATA;
CREATE UNLOGGED TABLE staged_ledger_entries AS TABLE ledger_entries WITH NO DATA;
CREATE UNLOGGED TABLE staged_patrols AS TABLE patrols WITH NO DATA;
CREATE UNLOGGED TABLE staged_rectification_steps AS TABLE rectification_steps WITH NO DATA;
CREATE UNLOGGED TABLE staged_shifts AS TABLE shifts WITH NO DATA;
CREATE UNLOGGED TABLE staged_water_samples AS TABLE water_samples WITH NO DATA;
CREATE UNLOGGED TABLE staged_cases AS TABLE cases WITH NO DATA;
CREATE UNLOGGED TABLE staged_case_events AS TABLE case_events WITH NO DATA;
CREATE UNLOGGED TABLE staged_case_links AS TABLE case_links WITH NO DATA;
SELECT create_reference_table('staged_categories');
SELECT create_reference_table('staged_features');
SELECT create_reference_table('staged_officials');
SELECT create_reference_table('staged_ledgers');
SELECT create_reference_table('staged_absences');
SELECT create_reference_table('staged_bike_counts');
SELECT create_reference_table('staged_duties');
SELECT create_reference_table('staged_inspections');
SELECT create_reference_table('staged_ledger_entries');
SELECT create_reference_table('staged_patrols');
SELECT create_reference_table('staged_rectification_steps');
SELECT create_reference_table('staged_shifts');
SELECT create_reference_table('staged_water_samples');
SELECT create_distributed_table('staged_cases', 'id', colocate_with => 'cases');
SELECT create_distributed_table('staged_case_events', 'case_id', colocate_with => 'cases');
SELECT create_distributed_table('staged_case_links', 'case_id', colocate_with => 'cases');

COMMIT;
