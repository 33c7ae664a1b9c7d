"""Reading files for the index; as a program of its own it reads for another process, which does its own share.

`python -m session_tui.index.scanner FOLDER` answers each list of names on standard input with what it found, both as
msgpack behind their length in four bytes. Started afresh, not forked: a screen has threads, and what they hold at that
moment would be held for ever.
"""

import contextlib
import gc
import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key, searched
from session_tui.model.sanitize import safe_text
from session_tui.model.session import Session
from session_tui.model.vocabulary import Outcome
from session_tui.store import session_file, session_folder, toml
from session_tui.store.contents import stem_of
from session_tui.store.errors import StoreError, contained
from session_tui.store.session_folder import SessionFile

FIELDS = ("account", "headline", "people", "assumptions", "actions", "decisions", "parked", "notes")
BETWEEN = " · "  # the pieces of an entry


class SessionCard(Struct, frozen=True):
    """What a list shows of a session, and what it is filtered by; of a broken file its name and its fault."""

    file: bytes  # its name, as the disk has it
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
    merge: str = ""  # of a file that is another version of a session: that session's id

    @property
    def name(self) -> str:
        """The id that the file's name gives; harmless text."""
        return safe_text(stem_of(self.file.decode("utf-8", "replace")))

    @property
    def standing(self) -> str:
        """In a word why this file is no session; empty for one."""
        return session_folder.standing(self.fault, self.merge)

    def path_in(self, folder: Path) -> Path:
        """Where its file is."""
        return folder / os.fsdecode(self.file)


class ScannedFile(Struct, frozen=True):
    """A file as it goes into the index: when it was read, its digest, its place in time, card, session and words."""

    seen: int
    digest: bytes
    order: str
    account: str
    card: bytes
    whole: bytes = b""
    texts: tuple[str, ...] = ()


def scan_file(folder: Path, name: bytes) -> ScannedFile:
    """Read one file; never raises for what is in it."""
    seen = time.time_ns()
    path = folder / os.fsdecode(name)
    content = b""
    try:
        with contained(path):
            content = toml.read_bytes(path)
            return _found(seen, name, content, session_folder.row_of(path, content, session_file.read_session))
    except StoreError as error:
        return _found(seen, name, content, SessionFile(path, None, error.faults[0]))


def _found(seen: int, name: bytes, content: bytes, row: SessionFile) -> ScannedFile:
    digest = hashlib.blake2b(content, digest_size=16).digest()
    card = _card(name, row)
    packed = _PACK.encode(card)
    if row.session is None:
        return ScannedFile(seen, digest, _order(card), "", packed)
    # Where a text is ASCII it need not be folded letter by letter, so what joins its pieces is ASCII here.
    texts = tuple(searched("\n".join(told).replace(BETWEEN, "\n")) for _, told in texts_of(row.session))
    account = name_key(row.session.account)
    return ScannedFile(seen, digest, _order(card), account, packed, _PACK.encode(row.session), texts)


def texts_of(session: Session) -> tuple[tuple[str, list[str]], ...]:
    """What a session says, by the field it is found in: the entries' own words."""
    deal = (session.account, session.zone, session.opportunity, session.phase, session.account_owner)
    people = [(each.name, each.title, *each.covered_by, each.pain, each.note) for each in session.stakeholders]
    beliefs = [(each.text, each.tested_by, each.result, each.note) for each in session.assumptions]
    actions = [(each.text, each.owner, each.result, each.note) for each in session.action_items]
    return (
        ("account", [*deal, session.facilitator, *(each.name for each in session.attendees)]),
        ("headline", [session.headline]),
        ("people", [_joined(each) for each in people]),
        ("assumptions", [_joined(each) for each in beliefs]),
        ("actions", [_joined(each) for each in actions]),
        ("decisions", [each.text for each in session.decisions]),
        ("parked", [each.text for each in session.parking_lot]),
        ("notes", [*(each.text for each in session.notes), *(each.text for each in session.recognitions)]),
    )


class ScannerProcess:
    """Another process that reads files of a folder meanwhile; where it fails, they are read here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._asked: list[bytes] = []
        self._process: subprocess.Popen[bytes] | None = None
        # -P: `-m` alone would look for modules in the current folder first, and run what a clone has put there.
        command = [sys.executable, "-P", "-m", __name__, str(folder)]
        with contextlib.suppress(OSError):
            # The screen's terminal is nothing to it: neither keys nor a word of its own.
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def ask(self, names: list[bytes]) -> None:
        """Begin to read these; `answer` gives them."""
        self._asked = names
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):  # it ended; `answer` finds out
                _send(self._process.stdin, names)

    def answer(self) -> list[ScannedFile]:
        """What was asked for last."""
        if self._process is not None and self._process.stdout is not None:
            with contextlib.suppress(OSError, EOFError, msgspec.MsgspecError):
                return _FOUND.decode(_receive(self._process.stdout))
        return [scan_file(self._folder, name) for name in self._asked]

    def close(self) -> None:
        """Let it end."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


def serve(folder: Path, asked: IO[bytes], told: IO[bytes]) -> None:
    """Answer until nothing is asked any more."""
    gc.disable()  # nothing here goes in a circle
    while True:
        try:
            names = msgspec.msgpack.decode(_receive(asked), type=list[bytes])
        except EOFError:
            return
        _send(told, [scan_file(folder, name) for name in names])


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
        # Names in it may be no UTF-8, which nothing that is packed may hold.
        told = replace(fault, where=safe_text(fault.where), what=safe_text(fault.what), do=safe_text(fault.do))
        return SessionCard(name, told, merge=row.merge)
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
    """Text that stands in the order of time; a file that says none has that of its name, if that is one."""
    if card.started_at is not None:
        return card.started_at.astimezone(UTC).isoformat()
    return card.name[:10] if _DAY.match(card.name) else ""


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PACK = msgspec.msgpack.Encoder()
_FOUND = msgspec.msgpack.Decoder(list[ScannedFile])

if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
