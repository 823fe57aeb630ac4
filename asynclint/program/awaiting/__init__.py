"""What must be awaited: coroutines and tasks, and what becomes of them."""
