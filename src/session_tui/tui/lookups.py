"""What a screen looks up on disk, in a thread of its own: nothing here may be called on the event loop."""

from collections.abc import Mapping
from functools import partial

from session_tui.library.shelves import Shelves
from session_tui.model import findings, following, history
from session_tui.model.enemies import Report
from session_tui.model.fault import Fault
from session_tui.model.history import Past
from session_tui.model.session import Session
from session_tui.store import enemies as enemies_of
from session_tui.store import shelf
from session_tui.store.places import Places
from session_tui.store.trouble import StoreError, foreseen


def past(shelves: Shelves | None, session: Session) -> tuple[Past, tuple[Fault, ...]]:
    """The sessions before this one, and what is missing of them."""
    try:
        chain, faults = foreseen(partial(shelves.before, session))() if shelves else ((), ())
    except StoreError as error:
        return Past(), error.faults
    return history.past(chain), faults


def bare_zones(shelves: Shelves | None, session: Session) -> tuple[str, ...]:
    """The account's zones in which nobody of ours has anybody."""
    try:
        rows = foreseen(partial(shelves.rows, session.account))() if shelves else ()
    except StoreError:
        return ()  # the list says so; coverage then speaks of this session alone
    found = shelf.of_account(rows, session.account, "held", "live", "prepared")
    return findings.bare_zones((session, *(each for each in found if each.id != session.id)))


def enemies(places: Places, session: Session) -> Report | None:
    """What was said in the newest round of the enemies of teamwork in this account, and no other."""
    try:
        return foreseen(partial(enemies_of.here, places.assessments.path, session.account))()
    except StoreError:
        return None


def load(shelves: Shelves | None, session: Session) -> Mapping[str, int]:
    """How many open actions everybody has beside those of this session: numbers alone, over all accounts."""
    try:
        return foreseen(partial(_load, shelves, session))() if shelves else {}
    except StoreError:
        return {}


def _load(shelves: Shelves, session: Session) -> Mapping[str, int]:
    with shelves.open() as index:
        return following.load(index.sessions(), session)
