"""Where settings come from, and which hold for which file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from asynclint.settings.files import Layer, file_in, layers_of, nearest_file, parse_toml
from asynclint.settings.layering import Layers
from asynclint.settings.model import RUN_OPTIONS, Settings, SettingsError
from asynclint.settings.validation import OPTIONS
from asynclint.sources.environments import NO_ENVIRONMENT
from asynclint.sources.files import absolute_path, find_project_root
from asynclint.sources.filesystem import FileSystem
from asynclint.sources.globs import PathPatterns


class LoadedSettings(msgspec.Struct, frozen=True):
    """The settings of a run, where each option's value came from, by key, and what it takes to find those of others.

    `file` is the configuration file that was found, `over` what goes over any. With `nested`, the settings of a file
    are those of the configuration file that is nearest to it, as in Ruff: that one alone, and what it extends.
    """

    settings: Settings
    origins: Mapping[str, str]
    file: Path | None
    over: tuple[Layer, ...]
    nested: bool


class FolderSettings:
    """Which settings hold in which folder, as far as configuration files are not told apart by the run itself."""

    def __init__(self, loaded: LoadedSettings | Settings, filesystem: FileSystem) -> None:
        self._loaded = loaded if isinstance(loaded, LoadedSettings) else LoadedSettings(loaded, {}, None, (), False)
        self._filesystem = filesystem
        self.run = self._loaded.settings
        self._by_file = {self._loaded.file: self.run}
        self._by_folder: dict[Path, Settings] = {}
        self._excluded: dict[int, PathPatterns] = {}

    def of(self, folder: Path) -> Settings:
        """The settings of the files in `folder`, an absolute path. Raises `SettingsError` for a configuration file that
        makes no sense.
        """
        if not self._loaded.nested:
            return self.run
        if folder not in self._by_folder:
            self._by_folder[folder] = self._nearest(folder)
        return self._by_folder[folder]

    def excluded(self, folder: Path) -> PathPatterns:
        """What is to be left out of `folder`. Raises `SettingsError`."""
        settings = self.of(folder)
        if id(settings) not in self._excluded:
            patterns = (*settings.exclude, *settings.extend_exclude)
            self._excluded[id(settings)] = PathPatterns(patterns, settings.root)
        return self._excluded[id(settings)]

    def excluded_around(self, folder: Path) -> PathPatterns:
        """What is to be left out of `folder`, of which no file is reported on: what is wrong with configuration files
        there is no obstacle.
        """
        try:
            return self.excluded(folder)
        except SettingsError:
            return self.excluded_around(folder.parent)

    def exclusions(self) -> list[tuple[Path, Sequence[str]]]:
        """What is left out below which folder, as far as was asked for: all that decides which files there are."""
        found = {settings.root: (*settings.exclude, *settings.extend_exclude) for settings in self._by_file.values()}
        return sorted(found.items())

    def _nearest(self, folder: Path) -> Settings:
        file = file_in(folder, self._filesystem)
        if file is None:
            return self.run if folder.parent == folder else self.of(folder.parent)
        if file not in self._by_file:
            own = _layers(file, file.parent, self._loaded.over, self._filesystem).settings()
            names = (OPTIONS[key].name for key in RUN_OPTIONS)
            self._by_file[file] = msgspec.structs.replace(own, **{name: getattr(self.run, name) for name in names})
        return self._by_file[file]


def load_settings(
    paths: Sequence[Path],
    command_line: Mapping[str, object] | None = None,
    *,
    config: Sequence[str] = (),
    isolated: bool = False,
) -> LoadedSettings:
    """The settings for linting `paths`. Raises `SettingsError`.

    `command_line` has the values of options by key, `config` the arguments of `--config`: a TOML file, or
    `key = value`. With `isolated`, no file is read that is not in `config`, and no environment is looked for.
    """
    start = paths[0] if paths else Path()
    inline, named = _split_config(config)
    if isolated and named:
        raise SettingsError("--isolated cannot be combined with a file in --config")
    alone = (Layer("--isolated", "--isolated: ", Path.cwd(), {"python": NO_ENVIRONMENT}),) if isolated else ()
    over = (*alone, *inline, Layer("command line", "--", Path.cwd(), command_line or {}))
    filesystem = FileSystem()
    file = _only(named) if named else None if isolated else _nearest_of((start, Path()), filesystem)
    root = Path.cwd() if named else file.parent if file is not None else find_project_root(start)
    layers = _layers(file, root, over, filesystem)
    return LoadedSettings(layers.settings(), layers.origins(), file, over, nested=not (named or isolated))


def _nearest_of(starts: Sequence[Path], filesystem: FileSystem) -> Path | None:
    found = (nearest_file(absolute_path(start), filesystem) for start in starts)
    return next((file for file in found if file is not None), None)


def _layers(file: Path | None, root: Path, over: Sequence[Layer], filesystem: FileSystem) -> Layers:
    layers = Layers(root)
    for layer in (*(layers_of(file, root, filesystem) if file is not None else ()), *over):
        layers.add(layer)
    return layers


def _split_config(arguments: Sequence[str]) -> tuple[list[Layer], list[Path]]:
    """The `key = value` arguments of `--config`, and its files."""
    inline = []
    files = []
    for argument in arguments:
        if Path(argument).is_file() or "=" not in argument:
            files.append(Path(argument))
            continue
        try:
            table = parse_toml(argument)
        except ValueError as error:
            raise SettingsError(f"--config: neither a file nor valid TOML: {argument} ({error})") from None
        inline.append(Layer("--config", "--config: ", Path.cwd(), table))
    return inline, files


def _only(files: Sequence[Path]) -> Path:
    if len(files) > 1:
        raise SettingsError(f"--config: more than one file: {', '.join(map(str, files))}")
    return files[0]
