"""Restore: a backup becomes the data, with a new epoch, and the data of before are kept.

The backup is made ready in a file of its own: brought up to date, checked, and without what must
not come to life again. On SQLite that file then takes the place of the database in one rename; on
PostgreSQL its rows take the place of all rows in one transaction. Killed at any moment, the data
are the old ones or the new ones.
"""

import contextlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

from msgspec import Struct
from sqlalchemy import URL, Connection, delete, select, update
from sqlalchemy.exc import DBAPIError

from session_tui.model.fault import Fault
from session_tui.server import backup, migrations, revocations
from session_tui.server.data_folder import KEPT, DataError, sync_folder
from session_tui.server.database import Database
from session_tui.server.integrity import DataSummary, report, summary
from session_tui.server.members import TEAM
from session_tui.server.people import set_scopes
from session_tui.server.revocations import Revocations
from session_tui.server.table_copy import copy_to_file, holds_data, replace_rows
from session_tui.server.tables import metadata, people, scopes, teams, tokens

_NEW = "restore.new"
_SUFFIXES = ("", "-wal", "-shm")


class Rights(Struct, frozen=True):
    """Who may do what: role and state of each person, role and detail of each token, and the
    accounts of people, where they are not all.
    """

    people: dict[str, tuple[str, str]]
    tokens: dict[str, tuple[str, str]]
    accounts: dict[str, list[str]]


class Restored(Struct, frozen=True):
    """What was restored. `revoked` are tokens of the backup that stay taken back; `all_revoked`
    where that could not be known, and every token was. `kept` is where the data of before are, if
    there were any.
    """

    summary: DataSummary
    revoked: int
    all_revoked: bool
    kept: Path | None


async def restore(data: Path, place: Path | URL, file: Path, at: str, rng: Random) -> Restored:
    """Make the backup the data. The folder is locked. `DataError`, OSError; nothing was changed
    then.
    """
    new = data / _NEW
    backup.remove(new)
    _copy(file, new)
    ready = Database(new, rng)
    try:
        await _make_sound(ready, file, at)
        kept, rights = await _keep(data, place, at, rng)
        epoch = f"{rng.getrandbits(64):016x}"
        known = revocations.read(data)
        revoked, all_revoked = await ready.write(lambda connection: _renew(connection, known, rights, epoch, at))
        found = await ready.read(lambda connection: summary(connection, TEAM))
        revocations.add(data, await ready.read(revocations.in_tables), at)
        if isinstance(place, URL):
            await _replace_rows(ready, place, at, rng)
    finally:
        ready.close()
    if isinstance(place, Path):
        backup.finish(new)
        _replace(place, new)
    backup.remove(new)
    return Restored(found, revoked, all_revoked, kept)


def _copy(file: Path, new: Path) -> None:
    if not file.is_file():
        raise DataError(Fault(str(file), "there is no such file"))
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source:
            if source.execute("select 1 from sqlite_schema where name = 'schema_steps'").fetchone() is None:
                raise DataError(Fault(str(file), "this is no backup of a team server"))
            with closing(sqlite3.connect(new)) as target:
                source.backup(target)
    except sqlite3.DatabaseError as error:
        backup.remove(new)
        raise DataError(Fault(str(file), f"this is no backup: {error}", "Nothing was changed.")) from None


async def _make_sound(ready: Database, file: Path, at: str) -> None:
    try:
        await migrations.migrate(ready, at)
    except migrations.NewerDatabaseError:
        what = "its tables are those of a newer version of this program"
        raise DataError(Fault(str(file), what, "Update this program.")) from None
    found = await ready.read(lambda connection: report(connection, TEAM, ready.is_ending.is_set))
    if found.number_of_faults:
        what = f"the backup is not whole: {found.faults[0].words}"
        raise DataError(Fault(str(file), what, "Nothing was changed. An older backup may be whole."))


