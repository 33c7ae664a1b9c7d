"""The people of the team, and their tokens."""

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import cast

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from session_tui.model.name_keys import name_key
from session_tui.server.access import SEES, Role, TokenHolder, moment, new_token, token_hash
from session_tui.server.database import Database
from session_tui.server.tables import people, scopes, teams, tokens

TEAM = "team"  # the key of the one team that a data folder has
_MOST_REMEMBERED = 10_000


async def ensure_team(database: Database, rng: Random) -> None:
    """Make the team's row with a new epoch, where there is none."""
    async with database.writing() as connection:
        if (await connection.execute(select(teams.c.team).where(teams.c.team == TEAM))).first() is None:
            row = {"team": TEAM, "name": TEAM, "epoch": f"{rng.getrandbits(64):016x}", "sequence": 0}
            await connection.execute(insert(teams), row)


async def team_number(connection: AsyncConnection, team: str) -> tuple[str, int]:
    """The team's epoch, and its number: that of the newest change."""
    row = (await connection.execute(select(teams.c.epoch, teams.c.sequence).where(teams.c.team == team))).one()
    return str(row.epoch), int(row.sequence)


class Members:
    """Finds the holder of a token, and gives tokens.

    Holders are remembered where no other process can take a token back; whatever changes people or
    tokens calls `forget`.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], rng: Random) -> None:
        self._database, self._now, self._rng = database, now, rng
        self._known: dict[str, tuple[TokenHolder, str]] = {}

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

    async def give_token(self, name: str, role: Role, label: str) -> str:
        """A new token for the person of this name, who is made where there is none.

        The token has this role, whatever the person's is.
        """
        token, at = new_token(self._rng), moment(self._now())
        async with self._database.writing() as connection:
            same = (people.c.team == TEAM, people.c.name_key == name_key(name))
            person = (await connection.execute(select(people.c.person).where(*same))).scalar()
            if person is None:
                person = f"p_{self._rng.getrandbits(64):016x}"
                row = {"team": TEAM, "person": person, "name": name, "name_key": name_key(name), "role": role}
                await connection.execute(insert(people), row | {"state": "active", "created_at": at})
            row = {"token_hash": token_hash(token), "token": f"t_{self._rng.getrandbits(64):016x}", "team": TEAM}
            row |= {"person": person, "role": role, "sees": SEES[role], "label": label, "created_at": at}
            await connection.execute(insert(tokens), row)
        self.forget()
        return token

    async def _read(self, hashed: str) -> tuple[TokenHolder, str] | None:
        async with self._database.reading() as connection:
            of_person = (people.c.team == tokens.c.team) & (people.c.person == tokens.c.person)
            columns = (tokens, people.c.name)
            valid = (tokens.c.token_hash == hashed, tokens.c.revoked_at.is_(None), people.c.state == "active")
            row = (await connection.execute(select(*columns).join(people, of_person).where(*valid))).first()
            if row is None:
                return None
            where = (scopes.c.team == row.team, scopes.c.person == row.person)
            accounts = frozenset((await connection.execute(select(scopes.c.account).where(*where))).scalars())
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
