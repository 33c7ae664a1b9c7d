"""The reading pane: the layout of a session for reading; its action items can be highlighted.

The layout of a session takes about 1.5 ms: a highlight that runs through a long list shows another
session at each key.
"""

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from textual.reactive import reactive

from session_tui.model.fault import Fault
from session_tui.model.reports.session_report import sheet
from session_tui.model.session import Session
from session_tui.tui.drawings.session_report import fault_lines, place
from session_tui.tui.drawings.text_layout import TextLayout, TextLine, paragraph
from session_tui.tui.widgets.text_view import BAR, TextView

EMPTY = ("Nothing to read here.", "Highlight a session in the list, and it stands here.")

Shown: TypeAlias = Session | Fault | tuple[str, ...] | None


class ReadingPane(TextView):
    """Shows a session, the fault of an unreadable file, or sentences about how to see one."""

    shown: reactive[Shown] = reactive(None, init=False)

    def __init__(
        self, today: Callable[[], date], shown: Shown = None, *, empty: tuple[str, ...] = EMPTY, id: str | None = None
    ) -> None:
        """`empty` are the sentences for an empty pane."""
        super().__init__(self.lines_of, bar=BAR, id=id)
        self.later: tuple[Session, ...] = ()
        self._today = today
        self._empty = empty
        self.set_reactive(ReadingPane.shown, shown)

    @property
    def session(self) -> Session | None:
        """The shown session, or None."""
        return self.shown if isinstance(self.shown, Session) else None

    def tell_later(self, later: tuple[Session, ...]) -> None:
        """Set the later sessions of the chain, oldest first: they show the results. The scroll
        position stays.
        """
        if later != self.later:
            self.later = later
            self.lay_again()

    def show_again(self, session: Session) -> None:
        """Show a changed version of the same session; scroll position and highlight stay."""
        if session != self.shown:
            self.set_reactive(ReadingPane.shown, session)
            self.lay_again()

    def watch_shown(self) -> None:
        """Show another session from its beginning, without a highlight."""
        self.later = ()
        self.highlighted = ""
        self.lay_again()
        self.jump(0)

    def lines_of(self, width: int) -> TextLayout:
        """The lines of the shown value at this width."""
        if isinstance(self.shown, Session):
            return place(sheet(self.shown, self._today(), self.later), width)
        if isinstance(self.shown, Fault):
            return TextLayout((TextLine(), *fault_lines(self.shown, width)), width)
        lines = (line for words in self.shown or self._empty for line in paragraph(((words, "muted"),), width))
        return TextLayout((TextLine(), *lines), width)
