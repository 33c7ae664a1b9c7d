"""Forgets a person: replaces the name with a mark.

Each file is replaced whole under its lock. If the program is killed, every file is the old or the
new one, and another run does the rest. Sessions come last, since only they record which notes are
about the person. They are not changed by `OpenedSession.change`, which would record the old name
among the changes.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import person_names, person_removal
from session_tui.model.fault import Fault
from session_tui.model.person_names import Name
from session_tui.store import atomic, exchange, folders, locking, removed_sessions, toml
from session_tui.store.errors import StoreError, contained, from_os_error
from session_tui.store.privacy import search
from session_tui.store.privacy.report import LINKED, MentionedFile, PersonReport, keep_key, own_mark
from session_tui.store.privacy.search import Trace
from session_tui.store.toml import Table

AGAIN = "Run the command again then."
_SETTLED = timedelta(seconds=60)  # after which no program still writes a temporary file


class Done(Struct, frozen=True):
    """The result for one file: the number of replaced places, or the fault."""

    place: MentionedFile
    fault: Fault | None = None


# ---- forgetting ---------------------------------------------------------------------------------


def mark(about: PersonReport, state: Path, fresh: Callable[[int], bytes]) -> str:
    """Return the mark of this person: the one in the sessions, else one made with the user's own
    key.

    `StoreError` where no key can be saved.
    """
    there: dict[tuple[str, str], str] = {}
    for trace in about.known:
        if trace.sort in ("session", "kept copy") and isinstance(trace.tables, dict):
            there |= person_names.marks_of(trace.tables)
    known = sorted({there[each] for each in about.name.who if each in there})
    if known:
        return known[0]
    keep_key(state, fresh)
    return own_mark(about.name.text, about.account, state)


def begun(about: PersonReport, state: Path) -> bool:
    """Whether a file has this person's mark already: forgetting was begun, and not finished."""
    wanted = own_mark(about.name.text, about.account, state)
    return bool(wanted) and any(wanted in str(trace.tables) or wanted in trace.text for trace in about.known)


def forget(about: PersonReport, as_: str, state: Path, now: datetime) -> list[Done]:
    """Replace the name with the mark `as_` in every file of the report; a file that cannot be
    changed has a fault.
    """
    texts: frozenset[str] = frozenset()
    ids: dict[Path, frozenset[str]] = {}
    for place in about.places:
        if isinstance(place.trace.tables, dict) and place.trace.sort in ("session", "kept copy"):
            texts |= person_names.said_about(place.trace.tables, about.name)
            ids[place.trace.path] = person_names.ids_of(place.trace.tables, about.name)
    done = []
    for place in sorted(about.places, key=_order):
        if not place.counted:
            continue
        mine = ids.get(place.trace.guard, frozenset()) if place.trace.guard else frozenset()
        done.append(Done(place, _forgotten(place.trace, about.name, as_, texts, mine, state, now)))
    done += [Done(MentionedFile(trace, ()), trace.fault) for trace in about.unsure]
    return done


def _order(place: MentionedFile) -> tuple[bool, bool]:
    """Sort sessions last, and of them last those with the name, which identify the entries of
    the others.
    """
    return place.trace.sort in ("session", "kept copy"), any(hit.kind not in LINKED for hit in place.hits)


def _forgotten(
    trace: Trace, name: Name, as_: str, texts: frozenset[str], ids: frozenset[str], state: Path, now: datetime
) -> Fault | None:
    path = trace.path
    if trace.fault is not None:
        return trace.fault
    if path.is_symlink() and trace.sort != "session":
        return Fault(path.name, "it is a link", "Look at what it leads to.")
    try:
        with contained(path):
            return _changed(trace, name, as_, texts, ids, state, now)
    except StoreError as error:
        return error.faults[0]


def _changed(
    trace: Trace, name: Name, as_: str, texts: frozenset[str], ids: frozenset[str], state: Path, now: datetime
) -> Fault | None:
    path = trace.path
    lock = locking.Hold()
    try:
        lock = _locked(trace.guard or path, state)
        if not path.exists():
            return None
        if trace.sort == "half-written":
            return _taken_away(path, now)
        content = toml.read_bytes(path)
        there = search.read_trace(path, trace.sort, content)
        if there.fault is not None:
            return there.fault
        after = _content(replace(there, account=trace.account), content, name, as_, texts, ids)
        if after != content:
            written = path.stat()
            with locking.writing(path, state):
                other = exchange.exchange(path, after, content)
            if other is None and path.parent.name == removed_sessions.FOLDER:
                os.utime(path, ns=(written.st_atime_ns, written.st_mtime_ns))  # when it was removed
            if other is not None:
                return Fault(path.name, "it was changed meanwhile", AGAIN)
        if trace.sort == "assessment":
            _renamed(path, name, as_)
    except locking.LockTimeout:
        return Fault(path.name, "it is open in another window", f"Close it there. {AGAIN}")
    except StoreError as error:
        return error.faults[0]
    except OSError as error:
        return from_os_error(error, path, f"It is as it was. {AGAIN}")
    finally:
        lock.release()
    return None


