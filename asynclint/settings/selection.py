"""Which rules are on: rule selectors, and which outweighs which. They mean what those of Ruff mean."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from asynclint.rules.catalogue import ALL_RULES, by_code, by_name
from asynclint.settings.model import Settings
from asynclint.sources.globs import PathPatterns

_EXACT = 100


def enabled_codes(settings: Settings) -> frozenset[str]:
    """The codes of the rules that are on. The more specific selector wins, and of equals the one that ignores."""
    select = (*settings.select, *settings.extend_select)
    ignore = (*settings.ignore, *settings.extend_ignore)
    codes = _apply(frozenset(), select, ignore)
    for layer in settings.layers:
        codes = _apply(codes, layer.select, layer.ignore)
    return codes


def ignored_codes(settings: Settings, path: Path) -> frozenset[str]:
    """The codes that `per-file-ignores` turns off for the file with the absolute `path`."""
    ignored: set[str] = set()
    for pattern, selectors in settings.per_file_ignores.items():
        is_negated = pattern.startswith("!")
        if PathPatterns((pattern.removeprefix("!"),), settings.root).match(path) != is_negated:
            ignored.update(*(codes_meant(selector) for selector in selectors))
    return frozenset(ignored)


def codes_meant(selector: str) -> frozenset[str]:
    """The codes of the rules that `selector` means. Empty where it means none."""
    if selector == "ALL":
        return frozenset(by_code)
    if selector == "DEFAULT":
        return frozenset(rule.code for rule in ALL_RULES if rule.default)
    if selector in by_name:
        return frozenset({by_name[selector].code})
    letters = selector.rstrip("0123456789")
    return frozenset(code for code in by_code if code.startswith(selector) and code.rstrip("0123456789") == letters)


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` with the one of `known` that is most like `word`, or nothing."""
    close = difflib.get_close_matches(word, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else ""


def selector_suggestion(selector: str) -> str:
    """`; did you mean ...?` for a selector that means nothing, or nothing."""
    known = [*by_code, *by_name, "ALL", "DEFAULT"]
    return suggestion(selector, known) or suggestion(selector.upper(), known) or suggestion(selector.lower(), known)


def _apply(codes: frozenset[str], select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """`codes` with what is selected and without what is ignored, from the least to the most specific selector."""
    steps = [(_specificity(selector), False, selector) for selector in select]
    steps += [(_specificity(selector), True, selector) for selector in ignore]
    for _, is_ignored, selector in sorted(steps):
        codes = codes - codes_meant(selector) if is_ignored else codes | codes_meant(selector)
    return codes


def _specificity(selector: str) -> int:
    if selector in by_code or selector in by_name:
        return _EXACT
    return 0 if selector in {"ALL", "DEFAULT"} else len(selector)
