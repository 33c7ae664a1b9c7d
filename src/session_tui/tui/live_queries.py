"""What a screen looks up on disk, in a thread of its own: nothing here may be called on the event loop."""

from collections.abc import Mapping
from functools import partial

from session_tui.index.sessions import SessionLibrary
from session_tui.model import analysis, history
from session_tui.model.fault import Fault
from session_tui.model.history import Past
from session_tui.model.reports import action_tracking
from session_tui.model.session import Session
from session_tui.model.team.enemies import HabitsReport
from session_tui.store import session_folder
from session_tui.store.errors import StoreError, foreseen
from session_tui.store.paths import Paths
from session_tui.store.team import enemies as enemies_of


def past(session_library: SessionLibrary | None, session: Session) -> tuple[Past, tuple[Fault, ...]]:
    """The sessions before this one, and what is missing of them."""
    try:
        chain, faults = foreseen(partial(session_library.before, session))() if session_library else ((), ())
    except StoreError as error:
        return Past(), error.faults
    return history.past(chain), faults


def bare_zones(session_library: SessionLibrary | None, session: Session) -> tuple[str, ...]:
    """The account's zones in which nobody of ours has anybody."""
    try:
        rows = foreseen(partial(session_library.rows, session.account))() if session_library else ()
    except StoreError:
        return ()  # the list says so; coverage then speaks of this session alone
    found = session_folder.of_account(rows, session.account, "held", "live", "prepared")
    return analysis.bare_zones((session, *(each for each in found if each.id != session.id)))


def enemies(places: Paths, session: Session) -> HabitsReport | None:
    """What was said in the newest round of the enemies of teamwork in this account, and no other."""
    try:
        return foreseen(partial(enemies_of.here, places.assessments.path, session.account))()
    except StoreError:
        return None


def load(session_library: SessionLibrary | None, session: Session) -> Mapping[str, int]:
    """How many open actions everybody has beside those of this session: numbers alone, over all accounts."""
    try:
        return foreseen(partial(_load, session_library, session))() if session_library else {}
    except StoreError:
        return {}


def _load(session_library: SessionLibrary, session: Session) -> Mapping[str, int]:
    with session_library.open() as index:
        return action_tracking.load(index.sessions(), session)
