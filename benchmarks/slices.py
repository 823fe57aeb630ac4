"""Compares facts of functions that were parsed alone with those of functions parsed in their file.

    python benchmarks/slices.py FOLDER...

For every `.py` file below the folders. Prints each function whose facts differ, and exits with 1 if there is one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from asynclint.facts.extract import UnparsableTextError, extract
from asynclint.facts.model import Scope
from asynclint.sources.decoding import SourceError, read_source
from asynclint.sources.filesystem import FileSystem
from asynclint.sources.outline import outline, unit_text


def differences(text: str) -> Iterator[str]:
    """The qualified names of the functions of `text` whose facts differ. Raises `UnparsableTextError`."""
    whole = list(_functions(extract(text).scope))
    units = outline(text).units
    if len(whole) != len(units):
        yield f"{len(units)} functions found of {len(whole)}"
        return
    for inside, unit in zip(whole, units, strict=True):
        alone = list(_functions(extract(unit_text(text, unit)[0]).scope))
        if len(alone) != 1 or _body(alone[0]) != _body(inside):
            yield unit.qualname


def _functions(scope: Scope) -> Iterator[Scope]:
    """The outermost functions in a scope, in order."""
    for inner in scope.scopes:
        if inner.kind == "function":
            yield inner
        elif inner.kind == "class":
            yield from _functions(inner)


_OF_THE_SCOPE_AROUND = frozenset({"statement", "node", "unit", "parameters", "returns", "decorators", "bases"})


def _body(function: Scope) -> object:
    """What happens in a function. What its head says is left out: it is a matter of the scope around it."""
    numbers: dict[int, int] = {}
    fields = (name for name in function.__struct_fields__ if name not in _OF_THE_SCOPE_AROUND)
    return [(name, _renumbered(getattr(function, name), numbers)) for name in fields]


def _renumbered(value: object, numbers: dict[int, int]) -> object:
    """`value` as plain data, with the numbers of nodes in the order in which they are met."""
    if isinstance(value, msgspec.Struct):
        found: list[object] = [type(value).__name__]
        for name in value.__struct_fields__:
            part = getattr(value, name)
            found.append(numbers.setdefault(part, len(numbers)) if name == "node" else _renumbered(part, numbers))
        return found
    if isinstance(value, list | tuple):
        return [_renumbered(part, numbers) for part in value]
    return value


def main() -> int:
    """Compare all files of the folders on the command line."""
    filesystem = FileSystem()
    compared = failed = 0
    for path in (path for folder in sys.argv[1:] for path in sorted(Path(folder).rglob("*.py"))):
        try:
            different = list(differences(read_source(path, filesystem).text))
        except (SourceError, UnparsableTextError):
            continue
        compared += 1
        failed += bool(different)
        for name in different:
            print(f"{path}: {name}")
    print(f"{compared} files compared, {failed} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
