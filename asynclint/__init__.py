"""A linter that finds what stalls the event loop of an asyncio program, and follows calls to prove it."""

__version__ = "0.1.0"
