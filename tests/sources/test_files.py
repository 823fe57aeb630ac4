from __future__ import annotations

import os
from pathlib import Path

import pytest

from asynclint.sources.files import MissingPathError, display_path, find_files, find_project_root


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    monkeypatch.chdir(root)
    return root


def write(root: Path, *names: str, content: str = "") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def found(root: Path, *paths: str, **options: object) -> list[str]:
    discovery = find_files([Path(path) for path in paths or (".",)], root=root, **options)  # type: ignore[arg-type]
    return [display_path(path) for path in discovery.files]


def test_finds_python_files_below_folders_sorted_and_once(project: Path) -> None:
    write(project, "b.py", "pkg/a.py", "pkg/stub.pyi", "pkg/data.txt", "script")
    assert found(project) == ["b.py", "pkg/a.py"]
    assert found(project, "pkg", ".", "pkg/a.py", "./pkg/../b.py") == ["b.py", "pkg/a.py"]


def test_a_named_file_is_linted_whatever_its_suffix_but_for_stubs(project: Path) -> None:
    write(project, "script", "stub.pyi")
    assert found(project, "script", "stub.pyi") == ["script"]


def test_a_path_that_is_missing_is_an_error(project: Path) -> None:
    with pytest.raises(MissingPathError, match=r"^gone: no such file or folder$"):
        found(project, "gone")


@pytest.mark.parametrize(
    ("pattern", "excluded"),
    [
        ("gen", {"gen/a.py", "src/gen/b.py"}),
        ("gen/a.py", {"gen/a.py"}),
        ("src/*", {"src/c.py", "src/gen/b.py"}),
        ("**/gen", {"gen/a.py", "src/gen/b.py"}),
        ("src/**/b.py", {"src/gen/b.py"}),
        ("[ab].py", {"gen/a.py", "src/gen/b.py"}),
        ("[!ab].py", {"src/c.py"}),
        ("?.py", {"gen/a.py", "src/c.py", "src/gen/b.py"}),
        ("{a,c}.py", {"gen/a.py", "src/c.py"}),
        ("./src", {"src/c.py", "src/gen/b.py"}),
        ("[", set()),
    ],
)
def test_exclude_patterns_match_basenames_or_paths_from_the_root(
    project: Path, pattern: str, excluded: set[str]
) -> None:
    files = {"gen/a.py", "src/gen/b.py", "src/c.py"}
    write(project, *files)
    assert set(found(project, extend_exclude=[pattern])) == files - excluded


def test_an_absolute_pattern_excludes(project: Path) -> None:
    write(project, "gen/a.py", "b.py")
    assert found(project, exclude=[str(project / "gen")]) == ["b.py"]


def test_default_exclusions(project: Path) -> None:
    write(project, ".venv/a.py", "node_modules/b.py", "sub/build/c.py", "d.py")
    assert found(project) == ["d.py"]
    assert found(project, exclude=["sub"]) == [".venv/a.py", "d.py", "node_modules/b.py"]


def test_what_is_named_is_linted_though_excluded_unless_exclusion_is_forced(project: Path) -> None:
    write(project, "build/a.py", "build/sub/b.py")
    assert found(project, "build/a.py", "build/sub") == ["build/a.py", "build/sub/b.py"]
    assert found(project, "build/a.py", "build/sub", force_exclude=True) == []


def test_gitignore_files_hold_at_every_level(project: Path) -> None:
    write(project, ".gitignore", content="*_pb2.py\n/out/\n!keep_pb2.py\n")
    write(project, "pkg/.gitignore", content="local.py\n!again_pb2.py\n")
    write(project, ".git/info/exclude", content="mine.py\n")
    write(
        project,
        "x_pb2.py",
        "keep_pb2.py",
        "out/a.py",
        "pkg/out/b.py",
        "pkg/local.py",
        "pkg/again_pb2.py",
        "local.py",
        "mine.py",
    )
    kept = ["keep_pb2.py", "local.py", "pkg/again_pb2.py", "pkg/out/b.py"]
    assert found(project) == kept
    assert found(project, "pkg") == kept[2:]
    assert len(found(project, respect_gitignore=False)) == 8


def test_an_ignored_folder_is_linted_when_named(project: Path) -> None:
    write(project, ".gitignore", content="out/\n*_pb2.py\n[\n")
    write(project, "out/a.py", "out/sub/b.py", "out/c_pb2.py")
    assert found(project, "out") == ["out/a.py", "out/c_pb2.py", "out/sub/b.py"]


def test_gitignore_files_above_the_repository_do_not_hold(project: Path) -> None:
    write(project.parent, ".gitignore", content="*.py\n")
    write(project, ".gitignore", content="b.py\n")
    write(project, "a.py", "b.py", "nested/.git/HEAD", "nested/b.py")
    assert found(project) == ["a.py", "nested/b.py"]


def test_links_are_followed_once_and_loops_end(project: Path) -> None:
    write(project, "z/real.py")
    (project / "a").symlink_to("z", target_is_directory=True)
    (project / "z/loop").symlink_to(project, target_is_directory=True)
    (project / "alias.py").symlink_to("z/real.py")
    (project / "broken.py").symlink_to("gone.py")
    (project / "self").symlink_to("self")
    assert found(project) == ["z/real.py"]


def test_what_only_a_link_leads_to_is_found_by_the_link(project: Path) -> None:
    write(project.parent, "elsewhere/a.py")
    (project / "link").symlink_to(project.parent / "elsewhere", target_is_directory=True)
    assert found(project) == ["link/a.py"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs permissions that hold for this user")
def test_a_folder_that_cannot_be_listed_is_reported(project: Path) -> None:
    (project / "locked").mkdir(mode=0)
    assert [folder.reason for folder in find_files([project], root=project).unreadable] == ["Permission denied"]


def test_an_unlistable_folder_is_reported(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    unreadable = find_files([project], root=project).unreadable
    assert [(folder.path, folder.reason) for folder in unreadable] == [(project, "Permission denied")]


def test_project_root_is_the_nearest_pyproject_or_repository(project: Path, tmp_path: Path) -> None:
    write(project, "service/pyproject.toml", "service/app/main.py", "tools/run.py")
    assert find_project_root(project / "service/app/main.py") == project / "service"
    assert find_project_root(Path("tools")) == project


def test_paths_are_shown_relative_to_the_working_directory(project: Path) -> None:
    assert display_path(project / "pkg" / "a.py") == "pkg/a.py"
    assert display_path(Path("pkg/../b.py")) == "b.py"
    assert display_path(project.parent / "c.py") == (project.parent / "c.py").as_posix()
