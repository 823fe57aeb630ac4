"""Runs the steps of `action.yml` as GitHub would. A step that uses another action is only named, with its inputs.

    python scripts/run_action.py FOLDER [INPUT=VALUE ...]

`FOLDER` is the checkout to work in. `--installed` leaves the installation out and takes the asynclint of this Python.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
_CONDITION = re.compile(r"([\w.-]+) == '([^']*)'")


def main() -> int:
    """Run the steps. Gives the exit status of the one that fails, or 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("inputs", nargs="*", metavar="INPUT=VALUE")
    parser.add_argument("--installed", action="store_true")
    arguments = parser.parse_args()
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    context = {f"inputs.{name}": each["default"] for name, each in action["inputs"].items()}
    context |= {f"inputs.{name}": value for name, value in (each.split("=", 1) for each in arguments.inputs)}
    with tempfile.TemporaryDirectory() as temporary:
        runner = _Runner(arguments.folder, Path(temporary), context)
        for step in action["runs"]["steps"][1 if arguments.installed else 0 :]:
            status = runner.run(step)
            if status:
                return status
    return 0


class _Runner:
    """What GitHub keeps from step to step: outputs, and folders put in front of `PATH`."""

    def __init__(self, folder: Path, temporary: Path, context: dict[str, str]) -> None:
        self._folder = folder
        self._temporary = temporary
        self._context = context
        self._path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def run(self, step: Mapping[str, Any]) -> int:
        """Run a step, and give its exit status."""
        condition = _CONDITION.fullmatch(step.get("if", "a == ''"))
        if condition is None or self._context.get(condition[1], "") != condition[2]:
            return 0
        print(f"--- {step['name']}", flush=True)
        if "uses" in step:
            given = {key: self._filled(value) for key, value in step["with"].items()}
            print(f"{step['uses']} with {given}", flush=True)
            return 0
        script = self._temporary / f"step.{'py' if step['shell'] == 'python' else 'sh'}"
        script.write_text(step["run"], encoding="utf-8")
        command = ["python"] if step["shell"] == "python" else ["bash", "-eo", "pipefail"]
        files = {name: self._temporary / name.lower() for name in ("GITHUB_PATH", "GITHUB_OUTPUT")}
        environment = {key: self._filled(value) for key, value in step["env"].items()}
        environment |= {name: str(file) for name, file in files.items()}
        environment |= {"RUNNER_TEMP": str(self._temporary), "GITHUB_ACTION_PATH": str(ROOT), "PATH": self._path}
        status = subprocess.run(
            [*command, str(script)], cwd=self._folder, env=os.environ | environment, check=False
        ).returncode
        self._take(files, step.get("id", ""))
        return status

    def _take(self, files: Mapping[str, Path], step: str) -> None:
        for file in files.values():
            file.touch()
        for folder in files["GITHUB_PATH"].read_text(encoding="utf-8").splitlines():
            self._path = f"{folder}{os.pathsep}{self._path}"
        for line in files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            self._context[f"steps.{step}.outputs.{name}"] = value
        for file in files.values():
            file.unlink()

    def _filled(self, value: str) -> str:
        return _EXPRESSION.sub(lambda found: self._context[found[1]], value)


if __name__ == "__main__":
    sys.exit(main())
