"""What the text of files tells without being parsed."""
