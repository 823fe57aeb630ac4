"""Every entry of the knowledge is held to what can be checked without the libraries that it speaks of."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from asynclint.knowledge import Knowledge, KnowledgeError, load_knowledge, loader
from asynclint.knowledge.model import Condition, Primitive

KNOWLEDGE = load_knowledge()

ELSEWHERE = {
    "_asyncio.current_task",
    "_thread.lock",
    "asyncio.ProactorEventLoop",
    "concurrent.futures.InterpreterPoolExecutor",
    "concurrent.futures.interpreter.InterpreterPoolExecutor",
    "nt",
    "os.path.isjunction",
    "os.startfile",
    "pathlib.Path.copy",
    "pathlib.Path.copy_into",
    "pathlib.Path.from_uri",
    "pathlib.Path.is_junction",
    "pathlib.Path.move",
    "pathlib.Path.move_into",
    "pathlib.Path.walk",
    "pathlib.Path.with_segments",
    "select.kqueue.control",
    "selectors.DevpollSelector",
    "selectors.KqueueSelector",
}
"""Names of the standard library that other versions or platforms have."""

MADE_BY_INSTANCES = {
    "asyncio.Condition.acquire",
    "asyncio.subprocess.Process.stderr",
    "asyncio.subprocess.Process.stdin",
    "asyncio.subprocess.Process.stdout",
    "select.poll.poll",
    "threading.Condition.acquire",
    "threading.Lock.__enter__",
    "threading.Lock.acquire",
    "threading.RLock.__enter__",
    "threading.RLock.acquire",
    *(
        f"multiprocessing.synchronize.{n}.acquire"
        for n in ("BoundedSemaphore", "Condition", "Lock", "RLock", "Semaphore")
    ),
}
"""Names that the object has and its class, or the function that makes it, has not."""

VERSIONS_APART = {
    "_queue",
    "asyncio.AbstractEventLoop.sock_recvfrom",
    "asyncio.AbstractEventLoop.sock_recvfrom_into",
    "asyncio.AbstractEventLoop.sock_sendto",
    "asyncio.Barrier",
    "asyncio.Runner",
    "asyncio.StreamWriter.start_tls",
    "asyncio.TaskGroup",
    "asyncio.Timeout",
    "asyncio.locks.Barrier",
    "asyncio.runners.Runner",
    "asyncio.taskgroups",
    "asyncio.timeout",
    "asyncio.timeout_at",
    "asyncio.timeouts",
    "asyncio.unix_events",
    "distutils",
    "hashlib.file_digest",
    "imaplib.IMAP4_stream",
    "importlib.resources.abc",
    "importlib.resources.read_binary",
    "importlib.resources.read_text",
    "telnetlib",
    "tomllib",
}
"""Names, or what they start with, that only some of Python 3.10 to 3.13 have."""

WILDCARD_KINDS = {"http", "database", "client"}


def standard_library(names: Iterator[str]) -> list[str]:
    return [name for name in names if name.partition(".")[0] in sys.stdlib_module_names]


def tables() -> dict[str, dict[str, Any]]:
    return {
        name: getattr(KNOWLEDGE, name)
        for name in (
            "primitives",
            "wildcards",
            "returns",
            "attributes",
            "items",
            "iterates",
            "enters",
            "constants",
            "untyped_with",
            "bases",
            "offloaders",
            "schedulers",
            "awaitables",
            "tasks",
            "takes_coroutines",
        )
    }


def all_names() -> Iterator[str]:
    """Every qualified name that stands anywhere in the knowledge."""
    for table in tables().values():
        yield from table
    for results in ("returns", "attributes", "items", "iterates", "enters", "constants"):
        yield from getattr(KNOWLEDGE, results).values()
    for derived in KNOWLEDGE.bases.values():
        yield from derived
    for passes in KNOWLEDGE.passes.values():
        for caller, classes in passes.items():
            yield from (caller, *classes)
    for (left, _), result in KNOWLEDGE.operators.items():
        yield from (left, result)
    for entry in KNOWLEDGE.entrypoints:
        yield from (*entry.decorators, *entry.bases)


def conditions() -> Iterator[tuple[str, Condition]]:
    for name, primitive in (KNOWLEDGE.primitives | KNOWLEDGE.wildcards).items():
        yield from ((name, condition) for condition in primitive.unless)
    for name, offloader in KNOWLEDGE.offloaders.items():
        yield from ((name, condition) for condition in offloader.when)


def resolve(name: str) -> object:
    """The object of the standard library that `name` is; `LookupError` where there is none."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            value: Any = importlib.import_module(".".join(parts[:length]))
            for part in parts[length:]:
                value = getattr(value, part)
        except ImportError:
            continue
        except AttributeError as error:
            raise LookupError(name) from error
        return value
    raise LookupError(name)


