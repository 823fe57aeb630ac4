"""What expressions stand for, and what conditions come to."""
