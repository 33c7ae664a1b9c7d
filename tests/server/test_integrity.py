"""Covers: session_tui.server.integrity, session_tui.server.table_copy, session_tui.server.backup.

A check finds every change of what the server wrote, and what stands in its file.
"""

import asyncio
import shutil
import sqlite3
import threading
import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from session_tui.model.sync.limits import ENTRIES
from session_tui.server import backup
from session_tui.server.database import FILE, Database
from session_tui.server.integrity import CheckReport, fingerprint, pages, report, summary
from session_tui.server.members import TEAM
from session_tui.server.tables import heads, revisions, steps
from team_server import NOW, address, body, headers, in_process

SESSIONS = [f"2026-11-16-acme-freight-{number:04d}" for number in range(3)]
UNGUARDED = {"at", "person", "token"}  # of a version: no digest is made of them


async def written(folder: Path) -> None:
    """Three sessions: private and shared versions of the first, the second removed."""
    async with in_process(folder) as team:
        ana, ben = await team.client("Ana Ruiz", "facilitator"), await team.client("Ben", "member")
        for session in SESSIONS:
            answer = await ana.put(address(session), content=body(session), headers=headers(key=f"k-{session}"))
            assert answer.status_code == 201
        etag = (await ana.get(address(SESSIONS[0]))).headers["etag"]
        people = [{"id": "s1", "name": "Mia Tran", "title": "COO", "note": "private"}]
        content = body(SESSIONS[0], stakeholders=people)
        assert (await ana.put(address(SESSIONS[0]), content=content, headers=headers(etag))).status_code == 200
        etag = (await ben.get(address(SESSIONS[0]))).headers["etag"]
        content = body(SESSIONS[0], detail="shared", headline="shared")
        assert (await ben.put(address(SESSIONS[0]), content=content, headers=headers(etag))).status_code == 200
        etag = (await ana.get(address(SESSIONS[1]))).headers["etag"]
        assert (await ana.delete(address(SESSIONS[1]), headers=headers(etag))).status_code == 204


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("team")
    asyncio.run(written(folder))
    connection = sqlite3.connect(folder / FILE)
    connection.execute("pragma journal_mode=delete")
    connection.close()
    return folder / FILE


def checked(file: Path) -> CheckReport:
    database = Database(file, Random(1))
    try:
        return database.read_now(lambda connection: report(connection, TEAM, lambda: False))
    finally:
        database.close()


def test_what_the_server_wrote_holds_together(data: Path) -> None:
    found = checked(data)
    assert found.faults == () and found.number_of_faults == 0
    assert (found.summary.sessions, found.summary.versions, found.summary.sequence) == (2, 6, 6)


def cells() -> list[tuple[str, str]]:
    """Every column of a head and of a version that means something to the program."""
    found = [(table.name, each.name) for table in (heads, revisions) for each in table.columns]
    return [each for each in found if each[0] == "heads" or each[1] not in UNGUARDED]


@pytest.mark.parametrize(("table", "column"), cells())
def test_every_change_of_a_cell_is_found(data: Path, tmp_path: Path, table: str, column: str) -> None:
    keys = connection_to(data, "")[1].execute(f"select session, revision, {column} from {table}").fetchall()
    numbers = {value for _, _, value in keys} if column == "sequence" else set()
    for number, (session, revision, value) in enumerate(keys):
        file = tmp_path / f"{number}.db"
        shutil.copy(data, file)
        connection, _ = connection_to(file, "")
        other = {
            "shared_parent": "x" if value is None else None,
            "state": "removed" if value in ("here", "kept") else "here",
        }.get(column, value + 1 if isinstance(value, int) else value[:-2] if isinstance(value, bytes) else f"{value}x")
        statement = f"update {table} set {column} = ? where session = ? and revision = ?"
        try:
            assert connection.execute(statement, (other, session, revision)).rowcount == 1
        except sqlite3.IntegrityError:
            continue  # two of one key: the engine refuses
        connection.commit()
        connection.close()
        # A head's numbers mean an order alone: another one that no other head has is no fault.
        if table == "heads" and column.endswith("sequence") and other in range(1, 7) and other not in numbers:
            continue
        assert checked(file).number_of_faults, (table, column, value)


