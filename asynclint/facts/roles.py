"""The roles that need no more than their kind, and those of the parts of calls; each is made once."""

from __future__ import annotations

from functools import cache

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


@cache
def callee(call: int) -> Role:
    """The role of the callee of call number `call`."""
    return Role("callee", call)


@cache
def argument(call: int, position: int, keyword: str) -> Role:
    """The role of an argument of call number `call`."""
    return Role("argument", call, position, keyword)
