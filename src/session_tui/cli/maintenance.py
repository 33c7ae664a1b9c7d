"""`cancel`, `reopen-session`, `amend` and `validate`: corrections of files."""

from collections.abc import Callable
from pathlib import Path

import click

from session_tui.cli.arguments import PATH
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo
from session_tui.cli.push import push_changed_sessions
from session_tui.cli.sessions import find
from session_tui.model import formats, session_end
from session_tui.model.capture import Refusal
from session_tui.model.configuration import Configuration
from session_tui.model.edits import Edit, Put, Several
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store import batch_edit, locking
from session_tui.store.errors import StoreError, WrongUsage
from session_tui.store.new_session import named
from session_tui.store.paths import command


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--undo", is_flag=True, help="It takes place after all.")
@click.pass_obj
def cancel(context: CommandContext, ids: tuple[str, ...], undo: bool) -> int:
    """Say that each session ID does not take place; its file stays, with all that is in it."""

    def edit(session: Session) -> Edit:
        if undo:
            if session.status != "cancelled":
                raise StoreError(Fault(session.id, f"is {session.status}, not cancelled"))
            return Put("status", "", "cancelled", "live" if session.clock else "prepared")
        if session.status in ("held", "cancelled"):
            raise StoreError(Fault(session.id, f"is {session.status} already, and cannot be cancelled"))
        return Put("status", "", session.status, "cancelled")

    faults: list[Fault] = []
    # All are looked up before the first is changed: a mistyped ID changes nothing.
    for path in dict.fromkeys([find(context, id) for id in ids]):
        try:
            session = _changed(context, path, edit)
        except StoreError as error:
            faults += error.faults
        else:
            echo(f"{session.id} is {session.status}. {path}")
    if faults:
        raise StoreError(*faults)
    return 0


@click.command("reopen-session")
@click.argument("id")
@click.pass_obj
def reopen_session(context: CommandContext, id: str) -> int:
    """Open session ID again, which was ended by mistake in the last ten minutes."""
    path = find(context, id)
    if locking.held(path, context.state):
        raise StoreError(Fault(path.stem, "is open in another window", "Open it again there: /reopen."))

    def edit(session: Session) -> Edit:
        found = session_end.reopen(session, context.now())
        if isinstance(found, Refusal):
            raise StoreError(Fault(session.id, found.what, found.do))
        return found

    session, _ = batch_edit.change(path, context.places, edit, context.now())
    echo(f"Live again. Go on with: {command(context.places, path.parent)} resume {session.id}")
    if any(each.push_on_end for each in context.configuration.endpoints):
        from session_tui.outbox.service import PushService

        if held := PushService(context).drop_held(session.id):
            messages = formats.count(held, "message")
            echo(f"{messages} of its end {formats.plural(held, 'was', 'were')} not sent yet, and dropped.")
            return 0
        echo("What was sent at its end stays there; the next end sends it again.")
    return 0


@click.command()
@click.argument("id")
@click.option("--account", help="The right account.")
@click.option("--zone", help="The right zone; an empty one is all of the account.")
@click.option("--opportunity", help="The right opportunity.")
@click.pass_obj
def amend(context: CommandContext, id: str, account: str | None, zone: str | None, opportunity: str | None) -> int:
    """Put right what session ID was begun under; the file keeps its name."""
    given = {"account": account, "zone": zone, "opportunity": opportunity}
    wanted = {key: named(key, value) for key, value in given.items() if value is not None}
    if not wanted:
        raise click.UsageError("Say what is to be put right: --account, --zone or --opportunity.")
    if wanted.get("account") == "":
        raise WrongUsage(Fault("account", "cannot be empty"))

    def edit(session: Session) -> Edit:
        return Several(tuple(Put(key, "", getattr(session, key), value) for key, value in wanted.items()))

    path = find(context, id)
    session = _changed(context, path, edit)
    changes = ", ".join(f"{key} is {value or 'empty'}" for key, value in wanted.items())
    echo(f"{session.id}: {changes}. {path}")
    return 0


@click.command()
@click.argument("files", nargs=-1, required=True, type=PATH)
def validate(files: tuple[Path, ...]) -> int:
    """Check FILES: sessions, agendas, readers, scorecards, enemies, practices, configurations.

    Prints FILE:LINE:COLUMN: sentence for each fault.
    """
    from session_tui.store.validate import faults_in
    from session_tui.tui.actions import configured_keys, sound_keys

    def check_keys(configuration: Configuration) -> tuple[Fault, ...]:
        return sound_keys(configured_keys(configuration.keys))[1]

    faulty = 0
    for path in files:
        faults = faults_in(path, check_keys)
        faulty += bool(faults)
        for fault in faults:
            name = str(path).encode("utf-8", "replace").decode()
            echo(f"{fault.place(name)}: {fault.words}")
    if not faulty:
        echo(f"{formats.count(len(files), 'file')} sound.", err=True)
    return 1 if faulty else 0


def _changed(context: CommandContext, path: Path, edit_of: Callable[[Session], Edit]) -> Session:
    """Open a session, change it, and wait until the change is on disk."""
    session, _ = batch_edit.change(path, context.places, edit_of, context.now())
    push_changed_sessions(context, session)
    return session


COMMANDS: dict[str, click.Command] = {
    "cancel": cancel,
    "reopen-session": reopen_session,
    "amend": amend,
    "validate": validate,
}
