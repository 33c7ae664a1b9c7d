"""The session that is held, as the windows that lie over its screen know it."""

from typing import TYPE_CHECKING, Protocol

from session_tui.context import AppContext
from session_tui.model import edits
from session_tui.model.capture import Context
from session_tui.model.history import Past
from session_tui.model.session import Session
from session_tui.model.timebox import Timebox
from session_tui.store.opened import OpenedSession
from session_tui.tui.parts.table import View

if TYPE_CHECKING:
    from session_tui.model.enemies import Report


class LiveSession(Protocol):
    """What each is stands where the live screen has it."""

    opened: OpenedSession
    desk: AppContext
    box: Timebox
    past: Past
    curtain: bool
    remarks: tuple[str, ...]
    enemies: "Report | None"
    last_words: dict[str, str]

    @property
    def session(self) -> Session:
        """The newest value."""

    def view(self) -> View:
        """What the parts' tables are made of."""

    def place(self) -> Context:
        """What a line is read in."""

    def show(self) -> None:
        """Show everything that depends on the session's value."""

    def change(self, edit: edits.Edit) -> bool:
        """Give the open session an edit; False, and said, where it cannot be made."""

    def park_again(self, parked_id: str) -> bool:
        """Park again what was parked last time; False, and said, where it was not."""
