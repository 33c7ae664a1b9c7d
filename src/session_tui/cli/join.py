"""`join`: this computer becomes one of a team's, by a code or an invitation."""

import platform
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import click

from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo
from session_tui.cli.prompt import ask
from session_tui.model.configuration import Endpoint
from session_tui.model.fault import Fault
from session_tui.model.sentence import sentence
from session_tui.store.errors import StoreError

_REFUSED = 3  # the answer is no
_KEYRING = 20.0  # seconds for a keyring, which may ask for its password on another screen
_KEYRING_PLACE = Path("keyring")
_CLOCKS = 120.0  # seconds that two clocks may differ
VARIABLE = "SESSION_TUI_TEAM_TOKEN"


@click.command()
@click.argument("url")
@click.option("--invitation", metavar="CODE", help="Join by an invitation; - reads it from standard input.")
@click.option("--name", default="", help="Your name in the team, where the invitation has none.")
@click.option("--as", "endpoint", default="team", show_default=True, help="What the endpoint is called here.")
@click.pass_obj
def join(context: CommandContext, url: str, invitation: str | None, name: str, endpoint: str) -> int:
    """Join the team at URL: get a token, and write the endpoint into the configuration.

    It shows a code that an administrator, or you with your invitation, types into the team's page.
    With --invitation no page is needed. The token goes into the system's keyring; without one it
    is printed this once, for an environment variable.
    """
    from session_tui.outbox.team_join import JoinRefusedError, TeamJoin, clock_difference

    try:
        team = TeamJoin(url)
    except StoreError as error:
        raise click.BadParameter(f"{error.faults[0].what}.", param_hint="URL") from None
    before = _existing(context, team.url, endpoint)
    about = team.about()
    if abs(clock_difference(about, context.now())) > _CLOCKS:
        echo("This computer's clock and the server's differ by more than two minutes.", err=True)
    code = team.begin(platform.node(), name or context.configuration.name)
    if invitation is None:
        echo(f"Open {code.verification_uri} and type {code.user_code}", err=True)
        minutes = round(code.expires_in / 60)
        echo(
            f"An invitation or an administrator lets this computer in; the code is valid for {minutes} minutes.",
            err=True,
        )
    else:
        team.approve(code, _invitation(invitation), name or context.configuration.name)
    try:
        joined = team.waited(code, time.sleep)
    except JoinRefusedError as error:
        echo(str(error.faults[0]), err=True)
        return _REFUSED
    _keep(context, team.url, team.place, before, endpoint, joined.token.reveal(), full=joined.sees_everything)
    echo(f"{joined.name} has joined, as {joined.role}.", err=True)
    return 0


def _existing(context: CommandContext, url: str, name: str) -> Endpoint | None:
    """The endpoint with this address, if there is one. `StoreError` where the name is another's,
    or where the configuration cannot be read: then no token is asked for.
    """
    from session_tui.store.configuration_entry import path_of

    path = path_of(context.places)
    for each in context.configuration.endpoints:
        if each.kind == "team_server" and each.url.rstrip("/") == url:
            return each
    if any(each.name == name for each in context.configuration.endpoints):
        raise StoreError(Fault(str(path), f'it has an endpoint "{name}" already', "--as gives this one another name."))
    return None


def _invitation(typed: str) -> str:
    """The invitation: as it was typed, or from standard input."""
    if typed != "-":
        return typed
    found: str = ask("Invitation", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    return found.strip()


def _keep(
    context: CommandContext, url: str, place: str, before: Endpoint | None, name: str, token: str, *, full: bool
) -> None:
    """Put the token into the keyring, or print it; write the endpoint into the configuration."""
    from session_tui.store.configuration_entry import add_endpoint, entry_text, path_of

    entry = f"session-tui/{place}"
    wanted = before or Endpoint(name=name, kind="team_server", url=url, secret_keyring=entry)
    trouble = _kept(wanted, token) if wanted.secret_keyring else ""
    is_kept = bool(wanted.secret_keyring) and not trouble
    variable = wanted.secret_env or VARIABLE
    if not is_kept:
        if trouble:
            echo(trouble, err=True)
        echo(f"The token, shown this once: keep it where {variable} is set from.", err=True)
        echo(token)
    if before is not None:
        echo(f'The endpoint "{before.name}" was there, and stays as it is.', err=True)
        _say_trust(context, before)
        return
    secret = {"secret_keyring": entry} if is_kept else {"secret_env": variable}
    rows = {"name": name, "kind": "team_server", "url": url} | secret | {"sync": True}
    rows |= {"detail": "full" if full else "shared"}
    path = path_of(context.places)
    try:
        add_endpoint(path, rows)
    except StoreError:
        echo("Write these lines into the configuration yourself:", err=True)
        _say(entry_text(rows).splitlines())
        raise
    echo(f'The endpoint "{name}" stands in {path}.', err=True)
    if full:
        echo('It sends everything; detail = "shared" there leaves out what is private.', err=True)
    _say_trust(context, Endpoint(name=name, kind="team_server", url=url))


def _kept(endpoint: Endpoint, token: str) -> str:
    """Why the keyring does not have the token; empty where it has."""
    from session_tui.outbox.secrets import keep_secret
    from session_tui.store.deadline import within

    try:
        within(_KEYRING, lambda: keep_secret(endpoint, token), _KEYRING_PLACE)
    except StoreError as error:
        fault = error.faults[0]
        if fault.where == str(_KEYRING_PLACE):  # the words of `within` are about a disk
            return f"The keyring has not answered for {_KEYRING:.0f} seconds."
        return f"{sentence(fault.what)}."
    return ""


def _say_trust(context: CommandContext, endpoint: Endpoint) -> None:
    from session_tui.outbox.trust import needs_trust

    if needs_trust(context.places):
        echo(f"This configuration came with its folder: session-tui endpoint trust {endpoint.name}", err=True)


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        echo(f"  {line}", err=True)


COMMANDS: dict[str, click.Command] = {"join": join}
