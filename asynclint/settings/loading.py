"""Where settings come from, and which hold for which file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from asynclint.settings.files import Layer, file_in, layers_of, nearest_file, parse_toml
from asynclint.settings.layering import Layers
from asynclint.settings.model import Settings, SettingsError
from asynclint.sources.files import absolute_path, find_project_root


class LoadedSettings:
    """The settings of a run, where each option's value came from, and the settings of each folder.

    As in Ruff, the options of a file are those of the configuration file that is nearest to it, alone; that one may
    extend others. `--config` with a file and `--isolated` make the settings of the run hold for all files.
    """

    def __init__(self, base: Layers, file: Path | None, over: Sequence[Layer], *, by_folder: bool) -> None:
        self.settings = base.settings()
        self.origins = base.origins()
        self._over = over
        self._by_file = {file: self.settings}
        self._by_folder: dict[Path, Settings] = {}
        self._has_several = by_folder

    def of(self, folder: Path) -> Settings:
        """The settings of the files in `folder`, an absolute path. Raises `SettingsError` for a configuration file that
        makes no sense.
        """
        if not self._has_several:
            return self.settings
        if folder not in self._by_folder:
            self._by_folder[folder] = self._nearest(folder)
        return self._by_folder[folder]

    def _nearest(self, folder: Path) -> Settings:
        file = file_in(folder)
        if file is None:
            return self.settings if folder.parent == folder else self.of(folder.parent)
        if file not in self._by_file:
            self._by_file[file] = _layers(file, file.parent, self._over).settings()
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
    `key = value`. With `isolated`, no file is read that is not in `config`.
    """
    start = paths[0] if paths else Path()
    inline, named = _split_config(config)
    if isolated and named:
        raise SettingsError("--isolated cannot be combined with a file in --config")
    over = [*inline, Layer("command line", "--", Path.cwd(), command_line or {})]
    if named:
        file, root = _only(named), Path.cwd()
    else:
        file = None if isolated else nearest_file(absolute_path(start)) or nearest_file(Path.cwd())
        root = file.parent if file else find_project_root(start)
    return LoadedSettings(_layers(file, root, over), file, over, by_folder=not (named or isolated))


def _layers(file: Path | None, root: Path, over: Sequence[Layer]) -> Layers:
    layers = Layers(root)
    for layer in (*(layers_of(file, root) if file else ()), *over):
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
