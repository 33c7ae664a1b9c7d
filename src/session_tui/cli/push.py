"""Sending what was held or changed to the endpoints that want it; their machinery is loaded where there is one."""

from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo
from session_tui.context import AppContext
from session_tui.model.session import Session


def at_end(context: AppContext, session: Session) -> tuple[str, ...]:
    """Push a session that was just held to the endpoints that want it, behind this process; what is to be said."""
    from session_tui.outbox.service import PushService

    results = PushService(context).at_end(session)
    return (*map(str, results), *left_behind(context)) if results else ()


def send_on(context: CommandContext, *sessions: Session) -> None:
    """Held sessions were changed: the endpoints that were given them at their end are told, behind this process."""
    if not context.places.configuration.endpoints:
        return
    from session_tui.outbox.service import PushService

    push_service = PushService(context)
    said = [str(each) for session in sessions if session.status == "held" for each in push_service.changed(session)]
    # One process for all of them: a hand-over changes hundreds at once.
    for each in dict.fromkeys((*said, *(left_behind(context) if said else ()))):
        echo(each, err=True)


def left_behind(context: AppContext) -> tuple[str, ...]:
    """What waits is sent when we have ended; said where it is not."""
    from session_tui.outbox.service import send_behind

    fault = send_behind(context.places, context.environ)
    return (str(fault),) if fault else ()
