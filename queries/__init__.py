"""Questions: each returns a SQLAlchemy Select; one function turns a Select into a frame."""
