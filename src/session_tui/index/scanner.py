"""The scanner: it reads session files for the index, in this process or in several others.

`python -m session_tui.index.scanner FOLDER` reads lists of file names from standard input and
writes a list of `ScannedFile` for each; both are msgpack after their length in four bytes. A
process is started, not forked: the screen has threads, and a lock that one of them holds at that
moment would never be released.
"""

import contextlib
import gc
import hashlib
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key, searched
from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import safe_text
from session_tui.model.session import Session
from session_tui.model.vocabulary import Outcome
from session_tui.store import session_file, session_folder, toml
from session_tui.store.contents import stem_of
from session_tui.store.errors import StoreError, contained
from session_tui.store.session_folder import SessionFile
from session_tui.store.toml import Table

FIELDS = ("account", "headline", "people", "assumptions", "actions", "decisions", "parked", "notes")
BETWEEN = " · "  # separates the texts of an entry


class SessionCard(Struct, frozen=True):
    """The facts of a session that lists show and filter by; of a broken file, name and fault."""

    file: bytes  # the file name, as on disk
    fault: Fault | None = None
    id: str = ""
    account: str = ""
    zone: str = ""
    opportunity: str = ""
    owners: tuple[str, ...] = ()
    status: str = ""
    started_at: datetime | None = None
    outcome: Outcome | None = None
    headline: str = ""
    open_actions: int = 0
    merge: str = ""  # the session's id, where the file is a conflicting version of a session

    @property
    def name(self) -> str:
        """The id in the file name, as safe text."""
        return safe_text(stem_of(self.file.decode("utf-8", "replace")))

    @property
    def standing(self) -> str:
        """One word why this file is not a session; empty for a session."""
        return session_folder.standing(self.fault, self.merge)

    def path_in(self, folder: Path) -> Path:
        """The path of its file."""
        return folder / os.fsdecode(self.file)


class ScannedFile(Struct, frozen=True):
    """A file as the index stores it.

    `seen` is when it was read (nanoseconds), `order` its sort key in time, `card` and `whole` the
    packed card and session, `texts` the searchable text of each field in `FIELDS`. `complete` is
    whether the packed session has the tables of the file, and these say all that the file says.
    """

    seen: int
    digest: bytes
    order: str
    account: str
    card: bytes
    whole: bytes = b""
    texts: tuple[str, ...] = ()
    complete: bool = False


def scan_file(folder: Path, name: bytes) -> ScannedFile:
    """Read one file; never raises for its content."""
    seen = time.time_ns()
    path = folder / os.fsdecode(name)
    content = b""
    try:
        with contained(path):
            content = toml.read_bytes(path)
            found: list[Table] = []
            row = session_folder.row_of(path, content, partial(_read, found))
            tables = b"" if row.session is None else session_file.packed(row.session, found[0], content)
            return _scanned(seen, name, content, row, tables)
    except StoreError as error:
        return _scanned(seen, name, content, SessionFile(path, None, error.faults[0]))


def _read(found: list[Table], content: bytes, path: Path) -> Session:
    """The session of a file; its tables are added to `found`."""
    session, tables = session_file.read_with_tables(content, path)
    found.append(tables)
    return session


def _scanned(seen: int, name: bytes, content: bytes, row: SessionFile, tables: bytes = b"") -> ScannedFile:
    digest = hashlib.blake2b(content, digest_size=16).digest()
    card = _card(name, row)
    packed = _PACK.encode(card)
    if row.session is None:
        return ScannedFile(seen, digest, _order(card), "", packed)
    # An ASCII text need not be normalized letter by letter, so the separator is ASCII here.
    texts = tuple(searched("\n".join(entries).replace(BETWEEN, "\n")) for _, entries in texts_of(row.session))
    account = name_key(row.session.account)
    whole = tables or _PACK.encode(row.session)
    return ScannedFile(seen, digest, _order(card), account, packed, whole, texts, bool(tables))


