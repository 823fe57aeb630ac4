"""Nothing that is linted does harm: names, contents and kinds of files that somebody chose with care."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import sys
from pathlib import Path
from typing import get_args

import pytest

from asynclint.cli import main
from asynclint.settings import OutputFormat
from asynclint.sources.files import find_files

STALLS = "import time\n\nasync def main():\n    time.sleep(1)\n"
FORMATS = [each for each in get_args(OutputFormat) if each not in {"json", "json-lines", "sarif", "gitlab"}]
on_posix = pytest.mark.skipif(os.name == "nt", reason="needs file names and kinds of POSIX")


@pytest.fixture(autouse=True)
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.asynclint]\ncache = false\n")
    return tmp_path


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["check", *arguments]) in (0, 1)
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


@on_posix
@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize(
    "name",
    [
        b"line\nend.py",
        b"carriage\rreturn.py",
        b"\x1b]0;title\x07.py",
        b"\x1b[2J.py",
        "right\u202eto left.py".encode(),
        b"not utf-8 \xff.py",
        b"::error file=a::pwned.py",
        b"::stop-commands::.py",
        b" ::error::.py",
        b"-rf.py",
        b"%0A::error::pwned,col=1.py",
    ],
)
def test_names_of_files_do_nothing_to_terminals_and_ci_servers(
    capsys: pytest.CaptureFixture[str], output_format: str, name: bytes
) -> None:
    Path(os.fsdecode(name)).write_text(STALLS)
    out = checked(capsys, ".", "--output-format", output_format)
    assert "AIO101" in out
    for line in out.split("\n"):
        assert line.isprintable() or not set(line) & {chr(code) for code in (*range(32), *range(127, 160), 0x202E)}
        assert not line.lstrip().startswith("::") or (output_format == "github" and line.startswith("::error title="))
    if output_format == "github":
        assert len(out.splitlines()) == 1


@on_posix
@pytest.mark.parametrize("output_format", get_args(OutputFormat))
def test_no_format_commands_a_terminal(capsys: pytest.CaptureFixture[str], output_format: str) -> None:
    name = "\x1b[2J\x9b2J\x85\u202e\u2028\x7f.py"
    Path(name).write_text(f"import time\nasync def main():\n    time.sleep(1)  # {name}\n")
    out = checked(capsys, ".", "--output-format", output_format)
    assert all(line.isprintable() for line in out.split("\n"))


@pytest.mark.parametrize("command", ["##[stop-commands]", "##vso[task.complete]", "##teamcity[", "###[error]"])
@pytest.mark.parametrize("output_format", FORMATS)
def test_what_ci_servers_do_wherever_it_stands_is_not_printed(
    capsys: pytest.CaptureFixture[str], output_format: str, command: str
) -> None:
    Path(f"a{command}.py").write_text(f"import time\nasync def main():\n    time.sleep(1)  {command}\n")
    out = checked(capsys, ".", "--output-format", output_format)
    assert "AIO101" in out
    assert not re.search(r"##\w*\[", out)


@on_posix
def test_a_link_shows_nothing_of_what_is_no_python(capsys: pytest.CaptureFixture[str]) -> None:
    Path("secret.env").write_text("TOKEN = hunter2 hunter2\n")
    Path("app.py").symlink_to("secret.env")
    Path("real.py").write_text("x = = visible\n")
    out = checked(capsys, ".", "--output-format", "full")
    assert out.count("AIO900") == 2
    assert "visible" in out
    assert "hunter2" not in out


def test_a_cache_that_came_with_the_project_opens_no_other_file(
    capsys: pytest.CaptureFixture[str], project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("home") / "key.py"
    secret.write_text("\n\n\nhunter2\n")
    Path("app.py").write_text(STALLS)
    arguments = (".", "--cache-dir", "cache", "--config", "cache=true", "--output-format", "full")
    expected = checked(capsys, *arguments)
    with sqlite3.connect("cache/cache.sqlite3") as connection:
        for key, value in connection.execute("SELECT key, value FROM entry").fetchall():
            # A string of MessagePack says how long it is.
            named = b"\xd9" + bytes([len(str(secret))]) + str(secret).encode()
            spoilt = value.replace(b"\xa4path\xa6app.py", b"\xa4path" + named)
            assert value == spoilt or b"AIO101" in value
            connection.execute("UPDATE entry SET value = ? WHERE key = ?", (spoilt, key))
    connection.close()
    assert checked(capsys, *arguments) == expected


def test_what_the_environment_holds_is_not_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_TOKEN", "hunter2")
    Path("asynclint.toml").write_text('extend = "$API_TOKEN.toml"\n')
    assert main(["check", "."]) == 2
    assert capsys.readouterr().err == (
        'asynclint: error: asynclint.toml: extend: "$API_TOKEN.toml" leads to no file that can be read and understood\n'
    )


@pytest.mark.parametrize("path", ["gone\x1b[2J.py", "##vso[task.complete].py", "a\u202eb.py"])
def test_errors_are_one_line_that_commands_nothing(capsys: pytest.CaptureFixture[str], path: str) -> None:
    assert main(["check", path]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("asynclint: error: ")
    assert line.isprintable()
    assert "##vso[" not in line


@on_posix
@pytest.mark.parametrize("arguments", [("--show-files",), ("--statistics",)])
def test_names_of_files_and_causes_command_nothing(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    Path("a\x1b[2J.py").write_text(STALLS)
    out = checked(capsys, ".", *arguments)
    assert "2J.py" in out
    assert all(line.isprintable() for line in out.split("\n"))


@on_posix
def test_settings_are_shown_without_commands_for_terminals(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path("a\x1b[2J\n::error::b")
    folder.mkdir()
    (folder / "asynclint.toml").write_text('exclude = ["\u202e"]\n', encoding="utf-8")
    assert main(["config", "--show-source", str(folder)]) == 0
    assert all(line.isprintable() and not line.startswith("::") for line in capsys.readouterr().out.split("\n"))


@pytest.mark.parametrize("output_format", FORMATS)
def test_source_text_does_nothing_to_terminals(capsys: pytest.CaptureFixture[str], output_format: str) -> None:
    Path("app.py").write_text(
        "import time\nasync def main():\n    time.sleep(1); x = '\x1b[2J\x1b]0;title\x07 \u202e'  # \x9b \x00".replace(
            "\0", ""
        )
    )
    out = checked(capsys, ".", "--output-format", output_format)
    assert not set(out) & {"\x1b", "\x07", "\x9b", "\u202e"}


@on_posix
def test_what_is_no_regular_file_is_not_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo("pipe.py")
    Path("device.py").symlink_to("/dev/zero")
    Path("gone.py").symlink_to("nowhere.py")
    Path("itself.py").symlink_to("itself.py")
    Path("loop").mkdir()
    Path("loop/back").symlink_to("..")
    Path("loop/app.py").write_text(STALLS)
    assert checked(capsys, ".").splitlines() == [
        "loop/app.py:4:5: AIO101 blocking sleep: `time.sleep()` stalls the event loop"
    ]
    assert "pipe.py:1:1: AIO900" in checked(capsys, "pipe.py")
    assert "device.py:1:1: AIO900" in checked(capsys, "device.py")


@on_posix
@pytest.mark.skipif(sys.platform != "win32" and os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    Path("secret.py").write_text(STALLS)
    Path("secret.py").chmod(0)
    Path("folder").mkdir()
    Path("folder").chmod(0)
    try:
        assert checked(capsys, ".").count("AIO900") == 2
    finally:
        Path("folder").chmod(stat.S_IRWXU)


def test_a_file_that_is_gone_when_it_is_read_is_reported(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("app.py").write_text(STALLS)
    Path("gone.py").write_text(STALLS)
    discover = find_files

    def lose(*given: object, **named: object) -> object:
        found = discover(*given, **named)  # type: ignore[arg-type]
        Path("gone.py").unlink(missing_ok=True)
        return found

    monkeypatch.setattr("asynclint.run.find_files", lose)
    lines = checked(capsys, ".").splitlines()
    assert [line.split(": ")[1].split()[0] for line in lines] == ["AIO101", "AIO900"]


def test_no_code_of_the_project_runs(capsys: pytest.CaptureFixture[str]) -> None:
    trap = f"open({str(Path('ran').absolute())!r}, 'w').close()\n"
    for name in ("sitecustomize.py", "conftest.py", "setup.py", "msgspec.py", "app/__init__.py"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(trap)
    Path("app/main.py").write_text("import app, setup, msgspec\n" + STALLS)
    assert "app/main.py:5:5: AIO101" in checked(capsys, ".")
    assert not Path("ran").exists()


@on_posix
def test_names_that_are_not_utf8_may_stand_in_settings_and_caches(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(os.fsdecode(b"folder \xff"))
    folder.mkdir()
    (folder / "app.py").write_text(STALLS)
    for _ in range(2):
        assert "AIO101" in checked(capsys, ".", "--cache-dir", ".cache", "--config", "cache=true")
        assert not checked(capsys, ".", "--cache-dir", ".cache", "--config", "cache=true", "--exclude", str(folder))
