"""Access to the sessions of a folder: every query opens the index and updates it first.

So a query can run on any thread, and its result contains changes that another program made a
moment ago.
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
from session_tui.store import conflict_files, pipeline, session_folder
from session_tui.store.errors import StoreError
from session_tui.store.paths import Paths
from session_tui.store.session_folder import SessionFile


class SessionLibrary(Struct, frozen=True):
    """A folder of sessions, and the cache folder that holds its index."""

    folder: Path
    cache: Path

    @contextmanager
    def open(self, progress: Progress | None = None) -> Iterator[Index]:
        """Yield the index, up to date; raises `StoreError` where the folder cannot be read."""
        with Index(self.folder, self.cache) as index:
            index.refresh(progress)
            yield index

    def rows(self, account: str | None = None) -> tuple[SessionFile, ...]:
        """The session files, newest first, of one account or all."""
        with self.open() as index:
            return tuple(index.rows(account))

    def before(self, session: Session) -> tuple[tuple[Session, ...], tuple[Fault, ...]]:
        """The sessions before this one, newest first, and a fault for each that cannot be read."""
        return session_folder.before(self.folder, session, self.rows)


def session_library(paths: Paths) -> SessionLibrary:
    """The library of the configured folders."""
    return SessionLibrary(paths.sessions.path, paths.cache.path)


def accounts_known(index: Index, paths: Paths) -> tuple[str, ...]:
    """Every known account, once: first those of the sessions, then those of the pipeline alone."""
    names = (*index.accounts(), *(row.account for row in pipeline.readable(paths.pipeline, index.sessions)))
    return tuple({name_key(name): name for name in reversed(names)}.values())[::-1]


def conflicted(index: Index) -> tuple[str, ...]:
    """The ids of the sessions of which the folder has two versions, as of the last refresh."""
    inside = (card.merge for card in index.left_out() if card.merge)
    beside = (id for id, _ in conflict_files.beside_files(index.folder, index.beside))
    return tuple(dict.fromkeys((*inside, *beside)))


def _has_name(card: SessionCard, name: str) -> bool:
    return card.name.startswith(name) or card.name.endswith(f"-{name}")


def find_action(index: Index, wanted: str) -> TrackedAction:
    """The action that `SESSION:t2` names, as the newest session has it.

    Raises `StoreError` where there is none.

    SESSION is an id, the beginning of one, its last four characters, or `latest`. An older
    session's name leads to the same action in the session to which it was carried.
    """
    name, colon, entry = wanted.strip().lower().rpartition(":")
    if not colon or not name:
        do = "Write SESSION:t2, as session-tui actions shows it."
        raise StoreError(Fault("", f"{wanted} names no action", do))
    readable = (card for card in index.cards() if card.fault is None)
    if name == "latest":
        matches = [next(readable)] if index.count() else []
    else:
        matches = [card for card in readable if card.id.startswith(name) or card.id.endswith(f"-{name}")]
    sessions = [row.session for row in map(index.row, matches) if row is not None and row.session is not None]
    identities = {history.identity(one, item) for one in sessions for item in one.action_items if item.id == entry}
    if not sessions and (broken := next((each for each in index.left_out() if _has_name(each, name)), None)):
        raise StoreError(broken.fault or Fault(broken.name, "it cannot be read"))
    if not identities:
        missing = f"no action {entry} in {name}" if sessions else f"no session {name}"
        raise StoreError(Fault("", f"there is {missing}", "session-tui actions shows them."))
    if len(identities) > 1:
        some = ", ".join(f"{one.id}:{entry}" for one in sessions[:4])
        raise StoreError(Fault("", f"{wanted} fits {len(identities)} actions: {some}", "Write more of the id."))
    (identity,) = identities
    for action in follow(index.sessions(sessions[0].account)):
        if (action.first_raised_in, action.item.id) == identity:
            return action
    what = f"{entry} of {sessions[0].id} was taken out of the next session"
    raise StoreError(Fault("", what, "It is not followed up any more."))
