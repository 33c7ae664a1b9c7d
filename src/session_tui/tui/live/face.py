"""What the controller of a held session asks of what shows it."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from session_tui.model.capture import Reading
from session_tui.model.edits import Edit
from session_tui.model.session import Clock

Found = TypeVar("Found")


class Face(Protocol):
    """Shows a held session and takes what is typed: the full screen, or line by line.

    Everything is called in the face's own thread. What a face cannot show it says in words.
    """

    full_screen: bool  # windows can lie over the session, and a line can be half-typed

    @property
    def highlighted(self) -> str:
        """The id of the entry that a line without one means; nothing where there is none."""

    def session_changed(self, words: str = "", edit: Edit | None = None) -> None:
        """Show everything that depends on the session's value; the time has been shown already.

        `words` say what was done here, `edit` is what was entered; neither where it came from elsewhere.
        """

    def time_passed(self, gap: Clock | None, *, sign: bool) -> None:
        """Show what the controller's `box` says; `gap` was found just now, a `sign` is due as a part's end comes."""

    def draw_message(self, words: str, tone: str) -> None:
        """Draw a message."""

    def refuse(self, why: str, action: str = "") -> None:
        """Say why not; `action` is the name of one that cannot be carried out now."""

    def show_preview(self, reading: Reading | None) -> None:
        """Show what the half-typed line will become; None where there is none."""

    def put_line(self, line: str) -> None:
        """This is half-typed now; the entry it stands for, if any, is the controller's `editing`."""

    def highlight(self, entry_id: str) -> None:
        """Highlight this entry where it is shown; an empty id changes nothing."""

    def show_view(self, name: str, arguments: str = "") -> None:
        """Show what the action of this name shows: a window over the session, or another look at it."""

    def close_windows(self) -> None:
        """What lies over the session goes, unanswered."""

    def offer(self, lines: tuple[str, ...], edit: Edit, title: str) -> None:
        """Show what these lines will become; on a yes the controller is given the edit."""

    def off_the_loop(self, work: Callable[[], Found], done: Callable[[Found], None]) -> None:
        """Let `work` ask the disk without holding up what is shown, then call `done` with what it found."""

    def leave(self, *, ended: bool) -> None:
        """Close the session and go; what is half-typed is kept already."""
