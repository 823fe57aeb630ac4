from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from click.shell_completion import ShellComplete

import asynclint
from asynclint import cli
from asynclint.rules.catalogue import ALL_RULES
from asynclint.settings import OutputFormat

STALLS = """\
import time


async def main():
    time.sleep(1)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("ASYNCLINT_TRACEBACK", raising=False)
    (tmp_path / "pyproject.toml").write_text("[tool.asynclint]\ncache = false\njobs = 1\n")
    (tmp_path / "stalls.py").write_text(STALLS)
    (tmp_path / "fine.py").write_text("x = 1\n")
    return tmp_path


def error_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line on standard error of a run that fails, without its prefix."""
    assert cli.main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("asynclint: error: ")
    assert captured.err.count("\n") == 1
    return captured.err.removeprefix("asynclint: error: ").rstrip()


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ((), 1),
        (("stalls.py",), 1),
        (("check", "stalls.py"), 1),
        (("fine.py",), 0),
        (("--exit-zero",), 0),
        (("--ignore", "AIO101"), 0),
        (("--select", "AIO2,AIO301"), 0),
        (("--per-file-ignores", "stalls.py:AIO101"), 0),
        (("--extend-exclude", "stalls.py"), 0),
        (("--config", 'ignore = ["blocking-sleep"]'), 0),
        (("--statistics",), 1),
        (("--output-format", "json"), 1),
        (("--show-files",), 0),
    ],
)
def test_exit_status(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], status: int
) -> None:
    assert cli.main(arguments) == status
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("hops", "lines"), [(1, [5]), (2, [5, 6]), (3, [5, 6, 7])])
def test_chains_may_be_kept_short(
    project: Path, capsys: pytest.CaptureFixture[str], hops: int, lines: list[int]
) -> None:
    helpers = "\n\ndef first():\n    time.sleep(1)\n\n\ndef second():\n    first()\n"
    (project / "stalls.py").write_text(f"{STALLS}    first()\n    second()\n{helpers}")
    cli.main(["--max-hops", str(hops), "--output-format", "json"])
    assert [found["location"]["line"] for found in json.loads(capsys.readouterr().out)] == lines


