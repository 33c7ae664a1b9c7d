"""The sessions of a folder as whoever needs some of them asks: each question opens the index and brings it up to date.

So it can be asked from any thread, and a change made by somebody else a moment ago is in the answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from session_tui.library.index import Index, Progress
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store import shelf
from session_tui.store.places import Places
from session_tui.store.shelf import Row


class Shelves(Struct, frozen=True):
    """A folder of sessions, and the folder in which its index is kept."""

    folder: Path
    cache: Path

    @contextmanager
    def open(self, progress: Progress | None = None) -> Iterator[Index]:
        """The index, up to date; `StoreError` where the folder cannot be read."""
        with Index(self.folder, self.cache) as index:
            index.refresh(progress)
            yield index

    def rows(self, account: str | None = None) -> tuple[Row, ...]:
        """The files as rows, newest first, of one account or all."""
        with self.open() as index:
            return tuple(index.rows(account))

    def before(self, session: Session) -> tuple[tuple[Session, ...], tuple[Fault, ...]]:
        """The sessions before this one, newest first, and what is missing of them."""
        return shelf.before(self.folder, session, self.rows)


def shelves(places: Places) -> Shelves:
    """Those of the places in force."""
    return Shelves(places.sessions.path, places.cache.path)
