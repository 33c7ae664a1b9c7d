"""Creating or opening a session's file for a screen. Call these functions in a thread: they read
and write the disk.
"""

from pathlib import Path
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from session_tui.context import AppContext
from session_tui.model import fixed_end
from session_tui.model.agenda import Agenda
from session_tui.model.capture.result import Refusal
from session_tui.model.fault import Fault
from session_tui.model.vocabulary import Status
from session_tui.store import agendas, new_session, open_session
from session_tui.store.errors import StoreError
from session_tui.store.new_session import PriorSessions, SessionRequest
from session_tui.store.open_session import OpenedSession

Opening: TypeAlias = tuple[OpenedSession, Agenda | None, PriorSessions | None]


class Asked(Struct, frozen=True):
    """A request for a new session, the name of its agenda, and whether it is only prepared now.

    `until` is the time of day at which it ends, as typed; empty where pauses move the end.
    """

    request: SessionRequest
    agenda: str
    prepare: bool
    until: str = ""


def open_new(context: AppContext, asked: Asked) -> Opening:
    """Create a new session, live or prepared. Raises `StoreError`."""
    places = context.places
    agenda = agendas.find(asked.agenda, places.agendas.path)
    account = new_session.named("account", asked.request.account)
    rows = context.session_library.rows(account)
    status: Status = "prepared" if asked.prepare else "live"
    begin = new_session.begin(asked.request, agenda, rows, places, context.now(), context.rng, status)
    end = fixed_end.before_start(asked.until, begin.session, context.now())
    if isinstance(end, Refusal):
        raise StoreError(Fault("", end.what, end.do))
    new = replace(begin.session, ends_at=end)
    session = open_session.create_session(context.sessions, new, places.state.path, places.configuration.name)
    return session, agenda, begin.background


def open_existing(context: AppContext, path: Path) -> Opening:
    """Open a live or prepared session; a prepared one is brought up to date. Raises
    `StoreError`.
    """
    places = context.places
    session = open_session.open_session(path, places.state.path, places.configuration.name)
    try:
        agenda = agendas.of(session.session, places.agendas.path)
    except StoreError:
        session.close()
        raise
    background = None
    if session.session.status == "prepared" and not session.read_only:
        edit, background = new_session.up_to_date(session.session, places)
        if edit is not None:
            session.change(edit, context.now(), undoable=False)
    return session, agenda, background
