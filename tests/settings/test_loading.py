from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from asynclint.settings import BlockingEntry, LoadedSettings, Settings, SettingsError, enabled_codes, load_settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    (folder / "pkg").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def configure(folder: Path, toml: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.asynclint]\n{toml}\n", encoding="utf-8")


def load(command_line: Mapping[str, object] | None = None, *config: str, isolated: bool = False) -> LoadedSettings:
    return load_settings([Path("pkg")], command_line, config=config, isolated=isolated)


def test_defaults(folder: Path) -> None:
    loaded = load(isolated=True)
    assert loaded.settings == Settings(root=loaded.settings.root, python="none")
    assert {key: origin for key, origin in loaded.origins.items() if origin != "default"} == {"python": "--isolated"}


def test_later_layers_outweigh_earlier_ones_and_origins_say_so(folder: Path) -> None:
    configure(folder, 'jobs = 2\ncache = false\nmax-hops = 3\nsrc = ["lib"]')
    loaded = load({"jobs": 4}, "max-hops = 9")
    settings = loaded.settings
    assert (settings.jobs, settings.cache, settings.max_hops, settings.src) == (4, False, 9, ("lib",))
    assert settings.root == folder
    assert {key: origin for key, origin in loaded.origins.items() if origin != "default"} == {
        "jobs": "command line",
        "cache": "pyproject.toml",
        "max-hops": "--config",
        "src": "pyproject.toml",
    }


def test_the_nearest_pyproject_that_speaks_of_asynclint_holds(folder: Path) -> None:
    configure(folder.parent, "jobs = 1")
    (folder / "pyproject.toml").write_text("[tool.other]\n")
    assert (load().settings.jobs, load().settings.root) == (1, folder.parent)
    configure(folder / "pkg", "jobs = 2")
    assert (load().settings.jobs, load().settings.root) == (2, folder / "pkg")
    assert load(isolated=True).settings.jobs == 0


def test_paths_elsewhere_fall_back_to_the_working_directory(folder: Path, tmp_path: Path) -> None:
    configure(folder, "jobs = 3")
    assert load_settings([tmp_path / "elsewhere"]).settings.jobs == 3


def test_a_file_can_be_named(folder: Path) -> None:
    configure(folder, "jobs = 1")
    (folder / "strict.toml").write_text('select = ["ALL"]\n')
    loaded = load({}, "strict.toml")
    assert (loaded.settings.select, loaded.settings.jobs, loaded.origins["select"]) == (("ALL",), 0, "strict.toml")


def test_blocking_entries_in_all_their_forms(folder: Path) -> None:
    configure(
        folder,
        """
        [tool.asynclint.blocking]
        "legacy.fetch" = true
        "requests.get" = false
        "legacy.db.*" = "legacy.aio"
        "legacy.run" = { blocks = true, instead = "legacy.arun" }
        """,
    )
    assert load().settings.blocking == {
        "legacy.fetch": BlockingEntry(),
        "requests.get": BlockingEntry(blocks=False),
        "legacy.db.*": BlockingEntry(instead="legacy.aio"),
        "legacy.run": BlockingEntry(instead="legacy.arun"),
    }


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('selcet = ["AIO101"]', 'unknown key "selcet"; did you mean "select"?'),
        ("extend_select = []", 'unknown key "extend_select"; did you mean "extend-select"?'),
        ("zzz = 1", 'unknown key "zzz"'),
        ("root = 'x'", 'unknown key "root"'),
        ('select = "AIO101"', "select must be a list of rule codes, prefixes or names"),
        ('select = ["aio101"]', 'select: unknown rule "aio101"; did you mean "AIO101"?'),
        ('ignore = ["blocking-slep"]', 'ignore: unknown rule "blocking-slep"; did you mean "blocking-sleep"?'),
        ('ignore = ["A"]', 'ignore: unknown rule "A"'),
        ('per-file-ignores = { "tests/*" = ["E501"] }', 'per-file-ignores, "tests/*": unknown rule "E501"'),
        ('per-file-ignores = ["AIO1"]', "per-file-ignores must be a table of lists of rules by pattern"),
        ('output-format = "xml"', "output-format must be one of full, concise, grouped, json"),
        ("jobs = -1", "jobs must be a whole number, 0 for one per processor"),
        ("cache = 1", "cache must be true or false"),
        ("blocking = true", "blocking must be a table by name"),
        ("blocking = { 'a.b' = 1 }", 'blocking, "a.b" must be true, false, a replacement, or a table with'),
        ("blocking = { 'a.b' = { block = true } }", 'blocking, "a.b" must be true, false, a replacement'),
    ],
)
def test_what_makes_no_sense_is_an_error_in_one_line(folder: Path, toml: str, message: str) -> None:
    configure(folder, toml)
    with pytest.raises(SettingsError) as caught:
        load()
    assert str(caught.value).startswith("pyproject.toml: [tool.asynclint] " + message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (("gone.toml",), "gone.toml: cannot be read: No such file or directory"),
        (("jobs = ",), "--config: neither a file nor valid TOML: jobs = "),
        (("job = 1",), '--config: unknown key "job"; did you mean "jobs"?'),
        (("a.toml", "b.toml"), "--config: more than one file: a.toml, b.toml"),
        (("bad.toml",), "bad.toml: not valid TOML: "),
    ],
)
def test_errors_in_config_arguments(folder: Path, config: tuple[str, ...], message: str) -> None:
    (folder / "bad.toml").write_bytes(b"\xff")
    with pytest.raises(SettingsError) as caught:
        load({}, *config)
    assert str(caught.value).startswith(message)


def test_a_tool_table_that_is_none_is_an_error(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool]\nasynclint = 1\n")
    with pytest.raises(SettingsError, match=r"^pyproject.toml: tool.asynclint must be a table$"):
        load()


def test_isolated_and_a_file_contradict_each_other(folder: Path) -> None:
    with pytest.raises(SettingsError, match="--isolated cannot be combined"):
        load({}, "pyproject.toml", isolated=True)
    assert load({}, "jobs = 7", isolated=True).settings.jobs == 7


def test_errors_on_the_command_line_name_the_option(folder: Path) -> None:
    with pytest.raises(SettingsError, match=r'^--select: unknown rule "X"$'):
        load({"select": ["X"]})


@pytest.mark.parametrize(
    ("command_line", "enabled"),
    [
        ({}, {"AIO101", "AIO102"}),
        ({"select": ["AIO201"]}, {"AIO201"}),
        ({"ignore": ["AIO1"]}, set()),
        ({"extend-select": ["AIO105"]}, {"AIO101", "AIO102", "AIO105"}),
        ({"extend-select": ["AIO10"], "ignore": ["AIO102"]}, {"AIO101", "AIO103", "AIO104", "AIO105", "AIO106"}),
    ],
)
def test_rule_options_of_the_command_line_go_over_those_of_the_file(
    folder: Path, command_line: dict[str, object], enabled: set[str]
) -> None:
    configure(folder, 'select = ["AIO101", "AIO102", "AIO103"]\nignore = ["AIO103"]')
    codes = enabled_codes(load(command_line).settings)
    assert {code for code in codes if code < "AIO107" or code > "AIO200"} == enabled
