"""What makes two asynclints the same, so that one may use what the other has kept."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from functools import cache
from pathlib import Path

import msgspec

import asynclint


@cache
def own_identity() -> bytes:
    """The version of asynclint and the content of its code and knowledge: an edited checkout is another asynclint."""
    digest = hashlib.blake2b(asynclint.__version__.encode(), digest_size=20)
    package = Path(asynclint.__file__).parent
    for path in sorted((*package.rglob("*.py"), *package.rglob("*.toml"), *package.rglob("*.json"))):
        content = path.read_bytes()
        digest.update(f"\0{path.relative_to(package).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.digest()


@cache
def facts_identity() -> bytes:
    """What facts depend on besides the text that they are about: asynclint, and the libcst that parses."""
    digest = hashlib.blake2b(own_identity(), digest_size=20)
    found = importlib.util.find_spec("libcst")
    version = Path(found.origin).with_name("_version.py") if found and found.origin else None
    if version is not None and version.is_file():
        digest.update(version.read_bytes())
    return digest.digest()


@cache
def results_identity() -> bytes:
    """What findings depend on besides: the running Python, whose builtins and standard library names they know."""
    return hashlib.blake2b(facts_identity() + bytes(sys.version_info[:2]), digest_size=20).digest()


def request_identity(request: object) -> bytes:
    """What tells `request`, of built-in types and paths, from others."""
    try:
        return msgspec.msgpack.encode(request, enc_hook=os.fsencode)
    except UnicodeEncodeError:
        return repr(request).encode("utf-8", "surrogatepass")
