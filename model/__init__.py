"""What is kept: tables, kinds, time limits, and the engine that holds them."""
