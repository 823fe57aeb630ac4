"""What queues, context variables and their like give back, by what their annotations say that they hold, and what
attributes hold that descriptors declare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Constant
from asynclint.program.inference import generics
from asynclint.program.names import imports
from asynclint.program.names.arguments import argument
from asynclint.program.names.values import External, Instance, Values, union

if TYPE_CHECKING:
    from asynclint.facts.model import Call
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode


def contents(inference: Inference, scope: ScopeNode, call: Call, name: str) -> Values:
    """What the object holds of which `call` calls the library method `name`, if that method gives it; empty where it
    does not, or nobody says what the object holds.
    """
    owner, _, method = name.rpartition(".")
    if not isinstance(call.callee, Attribute) or method not in inference.library.held_by(owner):
        return ()
    holders = inference.evaluate(scope, call.callee.value, call.statement)
    found = [holder.items for holder in holders if isinstance(holder, Instance)]
    return union(found) if all(found) else ()


def declaring(inference: Inference, scope: ScopeNode, call: Call, name: str) -> Values:
    """The descriptor that `call` of the library's `name` gives, if it says what the attribute holds; else empty."""
    knowledge = inference.library.knowledge
    if name in knowledge.declaring:
        held = _held(inference, scope, call, knowledge.declaring[name])
        return (Instance(External(name), exact=True, items=held),) if held else ()
    if not isinstance(call.callee, Attribute) or knowledge.returns.get(name) not in knowledge.descriptors:
        return ()
    descriptors = inference.evaluate(scope, call.callee.value, call.statement)
    return descriptors if all(isinstance(each, Instance) and each.items for each in descriptors) else ()


def _held(inference: Inference, scope: ScopeNode, call: Call, keyword: str) -> Values:
    """Objects of the class that `call` passes, or names by its path."""
    passed = argument(call, 0, keyword)
    if passed is None:
        return ()
    if not isinstance(passed, Constant):
        return generics.objects_of(inference, inference.evaluate(scope, passed, call.statement))
    if not isinstance(passed.value, str) or "." not in passed.value:
        return ()
    path, _, name = passed.value.rpartition(".")
    module = inference.project.find(path, scope.module)
    of = imports.external(inference, passed.value) if module is None else imports.module_member(inference, module, name)
    return generics.objects_of(inference, of or ())
