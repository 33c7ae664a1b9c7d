"""Adds an endpoint to a configuration: lines at its end, and nothing before them is touched."""

from contextlib import suppress
from pathlib import Path

import platformdirs

from session_tui.model.fault import Fault
from session_tui.store import exchange, folders, toml
from session_tui.store.errors import StoreError, contained
from session_tui.store.paths import CONFIG_NAME, Paths
from session_tui.store.toml import Table

_NEW = "schema = 1\n"


def path_of(places: Paths) -> Path:
    """The configuration in force, or where the user's own one would be. `StoreError` where it
    cannot be read.
    """
    if places.unread is not None:
        raise StoreError(places.unread)
    if places.config is not None:
        return places.config.path
    return Path(platformdirs.PlatformDirs("session-tui", appauthor=False).user_config_dir) / CONFIG_NAME


def entry_text(endpoint: Table) -> str:
    """The lines of an endpoint, as they stand in a configuration."""
    return toml.dumps({"endpoints": [endpoint]}).strip() + "\n"


def with_endpoint(content: bytes, endpoint: Table, path: Path) -> bytes:
    """The content with this endpoint at its end. `StoreError` where that would not be read as the
    same configuration with one endpoint more.
    """
    newline = toml.newline_of(content)
    begun = content if content.endswith(b"\n") or not content else content + newline.encode()
    text = entry_text(endpoint) if not content else f"\n{entry_text(endpoint)}"
    made = begun + text.replace("\n", newline).encode()
    before = toml.parse(content)
    expected = before | {"endpoints": [*before.get("endpoints", []), endpoint]}
    try:
        after = toml.parse(made)
    except StoreError:
        after = {}
    if after != expected:
        raise StoreError(Fault(str(path), "no endpoint can be added at its end", "Nothing was written into it."))
    return made


def add_endpoint(path: Path, endpoint: Table) -> None:
    """Write the endpoint to the end of the file, which is made where there is none.

    What another program writes in the meantime stays. `StoreError` where it cannot be written.
    """

    def added() -> None:
        try:
            known: bytes | None = toml.read_bytes(path)
        except StoreError:
            if path.exists() or path.is_symlink():
                raise
            known = None
        made = with_endpoint(_NEW.encode() if known is None else known, endpoint, path)
        exchange.put(path, made, known, private=True)

    with contained(path):
        if not path.parent.exists():
            with suppress(folders.NotSyncedError):
                folders.make(path.parent, 0o700)
        exchange.again(added)
