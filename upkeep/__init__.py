"""Keeping what is there: backups, restoring them, looking after the database and its roles; `python -m upkeep`."""