def texts_of(session: Session) -> tuple[tuple[str, list[str]], ...]:
    """The texts of a session's entries, by the search field."""
    deal = (session.account, session.zone, session.opportunity, session.phase, session.account_owner)
    people = [(each.name, each.title, *each.covered_by, each.pain, each.note) for each in session.stakeholders]
    beliefs = [(each.text, each.tested_by, each.result, each.note) for each in session.assumptions]
    actions = [(each.text, each.owner, each.result, each.note) for each in session.action_items]
    return (
        ("account", [*deal, session.facilitator, *(each.name for each in session.attendees)]),
        ("headline", [session.headline, session.condition]),
        ("people", [_joined(each) for each in people]),
        ("assumptions", [_joined(each) for each in beliefs]),
        ("actions", [_joined(each) for each in actions]),
        ("decisions", [each.text for each in session.decisions]),
        ("parked", [each.text for each in session.parking_lot]),
        ("notes", [*(each.text for each in session.notes), *(each.text for each in session.recognitions)]),
    )


class ScannerProcess:
    """A second process that reads files in parallel; where it fails, this process reads them."""

    def __init__(self, folder: Path) -> None:
        import subprocess  # takes 2 ms of a command, and few have many files to read

        self._folder = folder
        self._names: list[bytes] = []
        self._process: subprocess.Popen[bytes] | None = None
        # -P: `-m` alone would look for modules in the current folder first, and run what a clone
        # has put there.
        command = [sys.executable, "-P", "-m", __name__, str(folder)]
        with contextlib.suppress(OSError):
            # It must neither read keys from the terminal nor write to it.
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def start(self, names: list[bytes]) -> None:
        """Begin to read these files; `result` returns them."""
        self._names = names
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):  # it ended; `result` notices
                _send(self._process.stdin, names)

    def result(self) -> list[ScannedFile]:
        """Wait for the files of the last `start`."""
        if self._process is not None and self._process.stdout is not None:
            with contextlib.suppress(OSError, EOFError, msgspec.MsgspecError):
                return _UNPACK.decode(_receive(self._process.stdout))
        return [scan_file(self._folder, name) for name in self._names]

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


def serve(folder: Path, requests: IO[bytes], results: IO[bytes]) -> None:
    """Read files for each list of names in `requests` until the stream ends."""
    gc.disable()  # no reference cycles are made here
    while True:
        try:
            names = msgspec.msgpack.decode(_receive(requests), type=list[bytes])
        except EOFError:
            return
        _send(results, [scan_file(folder, name) for name in names])


def _send(stream: IO[bytes], value: Sequence[object]) -> None:
    content = _PACK.encode(value)
    stream.write(len(content).to_bytes(4, "big") + content)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    length = stream.read(4)
    if len(length) < 4:
        raise EOFError
    wanted = int.from_bytes(length, "big")
    content = stream.read(wanted)
    if len(content) < wanted:
        raise EOFError
    return content


def _joined(texts: Sequence[str]) -> str:
    return BETWEEN.join(text for text in texts if text)


def _card(name: bytes, row: SessionFile) -> SessionCard:
    session = row.session
    if session is None:
        fault = row.fault or Fault("", "it cannot be read")
        # File names in it may be no UTF-8, which msgpack cannot hold.
        safe = replace(fault, where=safe_text(fault.where), what=safe_text(fault.what), do=safe_text(fault.do))
        return SessionCard(name, safe, merge=row.merge)
    owners = (session.account_owner, *(each.owner for each in session.action_items))
    return SessionCard(
        name,
        None,
        session.id,
        session.account,
        session.zone,
        session.opportunity,
        tuple(dict.fromkeys(filter(None, owners))),
        session.status,
        session.started_at,
        session.outcome,
        session.headline,
        sum(1 for each in session.action_items if each.status == "open"),
    )


def _order(card: SessionCard) -> str:
    """A sort key by time: the start, otherwise the date in the file name, otherwise empty."""
    if card.started_at is not None:
        return card.started_at.astimezone(UTC).isoformat()
    return card.name[:10] if _DAY.match(card.name) else ""


_DAY = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PACK = msgspec.msgpack.Encoder()
_UNPACK = msgspec.msgpack.Decoder(list[ScannedFile])

if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
