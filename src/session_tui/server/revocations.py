"""What was taken back, in a file outside the database: a restored backup does not bring it to
life again.

A line is only ever added to the file. It has a moment, a word and an id: `token` with the id of a
token, `invitation` with that of an invitation that was used or taken back, or `epoch` with the
epoch of a database that the file has followed from then on. A file that does not know the epoch of
a backup says nothing of its tokens. The line is on the disk before the database says so, and is
read at every start; what another process took back is added when it is seen.
"""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, or_, select

from session_tui.server.data_folder import sync_folder
from session_tui.server.tables import invitations, people, teams, tokens

FILE = "revocations.txt"


class Revocations(Struct, frozen=True):
    """What the file holds: ids of tokens and of invitations, and epochs."""

    tokens: frozenset[str] = frozenset()
    epochs: frozenset[str] = frozenset()
    invitations: frozenset[str] = frozenset()


def known(data: Path) -> Revocations:
    """What the folder's file holds; nothing where there is none. A line that a power cut left half
    is no line. OSError.
    """
    found: dict[str, set[str]] = {"token": set(), "epoch": set(), "invitation": set()}
    with contextlib.suppress(FileNotFoundError):
        for line in (data / FILE).read_text(encoding="utf-8", errors="replace").split("\n")[:-1]:
            words = line.split(" ")
            if len(words) == 3 and words[1] in found:
                found[words[1]].add(words[2])
    return Revocations(*(frozenset(found[word]) for word in ("token", "epoch", "invitation")))


def in_tables(connection: Connection) -> Revocations:
    """What the tables hold. The tokens of a person who left are taken back, whatever their rows
    say.
    """
    of_person = (people.c.team == tokens.c.team) & (people.c.person == tokens.c.person)
    revoked = or_(tokens.c.revoked_at.is_not(None), people.c.state != "active")
    found = connection.execute(select(tokens.c.token).join(people, of_person).where(revoked)).scalars()
    used = connection.execute(select(invitations.c.invitation).where(invitations.c.used_at.is_not(None))).scalars()
    epochs = connection.execute(select(teams.c.epoch)).scalars()
    return Revocations(frozenset(found), frozenset(epochs), frozenset(used))


def add(data: Path, new: Revocations, at: str) -> None:
    """Add to the file what it does not hold, on the disk when this returns. OSError."""
    here = known(data)
    lines = [*_lines("token", new.tokens - here.tokens, at), *_lines("epoch", new.epochs - here.epochs, at)]
    lines += _lines("invitation", new.invitations - here.invitations, at)
    if not lines:
        return
    file = data / FILE
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        # A power cut may have left half a line; what is added then begins with a line of its own.
        begun = file.stat().st_size and file.read_bytes()[-1:] != b"\n"
        os.write(handle, ("\n" * bool(begun) + "".join(lines)).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    sync_folder(data)


def _lines(word: str, ids: Iterable[str], at: str) -> list[str]:
    return [f"{at} {word} {each}\n" for each in sorted(ids)]
