"""What was taken back: `revocations.jsonl` in the data folder, which is only appended to.

A backup of the database from before knows nothing of it: what stands here stays taken back after
a restore. A line is a JSON object: the id of a token or of an invitation that is no longer valid
and since when, or the epoch of a database. A database whose epoch the file has not is one whose
revocations are not known here.
"""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, or_, select

from session_tui.server import tables
from session_tui.server.tables import people, teams

FILE = "revocations.jsonl"


class Revocations(Struct, frozen=True):
    """What the file holds: the epochs it knows, and since when a token or an invitation is not
    valid, by its id.
    """

    epochs: frozenset[str] = frozenset()
    tokens: Mapping[str, str] = {}
    invitations: Mapping[str, str] = {}

    def knows(self, epoch: str) -> bool:
        """Whether every revocation in a database of this epoch was written here."""
        return epoch in self.epochs


class _Line(Struct, frozen=True, omit_defaults=True):
    at: str
    epoch: str = ""
    token: str = ""
    invitation: str = ""


def read(data: Path) -> Revocations:
    """What the file in this folder holds; nothing where there is none.

    A line that was cut, or is none, is left out: what follows it counts. `OSError`.
    """
    try:
        lines = (data / FILE).read_bytes().split(b"\n")
    except FileNotFoundError:
        return Revocations()
    epochs: set[str] = set()
    tokens: dict[str, str] = {}
    invitations: dict[str, str] = {}
    decoder = msgspec.json.Decoder(_Line)
    for line in lines:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            found = decoder.decode(line)
            if found.epoch:
                epochs.add(found.epoch)
            if found.token:
                tokens.setdefault(found.token, found.at)
            if found.invitation:
                invitations.setdefault(found.invitation, found.at)
    return Revocations(frozenset(epochs), tokens, invitations)


def in_tables(connection: Connection) -> Revocations:
    """What the tables hold. The tokens of a person who left are taken back, whatever their rows
    say.
    """
    of_person = (people.c.team == tables.tokens.c.team) & (people.c.person == tables.tokens.c.person)
    revoked = or_(tables.tokens.c.revoked_at.is_not(None), people.c.state != "active")
    rows = select(tables.tokens.c.token, tables.tokens.c.revoked_at).join(people, of_person).where(revoked)
    used = select(tables.invitations.c.invitation, tables.invitations.c.used_at)
    used = used.where(tables.invitations.c.used_at.is_not(None))
    return Revocations(
        epochs=frozenset(connection.execute(select(teams.c.epoch)).scalars()),
        tokens={row.token: row.revoked_at or "" for row in connection.execute(rows)},
        invitations={row.invitation: row.used_at for row in connection.execute(used)},
    )


def add(data: Path, new: Revocations, at: str) -> None:
    """Add to the file what it does not hold, on the disk when this returns. `OSError`."""
    here = read(data)
    lines = [_Line(at, epoch=each) for each in sorted(new.epochs - here.epochs)]
    lines += [_Line(new.tokens[each] or at, token=each) for each in sorted(new.tokens.keys() - here.tokens.keys())]
    missing = sorted(new.invitations.keys() - here.invitations.keys())
    _append(data, lines + [_Line(new.invitations[each], invitation=each) for each in missing])


def append_tokens(data: Path, tokens: Iterable[str], at: str) -> None:
    """Write that tokens of these ids are taken back. They are on the disk when it returns.
    `OSError`.
    """
    _append(data, [_Line(at, token=each) for each in tokens])


def append_invitations(data: Path, invitations: Iterable[str], at: str) -> None:
    """The same for invitations that were used or taken back. `OSError`."""
    _append(data, [_Line(at, invitation=each) for each in invitations])


def append_epoch(data: Path, epoch: str, at: str) -> None:
    """Write that revocations in a database of this epoch stand here from now on. `OSError`."""
    _append(data, [_Line(at, epoch=epoch)])


def _append(data: Path, lines: Iterable[_Line]) -> None:
    text = b"".join(msgspec.json.encode(each) + b"\n" for each in lines)
    if not text:
        return
    handle = os.open(data / FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        if size:  # a line that a power cut left unfinished ends here
            os.lseek(handle, size - 1, os.SEEK_SET)
            text = text if os.read(handle, 1) == b"\n" else b"\n" + text
        written = 0
        while written < len(text):
            written += os.write(handle, text[written:])
        os.fsync(handle)
    finally:
        os.close(handle)
    if not size and os.name == "posix":
        folder = os.open(data, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
