"""What the text of a file tells about it without being parsed, for questions about the whole project."""

from __future__ import annotations

import re
from sys import intern
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import astuple

from asynclint.program.text.lexical import assigned_to_others, called_names, made_names, placed, renamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

_ASYNC_DEF = re.compile(r"async\s+def\s+(\w+)")
_PLAIN_DEF = re.compile(r"^[ \t]*def\s+(\w+)", re.MULTILINE)
_CLASS_LINE = re.compile(r"^[ \t]*class[ \t]+\w+[ \t]*\(((?:[^()]|\([^()]*\))*)\)", re.MULTILINE)
_LAST_NAME = re.compile(r"\b(\w+)[ \t]*(?:\[|,|$)")


class Survey(msgspec.Struct, frozen=True, array_like=True):
    """The names of the `async def`s of a file, those of its other functions, the last names of the base classes in it,
    of the classes that it seems to make objects of, of all that it seems to call, of what it imports under another
    name, of the attributes that it gives to anything but `self`, and of the keys under which it puts things into
    containers; sorted.
    """

    coroutines: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    placed: tuple[str, ...] = ()

    def interned(self) -> Survey:
        """The same, with each name there once among all surveys."""
        return Survey(*(tuple(map(intern, names)) for names in astuple(self)))


def survey(text: str) -> Survey:
    """The survey of a file."""
    bases = {name for head in _CLASS_LINE.findall(text) for name in _LAST_NAME.findall(head)}
    coroutines, functions = set(_ASYNC_DEF.findall(text)), set(_PLAIN_DEF.findall(text))
    made, called, other = set(made_names(text)), set(called_names(text)), set(renamed(text))
    found = coroutines, functions, bases, made, called, other, assigned_to_others(text), set(placed(text))
    return Survey(*(tuple(sorted(names)) for names in found)).interned()


def files_by(surveys: Mapping[Path, Survey], names: Callable[[Survey], Iterable[str]]) -> dict[str, list[Path]]:
    """The files, by those names in their surveys that `names` picks."""
    found: dict[str, list[Path]] = {}
    for file, known in surveys.items():
        for name in names(known):
            found.setdefault(name, []).append(file)
    return found