async def _keep(data: Path, place: Path | URL, at: str, rng: Random) -> tuple[Path | None, Rights | None]:
    """Keep the data of before in a file, and their revocations; return it and who may do what by
    them. None where there are none, or where they cannot be read.
    """
    kept = _unused(data / KEPT.replace("*", at.replace(":", "").replace("-", "")))
    if isinstance(place, Path):
        if not place.exists():
            return None, None
        if not _folded(place):
            for suffix in _SUFFIXES:  # damaged: kept as they are, with what SQLite may still need
                with contextlib.suppress(FileNotFoundError):
                    shutil.copyfile(f"{place}{suffix}", f"{kept}{suffix}")
            return kept, None
        rights = None
        before = Database(place, rng)
        try:
            with contextlib.suppress(DBAPIError):  # tables of another program have no revocations
                revocations.add(data, await before.read(revocations.in_tables), at)
                rights = await before.read(rights_in)
        finally:
            before.close()
        backup.finish(place)
        _link(place, kept)
        return kept, rights
    before = Database(place, rng)
    try:
        await migrations.migrate(before, at)
        if not await before.read(holds_data):
            return None, None
        revocations.add(data, await before.read(revocations.in_tables), at)
        rights = await before.read(rights_in)
        await copy_to_file(before, kept, at, TEAM, rng)
        backup.finish(kept)
    finally:
        before.close()
    return kept, rights


def rights_in(connection: Connection) -> Rights:
    """Who may do what, by the tables."""
    accounts: dict[str, list[str]] = {}
    for row in connection.execute(select(scopes.c.person, scopes.c.account)):
        accounts.setdefault(row.person, []).append(row.account)
    there = connection.execute(select(people.c.person, people.c.role, people.c.state))
    held = connection.execute(select(tokens.c.token, tokens.c.role, tokens.c.sees))
    return Rights(
        people={row.person: (row.role, row.state) for row in there},
        tokens={row.token: (row.role, row.sees) for row in held},
        accounts=accounts,
    )


def _give(connection: Connection, rights: Rights) -> None:
    """Let people and tokens of the backup do what they could until now: a right that was taken
    away since comes back no more than a token does.
    """
    there = rights_in(connection)
    for person in there.people.keys() & rights.people.keys():
        role, state = rights.people[person]
        connection.execute(update(people).where(people.c.person == person).values(role=role, state=state))
        set_scopes(connection, person, sorted(rights.accounts.get(person, ())))
    for token in there.tokens.keys() & rights.tokens.keys():
        role, sees = rights.tokens[token]
        connection.execute(update(tokens).where(tokens.c.token == token).values(role=role, sees=sees))


def _renew(connection: Connection, known: Revocations, rights: Rights | None, epoch: str, at: str) -> tuple[int, bool]:
    """Give the data a new epoch, and take back again what was taken back; what lives for minutes
    alone is left out. Return how many tokens are valid no more, and whether these are all.
    """
    if rights is not None:
        _give(connection, rights)
    epochs = set(connection.execute(select(teams.c.epoch)).scalars())
    everything = not epochs <= known.epochs
    valid = set(connection.execute(select(tokens.c.token).where(tokens.c.revoked_at.is_(None))).scalars())
    gone = valid if everything else valid & known.tokens.keys()
    for token in gone:
        connection.execute(update(tokens).where(tokens.c.token == token).values(revoked_at=at))
    connection.execute(update(teams).values(epoch=epoch))
    for table in reversed(metadata.sorted_tables):
        if table.info.get("short_lived"):
            connection.execute(delete(table))
    return len(gone), everything


async def _replace_rows(ready: Database, place: URL, at: str, rng: Random) -> None:
    target = Database(place, rng, patient=True)
    is_ending = target.is_ending.is_set
    try:
        await migrations.migrate(target, at)
        await target.write(lambda there: ready.read_now(lambda here: replace_rows(here, there, is_ending)))
    finally:
        target.close()


def _folded(place: Path) -> bool:
    """Bring what stands in the journal into the file itself; False where the file is damaged."""
    try:
        with closing(sqlite3.connect(place)) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")
            connection.execute("pragma journal_mode=delete")
    except sqlite3.DatabaseError:
        return False
    return True


def _replace(place: Path, new: Path) -> None:
    """One rename. A journal of the old file would be read into the new one: there is none any
    more, or the old file was damaged and is kept elsewhere.
    """
    for suffix in _SUFFIXES[1:]:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{place}{suffix}").unlink()
    sync_folder(place.parent)
    new.replace(place)
    sync_folder(place.parent)


def _link(place: Path, kept: Path) -> None:
    try:
        os.link(place, kept)
    except OSError:  # this disk has no links
        shutil.copyfile(place, kept)
    sync_folder(kept.parent)


def _unused(path: Path) -> Path:
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem}-{number}.db")
    return found
