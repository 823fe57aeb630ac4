"""What a run remembers for the next: in one SQLite file, keyed by content, and never needed to be right."""
