"""What answers were made from, and whether they still stand in a later run."""
