"""Questions of the screens about other sessions: each reads the index or the disk, so each runs in
a thread.

The first part answers the home screen, in the thread of `index_thread`; the second the live
screen, in threads of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

from session_tui.index.index import Index
from session_tui.index.scanner import SessionCard
from session_tui.index.search import NO_SEARCH, query_of
from session_tui.index.sessions import SessionLibrary, accounts_known
from session_tui.model import analysis, history
from session_tui.model.fault import Fault
from session_tui.model.history import Past
from session_tui.model.pipeline import PipelineRow
from session_tui.model.reports import action_tracking, cadence
from session_tui.model.reports.action_tracking import OwnPromises
from session_tui.model.reports.cadence import Owed
from session_tui.model.session import Session
from session_tui.model.team.enemies import HabitsReport
from session_tui.store import pipeline, removed_sessions, session_folder
from session_tui.store.errors import StoreError, foreseen
from session_tui.store.paths import Paths
from session_tui.store.team import enemies as enemies_of

# ---- for the home screen -----------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """The listed sessions; `found` of all `of` sessions match. `remark` is a problem of the index,
    or empty. `removed` is the number of removed sessions where there is no other.
    """

    cards: tuple[SessionCard, ...]
    found: int
    of: int
    remark: str
    removed: int = 0


@dataclass(frozen=True)
class Due:
    """The accounts whose session is due, and the deals of the pipeline; `trouble` says why the
    pipeline was not read. `mine` is None where the configuration does not name the user.
    """

    owed: tuple[Owed, ...] = ()
    deals: tuple[PipelineRow, ...] = ()
    trouble: str = ""
    mine: OwnPromises | None = None


def listed(typed: str, limit: int, index: Index) -> Listed:
    """The newest sessions, at most `limit`, that match every word of the typed filter."""
    query = query_of(typed)
    matches: Iterator[SessionCard] = index.matching_cards(query) if query and index.searchable else index.cards()
    cards = tuple(islice(matches, limit))
    # Another version of a session is a row of the list, but no session more.
    versions = sum(1 for card in index.left_out() if card.merge) if index.count(broken=True) else 0
    of = index.count() - versions
    remark = str(Fault("", *NO_SEARCH)) if query and not index.searchable else index.remark
    removed = 0 if cards or of else len(removed_sessions.removed(index.folder))
    return Listed(cards, len(cards) + sum(1 for _ in matches) if query else of + versions, of, remark, removed)


def due(places: Paths, today: date, index: Index) -> Due:
    """The accounts whose session is due. A pipeline that cannot be read becomes the result's
    `trouble`.
    """
    trouble, deals = "", None
    if places.pipeline is not None:
        try:
            deals = pipeline.of(places.pipeline, index.sessions).rows
        except StoreError as error:
            trouble = str(error.faults[0])
    outlines, name, mine = cadence.Outlines(), places.configuration.name.strip(), None

    def each() -> Iterator[Session]:
        """Read each session once for both questions; ten thousand whole ones take 150 MB."""
        for session in index.sessions():
            outlines.add(session)
            if name:
                yield action_tracking.outline(session)

    actions = action_tracking.follow(each())
    if name:
        mine = action_tracking.own_promises(actions, name, today)
    return Due(cadence.owed(outlines.kept(), deals, places.configuration.cadence, today), deals or (), trouble, mine)


def known(places: Paths, index: Index) -> dict[str, tuple[str, ...]]:
    """The existing accounts, zones and opportunities, the latest first; the pipeline's accounts
    come last.
    """
    names: dict[str, dict[str, None]] = {"account": {}, "zone": {}, "opportunity": {}}
    for card in index.cards():
        for key, values in names.items():
            if value := getattr(card, key):
                values[value] = None
    names["account"] |= dict.fromkeys(accounts_known(index, places))
    return {key: tuple(values) for key, values in names.items()}


def named(names: tuple[str, ...], index: Index) -> tuple[Session, ...]:
    """The sessions with these file names, as the files are now; unreadable ones are left out."""
    rows = (index.row_named(name) for name in names)
    return tuple(row.session for row in rows if row is not None and row.session is not None)


def with_later(name: str, folder: Path, index: Index) -> tuple[Session, ...]:
    """The session with this file name and the later ones of its chain, oldest first; empty if it
    cannot be read.
    """
    sessions = named((name,), index)
    return (*sessions, *session_folder.after(folder, sessions[0])) if sessions else ()


# ---- for the live screen -----------------------------------------------------------------------


def past(session_library: SessionLibrary | None, session: Session) -> tuple[Past, tuple[Fault, ...]]:
    """The sessions before this one, and the faults of those that cannot be read."""
    try:
        chain, faults = foreseen(partial(session_library.before, session))() if session_library else ((), ())
    except StoreError as error:
        return Past(), error.faults
    return history.past(chain), faults


def bare_zones(session_library: SessionLibrary | None, session: Session) -> tuple[str, ...]:
    """The account's zones in which none of our people covers a stakeholder."""
    try:
        rows = foreseen(partial(session_library.rows, session.account))() if session_library else ()
    except StoreError:
        return ()  # the list of sessions shows the fault; coverage then counts this session alone
    others = session_folder.of_account(rows, session.account, "held", "live", "prepared")
    return analysis.bare_zones((session, *(each for each in others if each.id != session.id)))


def enemies(places: Paths, session: Session) -> HabitsReport | None:
    """The answers of the newest round of the enemies of teamwork on this account; None without
    one.
    """
    try:
        return foreseen(partial(enemies_of.here, places.assessments.path, session.account))()
    except StoreError:
        return None


def load(session_library: SessionLibrary | None, session: Session) -> Mapping[str, int]:
    """The number of open actions of each person in the other sessions of all accounts."""
    try:
        return foreseen(partial(_load, session_library, session))() if session_library else {}
    except StoreError:
        return {}


def _load(session_library: SessionLibrary, session: Session) -> Mapping[str, int]:
    with session_library.open() as index:
        return action_tracking.load(index.sessions(), session)
