"""Finds other programs that sync a folder, by the marks that they leave in it or above it.

A mark is what such a program puts into the folder that it syncs, or the name and place that it
gives that folder. A program without a mark is not found.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from session_tui.model.patterns import lazy_pattern

# In the folder that is synced: what a name must be, and the program. Dropbox has `.dropbox` as a
# file there; of that name its settings are a folder, in the user's own, on Linux.
_INSIDE: tuple[tuple[re.Pattern[str], str, Callable[[Path], bool]], ...] = (
    (lazy_pattern(r"\.git"), "git", Path.exists),
    (lazy_pattern(r"\.dropbox\.cache"), "Dropbox", Path.is_dir),
    (lazy_pattern(r"\.dropbox"), "Dropbox", Path.is_file),
    (lazy_pattern(r"\.stfolder"), "Syncthing", Path.exists),
    (lazy_pattern(r"\._?sync_[0-9a-f]+\.db|\.(?:owncloud|nextcloud)sync\.log"), "Nextcloud", Path.is_file),
    (lazy_pattern(r"\.849C9593-D756-4E56-8D6E-42412F2A707B"), "OneDrive", Path.is_file),
    (lazy_pattern(r"\.tmp\.drive(?:up|down)load"), "Google Drive", Path.is_dir),
)
# The name of the folder itself, as these programs make it: `OneDrive - Acme Freight`.
_NAMED: tuple[tuple[re.Pattern[str], str], ...] = (
    (lazy_pattern(r"Dropbox(?: \(.+\))?"), "Dropbox"),
    (lazy_pattern(r"OneDrive(?: ?- ?.+)?"), "OneDrive"),
    (lazy_pattern(r"Nextcloud|ownCloud"), "Nextcloud"),
    (lazy_pattern(r"iCloudDrive"), "iCloud"),
    (lazy_pattern(r"Google ?Drive(?:-.+)?"), "Google Drive"),
)
_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")  # that Windows sets, each to a folder


class SyncProgram(Struct, frozen=True):
    """A program, and the folder that it syncs."""

    name: str
    folder: Path


def sync_programs(folder: Path, environment: Mapping[str, str]) -> tuple[SyncProgram, ...]:
    """Return the programs that sync this folder, each once with the nearest folder of its marks.

    A folder that cannot be read has no marks; links are followed.
    """
    real = Path(os.path.realpath(folder))
    found: dict[str, SyncProgram] = {}
    for each in (real, *real.parents):
        for name in _marked(each, environment):
            found.setdefault(name, SyncProgram(name, each))
    return tuple(found.values())


def git_folder(folder: Path) -> Path | None:
    """Return the folder of git's working tree that this one is in; None where it is in none."""
    return next((each.folder for each in sync_programs(folder, {}) if each.name == "git"), None)


def _marked(folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    yield from (name for pattern, name in _NAMED if pattern.fullmatch(folder.name))
    if folder.parts[-2:] == ("Library", "Mobile Documents"):
        yield "iCloud"
    if any(value and os.path.realpath(value) == str(folder) for value in map(environment.get, _VARIABLES)):
        yield "OneDrive"
    try:
        names = [each for each in os.listdir(folder) if each.startswith(".")]  # noqa: PTH208 - names alone
    except OSError:
        return
    for each in names:
        yield from (
            name for pattern, name, is_mark in _INSIDE if pattern.fullmatch(each) and _holds(is_mark, folder / each)
        )


def _holds(is_mark: Callable[[Path], bool], path: Path) -> bool:
    try:
        return is_mark(path)
    except OSError:
        return False
