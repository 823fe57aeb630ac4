"""How diagnostics are printed, one output format to a file."""
