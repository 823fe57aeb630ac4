"""Which release of a library a project is written for, where calls give no coroutine in some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.program.memory.reads import Memo
from asynclint.program.text.lexical import imported_packages, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from asynclint.program.memory.reads import Reads


class Releases:
    """Tells it by names that only code for a release without coroutine functions has: `plain`, by package. `texts`
    gives those of the project.
    """

    def __init__(self, plain: Mapping[str, frozenset[str]], texts: Callable[[], Iterable[str]], reads: Reads) -> None:
        self._plain = plain
        self._texts = texts
        self._reads = reads
        self._found: Memo[str, bool] = Memo(reads)

    def is_plain(self, name: str) -> bool:
        """Whether calling the library's function `name` gives no coroutine in the release that the project uses."""
        package = name.partition(".")[0]
        return package in self._plain and self._found.get(package, lambda: self._search(package))

    def _search(self, package: str) -> bool:
        names = self._plain[package]
        for name in (package, *names):
            self._reads.note("mentions", name)
        using = (text for text in self._texts() if package in text and package in imported_packages(text))
        return not names.isdisjoint(words(using))