def test_output_is_concise_where_it_is_no_terminal(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main([])
    assert capsys.readouterr().out.startswith("stalls.py:5:5: AIO101 ")


@pytest.mark.parametrize(("quiet", "last"), [((), "Found 1 finding."), (("-q",), "")])
def test_quiet_leaves_the_count_out(
    project: Path, capsys: pytest.CaptureFixture[str], quiet: tuple[str, ...], last: str
) -> None:
    cli.main(["--output-format", "full", *quiet])
    output = capsys.readouterr().out
    assert "    ^^^^^^^^^^^^^" in output
    assert output.splitlines()[-1] == last


def test_statistics_replace_findings(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--statistics"])
    assert capsys.readouterr().out == "1  AIO101  blocking-sleep\n\n1  time.sleep() at stalls.py:5\n"
    assert error_of(capsys, "--statistics", "--output-format", "sarif").startswith("--statistics is not for the output")


def test_json_output_is_json_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--output-format", "json"])
    assert [found["code"] for found in json.loads(capsys.readouterr().out)] == ["AIO101"]


def test_every_output_format_can_be_chosen(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert get_args(OutputFormat) == cli._OUTPUT_FORMATS
    for output_format in cli._OUTPUT_FORMATS:
        assert cli.main(["--output-format", output_format]) == 1
        assert "AIO101" in capsys.readouterr().out


def test_an_output_file_is_written_as_a_whole(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = project / "reports.txt"
    file.write_text("what was there before, and much longer\n" * 100)
    file.chmod(0o640)
    assert cli.main(["--output-file", "reports.txt"]) == 1
    assert capsys.readouterr().out == ""
    assert file.read_text().startswith("stalls.py:5:5: AIO101 ")
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in project.iterdir() if path.name.startswith(".reports")] == []
    assert error_of(capsys, "-o", "nowhere/reports.txt") == "nowhere/reports.txt: cannot be written: " + os.strerror(2)


def test_an_output_file_that_is_a_link_stays_one(project: Path) -> None:
    (project / "link.txt").symlink_to(project / "real.txt")
    cli.main(["--output-file", "link.txt"])
    assert (project / "link.txt").is_symlink()
    assert "AIO101" in (project / "real.txt").read_text()


def test_shows_the_files_that_it_would_lint(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--show-files"])
    assert capsys.readouterr().out == "fine.py\nstalls.py\n"


def test_standard_input_has_the_name_that_it_is_given(project: Path) -> None:
    arguments = ["-m", "asynclint", "-", "--stdin-filename", "pkg/new.py"]
    run = subprocess.run(
        [sys.executable, *arguments],
        input=STALLS.encode(),
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(asynclint.__file__).parents[1])},
    )
    assert run.returncode == 1
    assert run.stdout.startswith(b"pkg/new.py:5:5: AIO101 ")
    assert run.stderr == b""


def test_user_errors_are_one_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert error_of(capsys, "gone") == "gone: no such file or folder"
    assert error_of(capsys, "--selct", "AIO1").startswith("No such option '--selct'")
    assert error_of(capsys, "-", "stalls.py") == "`-` cannot be combined with other paths"
    assert error_of(capsys, "--per-file-ignores", "AIO101") == "--per-file-ignores: `AIO101` is not PATTERN:RULE"
    assert error_of(capsys, "--select", "AIO999").startswith('--select: unknown rule "AIO999"')
    assert error_of(capsys, "rule", "blocking-slep") == 'unknown rule "blocking-slep"; did you mean "blocking-sleep"?'
    assert error_of(capsys, "rule") == "give either a rule or --all"
    (project / "pyproject.toml").write_text("[tool.asynclint]\nselcet = []\n")
    expected = 'pyproject.toml: [tool.asynclint] unknown key "selcet"; did you mean "select"?'
    assert error_of(capsys) == expected
    assert error_of(capsys, "config") == expected


def test_an_internal_error_is_one_line(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr("asynclint.settings.load_settings", fail)
    assert error_of(capsys).startswith("internal error: KeyError: 'lost' (test_cli.py:")
    monkeypatch.setenv("ASYNCLINT_TRACEBACK", "1")
    assert cli.main([]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_ends_quietly(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("asynclint.settings.load_settings", interrupt)
    assert cli.main([]) == 130
    assert capsys.readouterr().err.strip() == ""


@pytest.mark.skipif(os.name == "nt", reason="needs pipes that break")
def test_a_broken_pipe_ends_quietly(project: Path) -> None:
    arguments = [sys.executable, "-m", "asynclint", "rule", "--all"]
    environment = os.environ | {"PYTHONPATH": str(Path(asynclint.__file__).parents[1])}
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run(arguments, stdout=writing, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(writing)
    assert run.stderr == b""


def test_a_rule_is_documented_by_code_and_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rule", "AIO101"]) == 0
    by_code = capsys.readouterr().out
    assert by_code.startswith("# blocking-sleep (AIO101)\n\n")
    assert "## What it does" in by_code
    cli.main(["rule", "blocking-sleep"])
    assert capsys.readouterr().out == by_code


def test_all_rules_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rule", "--all", "--format", "json"]) == 0
    described = json.loads(capsys.readouterr().out)
    assert [rule["code"] for rule in described] == [rule.code for rule in ALL_RULES]
    assert set(described[0]) == {"code", "name", "default", "summary", "documentation"}


def test_config_says_where_each_setting_came_from(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["config", "--show-source", "--config", "max-hops = 4"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "cache = false  # pyproject.toml" in lines
    assert "max-hops = 4  # --config" in lines
    assert 'select = ["DEFAULT"]  # default' in lines


def test_the_settings_in_force_are_a_configuration_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = (
        'per-file-ignores = { "tests/*" = ["AIO1"] }\nblocking = { "a.b" = "ö\\"\\u0007" }\noutput-format = "json"\n'
    )
    (project / "asynclint.toml").write_text(given, encoding="utf-8")
    cli.main(["config"])
    printed = capsys.readouterr().out
    (project / "asynclint.toml").write_text(printed, encoding="utf-8")
    assert cli.main(["config"]) == 0
    assert capsys.readouterr().out == printed
    assert "# output-format" not in printed


def test_the_schema_is_printed_for_editors(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["config", "--schema"]) == 0
    assert "max-hops" in json.loads(capsys.readouterr().out)["properties"]


@pytest.mark.parametrize(
    ("words", "completions"),
    [
        ("asynclint ru", {"rule"}),
        ("asynclint --out", {"--output-format", "--output-file"}),
        ("asynclint check --output-format g", {"grouped", "github", "gitlab"}),
        ("asynclint rule blocking-s", {"blocking-sleep", "blocking-subprocess", "blocking-socket"}),
        ("asynclint rule AIO30", {"AIO301", "AIO302", "AIO303", "AIO304", "AIO305", "AIO306", "AIO307", "AIO308"}),
    ],
)
def test_shells_complete_what_there_is(words: str, completions: set[str]) -> None:
    arguments = words.split(" ")
    completer = ShellComplete(cli.command, {}, "asynclint", "_ASYNCLINT_COMPLETE")
    found = completer.get_completions(arguments[1:-1], arguments[-1])
    assert {item.value for item in found if item.type == "plain"} == completions


@pytest.mark.parametrize("words", [["src"], ["check", "src"], ["--select", "AIO1", "src"], ["config", "src"]])
def test_shells_complete_paths(words: list[str]) -> None:
    completer = ShellComplete(cli.command, {}, "asynclint", "_ASYNCLINT_COMPLETE")
    assert "file" in {item.type for item in completer.get_completions(words[:-1], words[-1])}


def test_version_imports_nothing_heavy() -> None:
    code = (
        "import sys; from asynclint import cli; cli.main(['--version']);"
        "print({'libcst', 'rich', 'msgspec', 'pathspec'} & set(sys.modules))"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(asynclint.__file__).parents[1])}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.splitlines() == [f"asynclint {asynclint.__version__}", "set()"]


def test_a_comment_that_silences_callers_in_files_not_named_is_of_use(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "helper.py").write_text(
        "import time\n\n\ndef nap():\n    time.sleep(1)  # asynclint: ignore\n\n\n"
        "async def rest():\n    pass  # asynclint: ignore\n"
    )
    (project / "stalls.py").write_text("from helper import nap\n\n\nasync def main():\n    nap()\n")
    unused = "helper.py:9:11: AIO901 "
    for arguments in ((), ("helper.py",)):
        assert cli.main(arguments) == 1
        assert [line[: len(unused)] for line in capsys.readouterr().out.splitlines()] == [unused]
    (project / "stalls.py").unlink()
    assert cli.main([]) == 1
    assert capsys.readouterr().out.startswith("helper.py:5:20: AIO901 ")
