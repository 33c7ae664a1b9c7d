"""The reading pane: a session laid out to be read, its action items the keys of the view.

A session is laid out in about 1.5 ms: a highlight that runs through a long list brings another one at every key.
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
    """A session, why its file cannot be read, or sentences: what to do to see one."""

    shown: reactive[Shown] = reactive(None, init=False)

    def __init__(
        self, today: Callable[[], date], shown: Shown = None, *, empty: tuple[str, ...] = EMPTY, id: str | None = None
    ) -> None:
        """`empty` are the sentences that stand there while nothing is shown."""
        super().__init__(self.lines_of, bar=BAR, id=id)
        self.later: tuple[Session, ...] = ()
        self._today = today
        self._empty = empty
        self.set_reactive(ReadingPane.shown, shown)

    @property
    def session(self) -> Session | None:
        """The session that is read."""
        return self.shown if isinstance(self.shown, Session) else None

    def tell_later(self, later: tuple[Session, ...]) -> None:
        """What became of it: the sessions of its chain that came after, oldest first; where it is scrolled to stays."""
        if later != self.later:
            self.later = later
            self.lay_again()

    def show_again(self, session: Session) -> None:
        """The same session, changed: where it is scrolled to and what is highlighted stays."""
        if session != self.shown:
            self.set_reactive(ReadingPane.shown, session)
            self.lay_again()

    def watch_shown(self) -> None:
        """Another session begins at its beginning, with nothing of it highlighted."""
        self.later = ()
        self.highlighted = ""
        self.lay_again()
        self.jump(0)

    def lines_of(self, width: int) -> TextLayout:
        """What is shown, at a width."""
        if isinstance(self.shown, Session):
            return place(sheet(self.shown, self._today(), self.later), width)
        if isinstance(self.shown, Fault):
            return TextLayout((TextLine(), *fault_lines(self.shown, width)), width)
        told = (line for words in self.shown or self._empty for line in paragraph(((words, "muted"),), width))
        return TextLayout((TextLine(), *told), width)
