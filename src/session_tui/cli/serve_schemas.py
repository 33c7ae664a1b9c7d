"""The shapes of `--json` of the commands of `serve`; `cli/json_schemas.py` alone uses them."""

from msgspec import Struct

from session_tui.model.vocabulary import Detail


class TeamToken(Struct):
    """A valid token of a person in a team. `last_used_at` and `expires_at` are empty where there
    is none; no `accounts` are all that the person sees.
    """

    id: str
    role: str
    label: str
    created_at: str
    last_used_at: str
    expires_at: str
    accounts: list[str]


class TeamPerson(Struct):
    """A person in a team. No `accounts` are all of them."""

    id: str
    name: str
    role: str
    sees: Detail
    accounts: list[str]
    tokens: list[TeamToken]


class OpenInvitation(Struct):
    """An invitation that was not used. An empty name is that of the user who takes it."""

    id: str
    name: str
    role: str
    expires_at: str


class PeopleOfTeam(Struct):
    """`serve people`."""

    people: list[TeamPerson]
    invitations: list[OpenInvitation]


class AuditedAction(Struct):
    """`serve audit`: what a person did, by ids. `name` is the person's today, and empty for
    `machine`.
    """

    entry: str
    at: str
    person: str
    name: str
    token: str
    what: str
    about: str
    detail: str
