"""Invitations: the holder of one lets one device in, once. Only their hashes are kept."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from session_tui.server.access import Role, moment
from session_tui.server.audit import MACHINE, AuditEntry, write_audit
from session_tui.server.codes import code_hash, new_id, new_invitation
from session_tui.server.database import Database
from session_tui.server.members import TEAM, team_number
from session_tui.server.tables import invitations

FIRST = timedelta(minutes=15)  # how long the invitation is valid that the server's start prints
_BETWEEN = "\n"  # the accounts of an invitation in one text


class Invitation(Struct, frozen=True):
    """An invitation that is valid. An empty name is that of the user who takes it; no accounts are
    all of them.
    """

    id: str
    name: str
    role: Role
    accounts: tuple[str, ...]


class Invitations:
    """Makes invitations."""

    def __init__(self, database: Database, now: Callable[[], datetime], rng: Random) -> None:
        self._database, self._now, self._rng = database, now, rng

    async def invite(self, name: str, role: Role, valid: timedelta, accounts: Sequence[str] = ()) -> tuple[str, str]:
        """A new invitation, and until when it is valid. Of those without a name only the newest
        is.
        """
        made, id, at = new_invitation(self._rng), new_id("i", self._rng), moment(self._now())
        until = moment(self._now() + valid)
        row = {"invitation_hash": code_hash(made), "invitation": id, "team": TEAM, "name": name, "role": role}
        row |= {"accounts": _BETWEEN.join(accounts), "created_at": at, "expires_at": until}

        def written(connection: Connection) -> None:
            if connection.execute(select(invitations.c.team).where(invitations.c.invitation == id)).first():
                return
            if not name:
                unnamed = (invitations.c.team == TEAM, invitations.c.name == "", invitations.c.used_at.is_(None))
                connection.execute(update(invitations).where(*unnamed).values(used_at=at))
            epoch, _ = team_number(connection, TEAM)
            connection.execute(insert(invitations), row | {"epoch": epoch})
            write_audit(connection, TEAM, [AuditEntry(at, MACHINE, "invite", id, role)])

        await self._database.write(written)
        return made, until


def valid_invitation(connection: Connection, typed: str, at: str) -> Invitation | None:
    """The invitation that was typed; None where there is none, or none any more."""
    epoch, _ = team_number(connection, TEAM)
    mine = (invitations.c.team == TEAM, invitations.c.invitation_hash == code_hash(typed))
    row = connection.execute(select(invitations).where(*mine)).first()
    if row is None or row.used_at or row.expires_at <= at or row.epoch != epoch:
        return None
    return _invitation(row)


def invitation_of(connection: Connection, id: str) -> Invitation | None:
    """The invitation with this id, used or not."""
    mine = (invitations.c.team == TEAM, invitations.c.invitation == id)
    row = connection.execute(select(invitations).where(*mine)).first()
    return None if row is None else _invitation(row)


def _invitation(row: Row[Any]) -> Invitation:
    accounts = tuple(each for each in row.accounts.split(_BETWEEN) if each)
    return Invitation(row.invitation, row.name, row.role, accounts)


def use_invitation(connection: Connection, id: str, at: str) -> bool:
    """Whether the invitation was valid until now, which it is no more."""
    mine = (invitations.c.team == TEAM, invitations.c.invitation == id, invitations.c.used_at.is_(None))
    return connection.execute(update(invitations).where(*mine).values(used_at=at)).rowcount == 1
