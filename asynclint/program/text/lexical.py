"""What the text of a file or function tells without being parsed. Comments and strings count as if they were code.

Patterns begin with a letter or a set of them where they can, and look back from there: `re` skips to those in no time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORD = re.compile(r"\w+")
_IMPORTED = re.compile(r"^[ \t]*(?:import|from)[ \t]+(\w+)", re.MULTILINE)
_CALLED = re.compile(r"\b(\w+)\s*\(")
_MADE = re.compile(r"([A-Z_](?<!\w.)\w*)\s*\(")
_LAST_WORD = re.compile(r"\w+$")
_RENAMING = re.compile(r" as [ \t]*\w+[ \t]*(?:[\n\r,);#\\]|\Z)")
_LONGEST_WORD = 80
_GLOBAL = re.compile(r"global(?<!\wglobal)\b([^\n;#]*)")
_INDEX = r"\[[^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)*\]"
_FILLING = r"\.(?:add|append|appendleft|extend|insert|setdefault|update)\("
_FILLING_LINE = re.compile(rf"^.*(?:{_FILLING}|\][ \t]*=(?!=)).*$", re.MULTILINE)
_FILLED = re.compile(rf"\b(\w+)(?:{_INDEX}[ \t]*=(?!=)|{_FILLING})")
_PLACED = re.compile(r"""\[["']?(?:\w+\.)*(\w+)["']?\][ \t]*=(?!=)""")
_ATTRIBUTE = re.compile(r"\.(\w+)")
_TEST = re.compile(r"\b(?:if|elif|while|and|or|not)\b.*\.\w")
_TARGETS = re.compile(
    r"^[^\n]*(?:[^=!<>\n]|<<|>>)=(?!=)"
    r"|^[^\n]*\b(?:for|as|del)\b[^\n]*"
    r"|^[ \t]*[\w.]+[ \t]*:"
    r"|^[^=\n]*[,\\][ \t]*(?:#[^\n]*)?$"
)
"""What of a line may be assigned to: what stands before a `=`, on a line that binds by a word, or before an annotation
that goes on below, and in front of a comma or backslash at the end of a line, where targets go on.
"""
_SET = re.compile(r"(?:setattr|patch(?:\.object)?)\([^()]*")
_QUOTED = re.compile(r"""["'](?:[\w.]+\.)?(\w+)["']""")
_ASSIGNED = re.compile(r"\.(\w+)[ \t]*=(?!=)")
_ASSIGNED_TO_OTHERS = re.compile(r"\.(?<!self\.)(\w+)[ \t]*=(?!=)")


def words(texts: Iterable[str]) -> set[str]:
    """The words in `texts`."""
    return {word for text in texts for word in _WORD.findall(text)}


def imported_packages(text: str) -> list[str]:
    """The packages that `text` imports something from: of an `import` of several, the first."""
    return _IMPORTED.findall(text)


def called_names(text: str) -> list[str]:
    """The last names of what `text` seems to call."""
    return _CALLED.findall(text)


def made_names(text: str) -> list[str]:
    """The last names of what `text` seems to call, where they are spelled like those of classes."""
    return [name for name in _MADE.findall(text) if name.lstrip("_")[:1].isupper()]


def renamed(text: str) -> list[str]:
    """The names in front of an `as` with a name after which an import goes on or ends: what is imported under another
    name, and more.
    """
    starts = (match.start() for match in _RENAMING.finditer(text))
    found = (_LAST_WORD.search(text[max(0, start - _LONGEST_WORD) : start]) for start in starts)
    return [word[0] for word in found if word is not None]


def global_names(text: str) -> list[str]:
    """The names in `global` statements, in order."""
    return [name for names in _GLOBAL.findall(text) for name in _WORD.findall(names)]


def stored_attributes(text: str) -> Iterator[str]:
    """The names of the attributes that `text` seems to assign to: practically all that it does, and some others."""
    for line in text.split("\n"):
        if "." in line:
            for targets in _TARGETS.findall(line):
                yield from _ATTRIBUTE.findall(targets)


def filled(text: str) -> list[str]:
    """The last names of the containers that `text` seems to put something into."""
    return [name for line in _FILLING_LINE.findall(text) for name in _FILLED.findall(line)]


def placed(text: str) -> list[str]:
    """The last names in the keys under which `text` seems to put something into containers."""
    return _PLACED.findall(text)


def tested_attributes(text: str) -> frozenset[str]:
    """The names of the attributes that stand on lines with a condition."""
    lines = (line for line in text.split("\n") if "." in line and _TEST.search(line))
    return frozenset(name for line in lines for name in _ATTRIBUTE.findall(line))


def set_by_name(text: str) -> Iterator[str]:
    """The last names in the strings by which `text` sets or patches something, as tests do."""
    for start in _SET.findall(text):
        yield from _QUOTED.findall(start)


def assigned_attributes(text: str) -> frozenset[str]:
    """The names of the attributes that `text` assigns to, or sets by their names in strings, as tests do."""
    return frozenset((*_ASSIGNED.findall(text), *set_by_name(text)))


def assigned_to_others(text: str) -> frozenset[str]:
    """The names of the attributes that `text` assigns to of anything but `self`, or by their names in strings."""
    return frozenset((*_ASSIGNED_TO_OTHERS.findall(text), *set_by_name(text)))
