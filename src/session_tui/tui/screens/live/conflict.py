"""Somebody else changed the file: both versions, what differs, and the choice."""

from typing import Literal

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.model.diff import conflict_sentences
from session_tui.store.open_session import OpenedSession
from session_tui.tui.screens.dialog import Dialog, escape, words

SHOWN = 9  # with what follows as much as 24 lines hold


class ConflictScreen(Dialog[Literal["ours", "theirs"]]):
    """Answers `ours`, `theirs`, or nothing."""

    FOOT = ("ours", "theirs", "back")
    BINDINGS = [
        ("o", "ours", "ours into the file"),
        ("t", "theirs", "take theirs"),
        escape("decide later"),
    ]

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
                yield from self.bottom()
                return
            if self.theirs is None:
                yield words("What somebody else wrote into the file is no session any more. It is kept beside it.")
                yield from self.bottom()
                return
            lines = conflict_sentences(self.opened.session, self.theirs)
            shown = list(lines[:SHOWN])
            if len(lines) > SHOWN:
                shown.append(f"… and {len(lines) - SHOWN} more")
            yield words(shown or "Both say the same.")
            later = f"session-tui merge {self.opened.session.id}"
            yield words(
                "Whichever you choose, the other one is kept beside the file."
                f" Decide later, and {later} puts both together, entry by entry."
            )
            yield from self.bottom()

    def covered_up(self, drawn: bool) -> None:
        """Nothing of it may be seen under the curtain."""
        if drawn:
            self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a choice where there are two versions; theirs only where it can be read."""
        if action in ("ours", "theirs") and self.opened.conflict is None:
            return False
        return action != "theirs" or self.theirs is not None

    def words_for(self, action: str, words: str) -> str:
        """Where there is no choice, or one of the two cannot be read."""
        if action == "back" and self.opened.conflict is None:
            return "back"
        return "keep ours; theirs stays beside it" if action == "ours" and self.theirs is None else words

    def action_ours(self) -> None:
        """Ours into the file."""
        self.dismiss("ours")

    def action_theirs(self) -> None:
        """Theirs stays, and ours is kept beside it."""
        self.dismiss("theirs")
