"""Reading files for the index; as a program of its own it reads for another process, which does its own share.

`python -m session_tui.library.looking` answers each list of paths on standard input with what it found, both as
msgpack behind their length in four bytes. Started afresh, not forked: a screen has threads, and what they hold at that
moment would be held for ever.
"""

import hashlib
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from session_tui.library.folding import searched
from session_tui.model.session import Session
from session_tui.store import shelf, toml
from session_tui.store.shelf import Row
from session_tui.store.trouble import StoreError

FIELDS = ("account", "headline", "people", "assumptions", "actions", "decisions", "parked", "notes")


class Card(Struct, frozen=True):
    """What a list shows of a session, and what it is filtered by; of a broken file its name and `error`."""

    name: str
    error: str = ""
    id: str = ""
    account: str = ""
    zone: str = ""
    opportunity: str = ""
    owners: tuple[str, ...] = ()
    status: str = ""
    started_at: datetime | None = None
    outcome: str | None = None
    headline: str = ""
    open_actions: int = 0


class Found(Struct, frozen=True):
    """A file as it goes into the index: when it was read, its digest, its place in time, card, session and words."""

    seen: int
    digest: bytes
    order: str
    card: bytes
    whole: bytes = b""
    texts: tuple[str, ...] = ()


def look_into(path: Path) -> Found:
    """Read one file; never raises for what is in it."""
    seen = time.time_ns()
    try:
        content = toml.read_bytes(path)
        row = shelf.row_of(path, content)
    except StoreError as error:
        content, row = b"", Row(path, None, error.faults[0])
    digest = hashlib.blake2b(content, digest_size=16).digest()
    card = _card(path.name.removesuffix(".toml"), row)
    packed = _PACK.encode(card)
    if row.session is None:
        return Found(seen, digest, _order(card), packed)
    texts = tuple(searched("\n".join(told)) for _, told in texts_of(row.session))
    return Found(seen, digest, _order(card), packed, _PACK.encode(row.session), texts)


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
        ("notes", [each.text for each in session.notes]),
    )


class Helper:
    """Another process that reads files meanwhile; where it fails, they are read here."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", __name__]
        # The screen's terminal is nothing to it: neither keys nor a word of its own.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self._asked: list[Path] = []

    def ask(self, paths: list[Path]) -> None:
        """Begin to read these; `answer` gives them."""
        self._asked = paths
        assert self._process.stdin is not None
        try:
            _send(self._process.stdin, [str(path) for path in paths])
        except OSError:
            self._process.kill()

    def answer(self) -> list[Found]:
        """What was asked for last."""
        assert self._process.stdout is not None
        try:
            return msgspec.msgpack.decode(_receive(self._process.stdout), type=list[Found])
        except (OSError, EOFError, msgspec.MsgspecError):
            return [look_into(path) for path in self._asked]

    def close(self) -> None:
        """Let it end."""
        self._process.kill()
        self._process.communicate()


def serve(asked: IO[bytes], told: IO[bytes]) -> None:
    """Answer until nothing is asked any more."""
    while True:
        try:
            paths = msgspec.msgpack.decode(_receive(asked), type=list[str])
        except EOFError:
            return
        _send(told, [look_into(Path(path)) for path in paths])


def _send(stream: IO[bytes], value: Sequence[object]) -> None:
    content = _PACK.encode(value)
    stream.write(len(content).to_bytes(4, "big") + content)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    length = stream.read(4)
    if len(length) < 4:
        raise EOFError
    return stream.read(int.from_bytes(length, "big"))


def _joined(texts: Sequence[str]) -> str:
    return " · ".join(text for text in texts if text)


def _card(name: str, row: Row) -> Card:
    session = row.session
    if session is None:
        return Card(name, str(row.fault))
    owners = (session.account_owner, *(each.owner for each in session.action_items))
    return Card(
        name,
        "",
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


def _order(card: Card) -> str:
    return card.started_at.astimezone(UTC).isoformat() if card.started_at else card.name[:10]


_PACK = msgspec.msgpack.Encoder()

if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
