"""The formats that CI servers and editors read."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import msgspec
import pytest

from asynclint.diagnostics import Diagnostic, Step
from asynclint.reports.base import reporter
from asynclint.rules.catalogue import ALL_RULES

# As published with Microsoft's SARIF SDK: https://github.com/microsoft/sarif-sdk/tree/main/src/Sarif/Schemata
SARIF_SCHEMA = Path(__file__).parents[1] / "data" / "sarif-2.1.0.json"

HOSTILE = "a\n::error::b\r%0A,file=c:\x1b[2J\x00\ufffe]]><x>&\"'\ud800"


def written(output_format: str, diagnostics: Sequence[Diagnostic], texts: Mapping[str, str] | None = None) -> str:
    stream = io.StringIO()
    reporter(output_format)(diagnostics, texts or {}, stream)
    return stream.getvalue()


def hostile(diagnostic: Diagnostic) -> Diagnostic:
    """A finding in which every text is meant to break out of the format."""
    step = Step(HOSTILE, 1, 1, HOSTILE, HOSTILE)
    return msgspec.structs.replace(
        diagnostic, path=HOSTILE, message=HOSTILE, help=HOSTILE, function=HOSTILE, chain=(step, step)
    )


def sarif(diagnostics: Sequence[Diagnostic]) -> Any:
    log = json.loads(written("sarif", diagnostics))
    jsonschema.validate(log, json.loads(SARIF_SCHEMA.read_text(encoding="utf-8")))
    return log["runs"][0]


def test_grouped_has_a_heading_for_each_file(diagnostics: Sequence[Diagnostic]) -> None:
    later = msgspec.structs.replace(
        diagnostics[0], span=msgspec.structs.replace(diagnostics[0].span, line=120), chain=()
    )
    assert written("grouped", [diagnostics[0], later, diagnostics[1]]) == (
        "app/api.py:\n"
        "  3:9    AIO102  blocking HTTP request: `load_user` reaches `requests.get` and stalls the event loop"
        " [load_user -> _fetch -> requests.get]\n"
        "  120:9  AIO102  blocking HTTP request: `load_user` reaches `requests.get` and stalls the event loop\n"
        "\n"
        "app/jobs.py:\n"
        "  3:9  AIO101  `time.sleep` stalls the event loop\n"
        "\n"
    )


def test_json_lines_are_the_objects_of_the_json_format(diagnostics: Sequence[Diagnostic]) -> None:
    lines = written("json-lines", diagnostics).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(written("json", diagnostics))
    assert written("json-lines", []) == ""


def test_pylint_names_rule_and_function(diagnostics: Sequence[Diagnostic]) -> None:
    assert written("pylint", diagnostics[1:]) == (
        "app/jobs.py:3: [AIO101(blocking-sleep), 待つ] `time.sleep` stalls the event loop\n"
    )


def test_sarif_shows_the_chain_as_a_code_flow(diagnostics: Sequence[Diagnostic]) -> None:
    run = sarif(diagnostics)
    transitive, direct = run["results"]
    flow = transitive["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in flow] == [
        "async def profile() calls load_user()",
        "load_user() calls _fetch()",
        "_fetch() calls requests.get()",
    ]
    assert [step["physicalLocation"]["region"]["startLine"] for step in transitive["relatedLocations"]] == [31, 9]
    assert transitive["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "profile"
    assert "codeFlows" not in direct


def test_sarif_explains_every_rule(diagnostics: Sequence[Diagnostic]) -> None:
    run = sarif(diagnostics)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in ALL_RULES]
    assert all("## Use instead" in rule["help"]["markdown"] for rule in rules)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_sarif_of_nothing_and_of_odd_paths_follows_the_schema(diagnostics: Sequence[Diagnostic]) -> None:
    assert sarif([])["results"] == []
    odd = [
        msgspec.structs.replace(diagnostics[1], path=path) for path in ("a b/ü#?.py", "/outside/x y.py", "a\udcff.py")
    ]
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in sarif(odd)["results"]]
    assert uris == ["a%20b/%C3%BC%23%3F.py", "file:///outside/x%20y.py", "a%FF.py"]


def test_brackets_in_a_sarif_message_are_no_link(diagnostics: Sequence[Diagnostic]) -> None:
    linked = msgspec.structs.replace(diagnostics[1], message="`jobs[0](1)` stalls", help="")
    assert sarif([linked])["results"][0]["message"]["text"] == r"`jobs\[0\](1)` stalls"


@pytest.mark.parametrize("output_format", ["sarif", "gitlab"])
def test_fingerprints_outlive_moved_lines_and_differ(diagnostics: Sequence[Diagnostic], output_format: str) -> None:
    def prints(found: Sequence[Diagnostic]) -> list[str]:
        if output_format == "gitlab":
            return [issue["fingerprint"] for issue in json.loads(written("gitlab", found))]
        return [result["partialFingerprints"]["asynclint/v1"] for result in sarif(found)["results"]]

    moved = [
        msgspec.structs.replace(each, span=msgspec.structs.replace(each.span, line=80, end_line=81))
        for each in diagnostics
    ]
    assert prints(moved) == prints(diagnostics)
    assert len(set(prints([*diagnostics, *diagnostics]))) == 4


def test_github_commands_annotate_the_line(diagnostics: Sequence[Diagnostic]) -> None:
    first, second = written("github", diagnostics).splitlines()
    assert first == (
        "::error title=asynclint AIO102 (blocking-http-call),file=app/api.py,line=3,endLine=3,col=9,endColumn=23"
        "::app/api.py:3:9: AIO102 blocking HTTP request: `load_user` reaches `requests.get` and stalls the event loop"
        "%0Aapp/api.py:3: async def profile() calls load_user()"
        "%0Aapp/users.py:31: load_user() calls _fetch()"
        "%0Aapp/users.py:9: _fetch() calls requests.get()"
        "%0Ahelp: await asyncio.to_thread(load_user, ...), or use an async client such as httpx.AsyncClient"
    )
    assert second.startswith("::error title=asynclint AIO101 (blocking-sleep),file=app/jobs.py,line=3,endLine=5::")


def test_github_commands_cannot_be_injected(diagnostics: Sequence[Diagnostic]) -> None:
    output = written("github", [hostile(diagnostics[0])])
    assert output.count("\n") == 1
    command = re.fullmatch(r"::error ([^:]*)::(.*)\n", output)
    assert command is not None
    properties = dict(part.split("=", 1) for part in command[1].split(","))
    assert list(properties) == ["title", "file", "line", "endLine", "col", "endColumn"]
    assert "%" not in re.sub("%(25|3A|2C)", "", properties["file"])
    assert "%" not in re.sub("%(25|0A)", "", command[2])


def test_gitlab_issues_have_what_gitlab_asks_for(diagnostics: Sequence[Diagnostic]) -> None:
    transitive, direct = json.loads(written("gitlab", diagnostics))
    for issue in (transitive, direct):
        assert {"description", "check_name", "fingerprint", "severity", "location"} <= set(issue)
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
    assert transitive["location"] == {
        "path": "app/api.py",
        "positions": {"begin": {"line": 3, "column": 9}, "end": {"line": 3, "column": 23}},
    }
    assert [place["path"] for place in transitive["trace"]["locations"]] == [
        "app/api.py",
        "app/users.py",
        "app/users.py",
    ]
    assert json.loads(written("gitlab", [])) == []


def test_junit_has_a_failure_for_each_finding(diagnostics: Sequence[Diagnostic]) -> None:
    top = ElementTree.fromstring(written("junit", diagnostics))
    assert (top.get("tests"), top.get("failures")) == ("2", "2")
    assert [suite.get("name") for suite in top] == ["app/api.py", "app/jobs.py"]
    failures = [failure.text or "" for failure in top.iter("failure")]
    assert "app/users.py:31: load_user() calls _fetch()\n" in failures[0]
    assert [case.get("name") for case in top.iter("testcase")][1] == "AIO101 blocking-sleep 待つ"


def test_junit_of_nothing_is_a_test_that_passed() -> None:
    top = ElementTree.fromstring(written("junit", []))
    assert (top.get("tests"), top.get("failures"), len(list(top.iter("testcase")))) == ("1", "0", 1)


def test_junit_is_xml_whatever_the_names(diagnostics: Sequence[Diagnostic]) -> None:
    output = written("junit", [hostile(diagnostics[0])])
    assert output.isascii()
    (failure,) = ElementTree.fromstring(output).iter("failure")
    assert r"\x00\ufffe]]><x>&" in (failure.text or "")
