"""What the commands of this machine may ask about people: `control` carries them."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, cast

import msgspec

from session_tui.model.fault import Fault
from session_tui.server.access import ROLES, Role, moment
from session_tui.server.control import Command, ControlError
from session_tui.server.members import Members
from session_tui.server.people import NoSuchError, PeopleRegister, account_key

_LONGEST_NAME = 200  # characters
_MOST_ACCOUNTS = 1_000
_MOST_DAYS = 3650


def commands(members: Members, people: PeopleRegister, now: Callable[[], datetime]) -> dict[str, Command]:
    """The commands by their names."""

    async def token(about: dict[str, Any]) -> dict[str, Any]:
        made = await members.give_token(
            name_in(about),
            role_in(about),
            str(about.get("label", ""))[:_LONGEST_NAME],
            expires_at=end_in(about, now()),
            accounts=accounts_in(about),
        )
        return {"token": made}

    async def listed(_: dict[str, Any]) -> dict[str, Any]:
        found, invitations = await people.listed()
        return {"people": msgspec.to_builtins(found), "invitations": msgspec.to_builtins(invitations)}

    async def revoke(about: dict[str, Any]) -> dict[str, Any]:
        return {"revoked": await people.revoke(str(about.get("wanted", "")))}

    async def remove(about: dict[str, Any]) -> dict[str, Any]:
        return {"revoked": await people.remove(name_in(about))}

    async def role(about: dict[str, Any]) -> dict[str, Any]:
        return cast(dict[str, Any], msgspec.to_builtins(await people.set_role(name_in(about), role_in(about))))

    async def accounts(about: dict[str, Any]) -> dict[str, Any]:
        return {"accounts": await people.set_accounts(name_in(about), accounts_in(about))}

    return {
        "token": token,
        "people": listed,
        "people-revoke": _named(revoke),
        "people-remove": _named(remove),
        "people-role": _named(role),
        "people-accounts": _named(accounts),
    }


def name_in(about: dict[str, Any]) -> str:
    """The name in a question; `ControlError` where it is none."""
    name = " ".join(str(about.get("name", "")).split())
    if not is_name(name):
        raise ControlError(Fault("", f"a name has 1 to {_LONGEST_NAME} printable characters"))
    return name


def is_name(name: str) -> bool:
    """Whether this can be a person's name."""
    return 0 < len(name) <= _LONGEST_NAME and name.isprintable() and bool(account_key(name))


def role_in(about: dict[str, Any]) -> Role:
    """The role in a question; `ControlError` where it is none."""
    role = about.get("role")
    if role not in ROLES:
        raise ControlError(Fault("", f"a role is one of {', '.join(ROLES)}"))
    return cast(Role, role)


def accounts_in(about: dict[str, Any]) -> tuple[str, ...]:
    """The keys of the accounts in a question; `ControlError` where one has no name."""
    found = about.get("accounts") or ()
    if not isinstance(found, list | tuple) or len(found) > _MOST_ACCOUNTS:
        raise ControlError(Fault("", f"accounts are at most {_MOST_ACCOUNTS:,} names"))
    keys = tuple(dict.fromkeys(account_key(str(each)) for each in found))
    if not all(keys):
        raise ControlError(Fault("", "an account has a name"))
    return keys


def end_in(about: dict[str, Any], now: datetime) -> str | None:
    """The moment after so many days; None where the question has none. `ControlError`."""
    days = about.get("days")
    if days is None:
        return None
    if not isinstance(days, int) or not 0 < days <= _MOST_DAYS:
        raise ControlError(Fault("", f"a token is valid for 1 to {_MOST_DAYS:,} days"))
    return moment(now + timedelta(days=days))


def _named(command: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]) -> Command:
    """The command, with a sentence where a person or a token is not there."""

    async def asked(about: dict[str, Any]) -> dict[str, Any]:
        try:
            return await command(about)
        except NoSuchError as error:
            what = f'there is nobody called "{error}" in the team, and no valid token of that id'
            raise ControlError(Fault("", what, "session-tui serve people shows both.")) from None

    return asked
