"""The few things a page may change: one function, one transaction, one audit line each."""
