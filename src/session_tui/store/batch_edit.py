"""One change to a session's file from outside a session, beside a screen that may have it open.

What is changed is said in the grammar of the capture line, so that `done` means the same
everywhere.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

from filelock import Timeout

from session_tui.model import diff
from session_tui.model.capture import parser
from session_tui.model.capture.result import Command, Context, Refusal
from session_tui.model.edits import Edit
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store import drafts, exchange, locking, open_session, rewrite, toml
from session_tui.store.deadline import COMMAND, within
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.paths import Paths

_TRIES = 20  # versions that others may put in place while one change is made
EditOf: TypeAlias = Callable[[Session], Edit]  # what is to change, in the session as its file has it now


def change(path: Path, places: Paths, edit_of: EditOf, now: datetime) -> tuple[Session, Edit]:
    """Apply the edit that is made for the session as its file has it now; gives what it became,
    and the edit.

    The file is locked, then read, changed and written. Where it became another version in between
    all the same, the edit is asked for and applied again, to that version. A screen that has the
    session open takes the change in. `StoreError` where the file is no session or cannot be
    written, and where the disk has not answered for ten seconds; `edit_of` may raise one too.
    """
    do = "Once it does, this change may be there: look before you say it again."
    return within(COMMAND, partial(_change, path, places, edit_of, now), path, do)


def _change(path: Path, places: Paths, edit_of: EditOf, now: datetime) -> tuple[Session, Edit]:
    state = places.state.path
    try:
        with locking.writing(path, state):
            after, edit = _changed(path, edit_of, now, places.configuration.name)
    except Timeout:
        raise locking.busy(path) from None
    except OSError as error:
        raise StoreError(from_os_error(error, path, "It may not be in the file: look, and say it again.")) from error
    _forget_draft(after, path, state)
    return after, edit


def _changed(path: Path, edit_of: EditOf, now: datetime, by: str) -> tuple[Session, Edit]:
    for _ in range(_TRIES):
        content = toml.read_bytes(path)
        found = open_session.read(path, content)
        if found.newer:
            what = f"written by a newer version of this program (schema {found.session.schema})"
            raise StoreError(Fault("", f"this session is read-only: {what}"))
        edit = edit_of(found.session)
        after = diff.applied(found.session, edit, now, by)
        if isinstance(after, Fault):
            raise StoreError(after)
        if after == found.session:
            return after, edit
        rewrite.keep_before(path, content, found.tables, Session)
        if exchange.exchange(path, found.with_session(after).content(), content) is None:
            return after, edit
    what = "another program writes this file again and again"
    raise StoreError(Fault(path.name, what, "Nothing was changed. Try again."))


def _forget_draft(session: Session, path: Path, state: Path) -> None:
    """A session that is over needs no half-typed line any more; where a screen has it open, it is
    that one's.
    """
    folder = state / "drafts"
    try:
        over = session.status in ("held", "cancelled")
        if over and not drafts.read(folder, path).line and not locking.held(path, state):
            drafts.forget(folder, path)
    except OSError:
        pass  # a draft that is not forgotten is older than the session's end, and comes back to nobody


def marked(entry_id: str, marks: str, places: Paths, now: datetime) -> EditOf:
    """What `*t2 done they agreed` is in whatever session it is asked of; `StoreError` where that
    is refused.
    """

    def edit(session: Session) -> Edit:
        people = tuple(each.name for each in places.configuration.people)
        context = Context(session, "action_items", now, now.astimezone().date(), people=people)
        found = parser.read(f"*{entry_id} {marks}", context)
        if isinstance(found, Refusal | Command):
            words = found if isinstance(found, Refusal) else Refusal("that is no change of an entry")
            raise StoreError(Fault(entry_id, words.what, words.do))
        return found

    return edit
