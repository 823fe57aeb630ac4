"""The roles that need no more than their kind."""

from __future__ import annotations

from asynclint.facts.model import Role

ANNOTATION = Role("annotation")
ASYNC_FOR = Role("async for")
ASYNC_WITH = Role("async with")
ATTRIBUTE = Role("attribute")
AWAITED = Role("awaited")
BOOLEAN = Role("boolean")
COMPARED = Role("compared")
CONDITION = Role("condition")
DEFINED = Role("defined")
DELETED = Role("deleted")
DISCARDED = Role("discarded")
ELEMENT = Role("element")
FOR = Role("for")
FORMATTED = Role("formatted")
INDEX = Role("index")
OPERAND = Role("operand")
RAISED = Role("raised")
RETURNED = Role("returned")
STARRED = Role("starred")
STORED = Role("stored")
SUBSCRIPT = Role("subscript")
UNPACKED = Role("unpacked")
WITH = Role("with")
YIELDED = Role("yielded")