def parameters(name: str) -> list[inspect.Parameter] | None:
    """The parameters of a callable of the standard library, the receiver left out; `None` where it does not say."""
    try:
        found = list(inspect.signature(resolve(name)).parameters.values())  # type: ignore[arg-type]
    except (LookupError, ValueError, TypeError):
        return None
    return found[1:] if found and found[0].name in ("self", "cls") else found


def test_the_knowledge_is_there() -> None:
    assert len(KNOWLEDGE.primitives) > 1500
    assert len({primitive.kind for primitive in KNOWLEDGE.primitives.values()}) == len(loader.PRIMITIVE_FILES)


def test_names_are_dotted_identifiers() -> None:
    names = [part for name in all_names() for part in re.sub(r"^tuple\[(.*)\]$", r"\1", name).split(", ")]
    assert [name for name in names if not all(part.isidentifier() for part in name.split("."))] == []


def test_no_name_is_spelled_by_an_alias() -> None:
    assert {name: KNOWLEDGE.canonical(name) for name in all_names() if KNOWLEDGE.canonical(name) != name} == {}


def test_aliases_lead_to_canonical_names() -> None:
    assert {a: to for a, to in KNOWLEDGE.aliases.items() if a == to or KNOWLEDGE.canonical(to) != to} == {}


def test_a_primitive_is_listed_once() -> None:
    listed = Counter(name for file in loader.PRIMITIVE_FILES for name in loader._primitives(file))
    assert [name for name, count in listed.items() if count > 1] == []


def test_conditions_say_where_to_look_and_for_what() -> None:
    for name, condition in conditions():
        looks_at_argument = condition.argument or condition.position >= 0 or condition.receiver
        looks_around = condition.receiver_called or condition.caught or condition.file_calls or condition.awaited
        assert looks_at_argument or looks_around, name
        if looks_at_argument:
            assert (
                condition.equals
                or condition.at_most
                or condition.none
                or condition.given
                or condition.instance
                or condition.text_of
                or condition.flags
                or condition.begins
                or condition.missing
            ), name


def conditioned_signatures() -> dict[str, list[inspect.Parameter]]:
    """The parameters of the standard library's callables that conditions are about, of those that say them."""
    names = sorted({*standard_library(name for name, condition in conditions())})
    return {name: found for name in names if (found := parameters(name)) is not None}


SIGNATURES = conditioned_signatures()


@pytest.mark.parametrize("name", SIGNATURES)
def test_conditions_name_real_parameters(name: str) -> None:
    found = SIGNATURES[name]
    names = [parameter.name for parameter in found]
    for each, condition in conditions():
        if each != name or not condition.argument:
            continue
        if condition.argument in names:
            parameter = found[names.index(condition.argument)]
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                assert condition.position == -1
            else:
                assert condition.position == names.index(condition.argument)
        else:
            assert any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in found), condition


@pytest.mark.parametrize("table", ["offloaders", "schedulers", "takes_coroutines"])
def test_callables_are_taken_where_the_signature_has_them(table: str) -> None:
    for name, entry in getattr(KNOWLEDGE, table).items():
        found = parameters(name) if name in standard_library(iter([name])) else None
        if not found or not entry.argument:
            continue
        position = entry.positions[0] if table == "takes_coroutines" else entry.position
        assert [parameter.name for parameter in found].index(entry.argument) == position, name


def test_every_handed_over_callable_has_a_place() -> None:
    for name, offloader in KNOWLEDGE.offloaders.items():
        assert offloader.style == "decorator" or offloader.position >= 0 or offloader.argument, name
    assert [name for name, each in KNOWLEDGE.schedulers.items() if each.position < 0 and not each.argument] == []


