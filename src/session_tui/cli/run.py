"""`run`, `resume` and `present`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from session_tui.cli import session_options
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, need_screen
from session_tui.cli.prompt import ask
from session_tui.cli.session_options import request_of, with_session_options
from session_tui.cli.sessions import find, rows_in
from session_tui.cli.streams import need_output
from session_tui.model.agenda import Agenda
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store import agendas, open_session, session_folder
from session_tui.store import new_session as store
from session_tui.store.errors import StoreError, WrongName
from session_tui.store.new_session import PriorSessions, SessionRequest
from session_tui.store.open_session import OpenedSession
from session_tui.store.session_folder import SessionFile

if TYPE_CHECKING:
    from session_tui.tui.live.trial import Trial


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


@click.command()
@click.argument("id", required=False)
@click.option("--plain", is_flag=True, help="Line by line, without a full screen.")
@click.option("--wait", is_flag=True, help="Leave the clock standing where it has not started.")
@click.pass_obj
def resume(context: CommandContext, id: str | None, plain: bool, wait: bool) -> int:
    """Go on with session ID (or the beginning of it, or `latest`); without one, with the newest
    live session.
    """
    check_streams(context, plain)
    path = _newest_live(context) if id is None else find(context, id)
    return _resume(context, path, plain, wait)


@click.command()
@click.argument("id", required=False)
@click.pass_obj
def present(context: CommandContext, id: str | None) -> int:
    """Show session ID in a window for the shared screen, while it is held in another one.

    It shows the time in large digits, the running part, the map and the closing list; it follows
    the file, and the curtain of the window that holds the session. Without an ID it shows the
    newest live session.
    """
    path = _newest_live(context) if id is None else find(context, id)
    need_screen("session-tui show reads a session without a full screen.")
    session = open_session.follow_session(path, context.state, "this window only shows the session")
    if session.session.status == "cancelled":
        session.close()
        raise StoreError(Fault(path.name, "it is cancelled", "session-tui show reads it."))
    from session_tui.cli.launch import presenter_screen

    try:
        return presenter_screen(context, session)
    finally:
        session.close(timeout=0.0)


def hold(
    context: CommandContext,
    session: OpenedSession,
    agenda: Agenda | None,
    background: PriorSessions | None = None,
    *,
    plain: bool,
    wait: bool = False,
    trial: "Trial | None" = None,
) -> int:
    """Hold an open session, on the full screen or line by line; every entry goes to disk in any
    case. `trial` are the words of the demo or the tutor.
    """
    ended = False
    try:
        if plain:
            from session_tui.cli.run_plain import hold_plain

            status = hold_plain(session, agenda, context, background, wait=wait, lines=context.lines, trial=trial)
        else:
            from session_tui.cli.launch import live_screen

            status = live_screen(context, session, agenda, background, wait=wait, trial=trial)
        ended = True
    finally:
        session.close(timeout=0.0 if ended else 10.0)  # an ended session has already waited for the disk
    return status


def _newest_live(context: CommandContext) -> Path:
    """The file of the newest live session; `StoreError` where none is live."""
    living = next(rows_in(context, "live"), None)
    if living is None:
        raise StoreError(Fault("", f"no session is live in {context.sessions}", "session-tui run ACCOUNT begins one."))
    return living.path


def _resume(context: CommandContext, path: Path, plain: bool, wait: bool) -> int:
    session = open_session.open_session(path, context.state, context.places.configuration.name)
    status = session.session.status
    if status in ("held", "cancelled") or session.read_only:
        why = session.read_only or f"it is {status}"
        if plain or status == "cancelled":
            session.close()
            raise StoreError(Fault(path.name, why, "session-tui show reads it."))
    # A prepared session opens without its clock, as a rehearsal; `run` starts the clock.
    return _opened(context, session, plain=plain, wait=wait or status == "prepared")


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
    return _opened(context, session, plain=plain, wait=wait)


def _opened(context: CommandContext, session: OpenedSession, *, plain: bool, wait: bool) -> int:
    try:
        agenda = agendas.of(session.session, context.places.agendas.path)
        background = None
        if session.session.status == "prepared" and not session.read_only:
            background = session_options.bring_up_to_date(context, session)
    except StoreError:
        session.close()
        raise
    return hold(context, session, agenda, background, plain=plain, wait=wait)


def check_streams(context: CommandContext, plain: bool) -> None:
    """`StoreError` before the session begins, where it could not be shown or its lines not be
    read.
    """
    if not plain:
        need_screen("--plain holds the session line by line.")
    else:
        context.lines.check()
        need_output()


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


COMMANDS = {"run": run, "resume": resume, "present": present}
