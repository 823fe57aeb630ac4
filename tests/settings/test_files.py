from __future__ import annotations

from pathlib import Path

import pytest

from asynclint.settings import LoadedSettings, SettingsError, enabled_codes, load_settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def load() -> LoadedSettings:
    return load_settings([Path()])


def error() -> str:
    with pytest.raises(SettingsError) as caught:
        load()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_of_several_files_in_a_folder_one_holds(folder: Path) -> None:
    found = []
    for name, text in (
        ("pyproject.toml", "[tool.asynclint]\njobs = 1"),
        ("asynclint.toml", "jobs = 2"),
        (".asynclint.toml", "jobs = 3"),
    ):
        (folder / name).write_text(text)
        loaded = load()
        found.append((loaded.settings.jobs, loaded.origins["jobs"]))
    assert found == [(1, "pyproject.toml"), (2, "asynclint.toml"), (3, ".asynclint.toml")]


def test_a_file_of_its_own_holds_though_it_is_empty(folder: Path) -> None:
    (folder / "asynclint.toml").write_text("")
    (folder / "pyproject.toml").write_text("[tool.asynclint]\njobs = 1")
    assert load().settings.jobs == 0


def test_a_pyproject_that_does_not_speak_of_asynclint_is_not_read(folder: Path) -> None:
    (folder.parent / "asynclint.toml").write_text("jobs = 2")
    (folder / "pyproject.toml").write_text("[tool.other\nbroken")
    assert load().settings.jobs == 2


def test_a_file_adds_to_those_that_it_extends(folder: Path) -> None:
    (folder.parent / "company.toml").write_text(
        'select = ["AIO1"]\nextend-exclude = ["vendor"]\nmax-hops = 3\njobs = 1\nblocking = { "a.b" = true }\n'
    )
    (folder / "base.toml").write_text('extend = "../company.toml"\njobs = 2\nextend-select = ["AIO201"]\n')
    (folder / "asynclint.toml").write_text(
        'extend = "base.toml"\nignore = ["AIO101"]\nextend-exclude = ["generated"]\nblocking = { "a.c" = false }\n'
    )
    loaded = load()
    settings = loaded.settings
    assert (settings.max_hops, settings.jobs) == (3, 2)
    assert settings.extend_exclude == ("vendor", "generated")
    assert set(settings.blocking) == {"a.b", "a.c"}
    enabled = enabled_codes(settings)
    assert {"AIO102", "AIO201"} <= enabled
    assert not {"AIO101", "AIO301"} & enabled
    company = f"{folder.parent.as_posix()}/company.toml (extended by base.toml)"
    assert loaded.origins["max-hops"] == loaded.origins["select"] == company
    assert loaded.origins["jobs"] == "base.toml (extended by asynclint.toml)"
    assert loaded.origins["extend-exclude"] == f"{company}, then asynclint.toml"


def test_a_select_starts_anew(folder: Path) -> None:
    (folder / "base.toml").write_text('select = ["ALL"]\nextend-select = ["AIO105"]\n')
    (folder / "asynclint.toml").write_text('extend = "base.toml"\nselect = ["AIO101"]\n')
    assert enabled_codes(load().settings) == {"AIO101"}


def test_patterns_are_relative_to_the_file_that_has_them(folder: Path) -> None:
    strange = folder.parent / "con[f]ig{1}"
    strange.mkdir()
    (strange / "base.toml").write_text(
        'exclude = ["../x/*.py", "gen/*", "*.bak"]\nper-file-ignores = { "!sub/*" = ["AIO1"] }\nsrc = ["lib"]\n'
    )
    (folder / "asynclint.toml").write_text('extend = "../con[f]ig{1}/base.toml"\n')
    settings = load().settings
    escaped = f"{folder.parent.as_posix()}/con[[]f[]]ig[{{]1[}}]"
    assert settings.exclude == (f"{escaped}/../x/*.py", f"{escaped}/gen/*", "*.bak")
    assert list(settings.per_file_ignores) == [f"!{escaped}/sub/*"]
    assert settings.src == (str(strange / "lib"),)


def test_a_variable_and_a_home_folder_may_be_extended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFIGS", str(folder.parent))
    (folder.parent / "base.toml").write_text("jobs = 9\n")
    (folder / "asynclint.toml").write_text('extend = "$CONFIGS/base.toml"\n')
    assert load().settings.jobs == 9


def test_files_that_extend_each_other_are_an_error(folder: Path) -> None:
    (folder / "asynclint.toml").write_text('extend = "base.toml"\n')
    (folder / "base.toml").write_text('extend = "asynclint.toml"\n')
    circle = "asynclint.toml extends base.toml extends asynclint.toml"
    assert error() == f"base.toml: extend leads in a circle: {circle}"
    (folder / "asynclint.toml").write_text('extend = "./asynclint.toml"\n')
    assert error().endswith("in a circle: asynclint.toml extends asynclint.toml")


def test_a_long_row_of_files_is_no_problem(folder: Path) -> None:
    (folder / "asynclint.toml").write_text('extend = "0.toml"\n')
    for number in range(1200):
        (folder / f"{number}.toml").write_text(f'extend = "{number + 1}.toml"\n')
    (folder / "1200.toml").write_text("jobs = 5\n")
    assert load().settings.jobs == 5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "base.toml: cannot be read: No such file or directory"),
        (b"jobs = ", "base.toml: not valid TOML: "),
        (b"\xff", "base.toml: not valid TOML: "),
        (b"jobs = [" + b"[" * 100_000, "base.toml: not valid TOML: "),
        (b"#" * 5_000_000, "base.toml: larger than 4 MiB"),
        (b"extend = 1", "base.toml: extend must be a file"),
        (b'selcet = ["AIO1"]', 'base.toml: unknown key "selcet"; did you mean "select"?'),
        (b"jobs = -1", "base.toml: jobs must be a whole number, 0 for one per processor"),
    ],
)
def test_what_is_wrong_with_an_extended_file_is_one_line(folder: Path, content: bytes | None, message: str) -> None:
    (folder / "asynclint.toml").write_text('extend = "base.toml"\n')
    if content is not None:
        (folder / "base.toml").write_bytes(content)
    assert error().startswith(message)


def test_a_folder_cannot_be_extended(folder: Path) -> None:
    (folder / "asynclint.toml").write_text('extend = ".."\n')
    assert error().startswith(f"{folder.parent.as_posix()}: ")
