"""The tutor's session: a file in a folder of its own, never among the user's sessions."""

from pathlib import Path

from msgspec import Struct

from session_tui.model.agenda import Agenda
from session_tui.model.session import SCHEMA
from session_tui.store import folders, session_folder
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.session_folder import SessionFile

FOLDER = "tutor"  # below the user's state folder
ACCOUNT = "Tutor"
OPPORTUNITY = "Larch Bakery, a made-up deal"
PEOPLE = ("Mei Tan:presales", "Ben Okafor:account owner")


def folder_in(state: Path) -> Path:
    """Make the tutor's folder in the user's state folder. `StoreError`."""
    folder = state / FOLDER
    try:
        folders.make(folder, 0o700)
    except OSError as error:
        raise StoreError(from_os_error(error, folder)) from error
    return folder


class UnfinishedTutor(Struct, frozen=True):
    """The file to go on with, or None to begin again; and a sentence about what was found."""

    path: Path | None = None
    remark: str = ""


def unfinished(folder: Path, agenda: Agenda) -> UnfinishedTutor:
    """Find the tutor's newest session that was left in the middle. `StoreError` where the folder
    cannot be read.

    A file that cannot be gone on with stays as it is.
    """
    remark = ""
    for row in session_folder.rows(folder):
        if why := _why_not(row, agenda):
            remark = remark or f"{row.path.name} {why}; it stays as it is, and the tutor begins again."
        elif row.session is not None and row.session.status == "live":
            since = f" on {row.session.started_at.astimezone():%d %b}" if row.session.started_at else ""
            again = "session-tui tutor --new begins again."
            return UnfinishedTutor(row.path, f"You go on with what you began{since}. {again}")
    return UnfinishedTutor(None, remark)


def _why_not(row: SessionFile, agenda: Agenda) -> str:
    """Why this file cannot be gone on with; empty where it can, or was ended."""
    if row.fault is not None and row.fault.kind != "newer":
        return f"cannot be read ({row.fault.what})"
    if row.session is None or row.session.schema > SCHEMA:
        return "was written by a newer version of this program"
    kinds = [part.kind for part in row.session.parts]
    if row.session.status == "live" and kinds != [part.kind for part in agenda.parts]:
        return "is of an older tutor"
    return ""
