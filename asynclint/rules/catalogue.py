"""All the rules there are."""

from __future__ import annotations

from typing import Any

from asynclint.knowledge.model import Kind
from asynclint.rules.base import Rule
from asynclint.rules.blocking.base import BlockingRule
from asynclint.rules.blocking.client_call import BlockingClient
from asynclint.rules.blocking.configured_call import BlockingConfiguredCall
from asynclint.rules.blocking.console_input import BlockingInput
from asynclint.rules.blocking.cpu_bound import CpuBoundCall
from asynclint.rules.blocking.database_call import BlockingDatabase
from asynclint.rules.blocking.file_io import BlockingFileIO
from asynclint.rules.blocking.http_call import BlockingHttpCall
from asynclint.rules.blocking.lock_held_across_await import LockHeldAcrossAwait
from asynclint.rules.blocking.nested_event_loop import NestedEventLoop
from asynclint.rules.blocking.path_call import BlockingPathCall
from asynclint.rules.blocking.sleep import BlockingSleep
from asynclint.rules.blocking.socket_operation import BlockingSocket
from asynclint.rules.blocking.subprocess_call import BlockingSubprocess
from asynclint.rules.blocking.thread_wait import BlockingWait
from asynclint.rules.blocking.usually_short_call import UsuallyShortCall
from asynclint.rules.coroutines.assigned import CoroutineAssignedNeverAwaited
from asynclint.rules.coroutines.await_on_plain_value import AwaitOnPlainValue
from asynclint.rules.coroutines.cached import CoroutineCachedRule
from asynclint.rules.coroutines.function_not_called import CoroutineFunctionNotCalled
from asynclint.rules.coroutines.function_to_sync_caller import CoroutineFunctionToSyncCaller
from asynclint.rules.coroutines.never_awaited import CoroutineNeverAwaited
from asynclint.rules.coroutines.used_as_value import CoroutineUsedAsValueRule
from asynclint.rules.coroutines.without_await import AsyncWithoutAwaitRule
from asynclint.rules.files.invalid_file import InvalidFile
from asynclint.rules.files.unused_suppression import UnusedSuppressionRule
from asynclint.rules.tasks.awaited_immediately import TaskAwaitedImmediately
from asynclint.rules.tasks.awaited_in_turn import TasksAwaitedInTurnRule
from asynclint.rules.tasks.never_awaited import TaskNeverAwaitedRule
from asynclint.rules.tasks.not_stored import TaskNotStored

ALL_RULES: tuple[type[Rule[Any]], ...] = (
    BlockingSleep,
    BlockingHttpCall,
    BlockingSubprocess,
    BlockingFileIO,
    BlockingPathCall,
    BlockingSocket,
    BlockingDatabase,
    BlockingClient,
    BlockingInput,
    BlockingWait,
    CpuBoundCall,
    NestedEventLoop,
    LockHeldAcrossAwait,
    UsuallyShortCall,
    BlockingConfiguredCall,
    TaskNotStored,
    TaskNeverAwaitedRule,
    TaskAwaitedImmediately,
    TasksAwaitedInTurnRule,
    CoroutineNeverAwaited,
    CoroutineAssignedNeverAwaited,
    CoroutineUsedAsValueRule,
    CoroutineFunctionNotCalled,
    AwaitOnPlainValue,
    CoroutineFunctionToSyncCaller,
    CoroutineCachedRule,
    AsyncWithoutAwaitRule,
    InvalidFile,
    UnusedSuppressionRule,
)
"""Sorted by code."""

by_code: dict[str, type[Rule[Any]]] = {rule.code: rule for rule in ALL_RULES}
by_name: dict[str, type[Rule[Any]]] = {rule.name: rule for rule in ALL_RULES}
rule_for_kind: dict[Kind, type[Rule[Any]]] = {rule.kind: rule for rule in ALL_RULES if issubclass(rule, BlockingRule)}
"""The rule about the blocking calls of a kind."""
