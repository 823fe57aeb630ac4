"""The steps of the GitHub Action, run as GitHub would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.asynclint]\ncache = false\n")
    (tmp_path / "my app").mkdir()
    (tmp_path / "my app" / "jobs.py").write_text(
        "import os, time\n\nasync def job():\n    time.sleep(1)\n    os.stat('a')\n"
    )
    return tmp_path


def action(checkout: Path, *inputs: str) -> tuple[int, str]:
    """The exit status of the action's steps, the installation aside, and what they print."""
    run = subprocess.run(
        [sys.executable, ROOT / "scripts" / "run_action.py", "--installed", checkout, *inputs],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    return run.returncode, run.stdout + run.stderr


def test_findings_are_annotated_and_fail_the_job(checkout: Path) -> None:
    status, output = action(checkout)
    assert status == 1
    assert "::error title=asynclint AIO101 (blocking-sleep),file=my app/jobs.py,line=4," in output
    assert "AIO105" not in output
    assert "SARIF" not in output


def test_inputs_are_split_as_by_a_shell_and_nothing_in_them_runs(checkout: Path) -> None:
    status, output = action(checkout, "paths='my app/jobs.py'", "arguments=--extend-select AIO105 --ignore 'AIO101'")
    assert (status, output.count("::error "), "AIO105" in output) == (1, 1, True)
    status, output = action(checkout, 'paths="$(touch run)" `touch run`; touch run')
    assert status == 2
    assert not (checkout / "run").exists()


def test_sarif_is_uploaded_before_the_job_fails(checkout: Path) -> None:
    status, output = action(checkout, "sarif=true")
    assert status == 1
    assert "github/codeql-action/upload-sarif@v3 with {'sarif_file': '" in output
    assert output.index("--- Upload SARIF") < output.index("::error ")


def test_a_settings_error_fails_the_job_in_one_line(checkout: Path) -> None:
    (checkout / "pyproject.toml").write_text("[tool.asynclint]\nselcet = []\n")
    status, output = action(checkout)
    assert status == 2
    assert output.splitlines()[-1].startswith("asynclint: error: pyproject.toml: ")
