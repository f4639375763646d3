"""Statistics over plain numbers: no database, no screen, no shapes."""
