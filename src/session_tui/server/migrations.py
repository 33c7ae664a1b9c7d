"""The steps that make the tables, in order. A step is one statement, applied once, in a
transaction of its own with its row in `schema_steps`.

A step that is out in the world never changes: what is different now is a new step. Steps only
add, so that the program of before still works on the tables of now; what is no longer used goes
one version later. {bytes} is the engine's type for bytes.
"""

from collections.abc import Callable

from sqlalchemy import Connection, insert, select, text

from session_tui.server.database import Database
from session_tui.server.tables import steps

FIRST = "create table if not exists schema_steps (step text primary key, at text not null)"

STEPS: tuple[tuple[str, str], ...] = (
    (
        "001 teams",
        "create table teams (team text primary key, name text not null, epoch text not null, sequence bigint not null)",
    ),
    (
        "002 heads",
        (
            "create table heads (team text not null, session text not null, number bigint not null,"
            " revision text not null, content text not null, shared_revision text not null,"
            " shared_content text not null, body_revision text not null, state text not null,"
            " account text not null, status text not null, sequence bigint not null,"
            " shared_sequence bigint not null, primary key (team, session))"
        ),
    ),
    ("003 heads by sequence", "create index heads_by_sequence on heads (team, sequence)"),
    ("004 heads by shared sequence", "create index heads_by_shared_sequence on heads (team, shared_sequence)"),
    (
        "005 revisions",
        (
            "create table revisions (team text not null, session text not null, revision text not null,"
            " number bigint not null, parent text not null, content text not null,"
            " shared_revision text not null, shared_parent text, shared_content text not null,"
            " state text not null, body {bytes}, at text not null, person text not null,"
            " token text not null, primary key (team, session, revision),"
            " constraint revisions_one_child unique (team, session, parent))"
        ),
    ),
    (
        "006 receipts",
        (
            "create table receipts (team text not null, token text not null, key text not null,"
            " request text not null, status bigint not null, etag text not null, at text not null,"
            " primary key (team, token, key))"
        ),
    ),
    ("007 receipts by age", "create index receipts_by_age on receipts (team, at)"),
    (
        "008 people",
        (
            "create table people (team text not null, person text not null, name text not null,"
            " name_key text not null, role text not null, state text not null, created_at text not null,"
            " primary key (team, person), constraint people_one_name unique (team, name_key))"
        ),
    ),
    (
        "009 scopes",
        (
            "create table scopes (team text not null, person text not null, account text not null,"
            " primary key (team, person, account))"
        ),
    ),
    (
        "010 tokens",
        (
            "create table tokens (token_hash text primary key, token text not null, team text not null,"
            " person text not null, role text not null, sees text not null, label text not null,"
            " created_at text not null, expires_at text, revoked_at text,"
            " foreign key (team, person) references people (team, person))"
        ),
    ),
    ("011 tokens by person", "create index tokens_by_person on tokens (team, person)"),
    (
        "020 token scopes",
        (
            "create table token_scopes (team text not null, token text not null, account text not null,"
            " primary key (team, token, account))"
        ),
    ),
    (
        "021 token uses",
        (
            "create table token_uses (team text not null, token text not null, at text not null,"
            " primary key (team, token))"
        ),
    ),
    (
        "022 invitations",
        (
            "create table invitations (invitation_hash text not null primary key, invitation text not null,"
            " team text not null, epoch text not null, name text not null, role text not null,"
            " accounts text not null, created_at text not null, expires_at text not null, used_at text)"
        ),
    ),
    (
        "023 devices",
        (
            "create table devices (device_hash text not null primary key, code_hash text not null,"
            " device text not null, team text not null, epoch text not null, machine text not null,"
            " name text not null, address text not null, state text not null, tries bigint not null,"
            " form_hash text not null, approver text not null, person text not null, role text not null,"
            " created_at text not null, expires_at text not null,"
            " constraint devices_one_code unique (team, code_hash))"
        ),
    ),
    (
        "024 audit",
        (
            "create table audit (team text not null, entry text not null, at text not null,"
            " person text not null, token text not null, what text not null, about text not null,"
            " detail text not null, primary key (team, entry))"
        ),
    ),
    ("025 audit by age", "create index audit_by_age on audit (team, at)"),
    ("026 revisions by age", "create index revisions_by_age on revisions (team, at)"),
    ("040 removals", "create index revisions_removed on revisions (team, token, at) where state = 'removed'"),
)


class NewerDatabaseError(Exception):
    """The database has steps that this program does not know: a newer one made them."""


async def migrate(database: Database, at: str) -> int:
    """Apply the missing steps and return how many there were. `NewerDatabaseError`.

    Two processes may start at once.
    """

    def first(connection: Connection) -> None:
        connection.execute(text(FIRST))

    def known(connection: Connection) -> set[str]:
        return set(connection.execute(select(steps.c.step)).scalars())

    await database.write(first)
    done = await database.write(known)
    if unknown := done - {name for name, _ in STEPS}:
        raise NewerDatabaseError(max(unknown))
    applied = 0
    for name, statement in STEPS:
        if name in done:
            continue
        applied += await database.write(_step(name, statement.format(bytes=database.bytes_type), at))
    return applied


def _step(name: str, statement: str, at: str) -> Callable[[Connection], bool]:
    """The job that applies a step, unless another process has done it."""

    def applied(connection: Connection) -> bool:
        if connection.execute(select(steps.c.step).where(steps.c.step == name)).first() is not None:
            return False
        connection.execute(insert(steps), {"step": name, "at": at})
        connection.execute(text(statement))
        return True

    return applied
