"""What asynclint knows of libraries: which calls block, what they return, and what runs on and off the loop."""

from asynclint.knowledge.knowledge import Knowledge
from asynclint.knowledge.loader import load_knowledge
from asynclint.knowledge.tables import KnowledgeError

__all__ = ["Knowledge", "KnowledgeError", "load_knowledge"]
