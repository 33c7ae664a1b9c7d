"""Changes a session's file from a command, while a screen may have it open.

Changes use the grammar of the capture line, so that `done` means the same everywhere.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

from session_tui.model import diff
from session_tui.model.capture import parser
from session_tui.model.capture.result import Command, Context, Refusal
from session_tui.model.edits import Edit
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store import drafts, exchange, locking, open_session, toml
from session_tui.store.deadline import COMMAND, within
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.paths import Paths
from session_tui.store.toml_file import keep_before

_TRIES = 20  # versions that other programs may write during one change
EditOf: TypeAlias = Callable[[Session], Edit]  # the edit for the session that the file has now


def change(path: Path, places: Paths, edit_of: EditOf, now: datetime) -> tuple[Session, Edit]:
    """Apply the edit that `edit_of` makes for the session in the file; return the new session and
    the edit.

    The file is locked, read, changed and written. If another program writes it in between all the
    same, `edit_of` is called again with that version. A screen that has the session open takes the
    change in. `StoreError` where the file is not a session or cannot be written, and where the
    disk has not answered for ten seconds; `edit_of` may raise one.
    """
    do = "Once it does, this change may be there: look before you run it again."
    return within(COMMAND, partial(_change, path, places, edit_of, now), path, do)


def _change(path: Path, places: Paths, edit_of: EditOf, now: datetime) -> tuple[Session, Edit]:
    state = places.state.path
    try:
        with locking.writing(path, state):
            after, edit = _changed(path, edit_of, now, places.configuration.name)
    except locking.LockTimeout:
        raise locking.busy(path) from None
    except OSError as error:
        raise StoreError(
            from_os_error(error, path, "It may not be in the file: look, and run the command again.")
        ) from error
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
        keep_before(path, content, found.tables, Session)
        if exchange.exchange(path, found.with_session(after).content(), content) is None:
            return after, edit
    what = "another program writes this file again and again"
    raise StoreError(Fault(path.name, what, "Nothing was changed. Try again."))


def _forget_draft(session: Session, path: Path, state: Path) -> None:
    """Remove the draft of a session that is over, unless it has a half-typed line or a screen has
    it open.
    """
    folder = state / "drafts"
    try:
        over = session.status in ("held", "cancelled") and drafts.file_of(folder, path).exists()
        if over and not drafts.read(folder, path).line and not locking.held(path, state):
            drafts.forget(folder, path)
    except OSError:
        pass  # a draft that stays is older than the session's end, so it is never restored


def marked(
    entry_id: str,
    marks: str,
    places: Paths,
    now: datetime,
    day: date | None = None,
    others: tuple[str, ...] = (),
) -> EditOf:
    """Return a function that parses `*ENTRY_ID MARKS` in a session, such as `*t2 done they
    agreed`.

    `day` is the date of the change; None for today. `others` are our people of other sessions,
    for a name that fits none of this one. The function raises `StoreError` where the
    line is refused.
    """

    def edit(session: Session) -> Edit:
        people = tuple(each.name for each in places.configuration.people)
        context = Context(session, "action_items", now, day or now.astimezone().date(), people=people, others=others)
        found = parser.read(f"*{entry_id} {marks}", context)
        if isinstance(found, Refusal | Command):
            refusal = found if isinstance(found, Refusal) else Refusal("that is not a change of an entry")
            if refusal.same:
                raise StoreError(Fault("", refusal.what, refusal.do, kind="same"))
            raise StoreError(Fault(entry_id, refusal.what, refusal.do))
        return found

    return edit
