"""Sets up a newcomer's project and runs asynclint on it in every way there is, with the real tool on the other side.

    python scripts/try_integrations.py [FOLDER]

Everything is made in `FOLDER`, by default a temporary one: a virtual environment with asynclint as it stands here,
flake8, pre-commit and check-jsonschema (from PyPI), and a Git repository with a FastAPI app that has a direct bug, a
chain, a forgotten await and a lost task. What each tool prints is printed, with its exit status. The script fails if
one of them ends otherwise than it should. Needs a Git checkout of asynclint.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("flake8", "pre-commit", "check-jsonschema", "pyyaml")

MAIN = """\
import asyncio
import time

from fastapi import FastAPI

from app.users import load_user, remember

app = FastAPI()


@app.get("/health")
async def health() -> dict[str, bool]:
    time.sleep(0.1)
    return {"healthy": True}


@app.get("/users/{number}")
async def profile(number: int) -> dict[str, str]:
    user = load_user(number)
    remember(number)
    asyncio.create_task(refresh(number))
    return user


async def refresh(number: int) -> None:
    await asyncio.sleep(number)
"""

USERS = """\
import requests

_seen: list[int] = []


def load_user(number: int) -> dict[str, str]:
    return _fetch(f"https://example.org/users/{number}")


def _fetch(url: str) -> dict[str, str]:
    return requests.get(url, timeout=10).json()


async def remember(number: int) -> None:
    _seen.append(number)
"""

MENDED = (
    MAIN.replace("    time.sleep(0.1)", "    await asyncio.sleep(0.1)")
    .replace("import time\n", "")
    .replace("load_user(number)\n", "await asyncio.to_thread(load_user, number)\n")
    .replace("    remember(number)", "    await remember(number)")
    .replace("    asyncio.create_task(refresh(number))", "    await refresh(number)")
)

PYTHON = """\
from asynclint import check_paths
for finding in check_paths(["app"]).diagnostics:
    print(finding.path, finding.span.line, finding.code, finding.function, finding.called)
"""


class Project:
    """The project in `folder`, and the tools in the virtual environment `tools`."""

    def __init__(self, folder: Path, tools: Path) -> None:
        self.folder = folder
        self.unexpected: list[str] = []
        scripts = tools / ("Scripts" if os.name == "nt" else "bin")
        identity = {f"GIT_{who}_{what}": "newcomer" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        own = {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1", "PYTHONPATH": ""}
        self._environment = os.environ | identity | own

    def write(self, path: str, text: str) -> None:
        """Write a file, and say so."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run(self, command: str, *, status: int = 0, says: str = "", silent: bool = False) -> None:
        """Run `command`, which should end with `status` and print `says` somewhere."""
        run = subprocess.run(
            shlex.split(command),
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        as_expected = run.returncode == status and says in run.stdout
        if not as_expected:
            self.unexpected.append(command)
        if not silent or not as_expected:
            print(f"$ {command}\n{run.stdout.rstrip()}\n[exit status {run.returncode}]\n", flush=True)

    def commit(self) -> None:
        """Commit all there is."""
        self.run("git add --all", silent=True)
        self.run("git commit --quiet --message change", silent=True)


def main() -> int:
    """Set all up and try everything. Gives 1 if something did not end as it should."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    given: Path | None = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given or Path(temporary)).resolve()
        project = Project(folder / "newcomer", folder / "tools")
        project.folder.mkdir(parents=True)
        venv.create(folder / "tools", with_pip=True)
        project.run(f"python -m pip install --quiet --disable-pip-version-check {ROOT} {' '.join(TOOLS)}", silent=True)
        project.run("git init --quiet", silent=True)
        project.write("app/__init__.py", "")
        project.write("app/main.py", MAIN)
        project.write("app/users.py", USERS)
        project.commit()
        for attempt in (_formats, _baseline, _since, _pre_commit, _flake8, _action, _python):
            name = attempt.__name__.strip("_").replace("_", "-")
            print(f"{'=' * 20} {name} {'=' * (90 - len(name))}\n", flush=True)
            attempt(project)
    for command in project.unexpected:
        print(f"not as it should be: {command}")
    return 1 if project.unexpected else 0


def _formats(project: Project) -> None:
    for each in ("full", "concise", "grouped", "json-lines", "github", "gitlab", "junit", "pylint"):
        project.run(f"asynclint --output-format {each} app", status=1, says="AIO301")
    project.run("asynclint --output-format sarif --output-file asynclint.sarif app", status=1)
    schema = ROOT / "tests" / "data" / "sarif-2.1.0.json"
    project.run(f"check-jsonschema --schemafile {schema} asynclint.sarif", says="ok")
    (project.folder / "asynclint.sarif").unlink()
    project.run("asynclint --statistics app", status=1, says="requests.get() at app/users.py:11")


def _baseline(project: Project) -> None:
    project.run("asynclint --write-baseline known.json app", says="Wrote 4 findings")
    project.run("cat known.json")
    project.write("app/main.py", "# Moves every line.\n" + MAIN)
    project.run("asynclint --baseline known.json app")
    project.write("app/main.py", MAIN.replace("    return user", "    load_user(number + 1)\n    return user"))
    project.run("asynclint --baseline known.json app", status=1, says="load_user")
    project.write("app/main.py", MENDED)
    project.run("asynclint --baseline known.json app", says="gone")
    project.run("asynclint --write-baseline known.json app", says="Wrote 0 findings")
    (project.folder / "known.json").unlink()
    project.write("app/main.py", MAIN)


def _since(project: Project) -> None:
    project.run("asynclint --since HEAD app")
    project.write("app/users.py", USERS.replace("timeout=10", "timeout=20"))
    project.run("git diff --unified=0")
    project.run("asynclint --since HEAD app", status=1, says="app/main.py:19:12: AIO102")
    project.write("app/users.py", USERS)
    project.run("asynclint --since nowhere app", status=2, says="is no revision")


def _pre_commit(project: Project) -> None:
    hook = f"pre-commit try-repo {ROOT} asynclint"
    project.run(f"{hook} --files app/main.py", status=1, says="[load_user -> _fetch -> requests.get]")
    project.write("app/main.py", MENDED)
    project.run(f"{hook} --files app/main.py", says="Passed")
    project.write("app/main.py", MAIN)


def _flake8(project: Project) -> None:
    project.run("flake8 --version", says="asynclint")
    project.run("flake8 --jobs 2 --max-line-length 120 app", status=1, says="[load_user -> _fetch -> requests.get]")
    project.write("app/main.py", MAIN.replace("time.sleep(0.1)", "time.sleep(0.1)  # noqa: AIO101"))
    project.run("flake8 --select AIO app/main.py", status=1, says="AIO301")
    project.run("flake8 --select AIO1 --disable-noqa app/main.py", status=1, says="AIO101")
    project.write("app/main.py", MAIN)


def _action(project: Project) -> None:
    project.run("check-jsonschema --builtin-schema vendor.github-actions " + str(ROOT / "action.yml"), says="ok")
    project.run(f"python {ROOT / 'scripts' / 'run_action.py'} . paths=app sarif=true", status=1, says="::error ")


def _python(project: Project) -> None:
    project.run(f"python -c {shlex.quote(PYTHON)}", says="AIO102 profile load_user")


if __name__ == "__main__":
    sys.exit(main())
