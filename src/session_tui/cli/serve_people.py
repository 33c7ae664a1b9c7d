"""`serve token` and `serve people`: who is in the team, with which tokens."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from session_tui.cli.arguments import PATH
from session_tui.cli.command_context import CommandContext
from session_tui.cli.command_group import CommandGroup
from session_tui.cli.output import echo, print_json
from session_tui.cli.serve_control import MEANING, ROLES, ask, data_option
from session_tui.cli.serve_options import HELP_DATA
from session_tui.cli.table import Row, SpanningRow, TableColumn, paragraph, table

_ACCOUNT = "Sessions on this account alone; several times for several."
_COLUMNS = (
    TableColumn("token"),
    TableColumn("role"),
    TableColumn("given"),
    TableColumn("last used"),
    TableColumn("valid until"),
)


@click.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help=MEANING)
@click.option("--label", default="", help="What the token is for.")
@click.option("--expires", "days", type=click.IntRange(1, 3650), metavar="DAYS", help="Valid for this many days.")
@click.option("--account", "accounts", multiple=True, help=_ACCOUNT)
@data_option
@click.pass_obj
def token(
    context: CommandContext,
    name: str,
    role: str,
    label: str,
    days: int | None,
    accounts: tuple[str, ...],
    data: Path | None,
) -> int:
    """Ask the running server for a token for NAME, and print it. It is shown this once."""
    found = ask(context, data, "token", name=name, role=role, label=label, days=days, accounts=accounts)
    echo(str(found["token"]))
    return 0


@click.group(cls=CommandGroup, invoke_without_command=True)
@click.option("--data", type=PATH, help=HELP_DATA)
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_context
def people(ctx: click.Context, data: Path | None, as_json: bool) -> int:
    """The people of the team: role, what they see, their tokens."""
    if ctx.invoked_subcommand is not None:
        return 0
    found = ask(ctx.obj, data, "people")
    if as_json:
        print_json({key: found[key] for key in ("people", "invitations")})
        return 0
    for each in found["people"]:
        sees = "everything" if each["sees"] == "full" else "what is shared"
        on = f" on {', '.join(each['accounts'])} alone" if each["accounts"] else ""
        paragraph((str(each["name"]), "bold"), f"  {each['role']}, sees {sees}{on}")
        if each["tokens"]:
            table(_COLUMNS, [row for one in each["tokens"] for row in _rows(one)], indent=2)
        else:
            echo("  no token")
    for each in found["invitations"]:
        who = each["name"] or "who takes it"
        echo(f"Invited: {who} as {each['role']}, until {_moment(each['expires_at'])} ({each['id']})")
    if not found["people"] and not found["invitations"]:
        echo("Nobody is in the team yet. session-tui serve invite NAME --role ROLE invites.", err=True)
    return 0


@people.command()
@click.argument("wanted", metavar="NAME|ID")
@data_option
@click.pass_obj
def revoke(context: CommandContext, wanted: str, data: Path | None) -> int:
    """Take back all tokens of NAME, or one by its id (t_...); an invitation too (i_...).

    It is over at once, also for other servers on the same database.
    """
    found = ask(context, data, "people-revoke", wanted=wanted)["revoked"]
    echo(f"Taken back: {', '.join(found)}" if found else f"{wanted} has no valid token.")
    return 0


@people.command()
@click.argument("name")
@data_option
@click.pass_obj
def remove(context: CommandContext, name: str, data: Path | None) -> int:
    """Take NAME out of the team, with all tokens.

    What they wrote stays. Files on their computer stay too: the server reaches none.
    """
    found = ask(context, data, "people-remove", name=name)["revoked"]
    echo(f"{name} has left the team; {_count(len(found))} taken back.")
    return 0


@people.command()
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@data_option
@click.pass_obj
def role(context: CommandContext, name: str, role: str, data: Path | None) -> int:
    """Give NAME another role, with the tokens that have the old one.

    A token that may do more than the new role is taken back.
    """
    found = ask(context, data, "people-role", name=name, role=role)
    echo(f"{name} is {role} now, with {_count(len(found['changed']))}.")
    if found["kept"]:
        echo(f"Left as they are, with a smaller role of their own: {', '.join(found['kept'])}")
    if found["revoked"]:
        echo(f"Taken back, because they may do more than that role: {', '.join(found['revoked'])}")
    return 0


@people.command()
@click.argument("name")
@click.argument("names", metavar="ACCOUNT...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Sessions on all accounts.")
@data_option
@click.pass_obj
def accounts(context: CommandContext, name: str, names: tuple[str, ...], everything: bool, data: Path | None) -> int:
    """Let NAME see sessions on these accounts alone, or with --all on all of them."""
    if bool(names) == everything:
        raise click.UsageError("Name accounts, or --all.")
    found = ask(context, data, "people-accounts", name=name, accounts=names)["accounts"]
    echo(f"{name} sees sessions on {', '.join(found)} alone." if found else f"{name} sees sessions on all accounts.")
    return 0


def _rows(found: dict[str, Any]) -> Iterator[Row]:
    """A token, and below it what it is for."""
    yield (
        str(found["id"]),
        str(found["role"]),
        _day(found["created_at"]),
        _day(found["last_used_at"]) or "never",
        _day(found["expires_at"]) or "no end",
    )
    alone = f"on {', '.join(found['accounts'])} alone" if found["accounts"] else ""
    if about := "; ".join(each for each in (str(found["label"]), alone) if each):
        yield SpanningRow((("  " + about, "dim"),))


def _day(text: str) -> str:
    """The day of a moment of the tables, in UTC."""
    return text[:10]


def _moment(text: str) -> str:
    """A moment of the tables, in UTC and to the minute."""
    return text[:16].replace("T", " ")


def _count(tokens: int) -> str:
    return f"{tokens} token{'' if tokens == 1 else 's'}"


COMMANDS = (token, people)