def test_wildcards_stand_for_clients_only() -> None:
    assert {name for name, each in KNOWLEDGE.wildcards.items() if each.kind not in WILDCARD_KINDS} == set()
    assert [name for name, each in KNOWLEDGE.primitives.items() if each.excluding] == []


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms have other modules")
def test_names_of_the_standard_library_exist() -> None:
    missing = []
    for name in {*standard_library(all_names()), *standard_library(iter(KNOWLEDGE.aliases))}:
        if name in ELSEWHERE | MADE_BY_INSTANCES or any(f"{name}.".startswith(f"{each}.") for each in VERSIONS_APART):
            continue
        try:
            resolve(name)
        except LookupError:
            missing.append(name)
    assert sorted(missing) == []


def test_entry_points_say_which_functions_they_are_about() -> None:
    for entry in KNOWLEDGE.entrypoints:
        assert bool(entry.decorators) != bool(entry.bases), entry
        assert bool(entry.methods) == bool(entry.bases), entry


def test_synchronous_and_asynchronous_twins_are_apart() -> None:
    for twin in ("redis.asyncio.Redis.get", "openai.AsyncOpenAI.responses.create", "httpx.AsyncClient.get"):
        assert KNOWLEDGE.primitive(twin) is None
    for twin in ("redis.Redis.get", "openai.OpenAI.responses.create", "httpx.Client.get"):
        assert KNOWLEDGE.primitive(twin) is not None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("time.sleep", "sleep"),
        ("requests.sessions.Session.get", "http"),
        ("concurrent.futures.ThreadPoolExecutor.__exit__", "wait"),
        ("pathlib.PosixPath.read_text", "file"),
        ("posixpath.exists", "path"),
        ("sqlmodel.Session.commit", "database"),
        ("openai.OpenAI.chat.completions.create", "client"),
        ("openai.OpenAI.with_raw_response.chat.completions.create", "client"),
        ("redis.Redis.scan_iter", "database"),
    ],
)
def test_a_call_is_found(name: str, kind: str) -> None:
    primitive = KNOWLEDGE.primitive(name)
    assert primitive is not None
    assert primitive.kind == kind


@pytest.mark.parametrize(
    "name",
    [
        "pathlib.Path.with_suffix",
        "sqlite3.Connection.cursor",
        "openai.OpenAI",
        "openai.OpenAI.with_options",
        "openai.OpenAI._client.post",
        "google.genai.Client.aio.models.generate_content",
        "botocore.client.BaseClient.get_paginator",
        "redis.Redis.pipeline",
        "somewhere.else",
    ],
)
def test_what_does_not_block_is_not_found(name: str) -> None:
    assert KNOWLEDGE.primitive(name) is None


def test_a_project_adds_and_clears_entries() -> None:
    slow = Primitive(kind="configured")
    changed: Knowledge = KNOWLEDGE.with_user_entries(
        {"shop.stock.count": slow, "shop.Client.*": slow},
        safe=frozenset({"time.sleep", "redis.StrictRedis.ping", "requests.Session.*"}),
    )
    assert changed.primitive("shop.stock.count") is slow
    assert changed.primitive("shop.Client.orders.list") is slow
    assert changed.primitive("time.sleep") is None
    assert changed.primitive("redis.Redis.ping") is None
    assert changed.primitive("requests.Session.get") is None
    assert changed.primitive("redis.Redis.get") is not None
    assert KNOWLEDGE.primitive("shop.stock.count") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind = "nap"\n[calls]\n"time.sleep" = {}', "sleep.toml: 'time.sleep': Invalid enum value 'nap'"),
        ('kind = "sleep"\n[calls]\n"time.sleep" = { waist = 1 }', "sleep.toml: 'time.sleep': Object contains unknown"),
        ('kind = "sleep"\n[call]\n"time.sleep" = {}', "sleep.toml: unknown table 'call'"),
        ("kind = ", "sleep.toml: "),
    ],
)
def test_a_mistake_is_named_with_file_and_entry(
    text: str, said: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sleep.toml").write_text(text)
    monkeypatch.setattr("importlib.resources.files", lambda package: tmp_path)
    with pytest.raises(KnowledgeError) as raised:
        loader._primitives("sleep.toml")
    assert str(raised.value).startswith(said)
