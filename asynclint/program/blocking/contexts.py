"""What a call tells the function that it calls: on which object, with which functions, literals and objects."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from asynclint.facts.model import Attribute, Collection, Constant
from asynclint.program.blocking.doubts import doubts
from asynclint.program.blocking.lengths import CERTAIN, Doubts
from asynclint.program.blocking.once import keeps_one
from asynclint.program.blocking.parameters import Parameters
from asynclint.program.blocking.sites import Site
from asynclint.program.inference import enumerations
from asynclint.program.inference.conditions import is_harmless
from asynclint.program.inference.constants import Branches
from asynclint.program.inference.construction import always_held
from asynclint.program.inference.empties import is_filled, iterables_outside
from asynclint.program.inference.given import ANYTHING_ELSE, NONE, SOMETHING, Empty, Given, is_literal, objects
from asynclint.program.inference.keywords import expanded, passed_by_name, passed_keys
from asynclint.program.inference.starred import items, starred
from asynclint.program.names import receivers
from asynclint.program.names.arguments import matched
from asynclint.program.names.functions import CONSTRUCTORS, traits
from asynclint.program.names.presence import is_something
from asynclint.program.names.scopes import ScopeNode, outermost
from asynclint.program.names.values import (
    ClassValue,
    FunctionValue,
    Instance,
    ParameterMember,
    ParameterValue,
    Unknown,
    Value,
    Values,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from asynclint.facts.model import Expression, Parameter
    from asynclint.program.blocking.targets import Blocks
    from asynclint.program.inference.inference import Inference

MOST_CONTEXTS = 2000
"""In how many ways a function may be called before they are all taken for one."""
MOST_MEANINGS = 20
"""How many things a passed callable may be before it is taken for unknown."""


class Node(msgspec.Struct, frozen=True, cache_hash=True):
    """A function as it is called: on an object of `receiver`, where that is a subclass; with `passed` for parameters
    that it calls, and with `given` for parameters that it tests, and for attributes of its object (`self.file`);
    `fresh` where it is called while its object is made, or right after; `repeated` where it has a cache, and is passed
    literals only.
    """

    scope: ScopeNode
    receiver: ClassValue | None = None
    passed: tuple[tuple[ParameterValue, Values], ...] = ()
    given: tuple[tuple[str, Given], ...] = ()
    fresh: bool = False
    repeated: bool = False


class Contexts:
    """Makes nodes."""

    def __init__(self, inference: Inference, parameters: Parameters) -> None:
        self._inference = inference
        self._parameters = parameters
        self._nodes: dict[ScopeNode, set[Node]] = defaultdict(set)
        self._last_node: Node | None = None
        self._last_branches: Branches

    def root(self, scope: ScopeNode) -> Node:
        """The node of a function that the loop runs: parameters that it calls are taken to have their defaults."""
        called = self._parameters.called(scope)
        passed = [
            (ParameterValue(scope, parameter.name), self._default_of(scope, parameter))
            for parameter in scope.head.parameters
            if parameter.default is not None and parameter.name in called
        ]
        return Node(scope, passed=tuple(passed), given=tuple(self._held_by_own(scope)))

    def _held_by_own(self, scope: ScopeNode) -> Iterator[tuple[str, Given]]:
        """What is known of attributes of the object that a method, whoever runs it, is called on."""
        own = receivers.receiver(self._inference, scope)
        if isinstance(own, Instance) and isinstance(own.of, ClassValue):
            for name, value in always_held(self._inference, own.of):
                yield f"{_own_name(scope)}.{name}", value

    def called(self, caller: Node, site: Site, function: FunctionValue, *, on_new: bool = False) -> Node:
        """The node of `function`, called at `site` by `caller`, maybe on an object that was just made."""
        receiver = function.receiver.of if isinstance(function.receiver, Instance) else function.receiver
        if not isinstance(receiver, ClassValue) or receiver.scope is function.scope.owner_class:
            receiver = None
        if receiver is None and caller.receiver is not None and _same_object(function, caller):
            receiver = caller.receiver
        passed = {name: values for name, values in caller.passed if _is_inside(function.scope, name.scope)}
        passed.update(self._functions(caller, site, function))
        literals = tuple(self._given(caller, site, function))
        given = (*literals, *self._held(caller, function))
        fresh = on_new or self._is_new(caller, function)
        repeated = self._is_repeated(site, function, dict(literals))
        node = Node(function.scope, receiver, tuple(passed.items()), given, fresh, repeated)
        known = self._nodes[node.scope]
        if node not in known and len(known) >= MOST_CONTEXTS:
            return Node(node.scope, node.receiver)
        known.add(node)
        return node

    def _is_new(self, caller: Node, function: FunctionValue) -> bool:
        """Whether the object that `function` is called on is being made."""
        owner = caller.scope.owner_class
        if owner is None or not _same_object(function, caller):
            return False
        making = caller.scope.name in CONSTRUCTORS and not keeps_one(self._inference, ClassValue(owner))
        return caller.fresh or making

    def _is_repeated(self, site: Site, function: FunctionValue, given: Mapping[str, Given]) -> bool:
        """Whether `function` has a cache, and `site` passes it literals only, or leaves all to its defaults."""
        if site.call is None or "cached" not in traits(self._inference, function.scope):
            return False
        parameters = [parameter for parameter, _ in matched(site.call, function)]
        return not site.call.arguments or all(
            parameter.name in given and is_literal(given[parameter.name]) for parameter in parameters
        )

    def listens(self, function: FunctionValue) -> bool:
        """Whether what a call passes to `function` decides what that runs."""
        parameters = self._parameters
        return any(matter(function.scope) for matter in (parameters.called, parameters.decisive, parameters.iterated))

    def doubts(self, node: Node, site: Site) -> Doubts | None:
        """How sure it is that `site` runs when its function is called as `node` says; `None` where it does not."""
        scope, statement = outermost(site.scope, site.statement)
        if scope is not node.scope:
            return CERTAIN
        branches = self._branches(node)
        if any(branches.is_empty(iterated, at) for iterated, at in iterables_outside(site.scope, scope)):
            return None
        guards = site.call.guards if site.call is not None and site.scope is scope else ()
        return doubts(branches, statement, guards)

    def is_harmless(self, node: Node, site: Site, target: Blocks) -> bool:
        """Whether the library call at `site` does not block when its function is called as `node` says."""
        if target.call is None:
            return False
        known = self._branches(node).known if site.scope is node.scope else None
        return is_harmless(self._inference, site.scope, target.call, target.primitive, known)

    def _branches(self, node: Node) -> Branches:
        """The branches of a node; those of the node that was asked about last are kept."""
        if node is not self._last_node:
            self._last_node, self._last_branches = node, Branches(self._inference, node.scope, dict(node.given))
        return self._last_branches

    # -- literals and objects ---------------------------------------------------------------------------------------

    def _given(self, caller: Node, site: Site, function: FunctionValue) -> Iterator[tuple[str, Given]]:
        """What `site` passes, or leaves to defaults, for parameters that decide what `function` runs."""
        decisive, iterated = self._parameters.decisive(function.scope), self._parameters.iterated(function.scope)
        if site.call is None:
            yield from ((name, NONE) for name in _failure(function.scope) if name in decisive)
        if site.call is None or not (decisive or iterated):
            return
        call = expanded(site.scope, site.call)
        inside = outermost(site.scope, site.statement)[0] is caller.scope
        if inside and site.scope is caller.scope:
            branches = self._branches(caller)
        else:
            branches = Branches(self._inference, site.scope, dict(caller.given) if inside else {})
        named = passed_by_name(site.scope, call, branches.known)
        in_place, at = any(each.star == "*" for each in call.arguments), site.statement
        for parameter, expression in matched(call, function):
            if parameter.name not in decisive and parameter.name not in iterated:
                continue
            if parameter.kind == "*":
                passed = items(starred(call, function), lambda each: self._seen(site, each, branches.known(each, at)))
                found = self._unfilled(function.scope, parameter, passed)
            elif expression is not None:
                found = self._unfilled(function.scope, parameter, branches.known(expression, at))
                found = self._seen(site, expression, found) if parameter.name in decisive else found
            else:
                hidden = in_place and parameter.kind not in ("keyword", "**")
                found = None if hidden or named is None else self._unpassed(function, parameter, named)
            if found is not None and (parameter.name in decisive or _has_no_items(found)):
                yield parameter.name, found

    def _seen(self, site: Site, expression: Expression, found: Given | None) -> Given:
        """What is known of something that `site` passes: what was `found`, or what it may be wherever it is from."""
        if found is None or found == ANYTHING_ELSE:
            found = objects(self._inference.evaluate(site.scope, expression, site.statement))
        if found is None:
            found = SOMETHING if is_something(site.scope, expression, site.statement) else ANYTHING_ELSE
        return found

    def _unpassed(
        self, function: FunctionValue, parameter: Parameter, named: Mapping[str, Constant | None]
    ) -> Given | None:
        """What is known of a parameter of `function` for which a call passes nothing by its name or place, but maybe
        among all that is `named`.
        """
        if parameter.name in named and parameter.kind != "**":
            return named[parameter.name]
        found = passed_keys(self._inference, function, parameter, named)
        return found or self._known_default(function.scope, parameter)

    def _known_default(self, scope: ScopeNode, parameter: Parameter) -> Given | None:
        if isinstance(parameter.default, Attribute) and scope.parent is not None:
            return enumerations.member(self._inference, scope.parent, parameter.default, scope.head.statement)
        if isinstance(parameter.default, Constant):
            return parameter.default
        if isinstance(parameter.default, Collection) and not parameter.default.elements:
            return self._unfilled(scope, parameter, Empty(parameter.default.kind))
        return None

    @staticmethod
    def _unfilled(scope: ScopeNode, parameter: Parameter, given: Given | None) -> Given | None:
        """What is `given` for a parameter of the function `scope`: nothing is empty that it puts something into."""
        if isinstance(given, Empty) and is_filled(scope, parameter.name, by_item=given.kind == "dict"):
            return None
        return given

    def _held(self, caller: Node, function: FunctionValue) -> Iterator[tuple[str, Given]]:
        """What is known of attributes of the object that the method `function` is called on."""
        own = _own_name(function.scope)
        if not isinstance(function.receiver, Instance) or not isinstance(function.receiver.of, ClassValue):
            return
        if not function.receiver.held and _same_object(function, caller):
            before = f"{_own_name(caller.scope)}."
            for name, known in caller.given:
                if name.startswith(before):
                    yield f"{own}.{name.removeprefix(before)}", known
            return
        for name, value in function.receiver.held or always_held(self._inference, function.receiver.of):
            yield f"{own}.{name}", value

    # -- callables that are passed ----------------------------------------------------------------------------------

    def _functions(self, caller: Node, site: Site, function: FunctionValue) -> Iterator[tuple[ParameterValue, Values]]:
        """What `site` passes for those parameters of `function` that it calls."""
        called = self._parameters.called(function.scope)
        if site.call is None or not called:
            return
        known = dict(caller.passed)
        for parameter, expression in matched(site.call, function):
            if parameter.name not in called:
                continue
            if expression is not None:
                values = self._inference.evaluate(site.scope, expression, site.call.statement)
            elif parameter.default is not None:
                values = self._default_of(function.scope, parameter)
            else:
                continue
            values = union(_substituted(value, known) for value in values)
            if len(values) <= MOST_MEANINGS and not any(
                isinstance(value, Unknown | ParameterValue | ParameterMember) for value in values
            ):
                yield ParameterValue(function.scope, parameter.name), values

    def _default_of(self, scope: ScopeNode, parameter: Parameter) -> Values:
        outer = scope.parent or scope
        return self._inference.evaluate(outer, parameter.default, scope.head.statement) if parameter.default else ()


def _has_no_items(given: Given) -> bool:
    return isinstance(given, Empty) or given == NONE


def _failure(scope: ScopeNode) -> list[str]:
    """The parameters that tell an `__exit__` how a block has failed. Where only `with` calls it, none has."""
    if scope.name != "__exit__" or scope.owner_class is None:
        return []
    return [parameter.name for parameter in scope.head.parameters[1:] if parameter.kind not in ("*", "**")]


def _substituted(value: Value, known: dict[ParameterValue, Values]) -> Values:
    return known.get(value, (value,)) if isinstance(value, ParameterValue) else (value,)


def _own_name(method: ScopeNode) -> str:
    """What a method calls the object that it is called on."""
    return method.head.parameters[0].name if method.head.parameters else ""


def _same_object(function: FunctionValue, caller: Node) -> bool:
    owner = caller.scope.owner_class
    return owner is not None and isinstance(function.receiver, Instance) and function.receiver.of == ClassValue(owner)


def _is_inside(scope: ScopeNode, outer: ScopeNode) -> bool:
    """Whether `scope` is defined in the body of `outer`."""
    node = scope.parent
    while node is not None:
        if node is outer:
            return True
        node = node.parent
    return False
