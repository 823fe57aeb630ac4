"""What tells a finding from others in later runs, wherever its line has moved to."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from asynclint.diagnostics import Diagnostic


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """A fingerprint for each finding: 64 hexadecimal digits made of its path, rule, function and what is called.

    Of findings that have these in common, each has the number that it comes as in it, too.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for diagnostic in diagnostics:
        identity = (diagnostic.path, diagnostic.code, diagnostic.function, diagnostic.called)
        seen[identity] += 1
        text = "\0".join((*identity, str(seen[identity])))
        found.append(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
    return found
