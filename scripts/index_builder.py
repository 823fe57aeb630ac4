"""Turns the sources of libraries into the index that `asynclint.knowledge.index` reads."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from asynclint.facts.model import Import
from asynclint.knowledge.index import (
    STANDARD_LIBRARY,
    UNKNOWN_BASE,
    Alias,
    LibraryClass,
    Object,
    Signature,
    SignatureKind,
)
from asynclint.program.libraries.descriptions import DescribedClass, module_names
from asynclint.program.libraries.installed import Installed
from asynclint.program.names.library import Library
from asynclint.program.names.modules import Module

ASYNC_KINDS = frozenset({"coroutine", "awaitable", "future", "task", "async context manager", "async iterator"})
PROTOCOL = (
    "__await__",
    "__aenter__",
    "__aexit__",
    "__aiter__",
    "__anext__",
    "__call__",
    "__enter__",
    "__get__",
    "__getitem__",
    "__iter__",
)
ENTERED_OR_ITERATED = ("__enter__", "__getitem__", "__iter__")
"""Those of which plain statements want one."""
ASYNC_BASES = ("asyncio.", "collections.abc.A", "contextlib.A", "typing.A")
NOT_SHIPPED = re.compile(r"(^|\.)(tests?|testing|conftest|_?vendor(ed)?|examples?|benchmarks?|docs|_pyinstaller)(\.|$)")
NAME = re.compile(r"[\w.]+")
FUTURES: dict[str, SignatureKind] = {"_asyncio.Future": "future", "_asyncio.Task": "task"}

EAGER = frozenset({"motor"})
"""Packages whose stubs say `async def` of what starts its work when it is called, and gives a future."""


@dataclass
class ClassPart:
    """What is to be written of a class."""

    bases: tuple[str, ...]
    members: dict[str, Signature | Object]


@dataclass
class ModulePart:
    """What is to be written of a module."""

    names: dict[str, str] = field(default_factory=dict)
    functions: dict[str, Signature] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    classes: dict[str, ClassPart] = field(default_factory=dict)


class Builder:
    """Collects what can be reached from the public names of `packages`. `around` are all packages in the folder of
    `source`: definitions may lead into them.
    """

    def __init__(self, source: Installed, packages: Iterable[str], around: Iterable[str]) -> None:
        self._source = source
        self._own = frozenset(packages)
        self._packages = frozenset(around) | self._own
        self._classes: dict[str, ClassPart] = {}
        self.modules: dict[str, ModulePart] = {}

    def collect(self) -> None:
        """Read everything."""
        for package in sorted(self._own):
            for name in self._public_modules(package):
                self._collect_module(name)

    def _public_modules(self, package: str) -> Iterator[str]:
        root = self._source.project.root
        top = self._source.project.file(package)
        files = [top] if top is not None and top.stem != "__init__" else sorted(root.joinpath(package).rglob("*.py*"))
        names = {".".join(file.relative_to(root).with_suffix("").parts) for file in files if file.suffix in SOURCES}
        for name in sorted(name.removesuffix(".__init__") for name in names):
            if not NOT_SHIPPED.search(name) and not any(part.startswith("_") for part in name.split(".")):
                yield name

    def _collect_module(self, name: str) -> None:
        module = self._source.project.find(name)
        if module is None and (file := self._source.project.file(name)) is not None:
            module = self._source.project.module_at(file)
        if module is None:
            return
        self.modules.setdefault(name, ModulePart())
        for each in module_names(self._source.inference, module):
            if not each.startswith("_") and (not _is_imported(module, each) or _is_offered(module, each)):
                self._collect_name(name, each)

    def _collect_name(self, module: str, name: str) -> None:
        part = self.modules.setdefault(module, ModulePart())
        found = self._source.find(module, name)
        match found:
            case Alias(target):
                if (
                    target.partition(".")[0] in self._packages
                    and target != f"{module}.{name}"
                    and name not in part.names
                ):
                    part.names[name] = target
                    self._follow(target)
            case Signature():
                part.functions[name] = self._followed(found)
            case Object(type=of):
                if of:
                    part.objects[name] = of
                    self._follow_type(of)
            case None:
                pass
            case _:
                self._collect_class(found)

    def _follow(self, target: str) -> None:
        """Collect the definition that `target` names, wherever it is."""
        module, _, name = target.rpartition(".")
        while module and not self._source.has_module(module):
            module, _, last = module.rpartition(".")
            name = f"{last}.{name}"
        if not module or module.partition(".")[0] not in self._packages or self._is_collected(module, name):
            return
        if self._source.project.file(target) is None or self._source.find(module, name) is not None:
            self._collect_name(module, name)

    def _is_collected(self, module: str, name: str) -> bool:
        part = self.modules.get(module)
        return part is not None and (name in part.names or name in part.functions or name in part.classes)

    def _follow_type(self, of: str) -> None:
        for name in NAME.findall(of):
            if name != "Self":
                self._follow(name)

    def _followed(self, signature: Signature) -> Signature:
        self._follow_type(signature.result)
        if signature.kind == "object" and signature.result in FUTURES:
            return Signature(FUTURES[signature.result])
        if signature.kind == "coroutine" and self._own <= EAGER:
            return Signature("future", signature.result)
        return signature

    def _collect_class(self, found: LibraryClass) -> None:
        if found.name in self._classes or not isinstance(found, DescribedClass):
            return
        bases = found.bases
        part = self._classes[found.name] = ClassPart(bases, {})
        module = found.module
        self.modules.setdefault(module, ModulePart()).classes[found.name.removeprefix(f"{module}.")] = part
        for base in bases:
            self._follow(base)
        for name in found.member_names():
            if not name.startswith("_") or name in PROTOCOL:
                member = found.member(name)
                if isinstance(member, Signature):
                    part.members[name] = self._followed(member)
                elif member is not None:
                    part.members[name] = member
                    self._follow_type(member.type)


SOURCES = (".py", ".pyi")


def _is_imported(module: Module, name: str) -> bool:
    return any(isinstance(binding.value, Import) for binding in module.scope.bindings.get(name, ()))


def _is_offered(module: Module, name: str) -> bool:
    """Whether a name that `module` imports is one for others to import from there."""
    said = rf"""["']{name}["']|\bas {name}\b"""
    return module.is_package or re.search(said, module.text) is not None


class Pruned:
    """What of the collected modules is worth shipping: functions, and of the classes those in which something is
    asynchronous, or that lead to one.
    """

    def __init__(self, modules: Mapping[str, ModulePart], library: Library) -> None:
        self._modules = modules
        self._library = library
        self._classes = {
            f"{module}.{name}": part for module, parts in modules.items() for name, part in parts.classes.items()
        }

    @cached_property
    def _resolved(self) -> dict[str, str]:
        """The class that each re-exported name of a class stands for."""
        aliases = {
            f"{module}.{new}": old for module, parts in self._modules.items() for new, old in parts.names.items()
        }
        found = {}
        for name in aliases:
            target, steps = name, 0
            while target in aliases and steps < 20:
                target, steps = aliases[target], steps + 1
            if target in self._classes:
                found[name] = target
        return found

    def _definition(self, name: str) -> str:
        return self._resolved.get(name, name)

    @cached_property
    def _complete(self) -> frozenset[str]:
        """The classes all of whose bases are known."""
        incomplete = {
            name
            for name, part in self._classes.items()
            if any(self._definition(base) not in self._classes and not _is_standard(base) for base in part.bases)
        }
        grown = True
        while grown:
            more = {
                name
                for name, part in self._classes.items()
                if name not in incomplete and any(self._definition(base) in incomplete for base in part.bases)
            }
            incomplete |= more
            grown = bool(more)
        return frozenset(self._classes.keys() - incomplete)

    @cached_property
    def _interesting(self) -> frozenset[str]:
        """The classes with something to await, and those that lead to one: by a base, a result, an attribute."""
        known = {self._definition(name) for name in self._library.known_classes}
        users: dict[str, set[str]] = {}
        found = set()
        for name, part in self._classes.items():
            is_async = any(_is_async(each, member) for each, member in part.members.items())
            if name in known or is_async or any(base.startswith(ASYNC_BASES) for base in part.bases):
                found.add(name)
            mentioned = [*part.bases]
            for member in part.members.values():
                mentioned += NAME.findall(member.result if isinstance(member, Signature) else member.type)
            for other in mentioned:
                users.setdefault(self._definition(other), set()).add(name)
        pending = sorted(found)
        while pending:
            for user in users.get(pending.pop(), ()):
                if user not in found:
                    found.add(user)
                    pending.append(user)
        return frozenset(found)

    def type_(self, of: str) -> str:
        """`of` without the classes that nobody asks about; of several, all have to stay."""
        if "|" in of and not all(self._kept(name) for name in NAME.findall(of)):
            return ""
        kept = NAME.sub(lambda match: self._kept(match.group()), of)
        if kept.startswith("("):
            return kept if NAME.search(kept) else ""
        return kept if NAME.match(kept) else ""

    def _kept(self, name: str) -> str:
        if name == "Self" or name.startswith("asyncio.") or name in self._library.known_classes:
            return name
        definition = self._definition(name)
        return definition if definition in self._interesting else ""

    def signature(self, signature: Signature) -> Signature:
        """`signature` as it is shipped."""
        result = self.type_(signature.result)
        if signature.kind != "object" or result:
            return Signature(signature.kind, result)
        names = NAME.findall(signature.result)
        plain = all(self._definition(name) in self._complete for name in names)
        return Signature("plain" if plain else "unknown")

    def package(self, package: str, versions: Mapping[str, str]) -> bytes:
        """The file of one package."""
        modules = {}
        coroutines: set[str] = set()
        for name, part in sorted(self._modules.items()):
            if _file_of(name) == package:
                written = self._module(name, part)
                if written:
                    modules[name] = written
                    coroutines.update(_coroutines(part))
        content = {"versions": dict(versions), "coroutines": " ".join(sorted(coroutines)), "modules": modules}
        return (json.dumps(content, indent=0, separators=(",", ":"), sort_keys=True) + "\n").encode()

    def _module(self, module: str, part: ModulePart) -> dict[str, object]:
        names: dict[str, list[str]] = {}
        for new, target in part.names.items():
            definition = self._definition(f"{module}.{new}")
            if definition in self._complete and definition not in self._interesting:
                continue
            where, _, old = target.rpartition(".")
            names.setdefault(where, []).append(new if new == old else f"{new}={old}")
        functions: dict[str, list[str]] = {}
        for name, signature in part.functions.items():
            functions.setdefault(spelled(self.signature(signature)), []).append(name)
        objects: dict[str, list[str]] = {}
        for name, of in part.objects.items():
            if kept := self.type_(of):
                objects.setdefault(kept, []).append(name)
        classes = {name for name in part.classes if f"{module}.{name}" in self._interesting}
        incomplete = {name for name in part.classes.keys() - classes if f"{module}.{name}" not in self._complete}
        described = {name: self._class(module, name, part.classes[name]) for name in sorted(classes)}
        described.update((name, {"bases": [UNKNOWN_BASE]}) for name in sorted(incomplete))
        written = {
            "names": _joined(names),
            "functions": _joined(functions),
            "objects": _joined(objects),
            "classes": described,
        }
        return {key: value for key, value in written.items() if value}

    def _class(self, module: str, name: str, part: ClassPart) -> dict[str, object]:
        methods: dict[str, list[str]] = {}
        attributes: dict[str, list[str]] = {}
        above = self._inherited(f"{module}.{name}")
        for each, member in {**self._of_untold_bases(part), **part.members}.items():
            if isinstance(member, Signature):
                methods.setdefault(spelled(self.signature(member)), []).append(each)
                continue
            of = self.type_(member.type)
            if of or each in above:
                attributes.setdefault(of, []).append(each)
        bases = [self._definition(base) for base in part.bases if self._is_told(base)]
        written = {"bases": bases, "methods": _joined(methods), "attributes": _joined(attributes)}
        return {key: value for key, value in written.items() if value}

    def _of_untold_bases(self, part: ClassPart) -> dict[str, Signature | Object]:
        """What statements ask a class for that it has from bases which are left out."""
        found: dict[str, Signature | Object] = {}
        pending = [self._definition(base) for base in part.bases if not self._is_told(base)]
        for base in pending:
            above = self._classes[base]
            found.update({name: above.members[name] for name in ENTERED_OR_ITERATED if name in above.members})
            pending += [each for each in map(self._definition, above.bases) if each in self._classes]
        return found

    def _is_told(self, base: str) -> bool:
        """Whether `base` may have members that matter."""
        definition = self._definition(base)
        return definition not in self._complete or definition in self._interesting

    def _inherited(self, name: str) -> frozenset[str]:
        """The names of the members that the bases of a class have."""
        found: set[str] = set()
        pending, seen = [name], {name}
        for current in pending:
            part = self._classes.get(current)
            for base in part.bases if part is not None else ():
                definition = self._definition(base)
                if definition not in seen:
                    seen.add(definition)
                    pending.append(definition)
                    found.update(self._classes[definition].members if definition in self._classes else ())
        return frozenset(found)


def spelled(signature: Signature) -> str:
    """`signature` as the index writes it."""
    return f"{signature.kind}: {signature.result}" if signature.result else signature.kind


def _is_async(name: str, member: Signature | Object) -> bool:
    if name in ("__await__", "__aenter__", "__aiter__"):
        return True
    return isinstance(member, Signature) and member.kind in ASYNC_KINDS


def _is_standard(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def _coroutines(part: ModulePart) -> Iterator[str]:
    yield from (name for name, signature in part.functions.items() if signature.kind == "coroutine")
    for each in part.classes.values():
        for name, member in each.members.items():
            if isinstance(member, Signature) and member.kind == "coroutine" and not name.startswith("_"):
                yield name


def _joined(groups: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {key: " ".join(sorted(names)) for key, names in sorted(groups.items())}


def _file_of(module: str) -> str:
    package = module.partition(".")[0]
    return STANDARD_LIBRARY if package in sys.stdlib_module_names else package


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put `files`, by the name of their package, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        folder.joinpath(f"{name}.json").write_bytes(content)
