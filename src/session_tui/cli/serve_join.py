"""`serve invite` and `serve approve`: who may join, from the machine of the server."""

import sys
from pathlib import Path
from typing import Any

import click

from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo
from session_tui.cli.prompt import confirm
from session_tui.cli.serve_control import MEANING, ROLES, ask, data_option
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.store.errors import StoreError


@click.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help=MEANING)
@click.option("--days", type=click.IntRange(1, 30), default=7, show_default=True, help="Valid for this many days.")
@click.option("--account", "accounts", multiple=True, help="Sessions on this account alone; several times for several.")
@data_option
@click.pass_obj
def invite(
    context: CommandContext, name: str, role: str, days: int, accounts: tuple[str, ...], data: Path | None
) -> int:
    """Make an invitation for NAME, and print it. It lets one computer in, once.

    Give it to NAME in private: session-tui join URL asks for it. A lost administrator is made anew
    like this, on the machine of the server.
    """
    found = ask(context, data, "invite", name=name, role=role, days=days, accounts=accounts)
    echo(str(found["invitation"]))
    until = str(found["until"])[:16].replace("T", " ")
    echo(f"For {name} as {role}, until {until} UTC and once: session-tui join URL --invitation -", err=True)
    return 0


@click.command()
@click.argument("code")
@click.argument("name", required=False)
@click.option("--role", type=click.Choice(ROLES), help=f"{MEANING} A person who is there keeps theirs.")
@click.option("--refuse", is_flag=True, help="Let it not in.")
@click.option("--yes", is_flag=True, help="Say yes without being asked, as in a script.")
@data_option
@click.pass_obj
def approve(
    context: CommandContext, code: str, name: str | None, role: str | None, refuse: bool, yes: bool, data: Path | None
) -> int:
    """Let the computer that shows CODE in, as NAME; --refuse refuses.

    It says which computer asked, from where and how long ago. This is for servers where no browser
    reaches the page.
    """
    found = ask(context, data, "device", code=code)
    device: dict[str, Any] = found["device"]
    if refuse:
        ask(context, data, "device-answer", code=code, lets_in=False)
        echo(f"Refused: {device['machine'] or 'a computer without a name'}.")
        return 0
    if not name:
        raise click.UsageError("Say whose it is: serve approve CODE NAME --role ROLE.")
    known = {name_key(each): given for each, given in found["roles"].items()}
    role = role or known.get(name_key(name))
    if role is None:
        raise click.UsageError(f"{name} is not in the team yet: say --role.")
    about = f"{device['machine'] or 'A computer without a name'}, {device['address']}, {device['seconds']} seconds ago"
    echo(f"{about}. It will be one of {name}, as {role}.", err=True)
    if not yes:
        if not sys.stdin.isatty():
            raise StoreError(Fault(code, "there is no terminal to ask at", "--yes answers for you."))
        confirm("Do you see this code on a computer that you know?", abort=True)
    ask(context, data, "device-answer", code=code, lets_in=True, name=name, role=role)
    echo(f"{name} has joined with it, as {role}.")
    return 0


COMMANDS = (invite, approve)