def _locked(path: Path, state: Path) -> locking.Hold:
    """Lock the session; without a lock where none is possible, as when a session is opened.
    `LockTimeout`.
    """
    try:
        return locking.Hold(locking.session(path, state))
    except locking.LockTimeout:
        raise
    except OSError:
        return locking.Hold()


def _taken_away(path: Path, now: datetime) -> Fault | None:
    """Remove a half-written file of a crash, unless it is so new that a program may be writing
    it.
    """
    if now.timestamp() - path.stat().st_mtime < _SETTLED.total_seconds():
        return Fault(path.name, "it was written a moment ago", "Run the command again in a minute.")
    atomic.remove(path)
    return None


def _renamed(path: Path, name: Name, as_: str) -> None:
    if slug := search.slug_in(path.name, name.text):
        fresh = path.with_name(path.name.replace(slug, as_))
        if fresh.exists():
            raise StoreError(Fault(path.name, f"{fresh.name} is there already", "Rename one of them."))
        path.rename(fresh)
        folders.sync(path.parent)


def _content(trace: Trace, content: bytes, name: Name, as_: str, texts: frozenset[str], ids: frozenset[str]) -> bytes:
    tables = trace.tables
    if tables is None:
        return name.replaced(content.decode("utf-8", "surrogateescape"), as_).encode("utf-8", "surrogateescape")
    if trace.sort == "draft":
        after = person_removal.without(_lines_replaced(tables, name, as_, ids), name, as_, texts)
        return content if after == tables else msgspec.json.encode(after)
    if trace.sort == "parcel":
        after = _parcel(tables, name, as_, texts)
    else:
        after = person_removal.without(tables, name, as_, texts if trace.sort == "journal" else frozenset())
    comments: list[str] = []
    if trace.text:
        from session_tui.store.source_positions import comments as comments_in

        comments = [text for _, text in comments_in(content)]
    fresh = [name.replaced(each, as_) for each in comments]
    if after == tables and fresh == comments:
        return content
    return _written(after, fresh, content)


def _written(tables: Table, comments: list[str], content: bytes) -> bytes:
    """Return the file with these tables, in its own line ends; the comments, which tables
    cannot hold, come first.
    """
    text = toml.dumps(tables)
    if toml.parse(text.encode()) != tables:  # the written file would have another content
        raise StoreError(Fault("", "it cannot be written again as it is", "Change it by hand."))
    if comments:
        text = "\n".join(comments) + "\n\n" + text
    return toml.framed(text, content)


def _parcel(tables: Table, name: Name, as_: str, texts: frozenset[str]) -> Table:
    """Return an outbox message without the name. A delivered one loses its body, so the next
    push sends it again.
    """
    after: Table = dict(person_removal.without({**tables, "body": ""}, name, as_, texts))
    body = str(tables.get("body", ""))
    found = search.body_of(tables)
    cleaned: Any = person_removal.without(found, name, as_, texts)
    if cleaned == found:
        after["body"] = body
    elif tables.get("state") == "delivered":
        after["body"] = ""
    elif isinstance(found, str):
        after["body"] = cleaned
    else:
        after["body"] = msgspec.json.encode(cleaned).decode()
    return after


def _lines_replaced(tables: Any, name: Name, as_: str, ids: frozenset[str]) -> Any:
    """Return a draft's tables with its lines cleaned as capture lines."""
    if not isinstance(tables, dict) or "line" not in tables:
        return tables

    def line(text: Any, entry: object) -> Any:
        if not isinstance(text, str):
            return text
        return person_removal.line_without(text, name, as_, theirs=search.theirs(text, str(entry), ids))

    after = {**tables, "line": line(tables["line"], tables.get("editing", ""))}
    if isinstance(tables.get("waiting"), list):
        after["waiting"] = [
            {**each, "line": line(each.get("line"), each.get("editing", ""))} if isinstance(each, dict) else each
            for each in tables["waiting"]
        ]
    if isinstance(tables.get("given_up"), dict):
        after["given_up"] = {entry: line(text, entry) for entry, text in tables["given_up"].items()}
    return after
