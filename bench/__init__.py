"""What it costs: the benchmark of pages, of imports, of first views and of many viewers at once."""
