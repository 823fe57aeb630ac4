"""Programs that make no sense: valid syntax of every kind, about so few names that each stands for everything."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

_NAMES = ("a", "b", "c", "A", "B", "self")
_LIBRARY = ("time", "asyncio", "os", "functools", "threading", "requests", "contextlib", "dataclasses", "abc", "typing")
_ATTRIBUTES = (*_NAMES, "sleep", "run", "get", "gather", "create_task", "partial", "wraps", "path", "open", "to_thread")
_DECORATORS = (
    "property", "staticmethod", "classmethod", "functools.wraps(a)", "functools.lru_cache", "contextlib.contextmanager",
    "abc.abstractmethod", "a.setter", "dataclasses.dataclass", "typing.overload", "contextlib.asynccontextmanager",
)  # fmt: skip
_DEEPEST = 3


def program(draw: Random, modules: Sequence[str] = ()) -> str:
    """A program, which may import the others of `modules` and itself."""
    writer = _Writer(draw, modules)
    imports = [f"import {name}" for name in _LIBRARY]
    lines = [line for _ in range(draw.randint(3, 12)) for line in writer.statement()]
    return "\n".join([*imports, *lines, ""])


class _Writer:
    """Writes lines at random."""

    def __init__(self, draw: Random, modules: Sequence[str]) -> None:
        self._draw = draw
        self._modules = (*modules, *_LIBRARY) if not modules or draw.random() < 0.3 else tuple(modules)

    def _name(self) -> str:
        return self._draw.choice(_NAMES)

    def _inner(self, level: int) -> list[str]:
        """Some statements in a block of their own."""
        if level > _DEEPEST:
            return ["    pass"]
        return ["    " + line for _ in range(self._draw.choice((1, 1, 2, 3))) for line in self.statement(level)]

    def statement(self, level: int = 0) -> list[str]:
        """A statement, inside of so many others."""
        simple = self._draw.random() < 0.45 + level * 0.15
        return [self._simple()] if simple else self._compound(level)

    def _simple(self) -> str:
        one, other, name = self._expression(), self._expression(), self._name()
        attribute = self._draw.choice(_ATTRIBUTES)
        module = self._draw.choice(self._modules)
        return self._draw.choice(
            (
                one,
                one,
                f"{name} = {one}",
                f"{name} = {one}",
                f"{name}.{attribute} = {one}",
                f"self.{name} = {one}",
                f"{name}, {self._name()} = {one}",
                f"{name}: {other} = {one}",
                f"{name}: {other}",
                f"{name} += {one}",
                f"{name} = {self._name()} = {one}",
                f"*{name}, {self._name()} = {one}",
                f"{name}[{one}] = {other}",
                f"return {one}",
                f"yield {one}",
                f"{name} = yield {one}",
                f"yield from {one}",
                f"raise {one} from {other}",
                f"assert {one}, {other}",
                f"del {name}",
                f"global {name}",
                f"nonlocal {name}",
                "pass",
                "break",
                "continue",
                f"import {module}",
                f"import {module} as {name}",
                f"from {module} import {attribute}",
                f"from {module} import {attribute} as {name}",
                f"from {module} import *",
                f"from . import {name}",
                f"from .{module} import {name}",
                f"import {module}.{attribute}",
                f"__all__ = ['{name}']",
                f"{name} = typing.TypeVar('{name}', bound='{self._name()}')",
                f"type {name} = {one}",
                f"{one}  # noqa: AIO101",
                f"{name} = '{other}'" if "'" not in other else name,
            )
        )

    def _compound(self, level: int) -> list[str]:
        one, other, name = self._expression(), self._expression(), self._name()
        inner, second = self._inner(level + 1), self._inner(level + 1)
        is_async = self._draw.choice(("", "async "))
        kind = self._draw.randrange(9)
        if kind <= 2:
            decorators = [f"@{self._decorator()}" for _ in range(self._draw.choice((0, 0, 1, 2)))]
            arrow = f" -> {other}" if self._draw.random() < 0.3 else ""
            return [*decorators, f"{is_async}def {name}({self._parameters()}){arrow}:", *inner, *second]
        if kind <= 4:
            bases = ", ".join(
                self._draw.choice((self._name(), self._expression())) for _ in range(self._draw.randrange(3))
            )
            return [f"class {name}({bases}):", *inner, *second]
        return self._draw.choice(
            (
                [f"if {one}:", *inner, f"elif {other}:", *second, "else:", *inner],
                [f"if typing.TYPE_CHECKING or {one}:", *inner, "else:", *second],
                [f"{is_async}for {name} in {one}:", *inner, "else:", *second],
                [f"while {one}:", *inner],
                [f"{is_async}with {one} as {name}, {other}:", *inner],
                ["try:", *inner, f"except {one} as {name}:", *second, "else:", *inner, "finally:", *second],
                ["try:", *inner, f"except* {one}:", *second],
                [f"match {one}:", f"    case {name}({name}=1) | [{name}, *_] if {other}:"]
                + ["    " + line for line in inner]
                + [f"    case {{'a': {name}}}:"]
                + ["    " + line for line in second],
            )
        )

    def _decorator(self) -> str:
        return self._draw.choice((*_DECORATORS, self._name(), self._expression()))

    def _parameters(self) -> str:
        names = self._draw.sample(_NAMES, self._draw.randrange(4))
        annotated = [f"{name}: {self._expression()}" if self._draw.random() < 0.3 else name for name in names]
        given = [f"{each} = {self._expression()}" if self._draw.random() < 0.2 else each for each in annotated]
        plain = [each for each in given if " = " not in each]
        others = [each for each in given if " = " in each]
        return ", ".join([*plain, *others, *self._draw.choice(((), (), ("*args", "**kwargs"), ("*", "d")))])

    def _expression(self, depth: int = 0) -> str:
        if depth > 3 or self._draw.random() < 0.2 + depth * 0.15:
            return self._draw.choice(
                (self._name(), self._name(), self._name(), "time.sleep", "1", "None", "'a'", "open")
            )
        one, other, name = self._expression(depth + 1), self._expression(depth + 1), self._name()
        attribute = self._draw.choice(_ATTRIBUTES)
        return self._draw.choice(
            (
                f"{name}.{attribute}",
                f"{name}.{attribute}",
                f"({one}).{attribute}",
                f"{name}()",
                f"{name}({one})",
                f"{name}({one}, {name}={other})",
                f"({one})({other})",
                f"({one})()",
                f"(await {one})",
                f"{name}[{one}]",
                f"[{one} for {name} in {other}]",
                f"{{{one}: {other} for {name} in {one} if {other}}}",
                f"({one} for {name} in {other})",
                f"[{one} async for {name} in {other}]",
                f"(lambda {name}=a: {one})",
                f"(lambda: {one})",
                f"({one} if {other} else {name})",
                f"({name} := {one})",
                f"[{one}, *({other})]",
                f"({one}, {other})",
                f"{{'a': {one}, **({other})}}",
                f"({one} or {other})",
                f"({one} + {other})",
                f"(not {one})",
                f"({one} < {other} < {name})",
                f"({one})[{other}:{name}]",
                f"super().{attribute}",
                f"functools.partial({one}, {other})",
                f"asyncio.create_task({one})",
                f"asyncio.gather({one}, *({other}))",
                f"asyncio.to_thread({one}, {other})",
                f"asyncio.run({one})",
                f"isinstance({one}, {other})",
                f"threading.Thread(target={one}, args=({other},))",
                f"getattr({one}, '{attribute}')",
                f"({one} | {other})",
                f"self.{attribute}",
                f"self.{attribute}({one})",
                "requests.get('x')",
                "os.path.exists('x')",
                f"typing.cast({one}, {other})",
                f"type({one})",
                f"(yield {one})",
                f"open({one})",
                f"iter({one})",
                f"map({one}, {other})",
                f"f'{{{name}!r}}'",
                f"{name}.__class__",
                f"{name}.__call__({one})",
            )
        )
