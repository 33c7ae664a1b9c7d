"""`serve audit`: who changed and who read what."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import click

from session_tui.cli.arguments import day_of
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, print_json
from session_tui.cli.serve_control import ask, data_option
from session_tui.cli.table import TableColumn, table
from session_tui.model import dates

_COLUMNS = (
    TableColumn("when"),
    TableColumn("who", "fold", least=8),
    TableColumn("what"),
    TableColumn("about", "fold", least=12),
    TableColumn("", "fold", least=6),
)
_WORDS = {
    "accounts": "set accounts",
    "approve": "let in",
    "change": "changed",
    "give-token": "gave token",
    "invite": "invited",
    "join": "joined",
    "read": "read",
    "refuse": "refused",
    "remove": "removed",
    "remove-person": "removed person",
    "revoke-invitation": "took invitation back",
    "revoke-token": "took token back",
    "role": "set role",
}


@click.command()
@click.option("--since", metavar="DATE", help="On this day or later: 2026-11-01, -30d, mon.")
@click.option("--account", default="", help="Entries about sessions on this account alone.")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@data_option
@click.pass_obj
def audit(context: CommandContext, since: str | None, account: str, as_json: bool, data: Path | None) -> int:
    """Who changed and who read what, the newest first. It holds ids and names, and no content.

    A session that is read several times within an hour is one entry. Who read what, and what
    became of people, is kept for 400 days; changes of sessions as long as their versions.
    """
    day = day_of(since, "--since", context.today, dates.read_past, dates.KNOWN_PAST)
    begun = ""
    if day is not None:
        begun = datetime.combine(day, time()).astimezone().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    names: dict[str, str] = {}
    found = list(_entries(context, data, begun, account, names))
    if as_json:
        print_json(found)
        return 0
    rows = [_row(each, names) for each in found]
    if not rows:
        echo("Nothing was changed or read.", err=True)
        return 0
    table(_COLUMNS, rows)
    return 0


def _entries(
    context: CommandContext, data: Path | None, since: str, account: str, names: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """All entries, a page at a time; the names of people are put into `names`."""
    before = ""
    while True:
        found = ask(context, data, "audit", since=since, account=account, before=before)
        names |= found["names"]
        yield from found["entries"]
        if not (before := found["next"]):
            return


def _row(entry: dict[str, Any], names: dict[str, str]) -> tuple[str, ...]:
    at = str(entry["at"])
    when = at[:13].replace("T", " ") + "h" if entry["what"] == "read" else at[:16].replace("T", " ")
    who = str(entry["name"] or entry["person"])
    about, detail = (" ".join(names.get(each, each) for each in str(entry[key]).split()) for key in ("about", "detail"))
    return when, who, _WORDS.get(entry["what"], str(entry["what"])), about, detail


COMMANDS = (audit,)
