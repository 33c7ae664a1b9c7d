"""A session is begun, or opened again: the disk's part of it, in a thread; what the screens need comes back."""

from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from session_tui.context import AppContext
from session_tui.model.agenda import Agenda
from session_tui.model.words import Status
from session_tui.store import agendas, beginning, opened
from session_tui.store.beginning import Background, Wish
from session_tui.store.opened import OpenedSession
from session_tui.store.trouble import StoreError

Opening: TypeAlias = tuple[OpenedSession, Agenda | None, Background | None]


class Asked(Struct, frozen=True):
    """What is wished for, the agenda's name, and whether it is only prepared now."""

    wish: Wish
    agenda: str
    prepare: bool


def begun(desk: AppContext, asked: Asked) -> Opening:
    """A new session, live or prepared; `StoreError` where it cannot be."""
    places = desk.places
    agenda = agendas.find(asked.agenda, places.agendas.path)
    account = beginning.named("account", asked.wish.account)
    rows = desk.shelves.rows(account)
    status: Status = "prepared" if asked.prepare else "live"
    begin = beginning.begin(asked.wish, agenda, rows, places, desk.now(), desk.rng, status)
    session = opened.create_session(desk.sessions, begin.session, places.state.path, places.configuration.name)
    return session, agenda, begin.background


def opened_again(desk: AppContext, path: Path) -> Opening:
    """One that is live or prepared; a prepared one is brought up to date."""
    places = desk.places
    session = opened.open_session(path, places.state.path, places.configuration.name)
    try:
        agenda = agendas.of(session.session, places.agendas.path)
    except StoreError:
        session.close()
        raise
    background = None
    if session.session.status == "prepared" and not session.read_only:
        edit, background = beginning.up_to_date(session.session, places)
        if edit is not None:
            session.change(edit, desk.now(), undoable=False)
    return session, agenda, background
