"""Expands `~` and `$HOME` at the beginning of a path, where no shell has done it."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from session_tui.model.fault import Fault
from session_tui.model.name_keys import composed
from session_tui.model.patterns import lazy_pattern
from session_tui.store.errors import StoreError

# Variables for a home and its folders on all systems. No other variable is read: a configuration
# may come from another person, and the value of a variable (a token) would become a folder's name.
VARIABLES = frozenset(
    [
        "HOME",
        "USERPROFILE",
        "APPDATA",
        "LOCALAPPDATA",
        "ONEDRIVE",
        "ONEDRIVECOMMERCIAL",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
        "XDG_DOCUMENTS_DIR",
    ]
)
_HOMES = ("HOME", "USERPROFILE")
_SEPARATORS = re.escape("/" + (os.sep if os.sep != "/" else ""))
_START = lazy_pattern(
    rf"(?:(?P<tilde>~[^{_SEPARATORS}]*)|\$\{{(?P<braces>\w+)\}}|\$(?P<dollar>\w+)|%(?P<percent>\w+)%)(?=[{_SEPARATORS}]|$)"
)


def expanded(path: Path | str, environment: Mapping[str, str], base: Path | None = None) -> Path:
    """Return the path with a leading `~`, `~NAME`, `$HOME`, `${HOME}` or `%USERPROFILE%` replaced.

    `StoreError` where it begins with an unknown home or variable, unless `base` (the current
    folder) has something of exactly this name. So no folder called `~` or `$HOME` is ever made.
    """
    text = os.fspath(path)
    found = _START.match(text)
    if found is None:
        return _on_disk_from(Path(text), base)
    rest = text[found.end() :].lstrip("/" + os.sep)
    start = _value(found, environment)
    if start:
        return on_disk(Path(start) / rest) if rest else Path(start)
    if _stands(found[0], base) or (not rest and found["tilde"] and found["tilde"] != "~"):
        return Path(text)  # a file's name may begin so
    if found["tilde"]:
        who = found[0][1:]
        what = f"there is no such folder, for nobody here is called {who}" if who else "there is no home folder here"
    else:
        what = f"{found[0]} is not known here"
    raise StoreError(Fault(text, what, "Write the whole path."))


def on_disk(path: Path, same: Callable[[str], str] = composed) -> Path:
    """Return the path as the disk spells it: if nothing has its name, the only entry with an equal
    name under `same`.

    By default names are equal that differ in how accents are composed (a Mac decomposes them).
    """
    if os.path.lexists(path) or path.parent == path:
        return path
    above = on_disk(path.parent, same)
    wanted = above / path.name
    if os.path.lexists(wanted):
        return wanted
    try:
        fits = [name for name in os.listdir(above) if same(name) == same(path.name)]  # noqa: PTH208 - names alone
    except OSError:
        return wanted
    return above / fits[0] if len(fits) == 1 else wanted


def _on_disk_from(path: Path, base: Path | None) -> Path:
    if str(path).isascii():
        return path
    if base is None or path.is_absolute():
        return on_disk(path)
    found = on_disk(base / path)
    return path if found == base / path else found


def current() -> Path:
    """Return the current folder; `StoreError` where it was deleted."""
    try:
        return Path.cwd()
    except OSError:
        raise StoreError(deleted()) from None


def deleted() -> Fault:
    """Return the fault for a relative path while the current folder is deleted."""
    return Fault("", "the folder that you are in was deleted", "Go to another (cd), or write whole paths.")


def _value(found: re.Match[str], environment: Mapping[str, str]) -> str:
    if tilde := found["tilde"]:
        home = os.path.expanduser(tilde)  # noqa: PTH111 - returns the text itself for an unknown user
        return "" if home == tilde else home
    name = (found["braces"] or found["dollar"] or found["percent"]).upper()
    if name not in VARIABLES:
        return ""
    if value := environment.get(name, ""):
        return value
    if name in _HOMES:
        home = os.path.expanduser("~")  # noqa: PTH111
        return "" if home == "~" else home
    return ""


def _stands(name: str, base: Path | None) -> bool:
    return os.path.lexists(base / name if base else name)
