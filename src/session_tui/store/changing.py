"""One change to a session's file from outside a session: opened, changed through the one door, on disk, closed.

What is changed is said in the grammar of the capture line, so that `done` means the same everywhere.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from session_tui.model.capture import lines
from session_tui.model.capture.reading import Context, Do, Refusal
from session_tui.model.edits import Edit
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store.opened import open_session
from session_tui.store.places import Places
from session_tui.store.trouble import StoreError

EditOf: TypeAlias = Callable[[Session], Edit]  # what is to change, in the session as its file has it now


def change(path: Path, places: Places, edit_of: EditOf, now: datetime) -> tuple[Session, Edit]:
    """Apply the edit that is made for the session as its file has it now; gives what it became, and the edit.

    `StoreError` where the file is no session, is open elsewhere, or cannot be written; `edit_of` may raise one too.
    """
    opened = open_session(path, places.state.path, places.configuration.name)
    try:
        edit = edit_of(opened.session)
        fault = opened.change(edit, now)
    finally:
        safe = opened.close()
    if fault is None and not safe:
        fault = opened.trouble
    if fault is not None:
        raise StoreError(fault)
    return opened.session, edit


def marked(entry_id: str, marks: str, places: Places, now: datetime) -> EditOf:
    """What `*t2 done they agreed` is in whatever session it is asked of; `StoreError` where that is refused."""

    def edit(session: Session) -> Edit:
        people = tuple(each.name for each in places.configuration.people)
        context = Context(session, "action_items", now, now.astimezone().date(), people=people)
        found = lines.read(f"*{entry_id} {marks}", context)
        if isinstance(found, Refusal | Do):
            words = found if isinstance(found, Refusal) else Refusal("that is no change of an entry")
            raise StoreError(Fault(entry_id, words.what, words.do))
        return found

    return edit
