"""Who changed and who read what: entries with ids of people, tokens and sessions, never a body.

An entry of a change of people is written in the transaction of the change. What became of sessions
stands in `revisions` already. A body that is read is one entry a token, session and hour, written
within two seconds by a task. Entries are kept for `KEPT`, changes of sessions as long as their
versions.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, delete, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from session_tui.server.access import TokenHolder, moment
from session_tui.server.database import Database
from session_tui.server.tables import audit, heads, people, revisions, token_uses

MACHINE = "machine"  # the person of what the commands of the machine do
KEPT = timedelta(days=400)
_EVERY = 2.0  # seconds between two writes
_SWEPT_EVERY = timedelta(hours=1)
_MOST_WAITING = 100_000  # entries, where the database cannot be written
_MOST_FLUSHED = 5_000  # entries in one transaction
_MOST_AT_ONCE = 500
_VERSION = "v."  # what the id of an entry from `revisions` begins with

What: TypeAlias = Literal[
    "accounts",
    "approve",
    "change",
    "give-token",
    "invite",
    "join",
    "read",
    "refuse",
    "remove",
    "remove-person",
    "revoke-invitation",
    "revoke-token",
    "role",
]

_log = logging.getLogger(__name__)


class AuditEntry(Struct, frozen=True):
    """What a person did, and about what: ids. `detail` is a role, keys of accounts, or empty."""

    at: str
    person: str
    what: What
    about: str
    detail: str = ""
    token: str = ""

    @property
    def entry(self) -> str:
        """The id: the same entry written again is there once."""
        parts = "\0".join((self.at, self.person, self.what, self.about, self.detail, self.token))
        return f"{self.at}.{hashlib.sha256(parts.encode()).hexdigest()[:16]}"


class AuditRow(Struct, frozen=True):
    """An entry as it is shown. `name` is the person's today; empty where there is none."""

    entry: str
    at: str
    person: str
    name: str
    token: str
    what: str
    about: str
    detail: str


def write_audit(connection: Connection, team: str, entries: Iterable[AuditEntry]) -> None:
    """Write those of the entries that are not there yet."""
    rows = {each.entry: each for each in entries}
    for start in range(0, len(rows), _MOST_AT_ONCE):
        ids = list(rows)[start : start + _MOST_AT_ONCE]
        known = set(
            connection.execute(select(audit.c.entry).where(audit.c.team == team, audit.c.entry.in_(ids))).scalars()
        )
        new = [rows[each] for each in ids if each not in known]
        if new:
            connection.execute(insert(audit), [_columns(team, each) for each in new])


def _columns(team: str, entry: AuditEntry) -> dict[str, str]:
    return {
        "team": team,
        "entry": entry.entry,
        "at": entry.at,
        "person": entry.person,
        "token": entry.token,
        "what": entry.what,
        "about": entry.about,
        "detail": entry.detail,
    }


class AuditTrail:
    """Collects who read what, and writes it; `run` is its task.

    `take_uses` gives the moments at which tokens were used since it was last asked.
    """

    def __init__(
        self, database: Database, team: str, now: Callable[[], datetime], take_uses: Callable[[], dict[str, str]]
    ) -> None:
        self._database, self._team, self._now, self._take_uses = database, team, now, take_uses
        self._hour = ""
        self._known: set[tuple[str, str]] = set()
        self._waiting: list[AuditEntry] = []
        self._uses: dict[str, str] = {}
        self._swept: datetime | None = None

    def read(self, reader: TokenHolder, session: str) -> None:
        """Note that a body of this session was given to a reader."""
        hour = f"{moment(self._now())[:13]}:00:00Z"
        if hour != self._hour:
            self._hour = hour
            self._known.clear()
        if (reader.token, session) in self._known or len(self._waiting) >= _MOST_WAITING:
            return
        if len(self._known) >= _MOST_WAITING:
            self._known.clear()  # an entry that is written again is there once
        self._known.add((reader.token, session))
        self._waiting.append(AuditEntry(hour, reader.person, "read", session, token=reader.token))

    async def flush(self) -> None:
        """Write what waits, and sweep what is too old."""
        await self._flush()
        while self._waiting:
            await self._flush()

    async def _flush(self) -> None:
        """Write what waits, so much of it that others write in between."""
        now = self._now()
        entries = self._waiting[:_MOST_FLUSHED]
        self._uses |= self._take_uses()
        uses = dict(self._uses)
        sweeps = self._swept is None or now - self._swept > _SWEPT_EVERY
        if not (entries or uses or sweeps):
            return

        def written(connection: Connection) -> None:
            write_audit(connection, self._team, entries)
            _write_uses(connection, self._team, uses)
            if sweeps:
                old = (audit.c.team == self._team, audit.c.at < moment(now - KEPT))
                connection.execute(delete(audit).where(*old))

        await self._database.write(written)
        done = set(entries)  # a flush by a command may have run at the same time
        self._waiting = [each for each in self._waiting if each not in done]
        self._uses = {token: at for token, at in self._uses.items() if uses.get(token) != at}
        self._swept = now if sweeps else self._swept

    async def run(self) -> None:
        """Write until cancelled; where that fails, what waits is tried again."""
        while True:
            await asyncio.sleep(_EVERY)
            try:
                await self.flush()
            except SQLAlchemyError as error:
                _log.error("the audit cannot be written", extra={"error": type(error).__name__})


