"""Somebody else changed the file: both versions, what differs, and the choice."""

from typing import Literal

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.model.difference import difference
from session_tui.store.opened import OpenedSession
from session_tui.tui.screens.asking import Asking, keys, words

SHOWN = 9  # with what follows as much as 24 lines hold


class ConflictScreen(Asking[Literal["ours", "theirs"]]):
    """Answers `ours`, `theirs`, or nothing."""

    BINDINGS = [("o", "answer('ours')", "ours"), ("t", "answer('theirs')", "theirs")]

    def __init__(self, opened: OpenedSession) -> None:
        super().__init__()
        self.opened = opened
        self.theirs = opened.theirs()

    def compose(self) -> ComposeResult:
        """What differs, line by line."""
        with Vertical():
            yield words("Two versions of this session", "title")
            if self.opened.conflict is None:
                yield words("Nobody else has changed the file.")
                yield keys(("esc", "back"))
                return
            if self.theirs is None:
                yield words("What somebody else wrote into the file is no session any more. It is kept beside it.")
                yield keys(("o", "keep ours; theirs stays beside it"), ("esc", "decide later"))
                return
            lines = difference(self.opened.session, self.theirs)
            shown = list(lines[:SHOWN])
            if len(lines) > SHOWN:
                shown.append(f"… and {len(lines) - SHOWN} more")
            yield words(shown or "Both say the same.")
            later = f"session-tui merge {self.opened.session.id}"
            yield words(
                "Whichever you choose, the other one is kept beside the file."
                f" Decide later, and {later} puts both together, entry by entry."
            )
            yield keys(("o", "ours into the file"), ("t", "take theirs"), ("esc", "decide later"))

    def covered_up(self, drawn: bool) -> None:
        """Nothing of it may be seen under the curtain."""
        if drawn:
            self.dismiss()

    def action_answer(self, choice: Literal["ours", "theirs"]) -> None:
        """One key decides; theirs only where it can be read."""
        if self.opened.conflict is not None and (choice == "ours" or self.theirs is not None):
            self.dismiss(choice)
