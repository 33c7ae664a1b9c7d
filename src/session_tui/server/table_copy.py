"""All rows of one database written into another, of whatever engine, and whether they are the same
there.
"""

from collections.abc import Callable
from pathlib import Path
from random import Random

from sqlalchemy import Connection, delete, func, insert, select

from session_tui.model.fault import Fault
from session_tui.server.data_folder import DataError
from session_tui.server.database import Database, read_one_moment
from session_tui.server.integrity import DataSummary, fingerprint, pages, summary
from session_tui.server.migrations import migrate
from session_tui.server.tables import metadata, steps, teams

_ROWS = 100  # of one page, as bodies may be large
_KEPT = frozenset((steps.name,))  # every database has its own steps


def replace_rows(source: Connection, target: Connection, is_ending: Callable[[], bool]) -> None:
    """Write all rows of one database in place of the other's."""
    for table in reversed(metadata.sorted_tables):
        if table.name not in _KEPT:
            target.execute(delete(table))
    for table in metadata.sorted_tables:
        if table.name not in _KEPT:
            for page in pages(source, table, is_ending, _ROWS):
                target.execute(insert(table), [dict(row._mapping) for row in page])


def holds_data(connection: Connection) -> bool:
    """Whether anything was ever written: a server that started, and did no more, has the team's
    row alone.
    """
    for table in metadata.sorted_tables:
        if table.name not in (steps.name, teams.name) and connection.execute(select(table).limit(1)).first():
            return True
    return bool(connection.execute(select(func.max(teams.c.sequence))).scalar())


def differing(ours: dict[str, tuple[int, str]], theirs: dict[str, tuple[int, str]]) -> list[str]:
    """The names of the tables that are not the same here and there."""
    return [name for name in ours if name not in _KEPT and ours[name] != theirs.get(name)]


async def copy_to_file(source: Database, file: Path, at: str, team: str, rng: Random) -> DataSummary:
    """Write a new file of SQLite with all rows of a database as they are at one moment, and return
    what was copied. `DataError` where the copy is not the same.
    """
    target, is_ending = Database(file, rng), source.is_ending.is_set
    try:
        await migrate(target, at)

        def copied(connection: Connection) -> tuple[DataSummary, dict[str, tuple[int, str]]]:
            read_one_moment(connection)
            target.write_now(lambda there: replace_rows(connection, there, is_ending))
            return summary(connection, team), fingerprint(connection, is_ending)

        found, ours = await source.read(copied)
        verify(ours, await target.read(lambda there: fingerprint(there, is_ending)))
    finally:
        target.close()
    return found


def verify(ours: dict[str, tuple[int, str]], theirs: dict[str, tuple[int, str]]) -> None:
    """`DataError` where two databases are not the same."""
    if tables := differing(ours, theirs):
        raise DataError(Fault("", f"the copy is not the same in {', '.join(tables)}", "It was not put in place."))


async def copy_to_database(source: Database, target: Database, at: str, team: str) -> DataSummary:
    """Write all rows of a database into an empty one, in one transaction; return what was copied.
    `DataError` where it is not empty, or where it is not the same afterwards.
    """
    is_ending = source.is_ending.is_set
    await migrate(target, at)

    def copied(here: Connection, there: Connection) -> DataSummary:
        if holds_data(there):
            raise DataError(Fault("", "the database is not empty", "A copy goes into an empty one."))
        replace_rows(here, there, is_ending)
        verify(fingerprint(here, is_ending), fingerprint(there, is_ending))
        return summary(here, team)

    return await target.write(lambda there: source.read_now(lambda here: copied(here, there)))
