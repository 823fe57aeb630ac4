"""What names of modules are: bound there, imported, or brought by a star import."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from asynclint.facts.model import Import
from asynclint.program.names import signatures
from asynclint.program.names.modules import Module
from asynclint.program.names.values import ANYTHING, External, ModuleValue, Namespace, Values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Binding
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_MOST_IMPORTS = 8
"""How many modules a name is followed through."""


def module_member(inference: Inference, module: Module, name: str) -> Values | None:
    """What `name` of `module` is; `None` where the module has no such name."""
    scope = module.scope
    if scope.binds(name):
        return inference.everywhere(scope, name)
    starred = star_import(inference, module, name)
    if starred is not None:
        return starred
    return module_at(inference, module, f"{module.name}.{name}") if module.is_package else None


def star_import(inference: Inference, module: Module, name: str) -> Values | None:
    """What `name` of `module` is, if a star import brings it."""
    if name.startswith("_") or "*" not in module.scope.bindings:
        return None
    return inference.once((module, name, "star"), lambda: _star_import(inference, module, name)) or None


class _Inner(NamedTuple):
    """The modules inside of a package."""

    package: Module


def _star_import(inference: Inference, module: Module, name: str) -> Values:
    """Depth first, the last import before the others: each module is asked once, however they import each other."""
    sources = _star_sources(inference, module)
    hub = sources[0] if len(sources) == 1 else None
    if isinstance(hub, Module) and len(_star_sources(inference, hub)) > 1:
        # What many modules get from one is looked up there once.
        return module_member(inference, hub, name) or ()
    pending: list[Module | _Inner | str] = [*sources]
    seen = {module}
    while pending:
        source = pending.pop()
        if isinstance(source, str):
            if inference.library.is_known(f"{source}.{name}"):
                return external(inference, f"{source}.{name}")
        elif isinstance(source, _Inner):
            package = source.package
            inner = module_at(inference, package, f"{package.name}.{name}")
            if inner is not None:
                return inner
        elif source.scope.binds(name):
            return inference.everywhere(source.scope, name)
        elif source not in seen:
            seen.add(source)
            pending += [_Inner(source)] if source.is_package else []
            pending += _star_sources(inference, source)
    return ()


def _star_sources(inference: Inference, module: Module) -> tuple[Module | str, ...]:
    """What `module` imports everything from: modules of the project, and names of others."""
    return inference.star_sources.get(module, lambda: tuple(_find_star_sources(inference, module)))


def _find_star_sources(inference: Inference, module: Module) -> Iterator[Module | str]:
    for binding in module.scope.bindings.get("*", ()):
        if isinstance(binding.value, Import):
            path = absolute(module, binding.value)
            yield inference.project.find(path, module) or path


def absolute(module: Module, imported: Import) -> str:
    """The absolute name of the module that `imported`, in `module`, names."""
    if imported.level == 0:
        return imported.module
    parts = module.package.split(".") if module.package else []
    kept = parts[: len(parts) - (imported.level - 1)] if imported.level > 1 else parts
    return ".".join([*kept, *([imported.module] if imported.module else [])])


def imported(inference: Inference, module: Module, imported: Import) -> Values:
    """What an import in `module` binds."""
    path = absolute(module, imported)
    if not imported.name:
        return module_at(inference, module, path) or external(inference, path)
    source = inference.project.find(path, module)
    if source is None:
        inner = module_at(inference, module, f"{path}.{imported.name}")
        return inner or (ANYTHING if imported.level else external(inference, f"{path}.{imported.name}"))
    found = module_member(inference, source, imported.name) if source is not module else None
    return found or module_at(inference, module, f"{path}.{imported.name}") or ANYTHING


def module_at(inference: Inference, seen_from: Module, path: str) -> Values | None:
    """The module or package of the project at `path`, as `seen_from` imports it; `None` where there is none."""
    module = inference.project.find(path, seen_from)
    if module is not None:
        return (ModuleValue(module),)
    return (Namespace(path, seen_from),) if inference.project.has_package(path, seen_from) else None


def external(inference: Inference, path: str) -> Values:
    """The library object at `path`; an instance where the knowledge says that it is one."""
    name = inference.library.canonical(path)
    of = inference.library.instance(name)
    return signatures.typed(of) if of else (External(name),)


def definition(inference: Inference, scope: ScopeNode, name: str) -> tuple[ScopeNode, Binding] | None:
    """The one binding that says what `name` is, with its scope: here, or in the module that it is imported from."""
    holder = scope.lookup(name)
    for _ in range(_MOST_IMPORTS):
        bindings = holder.bindings.get(name, []) if holder is not None else []
        if holder is None or len(bindings) != 1:
            return None
        binding = bindings[0]
        if not isinstance(binding.value, Import) or not binding.value.name:
            return holder, binding
        source = inference.project.find(absolute(holder.module, binding.value), holder.module)
        holder, name = source.scope if source is not None else None, binding.value.name
    return None
