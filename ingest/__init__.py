"""From files to the database: readers, presets, checks, the demo subdistrict."""
