"""Lists and finds the sessions of a folder, readable or broken, and makes ids for new ones."""

import contextlib
import os
import random
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.merge.conflict_names import copy_of
from session_tui.model.name_keys import name_key
from session_tui.model.sanitize import safe_text
from session_tui.model.session import Session
from session_tui.model.validation import ID
from session_tui.store import conflict_files, contents, removed_sessions, session_file, toml
from session_tui.store.contents import away, session_names, stem_of
from session_tui.store.errors import StoreError, contained, from_os_error

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"  # Douglas Crockford's base 32: no i, l, o, u
LONGEST_SLUG = 40
_END = 4  # random characters at the end of an id
LONGEST_CHAIN = 100  # sessions that are followed back
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class SessionFile(Struct, frozen=True):
    """A file of the folder: its session, or its fault."""

    path: Path
    session: Session | None = None
    fault: Fault | None = None
    merge: str = ""  # the id of the session that this file is another version of

    @property
    def id(self) -> str:
        """The id in the file's name, safe for a terminal."""
        return safe_text(stem_of(self.path.name).encode("utf-8", "replace").decode())

    @property
    def standing(self) -> str:
        """Why this file is not a session of the list, in a word; "" for a session."""
        return standing(self.fault, self.merge)


def standing(fault: Fault | None, merge: str) -> str:
    """Return the word for a row without a session: to merge, newer, not here, or broken."""
    if fault is None:
        return ""
    if merge:
        return "to merge"
    return fault.kind if fault.kind in ("not here", "newer") else "broken"


def rows(folder: Path) -> tuple[SessionFile, ...]:
    """Return all rows, newest first; none where there is no folder. `StoreError` where it cannot
    be read.
    """
    try:
        paths = [folder / os.fsdecode(name) for name in session_names(contents.names(folder))]
    except FileNotFoundError:
        return ()
    except OSError as error:
        do = "Choose another folder with --sessions or SESSION_TUI_SESSIONS."
        raise StoreError(from_os_error(error, folder, do)) from error
    return tuple(sorted(map(row, paths), key=_newest, reverse=True))


def waiting(folder: Path) -> tuple[str, ...]:
    """Return the ids of the sessions that have two versions."""
    found = [each.merge for each in rows(folder) if each.merge]
    return tuple(dict.fromkeys((*found, *(stem for stem, _ in conflict_files.beside_files(folder)))))


def row(path: Path) -> SessionFile:
    """Return the row of a file; never raises because of its content."""
    try:
        with contained(path):
            return row_of(path, toml.read_bytes(path), _session)
    except StoreError as error:
        return SessionFile(path, None, error.faults[0])


def row_of(path: Path, content: bytes, read: Callable[[bytes, Path], Session]) -> SessionFile:
    """Return the row of a file from its content, with `read` as the parser."""
    if fault := away(path.name):
        return SessionFile(path, None, fault)
    try:
        with contained(path):
            session = read(content, path)
    except StoreError as error:
        if conflict := conflict_files.conflicting_versions(path, content):
            return SessionFile(path, None, conflict.fault, conflict.id)
        return SessionFile(path, None, error.faults[0])
    if session.id != path.stem:
        if conflict := conflict_files.conflicting_versions(path, content):
            return SessionFile(path, None, conflict.fault, conflict.id)
        what = f'"{session.id}" is not what the file is called'
        return SessionFile(path, None, Fault("id", what, f"Call it {session.id}.toml, or correct the id."))
    return SessionFile(path, session)


def _session(content: bytes, path: Path) -> Session:
    return session_file.read(content, path).session


def find(folder: Path, wanted: str) -> Path:
    """Find a session's file by its id, a unique beginning or the last four characters of it, or
    `latest`.

    `StoreError` otherwise.
    """
    if wanted == "latest":
        found = rows(folder)
        if not found:
            raise StoreError(Fault("", f"there is no session in {folder} yet", "session-tui run ACCOUNT begins one."))
        return next((each for each in found if each.standing not in ("to merge", "not here")), found[0]).path
    try:
        files = {stem_of(name): name for name in map(os.fsdecode, session_names(contents.names(folder)))}
    except OSError as error:
        raise StoreError(from_os_error(error, folder)) from error
    names = sorted(files)
    if wanted in names:
        return _here(folder / files[wanted])
    fitting = [name for name in names if name.startswith(wanted)] if wanted else []
    # Copies that a sync program left are not meant.
    fitting = [name for name in fitting if copy_of(name) is None] or fitting
    if not fitting and len(wanted) == _END:
        fitting = [name for name in names if name.endswith(f"-{wanted}")]
    if len(fitting) > 1:
        some = safe_text(", ".join(fitting[:4]) + (" …" if len(fitting) > 4 else ""))
        raise StoreError(
            Fault("", f"{safe_text(wanted)} fits {len(fitting)} sessions: {some}", "Write more of the id.")
        )
    if not fitting:
        do = "session-tui list shows them."
        with contextlib.suppress(StoreError):
            if len(removed := removed_sessions.named(folder, wanted)) == 1:
                do = f"It was removed; session-tui restore {removed[0].id} brings it back."
        raise StoreError(Fault("", f"there is no session {safe_text(wanted)} in {folder}", do))
    return _here(folder / files[fitting[0]])


def _here(path: Path) -> Path:
    if fault := away(path.name):
        raise StoreError(replace(fault, where=stem_of(path.name)))
    return path


def of_account(found: Iterable[SessionFile], account: str, *states: str) -> tuple[Session, ...]:
    """Return the account's sessions with one of these statuses, in the order of the rows; ignores
    case.
    """
    return tuple(
        each.session
        for each in found
        if each.session and each.session.status in states and name_key(each.session.account) == name_key(account)
    )