def _write_uses(connection: Connection, team: str, uses: dict[str, str]) -> None:
    tokens = list(uses)
    for start in range(0, len(tokens), _MOST_AT_ONCE):
        part = tokens[start : start + _MOST_AT_ONCE]
        here = (token_uses.c.team == team, token_uses.c.token.in_(part))
        known = {
            row.token: row.at for row in connection.execute(select(token_uses.c.token, token_uses.c.at).where(*here))
        }
        new = [{"team": team, "token": each, "at": uses[each]} for each in part if each not in known]
        if new:
            connection.execute(insert(token_uses), new)
        for each in part:
            if each in known and known[each] < uses[each]:
                row = (token_uses.c.team == team, token_uses.c.token == each)
                connection.execute(update(token_uses).where(*row).values(at=uses[each]))


def names(connection: Connection, team: str) -> dict[str, str]:
    """The names of today by the ids of people, also of those who have left."""
    query = select(people.c.person, people.c.name).where(people.c.team == team)
    return {row.person: row.name for row in connection.execute(query)}


def page(connection: Connection, team: str, *, since: str, account: str, before: str, limit: int) -> Sequence[AuditRow]:
    """Entries, newest first: at most `limit`, older than the entry with the id `before`.

    `since` is a moment, `account` the key of one; empty is all. Only entries about its sessions
    are about an account.
    """
    rows = [*_changes(connection, team, since, account, before, limit)]
    rows += _others(connection, team, since, account, before, limit)
    rows.sort(key=lambda each: (each.at, each.entry), reverse=True)
    return rows[:limit]


def _changes(
    connection: Connection, team: str, since: str, account: str, before: str, limit: int
) -> Sequence[AuditRow]:
    """What became of sessions, from their versions."""
    chain = revisions.c
    where: list[ColumnElement[bool]] = [chain.team == team, chain.at >= since]
    if account:
        where.append(chain.session.in_(_sessions_on(team, account)))
    if before:
        at, _, entry = before.partition(" ")
        earlier = chain.at < at
        if entry.startswith(_VERSION):  # else all versions of that second came before: digits are less than letters
            earlier |= and_(chain.at == at, chain.revision < entry.removeprefix(_VERSION))
        where.append(earlier)
    columns = (chain.revision, chain.at, chain.person, chain.token, chain.session, chain.state, people.c.name)
    named = (people.c.team == chain.team) & (people.c.person == chain.person)
    query = select(*columns).join(people, named, isouter=True).where(*where)
    query = query.order_by(chain.at.desc(), chain.revision.desc()).limit(limit)
    return [
        AuditRow(
            entry=f"{_VERSION}{row.revision}",
            at=row.at,
            person=row.person,
            name=row.name or "",
            token=row.token,
            what="remove" if row.state == "removed" else "change",
            about=row.session,
            detail="",
        )
        for row in connection.execute(query)
    ]


def _sessions_on(team: str, account: str) -> Select[tuple[str]]:
    return select(heads.c.session).where(heads.c.team == team, heads.c.account == account)


def _others(connection: Connection, team: str, since: str, account: str, before: str, limit: int) -> Sequence[AuditRow]:
    """Who read what, and what became of people."""
    where: list[ColumnElement[bool]] = [audit.c.team == team, audit.c.at >= since]
    if account:
        where.append(audit.c.about.in_(_sessions_on(team, account)))
    if before:
        at, _, entry = before.partition(" ")
        where.append(or_(audit.c.at < at, and_(audit.c.at == at, audit.c.entry < entry)))
    named = (people.c.team == audit.c.team) & (people.c.person == audit.c.person)
    query = select(audit, people.c.name).join(people, named, isouter=True).where(*where)
    query = query.order_by(audit.c.at.desc(), audit.c.entry.desc()).limit(limit)
    return [
        AuditRow(
            entry=row.entry,
            at=row.at,
            person=row.person,
            name=row.name or "",
            token=row.token,
            what=row.what,
            about=row.about,
            detail=row.detail,
        )
        for row in connection.execute(query)
    ]
