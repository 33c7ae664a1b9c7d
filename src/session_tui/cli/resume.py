"""`resume` and `present`; how an open session is held."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import need_screen
from session_tui.cli.sessions import find, rows_in
from session_tui.cli.streams import need_output
from session_tui.model.agenda import Agenda
from session_tui.model.fault import Fault
from session_tui.store import agendas, open_session
from session_tui.store.errors import StoreError
from session_tui.store.open_session import OpenedSession

if TYPE_CHECKING:
    from session_tui.store.new_session import PriorSessions
    from session_tui.tui.live.trial import Trial


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
    background: "PriorSessions | None" = None,
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
    return hold_opened(context, session, plain=plain, wait=wait or status == "prepared")


def hold_opened(context: CommandContext, session: OpenedSession, *, plain: bool, wait: bool) -> int:
    """Hold a session that was there already, with its agenda; a prepared one is brought up to
    date.
    """
    try:
        agenda = agendas.of(session.session, context.places.agendas.path)
        background = None
        if session.session.status == "prepared" and not session.read_only:
            from session_tui.cli.session_options import bring_up_to_date

            background = bring_up_to_date(context, session)
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


COMMANDS = {"resume": resume, "present": present}
