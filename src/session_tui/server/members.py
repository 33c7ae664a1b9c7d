"""The people of the team, and their tokens."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from random import Random
from typing import cast

from msgspec import Struct
from sqlalchemy import Connection, insert, literal, select, union_all, update

from session_tui.model.name_keys import name_key
from session_tui.server.access import SEES, Role, TokenHolder, moment, new_token, token_hash
from session_tui.server.audit import MACHINE, AuditEntry, write_audit
from session_tui.server.database import Database
from session_tui.server.tables import people, scopes, teams, token_scopes, tokens

TEAM = "team"  # the key of the one team that a data folder has
_MOST_REMEMBERED = 10_000


async def ensure_team(database: Database, rng: Random) -> None:
    """Make the team's row with a new epoch, where there is none."""
    row = {"team": TEAM, "name": TEAM, "epoch": f"{rng.getrandbits(64):016x}", "sequence": 0}

    def made(connection: Connection) -> None:
        if connection.execute(select(teams.c.team).where(teams.c.team == TEAM)).first() is None:
            connection.execute(insert(teams), row)

    await database.write(made)


def team_number(connection: Connection, team: str) -> tuple[str, int]:
    """The team's epoch, and its number: that of the newest change."""
    row = connection.execute(select(teams.c.epoch, teams.c.sequence).where(teams.c.team == team)).one()
    return str(row.epoch), int(row.sequence)


class NewToken(Struct, frozen=True):
    """A token that is given: the token itself, its id, and what its row has. `accounts` are keys;
    none is all that its person may see.
    """

    token: str
    id: str
    role: Role
    label: str
    at: str
    expires_at: str | None = None
    accounts: tuple[str, ...] = ()


def person_named(connection: Connection, name: str, role: Role, new: str, at: str) -> str:
    """The id of the person of this name, who is made with the id `new` where there is none. One
    who had left is there again, with this role.
    """
    same = (people.c.team == TEAM, people.c.name_key == name_key(name))
    row = connection.execute(select(people.c.person, people.c.state).where(*same)).first()
    if row is None:
        made = {"team": TEAM, "person": new, "name": name, "name_key": name_key(name), "role": role}
        connection.execute(insert(people), made | {"state": "active", "created_at": at})
        return new
    if row.state != "active":
        back = update(people).where(people.c.team == TEAM, people.c.person == row.person)
        connection.execute(back.values(state="active", role=role))
    return str(row.person)


def insert_token(connection: Connection, person: str, given: NewToken) -> bool:
    """Write the row of a token; False where it is there already."""
    hashed = token_hash(given.token)
    if connection.execute(select(tokens.c.token).where(tokens.c.token_hash == hashed)).first() is not None:
        return False
    row = {"token_hash": hashed, "token": given.id, "team": TEAM, "person": person, "role": given.role}
    row |= {"sees": SEES[given.role], "label": given.label, "created_at": given.at}
    connection.execute(insert(tokens), row | {"expires_at": given.expires_at})
    if given.accounts:
        scoped = [{"team": TEAM, "token": given.id, "account": each} for each in sorted(set(given.accounts))]
        connection.execute(insert(token_scopes), scoped)
    return True


class Members:
    """Finds the holder of a token, and gives tokens.

    Holders are remembered where no other process can take a token back; whatever changes people or
    tokens calls `forget`.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], rng: Random) -> None:
        self._database, self._now, self._rng = database, now, rng
        self._known: dict[str, tuple[TokenHolder, str]] = {}
        self.changed = asyncio.Event()  # people or tokens are not what they were
        self._forgotten = 0
        self._used: dict[str, str] = {}

    async def holder(self, token: str) -> TokenHolder | None:
        """The holder of a token; None where it is unknown, expired or taken back."""
        hashed, before, at = token_hash(token), self._forgotten, moment(self._now())
        found = self._known.get(hashed) or await self._read(hashed)
        if found is None:
            return None
        reader, expires_at = found
        if expires_at and expires_at <= at:
            return None
        # What was read before a change must not be remembered after it.
        if self._database.one_process and before == self._forgotten and len(self._known) < _MOST_REMEMBERED:
            self._known[hashed] = found
        self._used[reader.token] = at
        return reader

    def forget(self) -> None:
        """Read people and tokens anew."""
        self._forgotten += 1
        self._known.clear()
        self.changed.set()

    def take_uses(self) -> dict[str, str]:
        """When each token was last used, by its id, since this was last asked."""
        uses, self._used = self._used, {}
        return uses

    async def give_token(
        self,
        name: str,
        role: Role,
        label: str,
        *,
        expires_at: str | None = None,
        accounts: Iterable[str] = (),
    ) -> str:
        """A new token for the person of this name, who is made where there is none.

        The token has this role, whatever the person's is. With accounts it is for these alone.
        """
        token, at = new_token(self._rng), moment(self._now())
        made = NewToken(token, f"t_{self._rng.getrandbits(64):016x}", role, label, at, expires_at, tuple(accounts))
        new = f"p_{self._rng.getrandbits(64):016x}"

        def given(connection: Connection) -> None:
            person = person_named(connection, name, role, new, at)
            if insert_token(connection, person, made):
                write_audit(connection, TEAM, [AuditEntry(at, MACHINE, "give-token", made.id, f"{person} {role}")])

        await self._database.write(given)
        self.forget()
        return token

    async def _read(self, hashed: str) -> tuple[TokenHolder, str] | None:
        return await self._database.read(lambda connection: _holder(connection, hashed))


def _holder(connection: Connection, hashed: str) -> tuple[TokenHolder, str] | None:
    """The holder of the token with this hash, and when it expires."""
    holds = (people.c.team == tokens.c.team) & (people.c.person == tokens.c.person)
    valid = (tokens.c.token_hash == hashed, tokens.c.revoked_at.is_(None), people.c.state == "active")
    row = connection.execute(select(tokens, people.c.name).join(people, holds).where(*valid)).first()
    if row is None:
        return None
    theirs = (scopes.c.team == row.team, scopes.c.person == row.person)
    of_person = select(scopes.c.account, literal("person")).where(*theirs)
    mine = token_scopes.c.team == row.team
    of_token = select(token_scopes.c.account, literal("token")).where(mine, token_scopes.c.token == row.token)
    named: dict[str, set[str]] = {}
    for account, whose in connection.execute(union_all(of_person, of_token)):
        named.setdefault(whose, set()).add(account)
    accounts = [frozenset(each) for each in named.values()]
    reader = TokenHolder(
        team=row.team,
        token=row.token,
        person=row.person,
        name=row.name,
        role=cast(Role, row.role),
        sees=row.sees,
        accounts=frozenset.intersection(*accounts) if accounts else None,
    )
    return reader, row.expires_at or ""
