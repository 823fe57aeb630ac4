"""Libraries whose sources are at hand."""
