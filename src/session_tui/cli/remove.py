"""`remove` and `restore`: sessions go to the removed ones for a time, and come back."""

import sys
from collections.abc import Iterable
from datetime import date
from functools import partial

import click

from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, print_json
from session_tui.cli.prompt import confirm
from session_tui.cli.sessions import find
from session_tui.cli.table import Cell, TableColumn, table
from session_tui.model import dates, formats
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.outbox.synced_folder import unsent_removals
from session_tui.store import session_folder, session_removal
from session_tui.store.errors import StoreError
from session_tui.store.removed_sessions import FOLDER, KEPT_DAYS
from session_tui.store.session_removal import Restorable


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--yes", is_flag=True, help="Do not ask, as in a script.")
@click.pass_obj
def remove(context: CommandContext, ids: tuple[str, ...], yes: bool) -> int:
    """Remove each session ID: it is in no list and no search any more, and can be restored for 90
    days.

    Its file moves to the folder `removed` beside it, for all who share the folder. What was sent
    or exported stays where it went. `cancel` is for a session that does not take place.
    """
    paths = tuple(dict.fromkeys(find(context, id) for id in ids))
    # All are looked at before the first is moved: where one cannot be removed, none is.
    if faults := tuple(filter(None, (session_removal.refusal(path, context.state) for path in paths))):
        raise StoreError(*faults)
    if not yes:
        found = [session_folder.row(path) for path in paths]
        rows = [f"  {each.id}  {_described(each.session, each.fault, context.today)}" for each in found]
        echo("\n".join(rows), err=True)
        goes = formats.plural(len(rows), "This session goes", "These sessions go")
        where = context.sessions / FOLDER
        echo(f"{goes} to {where}, for all who share the folder, and {_kept(len(rows))} {KEPT_DAYS} days.", err=True)
        if not sys.stdin.isatty():
            raise StoreError(Fault("", "there is no terminal to ask at", "--yes answers for you. Nothing was removed."))
        confirm(f"Remove {'it' if len(rows) == 1 else 'them'}?", abort=True)
    failed: list[Fault] = []
    removed: set[str] = set()
    for path in paths:
        try:
            one = session_removal.remove(path, context.state, context.now())
        except StoreError as error:
            failed += error.faults
        else:
            removed.add(one.id)
            until = dates.short(one.until.astimezone().date(), context.today)
            echo(f"Removed {one.id}. session-tui restore {one.id} brings it back, until {until}. {one.path}")
    session_removal.sweep(context.sessions, context.state, context.now(), partial(unsent_removals, context.places))
    _print_what_follows(context, removed)
    if failed:
        raise StoreError(*failed)
    return 0


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--json", "as_json", is_flag=True, help="An array of objects: what can be restored.")
@click.pass_obj
def restore(context: CommandContext, ids: tuple[str, ...], as_json: bool) -> int:
    """Bring each removed session ID back; without ID, show which can be restored, until when."""
    if not ids:
        found = session_removal.restorable(context.sessions)
        if as_json:
            print_json([_data(each) for each in found])
        elif not found:
            echo(f"No session was removed in {context.sessions}. session-tui remove ID removes one.", err=True)
        else:
            _print(found, context.today)
        return 0
    if as_json:
        raise click.UsageError("--json shows what can be restored: leave the ID out.")
    faults: list[Fault] = []
    # All are looked up before the first is restored: a mistyped ID restores nothing.
    for each in {each.id: each for each in (session_removal.find(context.sessions, id) for id in ids)}:
        try:
            path = session_removal.restore(context.sessions, each, context.state)
        except StoreError as error:
            faults += error.faults
        else:
            echo(f"{each} is back. {path}")
    if faults:
        raise StoreError(*faults)
    return 0


def _print_what_follows(context: CommandContext, ids: set[str]) -> None:
    """Print where these sessions are removed too, and which messages are still sent."""
    endpoints = [each.name for each in context.configuration.endpoints if each.sync]
    if endpoints and ids:
        goes = formats.plural(len(ids), "it is", "they are")
        echo(f"With the next sync {goes} removed at {' and '.join(endpoints)} too.", err=True)
    folder = context.state / "outbox"
    if not folder.exists():
        return
    from session_tui.outbox.store import Outbox

    for each in Outbox(folder).sound():
        if each.state == "waiting" and each.session in ids and each.endpoint not in endpoints:
            echo(f"{each.session} still goes to {each.endpoint}. session-tui outbox drop {each.id} stops it.", err=True)


def _kept(many: int) -> str:
    return formats.plural(many, "is kept there for", "are kept there for")


def _described(session: Session | None, fault: Fault | None, today: date) -> str:
    """The account of a session and how it stands, or why it cannot be read."""
    if session is None:
        return f"▲ {fault}"
    day = f" {dates.words(session.started_at.astimezone().date(), today)}" if session.started_at else ""
    about = " · ".join(filter(None, (session.account, session.zone, session.opportunity)))
    return f"{about}, {session.status}{day}"


def _data(one: Restorable) -> dict[str, str | None]:
    session = one.session
    started = session.started_at.isoformat() if session is not None and session.started_at else None
    return {
        "id": one.id,
        "account": session.account if session is not None else None,
        "status": session.status if session is not None else None,
        "started_at": started,
        "removed_at": one.at.isoformat(),
        "kept_until": one.until.isoformat(),
        "path": str(one.path),
        "error": one.fault.words if one.fault is not None else None,
    }


def _print(found: Iterable[Restorable], today: date) -> None:
    columns = [
        TableColumn("Session"),
        TableColumn("About", "cut"),
        TableColumn("Removed"),
        TableColumn("Kept until"),
    ]
    table(columns, (_cells(each, today) for each in found))


def _cells(one: Restorable, today: date) -> tuple[Cell, ...]:
    removed, until = (dates.short(at.astimezone().date(), today) for at in (one.at, one.until))
    return (one.id, _described(one.session, one.fault, today), removed, until)


COMMANDS: dict[str, click.Command] = {"remove": remove, "restore": restore}