def connection_to(file: Path, statement: str) -> tuple[sqlite3.Connection, sqlite3.Cursor]:
    connection = sqlite3.connect(file)
    return connection, connection.cursor()


@pytest.mark.parametrize("table", ["heads", "revisions", "teams", "people"])
def test_every_missing_row_is_found(data: Path, tmp_path: Path, table: str) -> None:
    connection, _ = connection_to(data, "")
    for (rowid,) in connection.execute(f"select rowid from {table}").fetchall():
        file = tmp_path / f"{rowid}.db"
        shutil.copy(data, file)
        with sqlite3.connect(file) as changed:
            changed.execute(f"delete from {table} where rowid = ?", (rowid,))
        changed.close()
        assert checked(file).number_of_faults, rowid


def test_many_faults_are_counted_and_the_first_ones_named(data: Path, tmp_path: Path) -> None:
    file = tmp_path / FILE
    shutil.copy(data, file)
    connection, _ = connection_to(file, "")
    for number in range(ENTRIES):
        row = (f"2026-11-16-other-{number:04d}", str(number))
        connection.execute(
            "insert into revisions select team, ?, ?, number, parent, content, shared_revision, shared_parent,"
            " shared_content, state, body, at, person, token from revisions limit 1",
            row,
        )
    connection.commit()
    connection.close()
    found = checked(file)
    assert found.number_of_faults == ENTRIES and 0 < len(found.faults) <= 50


@given(st.sets(st.text("abAB-_é0", min_size=1), max_size=40), st.integers(1, 7))
def test_pages_hold_every_row_once(keys: set[str], size: int) -> None:
    database = Database(Path(":memory:"), Random(1))
    try:
        database.write_now(lambda connection: steps.create(connection))
        rows = [{"step": each, "at": ""} for each in keys]

        def paged(connection: object) -> list[str]:
            if rows:
                connection.execute(steps.insert(), rows)  # type: ignore[attr-defined]
            return [row.step for page in pages(connection, steps, lambda: False, size) for row in page]  # type: ignore[arg-type]

        assert sorted(database.write_now(paged)) == sorted(keys)
    finally:
        database.close()


def test_a_fingerprint_is_of_the_rows_and_not_of_their_order(data: Path, tmp_path: Path) -> None:
    file = tmp_path / FILE
    shutil.copy(data, file)
    connection, _ = connection_to(file, "")
    connection.execute("create table other as select * from heads order by session desc")
    connection.execute("delete from heads")
    connection.execute("insert into heads select * from other")
    connection.execute("drop table other")
    connection.commit()
    connection.close()

    def of(path: Path) -> tuple[object, object]:
        database = Database(path, Random(1))
        try:
            return database.read_now(lambda there: (fingerprint(there, lambda: False), summary(there, TEAM)))
        finally:
            database.close()

    assert of(file) == of(data)
    connection, _ = connection_to(file, "")
    connection.execute("update heads set status = 'x' where session = ?", (SESSIONS[0],))
    connection.commit()
    connection.close()
    assert of(file)[0] != of(data)[0] and of(file)[1] == of(data)[1]


async def test_a_long_read_ends_with_the_database_and_not_after_it(tmp_path: Path) -> None:
    """A server ends within two seconds, whatever is checked or written to a backup."""
    await written(tmp_path)
    database = Database(tmp_path / FILE, Random(1))
    reading = threading.Event()

    def is_ending() -> bool:
        reading.set()
        database.is_ending.wait(20)
        return database.is_ending.is_set()

    checking = asyncio.create_task(database.read(lambda connection: report(connection, TEAM, is_ending)))
    while not reading.is_set():
        await asyncio.sleep(0.01)
    begun = time.monotonic()
    await asyncio.to_thread(database.close)
    assert time.monotonic() - begun < 10
    with pytest.raises((InterruptedError, DBAPIError)):
        await checking


async def test_a_backup_ends_with_the_database(tmp_path: Path) -> None:
    await written(tmp_path)
    database = Database(tmp_path / FILE, Random(1))
    database.is_ending.set()
    with pytest.raises(InterruptedError):
        await backup.make(database, tmp_path, NOW, Random(2))
    database.close()
    assert not list(tmp_path.glob("backup-*"))
