"""The people of the team, and their tokens."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import cast

from sqlalchemy import Connection, insert, select

from session_tui.model.name_keys import name_key
from session_tui.server.access import SEES, Role, TokenHolder, moment, new_token, token_hash
from session_tui.server.database import Database
from session_tui.server.tables import people, scopes, teams, tokens

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


class Members:
    """Finds the holder of a token, and gives tokens.

    Holders are remembered where no other process can take a token back; whatever changes people or
    tokens calls `forget`.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], rng: Random) -> None:
        self._database, self._now, self._rng = database, now, rng
        self._known: dict[str, tuple[TokenHolder, str]] = {}
        self.changed = asyncio.Event()  # people or tokens are not what they were

    async def holder(self, token: str) -> TokenHolder | None:
        """The holder of a token; None where it is unknown, expired or taken back."""
        hashed = token_hash(token)
        found = self._known.get(hashed) or await self._read(hashed)
        if found is None:
            return None
        reader, expires_at = found
        if expires_at and expires_at <= moment(self._now()):
            return None
        if self._database.one_process and len(self._known) < _MOST_REMEMBERED:
            self._known[hashed] = found
        return reader

    def forget(self) -> None:
        """Read people and tokens anew."""
        self._known.clear()
        self.changed.set()

    async def give_token(self, name: str, role: Role, label: str) -> str:
        """A new token for the person of this name, who is made where there is none.

        The token has this role, whatever the person's is.
        """
        token, at = new_token(self._rng), moment(self._now())
        new = f"p_{self._rng.getrandbits(64):016x}"
        row = {"token_hash": token_hash(token), "token": f"t_{self._rng.getrandbits(64):016x}", "team": TEAM}
        row |= {"role": role, "sees": SEES[role], "label": label, "created_at": at}

        def given(connection: Connection) -> None:
            same = (people.c.team == TEAM, people.c.name_key == name_key(name))
            person = connection.execute(select(people.c.person).where(*same)).scalar()
            if person is None:
                person = new
                made = {"team": TEAM, "person": new, "name": name, "name_key": name_key(name), "role": role}
                connection.execute(insert(people), made | {"state": "active", "created_at": at})
            connection.execute(insert(tokens), row | {"person": person})

        await self._database.write(given)
        self.forget()
        return token

    async def _read(self, hashed: str) -> tuple[TokenHolder, str] | None:
        return await self._database.read(lambda connection: _holder(connection, hashed))


def _holder(connection: Connection, hashed: str) -> tuple[TokenHolder, str] | None:
    """The holder of the token with this hash, and when it expires."""
    of_person = (people.c.team == tokens.c.team) & (people.c.person == tokens.c.person)
    valid = (tokens.c.token_hash == hashed, tokens.c.revoked_at.is_(None), people.c.state == "active")
    row = connection.execute(select(tokens, people.c.name).join(people, of_person).where(*valid)).first()
    if row is None:
        return None
    where = (scopes.c.team == row.team, scopes.c.person == row.person)
    accounts = frozenset(connection.execute(select(scopes.c.account).where(*where)).scalars())
    reader = TokenHolder(
        team=row.team,
        token=row.token,
        person=row.person,
        name=row.name,
        role=cast(Role, row.role),
        sees=row.sees,
        accounts=accounts or None,
    )
    return reader, row.expires_at or ""
