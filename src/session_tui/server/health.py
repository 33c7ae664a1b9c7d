"""Whether the database answers, for those who ask every few seconds."""

import asyncio

from sqlalchemy import Connection, select

from session_tui.server.database import Database
from session_tui.server.tables import teams

_PATIENCE = 2.0  # seconds


class Health:
    """There is one look at the database at a time: while one waits, those who ask wait for it too,
    so that a database that hangs is not asked more and more.
    """

    def __init__(self, database: Database, team: str, patience: float = _PATIENCE) -> None:
        self._database, self._team, self._patience = database, team, patience
        self._look: asyncio.Task[int] | None = None

    async def sequence(self) -> int | None:
        """The team's number; None where the database does not answer in time."""
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._database.read(self._sequence))
        done, _ = await asyncio.wait({self._look}, timeout=self._patience)
        return None if not done or self._look.exception() is not None else self._look.result()

    def _sequence(self, connection: Connection) -> int:
        return int(connection.execute(select(teams.c.sequence).where(teams.c.team == self._team)).scalar_one())
