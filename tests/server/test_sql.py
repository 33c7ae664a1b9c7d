"""Covers: session_tui.server.tables, session_tui.server.migrations and session_tui.server.rows.

All SQL that the server speaks is of the dialect that SQLite and every engine of PostgreSQL's
protocol have, and the steps make the tables that the program knows.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from session_tui.server.database import Database
from session_tui.server.migrations import STEPS, NewerDatabaseError, migrate
from session_tui.server.tables import metadata, steps
from team_server import SESSION, address, body, headers, in_process

# What one of those engines lacks, or does in another way than the others.
FOREIGN = re.compile(
    r"\b(?:for update|for share|serial|bigserial|autoincrement|identity|nextval|currval|sequence\s+\w+\s+start|"
    r"listen|notify|advisory|on conflict\s*\(?[^)]*\(|jsonb?|ctid|rowid|lastval|trigger|"
    r"prepare transaction|temp(?:orary)? table|savepoint|insert or|replace into|glob|ilike)\b|::",
    re.IGNORECASE,
)
OWN = re.compile(r"pragma |begin", re.IGNORECASE)  # the connection's own, of SQLite alone


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """All SQL that is executed while the test runs."""
    found: list[str] = []

    def executed(_: Any, __: Any, statement: str, *___: Any) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", executed)
    yield found
    event.remove(Engine, "before_cursor_execute", executed)


async def test_all_sql_is_of_the_one_dialect(tmp_path: Path, statements: list[str]) -> None:
    async with in_process(tmp_path) as team:
        ana, ben = await team.client("Ana Ruiz", "facilitator"), await team.client("Ben", "member")
        made = await ana.put(address(), content=body(), headers=headers(key="k1"))
        await ana.put(address(), content=body(), headers=headers(key="k1"))
        etag = (await ben.get(address())).headers["etag"]
        await ben.put(address(), content=body(detail="shared", headline="x"), headers=headers(etag, "k2"))
        for client in (ana, ben, team.stranger()):
            for path in ("", "/sessions", "/inventory", "/inventory?bucket=af", "/digest", "/changes"):
                await client.get(f"/api/v1{path}")
            await client.get(f"{address()}/revisions?before={'0' * 64}")
            await client.post("/api/v1/fetch", json={"ids": [SESSION], "chain": 5})
        etag = (await ana.get(address())).headers["etag"]
        assert made.status_code == 201
        assert (await ana.delete(address(), headers=headers(etag))).status_code == 204
        assert (await team.stranger().get("/readyz")).status_code == 200
    said = [each for each in statements if not OWN.match(each)]
    assert len(said) > 30
    assert {kind: any(each.lower().startswith(kind) for each in said) for kind in ("insert", "update", "create")} == {
        "insert": True, "update": True, "create": True,
    }  # fmt: skip
    assert [each for each in said if FOREIGN.search(each)] == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM heads FOR UPDATE",
        "CREATE TABLE x (id BIGSERIAL)",
        "SELECT pg_advisory_lock(1)".replace("pg_advisory_lock", "advisory"),
        "INSERT INTO x VALUES (1) ON CONFLICT (lower(name)) DO NOTHING",
        "LISTEN changes",
        "SELECT body::json",
    ],
)
def test_what_another_engine_lacks_would_be_found(statement: str) -> None:
    assert FOREIGN.search(statement)


async def test_the_steps_make_the_tables_that_the_program_knows(tmp_path: Path) -> None:
    database = Database(tmp_path / "team.db", Random(1))
    assert await migrate(database, "2026-11-28T09:00:00Z") == len(STEPS)
    assert await migrate(database, "2026-11-28T09:00:00Z") == 0

    def look(connection: Any) -> dict[str, Any]:
        found = inspect(connection)
        return {
            name: (
                {(row["name"], str(row["type"]), row["nullable"]) for row in found.get_columns(name)},
                found.get_pk_constraint(name)["constrained_columns"],
                {(row["name"], tuple(row["column_names"])) for row in found.get_indexes(name)},
                {tuple(row["column_names"]) for row in found.get_unique_constraints(name)},
                {tuple(row["constrained_columns"]) for row in found.get_foreign_keys(name)},
            )
            for name in found.get_table_names()
        }

    by_steps = await database.read(look)
    database.close()
    other = Database(tmp_path / "other.db", Random(1))
    await other.write(metadata.create_all)
    by_metadata = await other.read(look)
    other.close()
    # SQLite lets a key of text be NULL unless it is said twice; what is written is never NULL.
    keys = {"schema_steps": "step", "teams": "team", "tokens": "token_hash"}
    for name, key in keys.items():
        by_steps[name] = (
            {row if row[0] != key else (key, row[1], False) for row in by_steps[name][0]},
            *by_steps[name][1:],
        )
    assert by_steps == by_metadata


async def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "team.db", Random(1))
    await migrate(database, "2026-11-28T09:00:00Z")
    row = {"step": "999 later", "at": "2027-01-01T00:00:00Z"}
    await database.write(lambda connection: connection.execute(insert(steps), row).rowcount)
    with pytest.raises(NewerDatabaseError):
        await migrate(database, "2026-11-28T09:00:00Z")
    database.close()


def test_the_tables_are_said_to_postgresql_in_the_same_dialect() -> None:
    dialect: Any = postgresql.dialect()  # type: ignore[no-untyped-call]
    said = [str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables]
    said += [
        str(CreateIndex(index).compile(dialect=dialect)) for table in metadata.sorted_tables for index in table.indexes
    ]
    said += [str(text(statement)) for _, statement in STEPS]
    assert [each for each in said if FOREIGN.search(each)] == []
