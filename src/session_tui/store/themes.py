"""The theme in force: that of the configuration, else the one chosen on the screen, else the
default; and the themes of one's own, files in the folder `themes` of the configuration folder.
"""

from contextlib import suppress
from pathlib import Path
from typing import get_args

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.colours import ThemeFile, theme_faults
from session_tui.model.fault import Fault
from session_tui.model.vocabulary import Theme
from session_tui.store import atomic, folders, regular_file, toml
from session_tui.store.contents import contents
from session_tui.store.decoding import to_value, unknown_keys
from session_tui.store.errors import StoreError, contained
from session_tui.store.paths import BUILT_IN_THEMES, Paths

DEFAULT: Theme = "session-dark"
BASES: tuple[str, ...] = tuple(name for name in get_args(Theme) if name != "ansi")
_CHOICE = "theme"  # the file in the state folder: the name alone
_LONGEST = 200  # characters of a name


class OwnTheme(Struct, frozen=True):
    """A theme of one's own; `fault` is why it cannot be used."""

    name: str
    file: ThemeFile = ThemeFile()
    fault: Fault | None = None


class ChosenTheme(Struct, frozen=True):
    """The name of the theme in force, its file where it is one's own, and why another one is not
    used.
    """

    name: str
    own: OwnTheme | None = None
    fault: Fault | None = None


def chosen(places: Paths) -> ChosenTheme:
    """Return the theme in force; never raises."""
    name = places.configuration.theme or _choice(places.state.path)
    if not name or name in BUILT_IN_THEMES:
        return ChosenTheme(name or DEFAULT)
    own = read(places.themes / f"{name}.toml")
    return ChosenTheme(DEFAULT, None, own.fault) if own.fault else ChosenTheme(name, own)


def choose(places: Paths, name: str) -> None:
    """Keep a choice in the state folder; OSError where that cannot be written."""
    with suppress(folders.NotSyncedError):
        folders.make(places.state.path, 0o700)
    atomic.write(places.state.path / _CHOICE, name.encode())


def own_themes(places: Paths) -> tuple[OwnTheme, ...]:
    """Return the themes of one's own by name, the faulty ones with their faults."""
    try:
        files = contents(places.themes).files
    except StoreError:
        return ()
    return tuple(read(path) for path in files)


def read(path: Path) -> OwnTheme:
    """Return the theme of a file; the first fault has its path, line and column."""
    content = b""
    try:
        with contained(path):
            content = toml.read_bytes(path)
            tables = toml.parse(content)
            file = to_value(tables, ThemeFile)
            if faults := (*theme_faults(file, BASES), *unknown_keys(tables, ThemeFile)):
                raise StoreError(*faults)
    except StoreError as error:
        return OwnTheme(path.stem, fault=_placed(error.faults, content, path))
    return OwnTheme(path.stem, file)


def _placed(faults: tuple[Fault, ...], content: bytes, path: Path) -> Fault:
    from session_tui.store.source_positions import pinpointed

    first = min(pinpointed(faults, content), key=lambda fault: fault.line) if content else faults[0]
    place = first.place(path.name)
    return replace(first, where=f"{place}: {first.where}" if first.where and content else place, line=0, column=0)


def _choice(state: Path) -> str:
    """Return the chosen name; empty where none was chosen, or the file holds none."""
    try:
        name = regular_file.read(state / _CHOICE)[:_LONGEST].decode().strip()
    except (OSError, ValueError, StoreError):
        return ""
    return name if name and Path(name).name == name else ""
