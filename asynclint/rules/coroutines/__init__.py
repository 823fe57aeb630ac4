"""Rules about coroutines that never run."""
