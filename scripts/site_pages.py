"""The pages of the documentation site that are made from the rules and the knowledge: a hook of mkdocs.

https://www.mkdocs.org/user-guide/configuration/#hooks. None of these pages is kept anywhere: `mkdocs build` makes them.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from pygments.formatters import HtmlFormatter

from asynclint.knowledge import load_knowledge
from asynclint.rules.base import Rule
from asynclint.rules.blocking.base import BlockingRule
from asynclint.rules.catalogue import ALL_RULES, by_code
from asynclint.settings.schema import json_schema
from asynclint.sources.equivalents import EQUIVALENTS

ROOT = Path(__file__).resolve().parents[1]

_FAMILIES = {
    "AIO1": "Calls that stop the event loop",
    "AIO2": "Tasks",
    "AIO3": "Coroutines",
    "AIO4": "Cancellation, timeouts and task groups",
    "AIO9": "Files and comments",
}
_MEASURED = ("benchmarks/results/table.md", "benchmarks/results/chart.svg")
_FILE_NAMES = """
.highlight .filename { display: block; padding: 4px 12px; font: bold 75% monospace; background: #e1e4e5; }
"""
_COMING_FROM = """\
# Coming from another linter

What flake8-async (`ASYNC`) and Ruff (`ASYNC`, `RUF`) find, asynclint finds by the rules below, behind helpers, methods
and other files, too. A comment that silences their code, such as `# noqa: ASYNC251`, silences ours.
"""
_RULES = """\
# Rules

A rule has a code that never changes its meaning, and a name that is as good as the code wherever rules are named.
`asynclint rule CODE` prints its page.
"""


def on_config(config: MkDocsConfig) -> None:
    """Add the rules to the navigation."""
    rules: list[Any] = ["rules/index.md"]
    for family, title in _FAMILIES.items():
        pages = [f"rules/{rule.name}.md" for rule in ALL_RULES if rule.code.startswith(family)]
        if pages:
            rules.append({title: pages})
    config.nav = [*(config.nav or ()), {"Rules": rules}]


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the pages that are made, the schema for editors, and the colours of code."""
    made = {
        "index.md": _readme(),
        "changelog.md": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        "contributing.md": (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
        **{path: (ROOT / path).read_text(encoding="utf-8") for path in _MEASURED},
        "coming-from.md": "\n".join(_coming_from()),
        "rules/index.md": "\n".join(_overview()),
        "asynclint.schema.json": json.dumps(json_schema(), indent=2),
        "highlight.css": HtmlFormatter(style="friendly").get_style_defs(".highlight") + _FILE_NAMES,
        **{f"rules/{rule.name}.md": "\n\n".join(_page(rule)) + "\n" for rule in ALL_RULES},
    }
    for path, content in made.items():
        files.append(File.generated(config, path, content=content))


def _readme() -> str:
    """README.md, whose links are seen from the folder of the pages."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.sub(r"\]\((?:docs/)?([A-Z]*[a-z-]*\.md)", lambda link: f"]({link[1].lower()}", text)


def _overview() -> Iterator[str]:
    yield _RULES
    for family, title in _FAMILIES.items():
        rules = [rule for rule in ALL_RULES if rule.code.startswith(family)]
        if rules:
            yield from (f"## {title}", "", "| code | name | what it finds | on |", "|---|---|---|---|")
            yield from (
                f"| {rule.code} | [{rule.name}]({rule.name}.md) | {rule.summary()} | {_on(rule)} |" for rule in rules
            )
            yield ""


def _on(rule: type[Rule[Any]]) -> str:
    return "yes" if rule.default else "no"


def _page(rule: type[Rule[Any]]) -> Iterator[str]:
    yield f"# {rule.name} ({rule.code})"
    if not rule.default:
        yield f'*Off by default.* `extend-select = ["{rule.code}"]` turns it on.'
    documentation, _, others = rule.documentation().partition("## See also\n")
    yield documentation.rstrip()
    theirs = sorted(code for code, ours in EQUIVALENTS.items() if rule.code in ours and code not in others)
    lines = [others.strip(), f"flake8-async or Ruff: {', '.join(theirs)}" if theirs else ""]
    if any(lines):
        text = "\n\n".join(filter(None, lines))
        yield "## See also\n\n" + re.sub(r"[A-Z]+[0-9]+", _link_to_code, text)
    if issubclass(rule, BlockingRule):
        yield from _known(rule)


def _link_to_code(code: re.Match[str]) -> str:
    """The code of a rule of another linter, with a link to what asynclint has for it."""
    return f"[{code[0]}](../coming-from.md#{code[0].lower()})" if code[0] in EQUIVALENTS else code[0]


def _known(rule: type[BlockingRule]) -> Iterator[str]:
    """The callables that the rule is about, by library."""
    knowledge = load_knowledge()
    names = [name for name, primitive in knowledge.primitives.items() if primitive.kind == rule.kind]
    names += [f"{name}.*" for name, primitive in knowledge.wildcards.items() if primitive.kind == rule.kind]
    by_library: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_library[name.partition(".")[0]].append(name)
    if not by_library:
        return
    yield "## What it knows"
    yield (
        "`.*` stands for every public method, at any depth. Subclasses and other paths to the same callable count. "
        "[`blocking`](../configuration.md#blocking) adds to this."
    )
    for library, found in sorted(by_library.items()):
        yield f"**{library}**: " + ", ".join(f"`{name.removeprefix('builtins.')}`" for name in sorted(found))


def _coming_from() -> Iterator[str]:
    yield _COMING_FROM
    for theirs, ours in EQUIVALENTS.items():
        yield from (f"## {theirs}", "")
        for code in sorted(ours):
            rule = by_code[code]
            off = "" if rule.default else " Off by default."
            yield f"- [{code} {rule.name}](rules/{rule.name}.md): {rule.summary()}{off}"
        yield ""
