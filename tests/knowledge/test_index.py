"""The index that is shipped: complete, consistent, and quick to load."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from asynclint.knowledge import load_knowledge
from asynclint.knowledge.index import (
    STANDARD_LIBRARY,
    UNKNOWN_BASE,
    Alias,
    Index,
    IndexedClass,
    Object,
    PackageIndex,
    Signature,
    indexed_packages,
    load_index,
)
from asynclint.program.names.definitions import Definitions
from asynclint.program.names.library import Library

NAME = re.compile(r"[\w.]+")


def index_of(file: str) -> PackageIndex:
    found = load_index("asyncio" if file == STANDARD_LIBRARY else file)
    assert found is not None
    return found


def types(index: PackageIndex) -> Iterator[str]:
    """All types that an index mentions."""
    for name in index.modules:
        module = index.module(name)
        assert module is not None
        for each in module.names():
            match module.find(each):
                case Signature(result=of) | Object(type=of):
                    yield of
                case IndexedClass() as found:
                    members = found.members().values()
                    yield from (each.result if isinstance(each, Signature) else each.type for each in members)
                    yield from (base for base in found.bases if base != UNKNOWN_BASE)


@pytest.mark.parametrize("file", sorted(indexed_packages()))
def test_every_class_that_a_file_mentions_is_there(file: str) -> None:
    index = index_of(file)
    definitions = Definitions(lambda package: Index())
    own = {name for of in types(index) for name in NAME.findall(of) if name.partition(".")[0] == file}
    assert [name for name in sorted(own) if definitions.class_named(name) is None] == []


@pytest.mark.parametrize("file", sorted(indexed_packages()))
def test_every_file_says_what_it_was_read_from(file: str) -> None:
    versions = index_of(file).versions
    assert versions
    assert all(re.match(r"[\d.]+", version) for version in versions.values())


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("aiohttp.ClientSession.close", Signature("coroutine")),
        ("aiohttp.ClientSession.detach", Signature("plain")),
        ("aiohttp.client.ClientSession.ws_connect", Signature("object", "aiohttp.client._BaseRequestContextManager")),
        ("anyio.create_task_group", Signature("object", "anyio.abc.TaskGroup")),
        (
            "asyncio.open_connection",
            Signature("coroutine", "(asyncio.StreamReader,asyncio.StreamWriter)"),
        ),
        ("discord.Client.wait_until_ready", Signature("coroutine")),
        ("discord.ext.commands.Bot.wait_until_ready", Signature("coroutine")),
        ("httpx.AsyncClient.get", Signature("coroutine", "httpx.Response")),
        ("redis.asyncio.from_url", Signature("object", "redis.asyncio.Redis")),
        ("redis.asyncio.Redis.get", Signature("coroutine")),
        ("redis.asyncio.Redis.lcs", Signature("unknown")),
        ("sqlalchemy.ext.asyncio.AsyncSession.commit", Signature("coroutine")),
        ("telegram.Bot.send_message", Signature("coroutine", "telegram._message.Message")),
        ("websockets.connect", Signature("object", "websockets.asyncio.client.connect")),
        ("no.such.library", Signature("unknown")),
    ],
)
def test_what_a_call_gives(name: str, signature: Signature) -> None:
    assert Library(load_knowledge()).call(name) == signature


@pytest.mark.parametrize(
    ("class_name", "method", "has"),
    [
        ("aiosqlite.Connection", "__await__", True),
        ("httpx.AsyncClient", "__aenter__", True),
        ("httpx.AsyncClient", "__await__", False),
        ("no.such.Class", "__await__", None),
    ],
)
def test_what_an_object_can_be_asked_for(class_name: str, method: str, has: bool | None) -> None:
    assert Library(load_knowledge()).protocol(class_name, method) is has


def test_an_alias_leads_to_its_target() -> None:
    module = index_of("aiohttp").module("aiohttp")
    assert module is not None
    assert module.find("ClientSession") == Alias("aiohttp.client.ClientSession")
