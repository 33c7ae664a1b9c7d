"""The sessions of a folder as whoever needs some of them asks: each question opens the index and brings it up to date.

So it can be asked from any thread, and a change made by somebody else a moment ago is in the answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from session_tui.index.index import Index, Progress
from session_tui.index.scanner import SessionCard
from session_tui.model import history
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.reports.action_tracking import TrackedAction, follow
from session_tui.model.session import Session
from session_tui.store import pipeline, session_folder
from session_tui.store.errors import StoreError
from session_tui.store.paths import Paths
from session_tui.store.session_folder import SessionFile


class SessionLibrary(Struct, frozen=True):
    """A folder of sessions, and the folder in which its index is kept."""

    folder: Path
    cache: Path

    @contextmanager
    def open(self, progress: Progress | None = None) -> Iterator[Index]:
        """The index, up to date; `StoreError` where the folder cannot be read."""
        with Index(self.folder, self.cache) as index:
            index.refresh(progress)
            yield index

    def rows(self, account: str | None = None) -> tuple[SessionFile, ...]:
        """The files as rows, newest first, of one account or all."""
        with self.open() as index:
            return tuple(index.rows(account))

    def before(self, session: Session) -> tuple[tuple[Session, ...], tuple[Fault, ...]]:
        """The sessions before this one, newest first, and what is missing of them."""
        return session_folder.before(self.folder, session, self.rows)


def session_library(places: Paths) -> SessionLibrary:
    """Those of the places in force."""
    return SessionLibrary(places.sessions.path, places.cache.path)


def accounts_known(index: Index, places: Paths) -> tuple[str, ...]:
    """Every account that a new session may be on already: those of the sessions, then those of the pipeline alone."""
    names = (*index.accounts(), *(row.account for row in pipeline.readable(places.pipeline)))
    return tuple({name_key(name): name for name in reversed(names)}.values())[::-1]


def _is_called(card: SessionCard, name: str) -> bool:
    return card.name.startswith(name) or card.name.endswith(f"-{name}")


def find_action(index: Index, wanted: str) -> TrackedAction:
    """The action that `SESSION:t2` names, as the newest session has it; `StoreError` otherwise.

    SESSION is an id, a beginning of it, its last four characters, or `latest`; an older session's name leads to the
    same action, wherever it was carried.
    """
    name, colon, entry = wanted.strip().lower().rpartition(":")
    if not colon or not name:
        do = "Write SESSION:t2, as session-tui actions shows it."
        raise StoreError(Fault("", f"{wanted} names no action", do))
    known = (card for card in index.cards() if card.fault is None)
    if name == "latest":
        fitting = [next(known)] if index.count() else []
    else:
        fitting = [card for card in known if card.id.startswith(name) or card.id.endswith(f"-{name}")]
    there = [row.session for row in map(index.row, fitting) if row is not None and row.session is not None]
    raised = {history.identity(one, item) for one in there for item in one.action_items if item.id == entry}
    if not there and (broken := next((each for each in index.left_out() if _is_called(each, name)), None)):
        raise StoreError(broken.fault or Fault(broken.name, "it cannot be read"))
    if not raised:
        what = f"no action {entry} in {name}" if there else f"no session {name}"
        what = f"there is {what}"
        raise StoreError(Fault("", what, "session-tui actions shows them."))
    if len(raised) > 1:
        some = ", ".join(f"{one.id}:{entry}" for one in there[:4])
        raise StoreError(Fault("", f"{wanted} fits {len(raised)} actions: {some}", "Write more of the id."))
    (who,) = raised
    for action in follow(index.sessions(there[0].account)):
        if (action.first_raised_in, action.item.id) == who:
            return action
    what = f"{entry} of {there[0].id} was taken out of the next session"
    raise StoreError(Fault("", what, "It is not followed up any more."))
