"""The interface between the controller of a running session and what shows it."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from session_tui.model.capture import Reading
from session_tui.model.edits import Edit
from session_tui.model.session import Clock

Found = TypeVar("Found")


class Face(Protocol):
    """Shows a running session and takes the typed lines: the full screen, or the line-by-line
    mode.

    Every method is called in the face's own thread. A face that cannot show a view prints it as
    text.
    """

    full_screen: bool  # windows can lie over the session, and a line can be half-typed

    @property
    def highlighted(self) -> str:
        """The id of the entry to which a line without an id refers; empty without one."""

    def session_changed(self, words: str = "", edit: Edit | None = None) -> None:
        """Show everything that depends on the session's value; `time_passed` was called before.

        `words` confirm a change that was made here, `edit` is the entered edit; both are empty for
        other changes.
        """

    def time_passed(self, gap: Clock | None, *, sign: bool) -> None:
        """Show the times in the controller's `box`; `gap` is a new gap, `sign` is true when a
        part's end is near or reached.
        """

    def draw_message(self, words: str, tone: str) -> None:
        """Draw a message."""

    def refuse(self, why: str, action: str = "") -> None:
        """Show a reason; `action` is the name of the action that is not possible now."""

    def show_preview(self, reading: Reading | None) -> None:
        """Show the preview of the half-typed line; None without one."""

    def put_line(self, line: str) -> None:
        """Show this as the half-typed line; the controller's `editing` is the entry that it
        replaces.
        """

    def highlight(self, entry_id: str) -> None:
        """Highlight this entry where it is shown; an empty id changes nothing."""

    def show_view(self, name: str, arguments: str = "") -> None:
        """Show the view of the action with this name: a window over the session, or another view
        of it.
        """

    def close_windows(self) -> None:
        """Close the windows over the session without an answer."""

    def offer(self, lines: tuple[str, ...], edit: Edit, title: str) -> None:
        """Show a preview of these lines; after a yes, give the edit to the controller."""

    def off_the_loop(self, work: Callable[[], Found], done: Callable[[Found], None]) -> None:
        """Run `work`, which uses the disk, without blocking the screen, then call `done` with its
        result.
        """

    def leave(self, *, ended: bool, to_library: bool = False) -> None:
        """Close the session and leave, after its end to the library or to the shell; the draft is
        saved already.
        """
