"""Whatever changes, a run that remembers reports what one that starts from nothing does."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from asynclint import forks
from asynclint.diagnostics import Diagnostic
from asynclint.program.names.scopes import ScopeNode
from asynclint.program.program import Program
from asynclint.progress import Progress
from asynclint.run import Report, run
from asynclint.settings import load_settings

FIXTURES = Path(__file__).parents[1] / "fixtures"
PROJECTS = [case for case in sorted(FIXTURES.glob("*/*")) if case.is_dir() and len(list(case.rglob("*.py"))) > 1]

JOBS = {True: 3, False: 1}
"""By whether there is a cache. These projects are too small for more than one process, unless a test wants it."""

_FUNCTION = """def new_before_{name}(value):
    value.new = "x"
    return value
"""


_HEAD = re.compile(r"^([ ]*)(?:async )?def .*:$", re.MULTILINE)


def _new_functions(before: re.Match[str]) -> str:
    """A function before every other that has no decorator."""
    line = before.string[before.start() :].partition("\n")[0]
    indent = line[: len(line) - len(line.lstrip())]
    above = before.string[: before.start()].splitlines()
    if above and above[-1].strip().startswith(("@", ")")):
        return ""
    name = line.partition("def ")[2].partition("(")[0].strip("_")
    return textwrap.indent(_FUNCTION.format(name=name), indent)


def _last_name(text: str) -> str:
    names: list[str] = re.findall(r"^def (\w+)", text, re.MULTILINE)
    return names[-1] if names else "nothing"


CHANGES: dict[str, Callable[[str], str]] = {
    "all lines move": lambda text: f"# A comment.\n\n{text}",
    "a coroutine function is new": lambda text: f"{text}\n\nasync def quite_new(value):\n    return value\n",
    "functions are new": lambda text: re.sub(r"^(?=[ ]*(?:async )?def )", _new_functions, text, flags=re.MULTILINE),
    "a known name is new": lambda text: f"{text}\n\ndef {_last_name(text)}(value):\n    return value\n",
    "functions do more": lambda text: _HEAD.sub(r"\g<0>\n\1    client.value = load()", text),
    "functions do nothing": lambda text: _HEAD.sub(r"\g<0>\n\1    return", text),
    "nothing blocks": lambda text: text.replace("sleep(", "ctime("),
    "nothing awaits": lambda text: text.replace("async def", "def").replace("await ", ""),
    "nothing is left": lambda _: "",
    "nothing parses": lambda text: text.replace(":\n", "\n"),
}


def report(*paths: Path, cache: bool) -> Report:
    found = run(paths, load_settings(paths, {"jobs": JOBS[cache], "cache": cache}).settings)
    assert found.complaints == ()
    return found


def remembered(*paths: Path) -> tuple[Diagnostic, ...]:
    """The findings, which have to be those of a run that remembers nothing."""
    found = report(*paths, cache=True).diagnostics
    assert found == report(*paths, cache=False).diagnostics
    return found


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    def copy(case: Path) -> Path:
        project = tmp_path / "project"
        shutil.copytree(case, project)
        (project / "pyproject.toml").touch()
        monkeypatch.chdir(project)
        return project

    return copy


@pytest.mark.parametrize("case", PROJECTS, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_changed_file_changes_what_depends_on_it(case: Path, copied: Callable[[Path], Path]) -> None:
    project = copied(case)
    before = remembered(project)
    for number, path in enumerate(sorted(project.rglob("*.py"))):
        text = path.read_text()
        changes = list(CHANGES.values())
        for change in changes[number % 2 :: 2]:
            path.write_text(change(text))
            remembered(project)
        path.write_text(text)
    assert remembered(project) == before


@pytest.mark.parametrize("case", PROJECTS[:3], ids=lambda case: f"{case.parent.name}/{case.name}")
def test_what_several_processes_find_is_remembered_alike(
    case: Path, copied: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forks, "_ENOUGH", 1)
    test_a_changed_file_changes_what_depends_on_it(case, copied)


@pytest.mark.parametrize("case", PROJECTS, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_files_named_one_by_one_give_what_they_give_together(case: Path, copied: Callable[[Path], Path]) -> None:
    project = copied(case)
    together = report(project, cache=False).diagnostics
    one_by_one = [each for path in sorted(project.rglob("*.py")) for each in report(path, cache=True).diagnostics]
    # That a comment cuts no chain is known only when all files are checked.
    assert sorted(one_by_one) == [each for each in together if each.code != "AIO901" or each in one_by_one]
    assert report(project, cache=True).diagnostics == together


def test_what_a_new_file_puts_into_the_state_of_an_application_is_found(copied: Callable[[Path], Path]) -> None:
    project = copied(FIXTURES / "chains" / "app_state")
    before = remembered(project)
    text = "from catalogue import Catalogue\nfrom main import app\n\napp.state.drive = Catalogue('drive.json')\n"
    (project / "drives.py").write_text(text)
    assert len(remembered(project)) == len(before) + 1
    (project / "drives.py").unlink()
    assert remembered(project) == before


def test_a_new_call_that_passes_something_else_is_noticed_in_other_files(copied: Callable[[Path], Path]) -> None:
    project = copied(FIXTURES / "chains" / "agreed_parameters")
    before = remembered(project)
    text = "import service\nfrom storage import Memory\n\n\nasync def late():\n    await service.stored(Memory())\n"
    (project / "late.py").write_text(text)
    assert len(remembered(project)) == len(before) - 1
    (project / "late.py").unlink()
    assert remembered(project) == before


def test_a_new_function_that_waits_for_a_socket_is_noticed_in_other_files(copied: Callable[[Path], Path]) -> None:
    project = copied(FIXTURES / "chains" / "app_state")
    (project / "net.py").write_text("import socket\n\n\ndef take(s: socket.socket):\n    return s.recv(1)\n")
    (project / "user.py").write_text("import net\n\n\nasync def main(s):\n    net.take(s)\n")
    before = remembered(project)
    with (project / "net.py").open("a") as file:
        file.write("\n\ndef wait(loop, ready, s):\n    loop.add_reader(s, ready)\n")
    assert len(remembered(project)) == len(before) - 1


def test_a_name_of_an_older_release_is_noticed_in_other_files(copied: Callable[[Path], Path]) -> None:
    project = copied(FIXTURES / "coroutine-never-awaited" / "older_telegram")
    bot = project / "bot.py"
    text = "import compatibility\n\n\ndef main():\n    print(compatibility.Filters.text)\n"
    bot.write_text(text)
    before = remembered(project)
    bot.write_text(f"import telegram\n{text}")
    assert len(remembered(project)) < len(before)


def test_only_what_depends_on_a_change_is_checked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").touch()
    (project / "clock.py").write_text("import time\n\nzone = 1\n\n\ndef wait():\n    time.sleep(1)\n")
    (project / "user.py").write_text(
        "import clock\n\n\nasync def main():\n    clock.wait()\n\n\nasync def idle():\n    pass\n"
    )
    (project / "reader.py").write_text("import clock\n\n\nasync def main():\n    clock.zone.close()\n")
    (project / "other.py").write_text("async def main():\n    pass\n")
    (project / "later.py").write_text("import asyncio\n\n\nasync def load():\n    return asyncio.sleep(1)\n")
    explored: list[str] = []
    explore = Program.explore

    def noting(program: Program, parts: Sequence[ScopeNode], progress: Progress) -> None:
        explored.extend(part.full_name for part in parts)
        explore(program, parts, progress)

    monkeypatch.setattr(Program, "explore", noting)

    def checked_after(name: str, text: str) -> set[str]:
        (project / name).write_text(text)
        explored.clear()
        report(project, cache=True)
        return set(explored)

    def edited(before: str, new: str) -> str:
        """The text of the clock, with something new at the end, or in front of something."""
        text = (project / "clock.py").read_text()
        return text.replace(before, new + before) if before else f"{text}\n\n{new}"

    own = {"clock", "clock.wait"}
    users = {"user", "user.main", "user.idle"}
    readers = {"reader", "reader.main"}
    later = {"later", "later.load"}
    assert checked_after("other.py", "async def main():\n    pass\n") == (
        own | users | readers | later | {"other", "other.main"}
    )
    assert checked_after("other.py", "async def main():\n    return 1\n") == {"other", "other.main"}
    text = (project / "clock.py").read_text().replace("sleep(1)", "sleep(2)")
    assert checked_after("clock.py", text) == own | {"user.main"}
    own.add("clock.tick")
    assert checked_after("clock.py", edited("", "def tick():\n    time.sleep(1)\n")) == own
    text = (project / "clock.py").read_text().replace("tick():\n", "tick():\n    wait()\n")
    assert checked_after("clock.py", text) == own
    own.add("clock.reload")
    assert checked_after("clock.py", edited("", "def reload():\n    pass\n")) == own
    own.add("clock.start")
    assert checked_after("clock.py", edited("", "def start(load):\n    pass\n")) == own | {"later.load"}
    own.add("clock.tock")
    assert checked_after("clock.py", edited("def wait", "def tock():\n    pass\n\n\n")) == own | {"user.main"}
    own.add("clock.close")
    assert checked_after("clock.py", edited("", "def close():\n    time.ctime()\n")) == own | {"reader.main"}
    for name, touched in (("close", {"reader.main"}), ("start", {"later.load"}), ("reload", set())):
        own.remove(f"clock.{name}")
        text = (project / "clock.py").read_text().partition(f"\n\ndef {name}")[0]
        assert checked_after("clock.py", text) == own | touched
    text = edited("", "def wait():\n    time.ctime()\n")
    assert checked_after("clock.py", text) == own | {"user.main", "reader.main"}
    assert checked_after("clock.py", "import time\n\nzone = 2\n") == {"clock", "user.main", "reader.main"}


def test_what_is_known_of_a_function_is_not_found_out_again(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").touch()
    chain = "".join(f"def step_{at}(value):\n    step_{at + 1}(value)\n\n\n" for at in range(20))
    (project / "steps.py").write_text(f"import time\n\n\n{chain}def step_20(value):\n    time.sleep(1)\n")
    main = "import steps\n\n\nasync def main():\n    steps.step_0(1)\n"
    (project / "main.py").write_text(main)

    def followed() -> tuple[tuple[Diagnostic, ...], int]:
        """The findings, and how many functions were followed on the way to them."""
        steps: list[tuple[str, int, int]] = []

        def progress(stage: str, done: int, total: int) -> None:
            steps.append((stage, done, total))

        settings = load_settings([project], {"jobs": 1}).settings
        diagnostics = run([project], settings, progress=progress).diagnostics
        return diagnostics, sum(stage == "Following calls" for stage, _, _ in steps)

    (before,), many = followed()
    (project / "main.py").write_text(main.replace("step_0(1)", "step_0(2)"))
    (after,), few = followed()
    assert (before.chain, many, few) == (after.chain, 22, 1)
    assert len(after.chain) == 22
    (project / "steps.py").write_text((project / "steps.py").read_text().replace("time.sleep", "time.ctime"))
    assert followed() == ((), 22)
