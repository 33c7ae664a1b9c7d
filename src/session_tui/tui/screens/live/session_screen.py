"""The live screen as the application knows it.

The application is loaded for every screen; the live screen, with all that it shows, only where a
session is held.
"""

from typing import TYPE_CHECKING

from textual.screen import Screen

from session_tui.tui.shutdown import Farewell

if TYPE_CHECKING:
    from session_tui.tui.live.controller import LiveController


class SessionScreen(Screen[Farewell]):
    """A screen on which a session is held. Its result is the message at the end."""

    live: "LiveController"
