"""`run`."""

from typing import Any

import click
from msgspec.structs import replace

from session_tui.cli import session_options
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo
from session_tui.cli.prompt import ask
from session_tui.cli.resume import check_streams, hold, hold_opened
from session_tui.cli.session_options import request_of, with_session_options
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store import agendas, open_session, session_folder
from session_tui.store import new_session as store
from session_tui.store.errors import StoreError, WrongName
from session_tui.store.new_session import SessionRequest
from session_tui.store.session_folder import SessionFile


@click.command()
@click.argument("account")
@with_session_options
@click.option("--until", default="", metavar="TIME", help="End at this time of day, as 13:00; pauses do not move it.")
@click.option("--plain", is_flag=True, help="Line by line, without a full screen.")
@click.option("--wait", is_flag=True, help="Open with the clock standing; ctrl+t or /go_on starts it.")
@click.pass_obj
def run(
    context: CommandContext,
    /,
    *,
    account: str,
    agenda: str | None,
    new: bool,
    new_account: bool,
    until: str,
    plain: bool,
    wait: bool,
    **options: Any,
) -> int:
    """Hold a session on ACCOUNT. The clock starts with the screen.

    What was prepared is started; else the people, untested assumptions and open actions of the
    last session on this account are carried forward.
    """
    check_streams(context, plain)
    account, known = session_options.account_and_rows(context, account, new=new_account)
    request = request_of(account, options)
    standing = None if new else _unfinished(known, request, plain)
    if standing is not None:
        return _continue(context, standing, request, agenda, until, plain=plain, wait=wait)
    programme = agendas.find(agenda or agendas.STANDARD, context.places.agendas.path)
    begun = store.begin(request, programme, known, context.places, context.now(), context.rng)
    if until:
        begun = replace(begun, session=session_options.fixed(begun.session, until, context.now()))
    session = session_options.create(context, begun)
    return hold(context, session, programme, begun.background, plain=plain, wait=wait)


def _continue(
    context: CommandContext,
    row: SessionFile,
    request: SessionRequest,
    agenda: str | None,
    until: str,
    *,
    plain: bool,
    wait: bool,
) -> int:
    """The unfinished live session, or the prepared one with the options of this call."""
    session = open_session.open_session(row.path, context.state, context.places.configuration.name)
    if until and (session.session.clock or session.read_only):  # whose gap has to be found before its end is moved
        session.close()
        raise WrongName(Fault("", f"{session.session.id} is live already", f"/until {until} sets its end there."))
    if session.session.status == "prepared" and not session.read_only:
        try:
            session_options.add_options(context, session, request, agenda)
            if until:
                session_options.fix_end(context, session, until)
        except StoreError:
            session.close()
            raise
    return hold_opened(context, session, plain=plain, wait=wait)


def _unfinished(known: tuple[SessionFile, ...], request: SessionRequest, plain: bool) -> SessionFile | None:
    """The session to continue instead of a new one: a live one, if the user agrees, else a
    prepared one.
    """
    living = session_folder.of_account(known, request.account, "live")
    found = _ask_to_continue(living[0], plain) if living else None
    if found is None:
        prepared = session_folder.of_account(known, request.account, "prepared")
        found = session_folder.about(prepared, request.zone, request.opportunity)
    return next((row for row in known if found is not None and row.session is found), None)


def _ask_to_continue(living: Session, plain: bool) -> Session | None:
    """The live session to continue instead of a new one; at a terminal the user is asked, else it
    is named.
    """
    since = f" since {living.started_at.astimezone():%d %b %H:%M}" if living.started_at else ""
    what = f"{living.account} has a live session{since}: {living.id}"
    if plain:
        raise StoreError(Fault("", what, f"session-tui resume {living.id} goes on with it; --new begins another."))
    echo(what, err=True)
    choice = ask("r resume it, n begin another, q leave", type=click.Choice(["r", "n", "q"]), default="r")
    if choice == "q":
        raise click.Abort
    return living if choice == "r" else None


COMMANDS = {"run": run}
