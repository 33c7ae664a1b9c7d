"""What is done about people: listed, given another role or accounts, taken away; their tokens too.

What is taken back stands in the file of revocations before it stands in the database.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import cast

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from session_tui.model.name_keys import name_key
from session_tui.model.patterns import lazy_pattern
from session_tui.server import revocations
from session_tui.server.access import RIGHTS, SEES, Role, covers, moment
from session_tui.server.audit import MACHINE, AuditEntry, write_audit
from session_tui.server.database import Database
from session_tui.server.members import TEAM, Members, team_number
from session_tui.server.tables import devices, invitations, people, scopes, token_scopes, token_uses, tokens

_TOKEN_ID = lazy_pattern(r"t_[0-9a-f]{16}", re.ASCII)
_INVITATION_ID = lazy_pattern(r"i_[0-9a-f]{16}", re.ASCII)
_AT_ONCE = 500  # ids in one statement


class NoSuchError(Exception):
    """There is no person of this name, or no token of this id. The text is what was asked for."""


class TokenRow(Struct, frozen=True):
    """A token as it is listed. Moments are texts; empty where there is none."""

    id: str
    role: Role
    label: str
    created_at: str
    last_used_at: str
    expires_at: str
    accounts: tuple[str, ...]


class PersonRow(Struct, frozen=True):
    """A person as it is listed, with the tokens that are valid. No accounts are all of them."""

    id: str
    name: str
    role: Role
    sees: str
    accounts: tuple[str, ...]
    tokens: tuple[TokenRow, ...]


class InvitationRow(Struct, frozen=True):
    """An invitation that is open. An empty name is that of the user who takes it."""

    id: str
    name: str
    role: Role
    expires_at: str


class RoleChange(Struct, frozen=True):
    """A person has another role: ids of the tokens that have it now, of those that kept a smaller
    one, and of those that were taken back because they may do more.
    """

    changed: tuple[str, ...]
    kept: tuple[str, ...]
    revoked: tuple[str, ...]


class PeopleRegister:
    """Changes people and tokens; `data` is the folder with the file of revocations."""

    def __init__(
        self, database: Database, members: Members, data: Path, now: Callable[[], datetime], rng: Random
    ) -> None:
        self._database, self._members, self._data, self._now, self._rng = database, members, data, now, rng

    async def begin(self) -> None:
        """Take back what the file of revocations says, and make the file this database's own.

        A database that was put back from a backup makes no token valid again that was taken back.
        `OSError` where the file cannot be read or written.
        """
        known = await asyncio.to_thread(revocations.read, self._data)
        epoch, _ = await self._database.read(lambda connection: team_number(connection, TEAM))
        if not known.knows(epoch):
            await asyncio.to_thread(revocations.append_epoch, self._data, epoch, moment(self._now()))

        def taken_back(connection: Connection) -> None:
            open_tokens = select(tokens.c.token).where(tokens.c.team == TEAM, tokens.c.revoked_at.is_(None))
            for each in [found for found in connection.execute(open_tokens).scalars() if found in known.tokens]:
                mine = (tokens.c.team == TEAM, tokens.c.token == each)
                connection.execute(update(tokens).where(*mine).values(revoked_at=known.tokens[each]))
            unused = select(invitations.c.invitation).where(invitations.c.team == TEAM, invitations.c.used_at.is_(None))
            for each in [found for found in connection.execute(unused).scalars() if found in known.invitations]:
                mine = (invitations.c.team == TEAM, invitations.c.invitation == each)
                connection.execute(update(invitations).where(*mine).values(used_at=known.invitations[each]))

        if known.tokens or known.invitations:
            await self._database.write(taken_back)
            self._members.forget()

    async def listed(self) -> tuple[tuple[PersonRow, ...], tuple[InvitationRow, ...]]:
        """The people of the team by name, and the invitations that are open."""
        at = moment(self._now())
        return await self._database.read(lambda connection: (_people(connection, at), _invitations(connection, at)))

    async def has_administrator(self) -> bool:
        """Whether a valid token of an administrator is there."""
        found, _ = await self.listed()
        return any("manage" in RIGHTS[token.role] for person in found for token in person.tokens)

    async def revoke(self, wanted: str) -> tuple[str, ...]:
        """Take back a token or an invitation by its id, or all tokens of a person by name; the ids
        that were taken back. `NoSuchError`.
        """
        if _INVITATION_ID.fullmatch(wanted):
            return await self._revoke_invitation(wanted)
        person, ids = await self._database.read(lambda connection: _tokens_meant(connection, wanted))
        await self._taken_back(ids, person="" if _TOKEN_ID.fullmatch(wanted) else person)
        return ids

    async def remove(self, name: str) -> tuple[str, ...]:
        """Take a person out of the team; ids of the tokens that went at once. `NoSuchError`."""
        person, ids = await self._database.read(lambda connection: _tokens_of(connection, name))
        await self._taken_back(ids, person=person, leaves=True)
        return ids

    async def set_role(self, name: str, role: Role) -> RoleChange:
        """Give a person another role, and all tokens that had the old one. `NoSuchError`.

        A token that may do more than the new role is taken back.
        """
        person, _ = await self._database.read(lambda connection: _tokens_of(connection, name))
        at = moment(self._now())

        def sorted_out(connection: Connection) -> tuple[Role, RoleChange]:
            was = cast(Role, connection.execute(select(people.c.role).where(*_person(person))).scalar_one())
            held = connection.execute(select(tokens.c.token, tokens.c.role).where(*_valid_of(person))).all()
            changed = tuple(row.token for row in held if row.role == was)
            rest = [row for row in held if row.role != was]
            kept = tuple(row.token for row in rest if covers(role, row.role))
            return was, RoleChange(changed, kept, tuple(row.token for row in rest if not covers(role, row.role)))

        _, change = await self._database.read(sorted_out)
        await asyncio.to_thread(revocations.append_tokens, self._data, change.revoked, at)

        def written(connection: Connection) -> RoleChange:
            _, now = sorted_out(connection)
            connection.execute(update(people).where(*_person(person)).values(role=role))
            for each in now.changed:
                mine = (tokens.c.team == TEAM, tokens.c.token == each)
                connection.execute(update(tokens).where(*mine).values(role=role, sees=SEES[role]))
            _revoke(connection, now.revoked, at)
            _refuse_devices(connection, person)
            write_audit(connection, TEAM, [AuditEntry(at, MACHINE, "role", person, role)])
            return now

        await self._database.write(written)
        self._members.forget()
        return change

    async def set_accounts(self, name: str, accounts: Iterable[str]) -> tuple[str, ...]:
        """Let a person see sessions on these accounts alone, or on all where none is named; their
        keys. `NoSuchError`.
        """
        keys = tuple(sorted({key for each in accounts if (key := account_key(each))}))
        person, _ = await self._database.read(lambda connection: _tokens_of(connection, name))
        at = moment(self._now())

        def written(connection: Connection) -> None:
            set_scopes(connection, person, keys)
            write_audit(connection, TEAM, [AuditEntry(at, MACHINE, "accounts", person, ", ".join(keys) or "all")])

        await self._database.write(written)
        self._members.forget()
        return keys

    async def _taken_back(self, ids: Sequence[str], *, person: str, leaves: bool = False) -> None:
        at = moment(self._now())
        await asyncio.to_thread(revocations.append_tokens, self._data, ids, at)

        def written(connection: Connection) -> None:
            _revoke(connection, ids, at)
            entries = [AuditEntry(at, MACHINE, "revoke-token", each) for each in ids]
            if person:
                # One that was given between the look and this goes too; the next start of a
                # restored database would not know it, but no backup has it.
                connection.execute(update(tokens).where(*_valid_of(person)).values(revoked_at=at))
                _refuse_devices(connection, person)
            if leaves:
                connection.execute(update(people).where(*_person(person)).values(state="removed"))
                entries.append(AuditEntry(at, MACHINE, "remove-person", person))
            write_audit(connection, TEAM, entries)

        await self._database.write(written)
        self._members.forget()

    async def _revoke_invitation(self, wanted: str) -> tuple[str, ...]:
        at = moment(self._now())
        open_now = await self._database.read(lambda connection: _invitations(connection, at))
        if wanted not in {each.id for each in open_now}:
            raise NoSuchError(wanted)
        await asyncio.to_thread(revocations.append_invitations, self._data, [wanted], at)

        def written(connection: Connection) -> None:
            mine = (invitations.c.team == TEAM, invitations.c.invitation == wanted)
            connection.execute(update(invitations).where(*mine).values(used_at=at))
            write_audit(connection, TEAM, [AuditEntry(at, MACHINE, "revoke-invitation", wanted)])

        await self._database.write(written)
        return (wanted,)


def account_key(name: str) -> str:
    """The key of an account by its name, as sessions are compared by it."""
    return name_key(name).replace("\0", "")


def set_scopes(connection: Connection, person: str, keys: Sequence[str]) -> None:
    """Replace the accounts that a person sees; none are all."""
    connection.execute(delete(scopes).where(scopes.c.team == TEAM, scopes.c.person == person))
    if keys:
        connection.execute(insert(scopes), [{"team": TEAM, "person": person, "account": each} for each in keys])


def _person(person: str) -> tuple[ColumnElement[bool], ...]:
    return (people.c.team == TEAM, people.c.person == person)


def _valid_of(person: str) -> tuple[ColumnElement[bool], ...]:
    return (tokens.c.team == TEAM, tokens.c.person == person, tokens.c.revoked_at.is_(None))


def _tokens_meant(connection: Connection, wanted: str) -> tuple[str, tuple[str, ...]]:
    """The person, and the valid tokens that an id or a name means. `NoSuchError`."""
    if not _TOKEN_ID.fullmatch(wanted):
        return _tokens_of(connection, wanted)
    mine = (tokens.c.team == TEAM, tokens.c.token == wanted, tokens.c.revoked_at.is_(None))
    person = connection.execute(select(tokens.c.person).where(*mine)).scalar()
    if person is None:
        raise NoSuchError(wanted)
    return str(person), (wanted,)


def _tokens_of(connection: Connection, name: str) -> tuple[str, tuple[str, ...]]:
    """The id of the person of this name, and their valid tokens. `NoSuchError`."""
    same = (people.c.team == TEAM, people.c.name_key == name_key(name), people.c.state == "active")
    person = connection.execute(select(people.c.person).where(*same)).scalar()
    if person is None:
        raise NoSuchError(name)
    return str(person), tuple(connection.execute(select(tokens.c.token).where(*_valid_of(person))).scalars())


def _revoke(connection: Connection, ids: Sequence[str], at: str) -> None:
    for start in range(0, len(ids), _AT_ONCE):
        mine = (tokens.c.team == TEAM, tokens.c.token.in_(ids[start : start + _AT_ONCE]), tokens.c.revoked_at.is_(None))
        connection.execute(update(tokens).where(*mine).values(revoked_at=at))


def _refuse_devices(connection: Connection, person: str) -> None:
    """A device that was let in for this person, and has not asked for its token yet, gets none."""
    connection.execute(
        update(devices).where(devices.c.team == TEAM, devices.c.person == person).values(state="refused")
    )


def _people(connection: Connection, at: str) -> tuple[PersonRow, ...]:
    in_team = select(people).where(people.c.team == TEAM, people.c.state == "active").order_by(people.c.name_key)
    seen: dict[str, list[str]] = {}
    for row in connection.execute(select(scopes).where(scopes.c.team == TEAM)):
        seen.setdefault(row.person, []).append(row.account)
    narrowed: dict[str, list[str]] = {}
    for row in connection.execute(select(token_scopes).where(token_scopes.c.team == TEAM)):
        narrowed.setdefault(row.token, []).append(row.account)
    uses = {row.token: row.at for row in connection.execute(select(token_uses).where(token_uses.c.team == TEAM))}
    held: dict[str, list[TokenRow]] = {}
    valid = (tokens.c.team == TEAM, tokens.c.revoked_at.is_(None))
    for row in connection.execute(select(tokens).where(*valid).order_by(tokens.c.created_at, tokens.c.token)):
        if row.expires_at and row.expires_at <= at:
            continue
        made = TokenRow(
            id=row.token,
            role=row.role,
            label=row.label,
            created_at=row.created_at,
            last_used_at=uses.get(row.token, ""),
            expires_at=row.expires_at or "",
            accounts=tuple(sorted(narrowed.get(row.token, ()))),
        )
        held.setdefault(row.person, []).append(made)
    return tuple(
        PersonRow(
            id=row.person,
            name=row.name,
            role=row.role,
            sees=SEES[row.role],
            accounts=tuple(sorted(seen.get(row.person, ()))),
            tokens=tuple(held.get(row.person, ())),
        )
        for row in connection.execute(in_team)
    )


def _invitations(connection: Connection, at: str) -> tuple[InvitationRow, ...]:
    epoch, _ = team_number(connection, TEAM)
    where = (invitations.c.team == TEAM, invitations.c.epoch == epoch, invitations.c.used_at.is_(None))
    query = select(invitations).where(*where, invitations.c.expires_at > at).order_by(invitations.c.expires_at)
    return tuple(InvitationRow(row.invitation, row.name, row.role, row.expires_at) for row in connection.execute(query))
