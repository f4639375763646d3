"""Shapes: layers, datums, joins, the unit grid, coverage, hot spots and drawing. No database, no Streamlit."""
