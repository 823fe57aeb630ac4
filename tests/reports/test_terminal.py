from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from asynclint import cli
from asynclint.reports.terminal import ColorChoice, ProgressBar, has_colors

STALLS = "import time\n\n\nasync def main():\n    time.sleep(1)\n"


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in seconds, which passes when it is set."""
    now = [0.0]
    monkeypatch.setattr("asynclint.reports.terminal.time.monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("choice", "environment", "on_screen", "elsewhere"),
    [
        ("auto", {}, True, False),
        ("auto", {"TERM": "dumb"}, False, False),
        ("auto", {"NO_COLOR": "1"}, False, False),
        ("auto", {"NO_COLOR": ""}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, True, True),
        ("auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        ("always", {"NO_COLOR": "1"}, True, True),
        ("never", {"FORCE_COLOR": "1"}, False, False),
    ],
)
def test_who_decides_about_colours(
    choice: ColorChoice, environment: dict[str, str], on_screen: bool, elsewhere: bool
) -> None:
    assert has_colors(choice, Screen(), environment) is on_screen
    assert has_colors(choice, io.StringIO(), environment) is elsewhere


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "stalls.py").write_text(STALLS)
    return tmp_path


def test_the_command_takes_the_choice(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    full = ["--no-cache", "--output-format", "full"]
    cli.main(full)
    plain = capsys.readouterr().out
    assert "\x1b" not in plain
    cli.main([*full, "--color", "always"])
    coloured = capsys.readouterr().out
    assert "\x1b[1;31mAIO101\x1b[0m" in coloured
    cli.main([*full, "--output-file", "report.txt"])
    assert (project / "report.txt").read_text() == plain


def test_documentation_has_colours_where_they_are_wanted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["rule", "AIO101", "--color", "never"])
    assert capsys.readouterr().out.startswith("# blocking-sleep (AIO101)")
    cli.main(["rule", "AIO101", "--color", "always"])
    assert "\x1b[" in capsys.readouterr().out


def test_a_short_run_shows_no_bar(clock: list[float]) -> None:
    screen = Screen()
    with ProgressBar(screen, color=True) as progress:
        clock[0] = 0.9
        progress("Reading files", 1, 2)
    assert screen.getvalue() == ""


def test_a_long_run_shows_a_bar_that_is_gone_at_the_end(clock: list[float]) -> None:
    screen = Screen()
    with ProgressBar(screen, color=True) as progress:
        for stage, done in (("Reading files", 1), ("Reading files", 2), ("Checking files", 1)):
            clock[0] += 1.1
            progress(stage, done, 3)
        shown = screen.getvalue()
    assert [part in shown for part in ("Reading files", "1/3", "2/3", "Checking files")] == [True] * 4
    ending = screen.getvalue().removeprefix(shown)
    assert "\x1b[2K" in ending
    assert "\x1b[?25h" in ending
    assert ending.count("files") <= 1


def test_a_bar_without_colours(clock: list[float]) -> None:
    screen = Screen()
    with ProgressBar(screen, color=False) as progress:
        clock[0] = 2
        progress("Reading files", 1, 3)
    assert "\x1b[3" not in screen.getvalue()
    assert "\x1b[9" not in screen.getvalue()


def test_the_bar_goes_when_the_run_fails(clock: list[float]) -> None:
    screen = Screen()

    def fail() -> None:
        with ProgressBar(screen, color=True) as progress:
            clock[0] = 2
            progress("Reading files", 1, 3)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert "\x1b[?25h" in screen.getvalue()


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("options", "is_shown"), [((), True), (("--quiet",), False)])
def test_a_terminal_sees_the_bar_and_a_pipe_does_not(project: Path, options: tuple[str, ...], is_shown: bool) -> None:
    package = Path(cli.__file__).parents[1]
    code = (
        "import sys; from asynclint import cli; from asynclint.reports import terminal; terminal._PATIENCE = 0;"
        f"cli.main(['--no-cache', *{options!r}])"
    )
    reading, writing = os.openpty()
    environment = os.environ | {"PYTHONPATH": str(package), "TERM": "xterm"}
    run = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=writing, env=environment, check=True
    )
    os.close(writing)
    os.set_blocking(reading, False)
    try:
        seen = os.read(reading, 1 << 16)
    except OSError:
        seen = b""
    os.close(reading)
    assert (b"functions" in seen) is is_shown
    assert run.stdout.startswith(b"stalls.py:5:5: AIO101 ")
    piped = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True)
    assert piped.stderr == b""
