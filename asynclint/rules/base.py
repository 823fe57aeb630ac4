"""What a rule is: a code, a name, documentation, and one function from an observation to a finding."""

from __future__ import annotations

import inspect
from typing import ClassVar, Generic, TypeVar

import msgspec

Observed = TypeVar("Observed")


class Finding(msgspec.Struct, frozen=True):
    """What a rule says about one observation: what is wrong, and what to do about it."""

    message: str
    help: str = ""


class Rule(Generic[Observed]):
    """One rule. Subclasses stand one to a file; their docstring is the rule's documentation, with four headings:
    `## What it does`, `## Why is this bad?`, `## Example` and `## Use instead`, the last two each with Python code.

    `observes` is the kind of observation (see `asynclint.program.observations`) that the rule is handed. A rule looks
    at nothing else, and walks nothing.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    default: ClassVar[bool] = True
    observes: ClassVar[type]

    def check(self, observed: Observed) -> Finding | None:
        """What is wrong with `observed`, or `None` where nothing is."""
        raise NotImplementedError

    @classmethod
    def documentation(cls) -> str:
        """The rule's documentation in Markdown, without its title."""
        return inspect.cleandoc(cls.__doc__ or "")

    @classmethod
    def summary(cls) -> str:
        """The first sentence of the documentation, one line."""
        return cls.documentation().partition("\n\n")[0].replace("\n", " ")
