"""Ways from one screen to another that several screens take."""

from collections.abc import Callable

from textual.screen import Screen

from session_tui.model.session import Session
from session_tui.tui.postman import Posts


def export(app: object, session: Session, later: tuple[Session, ...], show: Callable[[Screen[str]], object]) -> None:
    """Show what of a session can leave; `later` are those that went on from it."""
    from session_tui.tui.screens.out import OutScreen

    if isinstance(app, Posts):
        show(OutScreen(session, app.desk, app.postman, later))
