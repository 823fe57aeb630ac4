"""All that asynclint knows of libraries, and how names are looked up in it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec

from asynclint.knowledge.model import (
    Awaitable,
    CoroutineTaker,
    EntryPoint,
    FunctionTaker,
    Offloader,
    Primitive,
    Scheduler,
    TaskMaker,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Knowledge(msgspec.Struct, frozen=True, kw_only=True):
    """All that asynclint knows of libraries. Keys are qualified names, spelled canonically (see `canonical`).

    - `primitives`: callable -> what it does to its thread. A class stands for its constructor; `X.__enter__`,
      `X.__exit__` and `X.__iter__` are what `with` and `for` call.
    - `wildcards`: class -> the same, for every public call on an instance of it, at any attribute depth
      (`client.chat.completions.create`). `Primitive.excluding` has the exceptions, and an exact entry comes first.
    - `safe`: callables that the project says do not block.
    - `returns`: callable -> class of what it returns, `X.__call__` for calling an instance. A class that is not a key
      makes an instance of itself.
    - `made_methods`: class whose methods are made when it runs, and written down nowhere -> class of what they give.
    - `own_class`: methods that give an object of the very class that they are called on, which may derive from theirs.
    - `attributes`: `X.name` -> class of that attribute. `items`: class -> class of `x[...]`.
    - `items_as_attributes`: class of which `x.name` is `x["name"]` -> names of which it is not.
    - `holders`: generic class -> its methods that give what its argument says, as `asyncio.Queue[Job].get()` does.
    - `held_attributes`: generic class -> its attributes that are what its argument says.
    - `declaring`: descriptor -> the argument, the first, that names the class of what the attribute holds.
    - `makers`: generic class -> the class that its argument has to name for what is known of its objects to hold: they
      may make others (`sessionmaker[AsyncSession]`).
    - `iterates`: class or callable -> class of what iterating it, or its result, yields.
    - `enters`: class or callable -> class of what `with ... as name` binds, where that is not the object itself.
    - `awaits`: class or callable -> class of what `await` of such an object, or of what the callable gives, gives.
    - `operators`: (class of the left operand, operator) -> class of the result.
    - `constants`: module attribute -> class of that object.
    - `passes`: name of a function, or nothing for any -> decorator above it, or class that it is a method of -> classes
      of what a framework passes to it, the receiver not counted.
    - `untyped_with`: callable -> keywords and flags; where one of them is passed, the type of the result is not known.
    - `stubs`: pattern of a class in a stub-only package -> the class that it describes.
    - `bases`: class -> its base classes, as far as they matter.
    - `aliases`: another path of the same object -> the canonical one.
    - `offloaders`, `schedulers`, `entrypoints`: where functions run that are handed over or decorated.
    - `awaitables`, `tasks`, `takes_coroutines`: what must be awaited, what makes tasks, and where a coroutine belongs.
    - `take_functions`: callables that call a function they are passed, and await nothing.
    - `take_values`: callables that can do nothing with a coroutine. `look_at`: those that only print or compare what
      they are passed.
    - `take_items`: those that can do nothing with the items of their first argument, where these are coroutines.
    - `iterate`: builtins that iterate over their first argument.
    - `give_plain_values`: callables of which annotations don't say that what they give can't be awaited.
    - `keep_coroutine_functions`: decorators that make another coroutine function of one.
    - `requests`: classes whose objects do nothing until they are awaited or entered, and are good for nothing else.
    - `messages`: those whose objects do nothing until they are awaited, and hold what they are about.
    - `descriptors`: classes whose objects, in the body of a class, declare an attribute: it holds something else.
    - `open_classes`: classes to whose objects projects give attributes or items of their own.
    - `patchers`: callables that put a stand-in where their first two arguments say.
    - `nesting`: packages that let an event loop run inside of a running one.
    - `synchronized`: packages whose coroutine functions give plain code their results.
    - `plain_releases`: packages with releases that have no coroutine functions, and the names that only code for these
      has.
    """

    primitives: dict[str, Primitive]
    wildcards: dict[str, Primitive]
    returns: dict[str, str]
    made_methods: dict[str, str]
    own_class: frozenset[str]
    attributes: dict[str, str]
    items: dict[str, str]
    items_as_attributes: dict[str, tuple[str, ...]]
    holders: dict[str, tuple[str, ...]]
    held_attributes: dict[str, tuple[str, ...]]
    declaring: dict[str, str]
    makers: dict[str, str]
    iterates: dict[str, str]
    enters: dict[str, str]
    awaits: dict[str, str]
    operators: dict[tuple[str, str], str]
    constants: dict[str, str]
    passes: dict[str, dict[str, tuple[str, ...]]]
    untyped_with: dict[str, tuple[str, ...]]
    stubs: dict[str, str]
    bases: dict[str, tuple[str, ...]]
    aliases: dict[str, str]
    offloaders: dict[str, Offloader]
    schedulers: dict[str, Scheduler]
    entrypoints: tuple[EntryPoint, ...]
    awaitables: dict[str, Awaitable]
    tasks: dict[str, TaskMaker]
    takes_coroutines: dict[str, CoroutineTaker]
    take_functions: dict[str, FunctionTaker]
    take_values: frozenset[str]
    take_items: frozenset[str]
    iterate: frozenset[str]
    look_at: frozenset[str]
    give_plain_values: frozenset[str]
    keep_coroutine_functions: frozenset[str]
    requests: frozenset[str]
    messages: frozenset[str]
    nesting: frozenset[str]
    synchronized: frozenset[str]
    plain_releases: dict[str, frozenset[str]]
    patchers: frozenset[str]
    descriptors: frozenset[str]
    open_classes: frozenset[str]
    safe: frozenset[str] = frozenset()

    def canonical(self, name: str) -> str:
        """`name` as the knowledge spells it: its longest leading part that is an alias, replaced.

        `requests.sessions.Session.get` gives `requests.Session.get`. A name that has no alias comes back as it is.
        """
        if (target := self.aliases.get(name)) is not None:
            return target
        for lead, rest in _splits(name):
            if (target := self.aliases.get(lead)) is not None:
                return f"{target}.{rest}"
        return name

    def ancestry(self, class_name: str) -> Iterator[str]:
        """The class itself and all its known base classes, nearest first, each once. `class_name` is canonical."""
        pending = [class_name]
        seen = set()
        for current in pending:
            if current not in seen:
                seen.add(current)
                yield current
                pending += self.bases.get(current, ())

    def primitive(self, name: str) -> Primitive | None:
        """What blocks in a call of `name`, or `None` where nothing is known to.

        `name` is a function (`time.sleep`), a class (its constructor) or a class with an attribute path below it
        (`openai.OpenAI.chat.completions.create`). Methods are looked up in base classes too, the nearest class first.
        """
        name = self.canonical(name)
        if self._is_safe(name):
            return None
        found = self.primitives.get(name)
        if found is not None:
            return found
        for owner, path in _splits(name):
            for ancestor in self.ancestry(owner):
                if self._is_safe(f"{ancestor}.{path}"):
                    return None
                found = self.primitives.get(f"{ancestor}.{path}") or self._by_wildcard(ancestor, path)
                if found is not None:
                    return found
        return None

    def with_user_entries(
        self, primitives: Mapping[str, Primitive] | None = None, safe: frozenset[str] = frozenset()
    ) -> Knowledge:
        """A copy in which a project's own `primitives` come first and the callables `safe` do not block.

        Names are taken in any spelling. A primitive that ends in `.*` stands for every public call on objects of that
        class, a safe name that ends so for all that is below it.
        """
        exact, wildcards = dict(self.primitives), dict(self.wildcards)
        for name, primitive in (primitives or {}).items():
            if name.endswith(".*"):
                wildcards[self.canonical(name[:-2])] = primitive
            else:
                exact[self.canonical(name)] = primitive
        return msgspec.structs.replace(
            self, primitives=exact, wildcards=wildcards, safe=self.safe | {self.canonical(name) for name in safe}
        )

    def _is_safe(self, name: str) -> bool:
        return bool(self.safe) and (name in self.safe or any(f"{lead}.*" in self.safe for lead, _ in _splits(name)))

    def _by_wildcard(self, class_name: str, path: str) -> Primitive | None:
        found = self.wildcards.get(class_name)
        attribute, _, method = path.rpartition(".")
        if found is None or path.startswith("_") or "._" in path or (attribute and method in _METHODS_OF_TEXT):
            return None
        excluded = any(fnmatchcase(path, each) or fnmatchcase(path, f"{each}.*") for each in found.excluding)
        return None if excluded else found


_METHODS_OF_TEXT = frozenset(
    {
        "casefold",
        "endswith",
        "lower",
        "lstrip",
        "removeprefix",
        "removesuffix",
        "rstrip",
        "splitlines",
        "startswith",
        "strip",
        "upper",
    }
)
"""No service offers these: what has them is an address or a name that a client keeps."""


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """The ways to cut a dotted name in two, the longest first part first."""
    lead, _, rest = name.rpartition(".")
    while lead:
        yield lead, rest
        lead, _, last = lead.rpartition(".")
        rest = f"{last}.{rest}"
