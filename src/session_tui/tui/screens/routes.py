"""Ways from one screen to another that several screens take."""

from collections.abc import Callable

from textual.screen import Screen

from session_tui.model.session import Session
from session_tui.tui.outbox_worker import Posts


def export(app: object, session: Session, later: tuple[Session, ...], show: Callable[[Screen[str]], object]) -> None:
    """Show what of a session can leave; `later` are those that went on from it."""
    from session_tui.tui.screens.outbox.export import OutScreen

    if isinstance(app, Posts):
        show(OutScreen(session, app.context, app.outbox_service, later))
