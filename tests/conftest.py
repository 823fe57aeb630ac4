from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# Examples that are the same from run to run: a red build is about the change that it builds.
settings.register_profile("same-everywhere", derandomize=True, deadline=None)
settings.load_profile("same-everywhere")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands or is installed where the tests run says nothing about the code that they lint."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.chdir(tmp_path)
