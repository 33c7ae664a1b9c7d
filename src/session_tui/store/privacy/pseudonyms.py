"""The mark that stands for a forgotten person: made from the name with a key that only this user
has.
"""

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path

from session_tui.model import person_names
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.store import atomic, folders, regular_file
from session_tui.store.errors import StoreError, from_os_error

_KEY_LENGTH = 32
_KEY = "forget.key"


def own_mark(name: str, account: str, state: Path) -> str:
    """The mark that the user's own key gives, without which nobody can find a name by trying
    names; empty: no key.
    """
    path = state / _KEY
    try:
        if not path.exists():
            return ""
        key = regular_file.read(path)
    except OSError as error:
        raise StoreError(from_os_error(error, path, "Nothing was changed.")) from error
    if len(key) != _KEY_LENGTH:
        raise StoreError(Fault(str(path), "it is no key", "Take it away; another one is made. Nothing was changed."))
    said = "\0".join(map(name_key, (name, account)))
    return person_names.mark_of(
        hashlib.blake2b(said.encode("utf-8", "surrogatepass"), key=key, digest_size=16).digest()
    )


def keep_key(state: Path, fresh: Callable[[int], bytes]) -> None:
    """Make the key where there is none; `StoreError` where none can be kept."""
    path = state / _KEY
    try:
        folders.make(state, 0o700)
        if not path.exists():
            with contextlib.suppress(FileExistsError):
                atomic.write(path, fresh(_KEY_LENGTH), exclusive=True, private=True)
    except OSError as error:
        raise StoreError(from_os_error(error, path, "Nothing was changed.")) from error
