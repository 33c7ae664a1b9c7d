"""What the commands of this machine may ask about joining: `control` carries them."""

from datetime import timedelta
from typing import Any

import msgspec

from session_tui.model.fault import Fault
from session_tui.server.control import Command, ControlError
from session_tui.server.devices import Devices, JoinError
from session_tui.server.invitations import Invitations
from session_tui.server.people import PeopleRegister
from session_tui.server.people_commands import accounts_in, name_in, role_in

_MOST_DAYS = 30


def commands(invitations: Invitations, devices: Devices, people: PeopleRegister) -> dict[str, Command]:
    """The commands by their names."""

    async def invite(about: dict[str, Any]) -> dict[str, Any]:
        days = about.get("days")
        if not isinstance(days, int) or not 0 < days <= _MOST_DAYS:
            raise ControlError(Fault("", f"an invitation is valid for 1 to {_MOST_DAYS} days"))
        made, until = await invitations.invite(name_in(about), role_in(about), timedelta(days=days), accounts_in(about))
        return {"invitation": made, "until": until}

    async def device(about: dict[str, Any]) -> dict[str, Any]:
        try:
            found = await devices.look_here(str(about.get("code", "")))
        except JoinError:
            raise _no_code() from None
        there = {each.name: each.role for each in (await people.listed())[0]}
        return {"device": msgspec.to_builtins(found), "roles": there}

    async def answer(about: dict[str, Any]) -> dict[str, Any]:
        lets_in = about.get("lets_in") is True
        try:
            found = await devices.look_here(str(about.get("code", "")))
            name, role = (name_in(about), role_in(about)) if lets_in else ("", None)
            await devices.answer(found, lets_in=lets_in, name=name, role=role)
        except JoinError:
            raise _no_code() from None
        return {}

    return {"invite": invite, "device": device, "device-answer": answer}


def _no_code() -> ControlError:
    what = "there is no open code like this"
    return ControlError(Fault("", what, "It is valid for ten minutes; session-tui join shows it, and makes another."))
