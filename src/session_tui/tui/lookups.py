"""What a screen looks up on disk, in a thread of its own: nothing here may be called on the event loop."""

from pathlib import Path

from session_tui.model import findings, history
from session_tui.model.fault import Fault
from session_tui.model.history import Past
from session_tui.model.session import Session
from session_tui.store import shelf
from session_tui.store.trouble import StoreError


def past(folder: Path | None, session: Session) -> tuple[Past, tuple[Fault, ...]]:
    """The sessions before this one, and what is missing of them."""
    try:
        chain, faults = shelf.before(folder, session) if folder else ((), ())
    except StoreError as error:
        return Past(), error.faults
    return history.past(chain), faults


def bare_zones(folder: Path | None, session: Session) -> tuple[str, ...]:
    """The account's zones in which nobody of ours has anybody."""
    try:
        rows = shelf.rows(folder) if folder else ()
    except StoreError:
        return ()  # the list says so; coverage then speaks of this session alone
    found = shelf.of_account(rows, session.account, "held", "live", "prepared")
    return findings.bare_zones((session, *(each for each in found if each.id != session.id)))
