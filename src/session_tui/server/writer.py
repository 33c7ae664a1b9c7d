"""One task that writes: it takes up to 64 changes that wait into one transaction.

So the team's number, the round trips and the sync to the disk are paid once for all of them. A
batch that another process came between is done again, whole; so is one whose connection was lost,
and where that was committed all the same its receipts answer. Where a batch fails by what is in it
each of its changes is tried alone, so that one bad change refuses itself alone.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from session_tui.server import rows
from session_tui.server.access import moment
from session_tui.server.database import ConflictError, Database, is_to_be_done_again
from session_tui.server.decision import Answer, BatchDecision, SessionChange, decide

LARGEST_BATCH = 64
_MOST_BYTES = 64 * 1024 * 1024  # of bodies that wait; beyond, a client is asked to come again
SLOW = 5.0  # seconds that a change waits before the server says that it is not ready
_KEPT = timedelta(days=30)  # how long a receipt answers; clients try for three days
_SWEPT_EVERY = timedelta(hours=1)

_BUSY = Answer(503, problem="busy")
_FAILED = Answer(503, problem="database")
_BROKEN = Answer(500, problem="failed")

_log = logging.getLogger(__name__)


class _Waiting:
    """A change that waits for its answer, since when by the loop's clock."""

    def __init__(self, change: SessionChange, size: int, since: float, answer: "asyncio.Future[Answer]") -> None:
        self.change, self.size, self.since, self.answer = change, size, since, answer


class BatchWriter:
    """`run` is its one task."""

    def __init__(
        self,
        database: Database,
        team: str,
        now: Callable[[], datetime],
        observed: Callable[[int, float], None] = lambda size, seconds: None,
        slow: float = SLOW,
    ) -> None:
        """`observed` is called with the size of each batch that was tried, and its seconds; `slow`
        are those that a change may wait while the server is ready.
        """
        self._database, self._team, self._now = database, team, now
        self._observed, self._slow = observed, slow
        self._queue: list[_Waiting] = []
        self._came = asyncio.Event()
        self._bytes = 0
        self._oldest: float | None = None
        self._swept: datetime | None = None
        self._changed = asyncio.Event()
        self.is_ending = False

    async def take(self, change: SessionChange, size: int) -> Answer:
        """The answer to a change, after it is on the disk. `size` is that of its body."""
        if self._bytes + size > _MOST_BYTES:
            return _BUSY
        loop = asyncio.get_running_loop()
        waiting = _Waiting(change, size, loop.time(), loop.create_future())
        self._bytes += size
        self._queue.append(waiting)
        self._came.set()
        return await waiting.answer

    @property
    def is_ready(self) -> bool:
        """Whether changes are answered in time, and more may come."""
        return not self.is_ending and self.age < self._slow

    @property
    def age(self) -> float:
        """For how many seconds the oldest change has waited; 0 where none waits."""
        oldest = self._oldest if self._oldest is not None else self._queue[0].since if self._queue else None
        return 0.0 if oldest is None else asyncio.get_running_loop().time() - oldest

    @property
    def waiting(self) -> int:
        """How many changes wait for a batch."""
        return len(self._queue)

    def end_waits(self) -> None:
        """Answer those who wait for changes: the server is about to end."""
        self.is_ending = True
        self._changed.set()

    async def changed(self, patience: float) -> bool:
        """Wait until something was written; False where nothing was in that many seconds."""
        try:
            await asyncio.wait_for(self._changed.wait(), patience)
        except TimeoutError:
            return False
        return True

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._came.wait()
            batch = self._queue[:LARGEST_BATCH]
            del self._queue[:LARGEST_BATCH]
            if not self._queue:
                self._came.clear()
            if not batch:
                continue
            self._oldest = batch[0].since
            begun = asyncio.get_running_loop().time()
            try:
                await self._answer(batch)
            finally:
                self._observed(len(batch), asyncio.get_running_loop().time() - begun)
                self._oldest = None
                self._bytes -= sum(each.size for each in batch)
                for each in batch:
                    if not each.answer.done():
                        each.answer.set_result(_FAILED)

    async def _answer(self, batch: Sequence[_Waiting]) -> None:
        changes = [each.change for each in batch]
        try:
            answers = await self._written(changes)
        except OperationalError as error:  # no change's own fault: a full disk, a lock, a lost connection
            _log.error("a batch failed", extra={"error": type(error.orig).__name__})
            answers = tuple(_FAILED for _ in batch)
        except Exception as error:  # noqa: BLE001 - the task goes on, whatever one batch meets
            if len(batch) > 1 and not isinstance(error, ConflictError):
                for each in batch:
                    await self._answer([each])
                return
            # The message of a database's error may hold a body; its kind is enough.
            _log.error("a change failed", extra={"error": type(error).__name__})
            again = is_to_be_done_again(error)
            answers = tuple(_BUSY if again else _FAILED if isinstance(error, DBAPIError) else _BROKEN for _ in batch)
        for each, answer in zip(batch, answers, strict=True):
            if not each.answer.done():
                each.answer.set_result(answer)

    async def _written(self, changes: Sequence[SessionChange]) -> tuple[Answer, ...]:
        now = self._now()
        sweeps = self._swept is None or now - self._swept > _SWEPT_EVERY

        def batch(connection: Connection) -> BatchDecision:
            found = rows.found(connection, self._team, changes, now)
            decision = decide(changes, found, moment(now))
            rows.write(connection, self._team, found, decision)
            if sweeps:
                rows.sweep_receipts(connection, self._team, moment(now - _KEPT))
            return decision

        decision = await self._database.write(batch)
        self._swept = now if sweeps else self._swept
        if decision.revisions:
            self._changed.set()
            self._changed = asyncio.Event()
        return decision.answers
