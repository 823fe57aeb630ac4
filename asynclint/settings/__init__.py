"""Settings: defaults, then the configuration file that is nearest, then the command line."""

from asynclint.settings.loading import FolderSettings, LoadedSettings, load_settings
from asynclint.settings.model import BlockingEntry, OutputFormat, Selection, Settings, SettingsError
from asynclint.settings.selection import enabled_codes, ignored_codes

__all__ = [
    "BlockingEntry",
    "FolderSettings",
    "LoadedSettings",
    "OutputFormat",
    "Selection",
    "Settings",
    "SettingsError",
    "enabled_codes",
    "ignored_codes",
    "load_settings",
]
