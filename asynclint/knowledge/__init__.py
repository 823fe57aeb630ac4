"""What asynclint knows of libraries: which calls block, what they return, and what runs on and off the loop."""

from asynclint.knowledge.loader import Knowledge, KnowledgeError, load_knowledge

__all__ = ["Knowledge", "KnowledgeError", "load_knowledge"]
