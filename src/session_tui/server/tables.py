"""The tables. Times are texts in UTC (`2026-11-28T09:00:00Z`), flags and states words, bodies
zlib.

Every key begins with the team, so that one database can hold several. Keys are texts: numbers
that an engine gives out differ from engine to engine.

- `heads` has a row a session: its newest version. `body_revision` is the revision whose body is
  the session; it stays behind `revision` where the session was removed. `shared_sequence` moves
  only with shared content.
- `revisions` is the chain. `shared_parent` is NULL where the shared content stayed the same. A
  parent has one child: the engine holds that.
- `receipts` answer a request that comes again.
- `tokens` have the hash of a token alone. A token has a role of its own: that of its person, or
  the one that the machine's commands gave it. `token_scopes` narrow it to accounts, beside the
  `scopes` of its person; `token_uses` say when it was last used.
- `invitations` and `devices` have hashes alone too, and the epoch in which they were made: after a
  restore there are none. `devices` are the codes of `session-tui join`, for ten minutes.
- `audit` is only added to, and swept by age. What was changed stands in `revisions`.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()
SHORT_LIVED = {"short_lived": True}  # a restore leaves the rows of these tables out
_REMOVED = text("state = 'removed'")


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


steps = Table("schema_steps", metadata, Column("step", Text, primary_key=True), _text("at"))

teams = Table("teams", metadata, _key("team"), _text("name"), _text("epoch"), _number("sequence"))

heads = Table(
    "heads",
    metadata,
    _key("team"),
    _key("session"),
    _number("number"),
    _text("revision"),
    _text("content"),
    _text("shared_revision"),
    _text("shared_content"),
    _text("body_revision"),
    _text("state"),
    _text("account"),
    _text("status"),
    _number("sequence"),
    _number("shared_sequence"),
    Index("heads_by_sequence", "team", "sequence"),
    Index("heads_by_shared_sequence", "team", "shared_sequence"),
)

revisions = Table(
    "revisions",
    metadata,
    _key("team"),
    _key("session"),
    _key("revision"),
    _number("number"),
    _text("parent"),
    _text("content"),
    _text("shared_revision"),
    _text("shared_parent", nullable=True),
    _text("shared_content"),
    _text("state"),
    Column("body", LargeBinary, nullable=True),
    _text("at"),
    _text("person"),
    _text("token"),
    UniqueConstraint("team", "session", "parent", name="revisions_one_child"),
    Index("revisions_removed", "team", "token", "at", sqlite_where=_REMOVED, postgresql_where=_REMOVED),
    Index("revisions_by_age", "team", "at"),
)

receipts = Table(
    "receipts",
    metadata,
    _key("team"),
    _key("token"),
    _key("key"),
    _text("request"),
    Column("status", BigInteger, nullable=False),
    _text("etag"),
    _text("at"),
    Index("receipts_by_age", "team", "at"),
)

people = Table(
    "people",
    metadata,
    _key("team"),
    _key("person"),
    _text("name"),
    _text("name_key"),
    _text("role"),
    _text("state"),
    _text("created_at"),
    UniqueConstraint("team", "name_key", name="people_one_name"),
)

scopes = Table("scopes", metadata, _key("team"), _key("person"), _key("account"))

tokens = Table(
    "tokens",
    metadata,
    _key("token_hash"),
    _text("token"),
    _text("team"),
    _text("person"),
    _text("role"),
    _text("sees"),
    _text("label"),
    _text("created_at"),
    _text("expires_at", nullable=True),
    _text("revoked_at", nullable=True),
    ForeignKeyConstraint(["team", "person"], ["people.team", "people.person"]),
    Index("tokens_by_person", "team", "person"),
)

token_scopes = Table("token_scopes", metadata, _key("team"), _key("token"), _key("account"))

token_uses = Table("token_uses", metadata, _key("team"), _key("token"), _text("at"))

invitations = Table(
    "invitations",
    metadata,
    _key("invitation_hash"),
    _text("invitation"),
    _text("team"),
    _text("epoch"),
    _text("name"),
    _text("role"),
    _text("accounts"),
    _text("created_at"),
    _text("expires_at"),
    _text("used_at", nullable=True),
    info=SHORT_LIVED,
)

devices = Table(
    "devices",
    metadata,
    _key("device_hash"),
    _text("code_hash"),
    _text("device"),
    _text("team"),
    _text("epoch"),
    _text("machine"),
    _text("name"),
    _text("address"),
    _text("state"),
    _number("tries"),
    _text("form_hash"),
    _text("approver"),
    _text("person"),
    _text("role"),
    _text("created_at"),
    _text("expires_at"),
    UniqueConstraint("team", "code_hash", name="devices_one_code"),
    info=SHORT_LIVED,
)

audit = Table(
    "audit",
    metadata,
    _key("team"),
    _key("entry"),
    _text("at"),
    _text("person"),
    _text("token"),
    _text("what"),
    _text("about"),
    _text("detail"),
    Index("audit_by_age", "team", "at"),
)