def about(sessions: Iterable[Session], zone: str | None, opportunity: str | None) -> Session | None:
    """Return the first session on this zone and opportunity; None matches any, "" the whole
    account.

    Zones are never mixed: a customer with several divisions has several fields.
    """
    for one in sessions:
        same_zone = zone is None or name_key(one.zone) == name_key(zone)
        if same_zone and (opportunity is None or name_key(one.opportunity) == name_key(opportunity)):
            return one
    return None


def before(
    folder: Path, session: Session, rows_of: Callable[[str], Iterable[SessionFile]] | None = None
) -> tuple[tuple[Session, ...], tuple[Fault, ...]]:
    """Return the sessions before this one, newest first, by `previous`, and a fault where one is
    missing.

    A session without `previous` has the last one held before it on the same account, zone and
    opportunity. `rows_of` gives the rows of an account, newest first, without reading the folder.
    """
    chain: list[Session] = []
    seen = {session.id}
    wanted = session.previous
    if not wanted:
        last = _last_held(rows_of(session.account) if rows_of else rows(folder), session)
        if last is None:
            return (), ()
        chain.append(last)
        seen.add(last.id)
        wanted = last.previous
    while wanted and wanted not in seen and len(chain) < LONGEST_CHAIN:
        seen.add(wanted)
        # The value comes from a file: it must be an id, so that the path stays in this folder.
        found = row(folder / f"{wanted}.toml") if ID.fullmatch(wanted) else SessionFile(folder)
        if found.session is None:
            what = f"the session before, {safe_text(wanted)}, is not there any more"
            if found.fault is not None and found.path.exists():
                what = f"the session before, {safe_text(wanted)}, cannot be read"
            do = "What was carried forward from it stands in this session."
            if ID.fullmatch(wanted) and removed_sessions.place(found.path).exists():
                what = f"the session before, {safe_text(wanted)}, was removed"
                do = f"session-tui restore {wanted} brings it back. {do}"
            return tuple(chain), (Fault("", what, do),)
        if name_key(found.session.account) != name_key(session.account):
            what = f"the session before, {safe_text(wanted)}, is about another account, and is left alone"
            return tuple(chain), (Fault("previous", what, "session-tui amend puts a wrong account right."),)
        chain.append(found.session)
        wanted = found.session.previous
    return tuple(chain), ()


def after(folder: Path, session: Session) -> tuple[Session, ...]:
    """Return the sessions, held or live, that continue this one, oldest first: each has the one
    before as `previous`.

    Reads only later files of its account, by the part of the name between day and suffix.
    """
    if not ID.fullmatch(session.id):
        return ()
    end = re.compile(rf".*{re.escape(session.id[10:-4])}....\.toml")
    names = sorted(name for name in _names(folder) if name[:10] >= session.id[:10] and end.fullmatch(name))
    following: dict[str, Session] = {}
    for found in map(row, map(folder.joinpath, names)):
        one = found.session
        if one is not None and one.id != session.id and one.previous and one.status in ("held", "live"):
            following[one.previous] = one
    chain: list[Session] = []
    at = session.id
    while at in following and len(chain) < LONGEST_CHAIN:
        chain.append(following.pop(at))
        at = chain[-1].id
    return tuple(one for one in chain if name_key(one.account) == name_key(session.account))


def _names(folder: Path) -> list[str]:
    """The names of the session files; none where the folder cannot be read."""
    try:
        return list(map(os.fsdecode, session_names(contents.names(folder))))
    except (OSError, StoreError):
        return []


def newer(folder: Path, session: Session, than: Session) -> Session | None:
    """Return the newest session on the same field held after `than`; files with an older name are
    not read.
    """
    names = sorted((name for name in _names(folder) if name[:10] >= than.id[:10]), reverse=True)
    held = of_account(map(row, map(folder.joinpath, names)), session.account, "held")
    after = (one for one in held if one.id not in (than.id, session.id) and _began(one) > _began(than))
    return about(after, session.zone, session.opportunity)


def _began(one: Session) -> datetime:
    return one.started_at or _BEFORE_ALL


def _last_held(found: Iterable[SessionFile], session: Session) -> Session | None:
    for one in of_account(found, session.account, "held"):
        same_field = not session.zone or not one.zone or name_key(one.zone) == name_key(session.zone)
        same_field = same_field and (
            not session.opportunity or name_key(one.opportunity) == name_key(session.opportunity)
        )
        earlier = not (session.started_at and one.started_at) or one.started_at < session.started_at
        if one.id != session.id and same_field and earlier:
            return one
    return None


def _newest(each: SessionFile) -> tuple[datetime, str]:
    started = each.session.started_at if each.session and each.session.started_at else None
    if started is None:
        try:
            started = datetime.fromisoformat(each.path.name[:10]).replace(tzinfo=UTC)
        except ValueError:
            started = _BEFORE_ALL
    return started, each.path.name


# ---- ids of new sessions ------------------------------------------------------------------------


def new_id(account: str, day: date, rng: random.Random) -> str:
    """Return an id `DATE-ACCOUNTSLUG-XXXX` for a session of this account on this day."""
    return f"{day.isoformat()}-{slug(account)}-{''.join(rng.choices(CROCKFORD, k=4))}"


def slug(name: str, nothing: str = "account") -> str:
    """Return a name as ASCII letters, digits and hyphens, at most 40; `nothing` where none is
    left.

    Never a path: every other character becomes a hyphen.
    """
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o").replace("Ø", "o"))
    plain = plain.replace("ł", "l").replace("Ł", "l").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-") or nothing
