from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from asynclint.cache.store import Store
from asynclint.knowledge import load_knowledge
from asynclint.knowledge.index import Alias, IndexedClass, Object, PackageIndex, Signature
from asynclint.program.libraries.installed import Installed, LibraryProject
from asynclint.program.names.library import Library
from asynclint.sources.filesystem import FileSystem
from scripts.index_builder import Builder, Pruned

COURIER = {
    "courier/__init__.py": """
        from ._client import Client, connect
        from ._client import Parcel, Receipts
        __all__ = ["Client", "connect", "Parcel", "Receipts"]
    """,
    "courier/_client.py": """
        import functools
        from collections.abc import AsyncIterator, Awaitable, Callable
        from contextlib import asynccontextmanager
        from typing import overload
        from typing_extensions import Self

        from courier._tools import logged, tied

        class Parcel:
            weight: int

        class Base:
            async def close(self) -> None: ...
            async def __aenter__(self) -> Self: return self
            async def __aexit__(self, *args) -> None: ...
            def __private(self): ...

        class Client(Base):
            '''Sends parcels.'''

            def __init__(self) -> None:
                self.depot = Depot()

            async def send(self, parcel: Parcel) -> "Receipt": ...
            async def parcels(self) -> AsyncIterator[Parcel]:
                yield Parcel()
            @logged
            async def track(self) -> None: ...
            @tied
            async def tie(self) -> None: ...
            @property
            def latest(self) -> "Receipt | None": ...
            @asynccontextmanager
            async def session(self):
                yield Receipt()
            def weigh(self, parcel: Parcel) -> int: return 3
            def either(self) -> Awaitable[int] | int: ...
            def soon(self) -> Awaitable["Receipt"]: ...
            @overload
            async def get(self, key: str) -> Parcel: ...
            @overload
            def get(self, key: int) -> Parcel: ...
            def get(self, key): ...
            def copy(self): return self
            ship = send

        class Entered:
            def __enter__(self): ...
            def __exit__(self, *args) -> None: ...

        class Listed(Entered):
            def __iter__(self): ...
            def __len__(self) -> int: ...

        class Receipts(Listed):
            async def load(self) -> None: ...
            def __aiter__(self) -> AsyncIterator["Receipt"]: ...

        class Receipt:
            async def sign(self) -> None: ...

        class Depot:
            async def open(self) -> None: ...

        async def connect(url: str) -> Client: ...
    """,
    "courier/_tools.py": """
        import functools

        def logged(function):
            @functools.wraps(function)
            async def wrapper(*args, **kwargs):
                return await function(*args, **kwargs)
            return wrapper

        def tied(function):
            return registry.add(function)
    """,
    "courier/tests/test_client.py": "async def test_client(): ...",
}


def index_of(folder: Path, files: Mapping[str, str]) -> bytes:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")
    library = Library(load_knowledge())
    builder = Builder(Installed(LibraryProject(FileSystem(), Store(), folder), library), {"courier"}, {"courier"})
    builder.collect()
    return Pruned(builder.modules, library).package("courier", {"courier": "1.0"})


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> PackageIndex:
    return PackageIndex(index_of(tmp_path_factory.mktemp("site"), COURIER))


def class_named(index: PackageIndex, name: str) -> IndexedClass:
    module = index.module("courier._client")
    found = module.find(name) if module is not None else None
    assert isinstance(found, IndexedClass)
    return found


def test_public_names_lead_to_definitions(index: PackageIndex) -> None:
    package = index.module("courier")
    assert package is not None
    assert package.find("Client") == Alias("courier._client.Client")
    assert package.find("connect") == Alias("courier._client.connect")
    module = index.module("courier._client")
    assert module is not None
    assert module.find("connect") == Signature("coroutine", "courier._client.Client")
    assert index.versions == {"courier": "1.0"}


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("send", Signature("coroutine", "courier._client.Receipt")),
        ("ship", Signature("coroutine", "courier._client.Receipt")),
        ("parcels", Signature("async iterator")),
        ("track", Signature("coroutine")),
        ("tie", Signature("unknown")),
        ("session", Signature("async context manager", "courier._client.Receipt")),
        ("weigh", Signature("plain")),
        ("either", Signature("unknown")),
        ("soon", Signature("awaitable", "courier._client.Receipt")),
        ("get", Signature("unknown")),
        ("copy", Signature("object", "Self")),
        ("latest", Object("courier._client.Receipt")),
        ("depot", Object("courier._client.Depot")),
    ],
)
def test_members_say_what_they_give(index: PackageIndex, name: str, signature: Signature | Object) -> None:
    assert class_named(index, "Client").member(name) == signature


def test_inherited_members_stand_with_the_base(index: PackageIndex) -> None:
    client, base = class_named(index, "Client"), class_named(index, "Base")
    assert client.bases == ("courier._client.Base",)
    assert client.member("close") is None
    assert base.member("close") == Signature("coroutine")
    assert base.member("__aenter__") == Signature("coroutine", "Self")


def test_what_statements_ask_for_stands_with_the_class_where_the_base_is_left_out(index: PackageIndex) -> None:
    receipts = class_named(index, "Receipts")
    assert receipts.bases == ()
    assert set(receipts.members()) == {"load", "__aiter__", "__enter__", "__iter__"}


def test_what_is_not_asynchronous_is_left_out(index: PackageIndex) -> None:
    package, module = index.module("courier"), index.module("courier._client")
    assert package is not None
    assert module is not None
    assert package.find("Parcel") is None
    assert module.find("Parcel") is None
    assert "courier.tests.test_client" not in index.modules


def test_the_same_sources_make_the_same_bytes(tmp_path: Path) -> None:
    assert index_of(tmp_path / "first", COURIER) == index_of(tmp_path / "second", COURIER)
