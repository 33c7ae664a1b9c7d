"""Who asks, and what he may see and do.

| role | sees | writes |
| --- | --- | --- |
| administrator | shared | shared content; invites, names roles, takes tokens back |
| coach | full | nothing |
| facilitator | full | everything, removes sessions |
| member | shared | shared content |
| viewer | shared | nothing |

A person with accounts named sees sessions on these alone; so does a token with accounts of its
own.
"""

import hashlib
from datetime import UTC, datetime
from random import Random
from typing import Literal, TypeAlias, get_args

from msgspec import Struct

from session_tui.model.name_keys import name_key
from session_tui.model.sync.shape import Table
from session_tui.model.vocabulary import Detail

Role: TypeAlias = Literal["administrator", "coach", "facilitator", "member", "viewer"]
ROLES: tuple[Role, ...] = get_args(Role)
# What a role may do beside seeing what is shared.
Right: TypeAlias = Literal["full", "write", "remove", "manage"]
RIGHTS: dict[Role, frozenset[Right]] = {
    "administrator": frozenset({"write", "manage"}),
    "coach": frozenset({"full"}),
    "facilitator": frozenset({"full", "write", "remove"}),
    "member": frozenset({"write"}),
    "viewer": frozenset(),
}
SEES: dict[Role, Detail] = {role: "full" if "full" in rights else "shared" for role, rights in RIGHTS.items()}
_TOKEN_BYTES = 32
_PREFIX = "stt_"


class TokenHolder(Struct, frozen=True):
    """The holder of a valid token. `accounts` are keys of accounts; None is all of them."""

    team: str
    token: str
    person: str
    name: str
    role: Role
    sees: Detail
    accounts: frozenset[str] | None = None

    @property
    def writes(self) -> bool:
        """Whether he may change sessions."""
        return "write" in RIGHTS[self.role]

    @property
    def removes(self) -> bool:
        """Whether he may remove sessions."""
        return "remove" in RIGHTS[self.role]

    @property
    def manages(self) -> bool:
        """Whether he may let others join."""
        return "manage" in RIGHTS[self.role]

    def may_see(self, account: str) -> bool:
        """Whether sessions on the account with this key are his to see."""
        return self.accounts is None or account in self.accounts


def covers(role: Role, other: Role) -> bool:
    """Whether a role may do all that the other may."""
    return RIGHTS[role] >= RIGHTS[other]


def new_token(rng: Random) -> str:
    """A token: 256 bits of chance, printable."""
    return f"{_PREFIX}{rng.getrandbits(8 * _TOKEN_BYTES):0{2 * _TOKEN_BYTES}x}"


def token_hash(token: str) -> str:
    """What is kept of a token. It is as long as its hash, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def bearer(header: str) -> str:
    """The token in an `Authorization` header; empty where there is none."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def account_of(session: Table) -> str:
    """The key of a session's account, by which it is compared; no engine takes a NUL in a text."""
    return name_key(str(session.get("account", ""))).replace("\0", "")


def moment(now: datetime) -> str:
    """A moment as the tables have it, in whole seconds of UTC."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
