"""A pasted list, shown before it becomes entries."""

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.model import capture, formats
from session_tui.model.capture import Reading, Refusal
from session_tui.model.edits import Put, Several
from session_tui.tui.live.controller import LiveController
from session_tui.tui.screens.dialog import Dialog, escape, words

SHOWN = 12


class PasteScreen(Dialog[bool]):
    """Answers whether the lines are to be entered."""

    FOOT = ("enter", "back")
    BINDINGS = [("enter", "enter", "enter them all; one undo takes them back"), escape("none of them")]

    def __init__(self, live: LiveController, lines: tuple[str, ...], reading: Reading, title: str = "") -> None:
        super().__init__()
        self.live = live
        self.lines = lines
        self.reading = reading
        self.heading = title

    def compose(self) -> ComposeResult:
        """What each line becomes, or why they are not taken."""
        with Vertical():
            many = f"{formats.count(len(self.lines), 'pasted line')}"
            yield words(self.heading or many, "title")
            if isinstance(self.reading, Refusal):
                yield words(f"Not taken: {self.reading!s}")
                yield words("Nothing was entered; your half-typed line is as it was.")
                yield from self.bottom()
                return
            edits = self.reading.edits if isinstance(self.reading, Several) else (self.reading,)
            shown = []
            for edit in edits[:SHOWN]:
                look = capture.preview(edit, self.live.session, self.live.context.today, self.live.context.people)
                told = f"{look.verb} {look.id}  {look.cells[0]}" if self.live.curtain and look.cells else str(look)
                shown.append(told if isinstance(edit, Put) else "a change")
            if len(edits) > SHOWN:
                shown.append(f"… and {len(edits) - SHOWN} more")
            yield words(shown)
            yield from self.bottom()

    def covered_up(self, drawn: bool) -> None:
        """The same lines without what the curtain covers, or with it."""
        self.refresh(recompose=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is not taken cannot be entered."""
        return action != "enter" or not isinstance(self.reading, Refusal)

    def words_for(self, action: str, words: str) -> str:
        """Where nothing can be entered there is no choice."""
        return "back" if isinstance(self.reading, Refusal) else words

    def action_enter(self) -> None:
        """Yes."""
        self.dismiss(True)
