"""End, leave it live, or stay."""

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.tui.live.controller import LiveController
from session_tui.tui.screens.dialog import Dialog, escape, words


class LeaveScreen(Dialog[str]):
    """Asks what leaving means. Answers `end`, `leave`, or nothing."""

    KEEPS = ("leave",)  # its key goes back
    FOOT = ("end", "leave", "without", "back")
    BINDINGS = [
        ("e", "end", "end the session"),
        ("l", "leave", "leave"),
        ("x", "without", "leave without it"),
        escape("stay"),
    ]

    def __init__(self, live: LiveController) -> None:
        super().__init__()
        self.save_status = live.opened.save_status
        self.standing = live.action_state()

    @property
    def _ends(self) -> bool:
        return not self.standing.read_only and self.standing.session.status in ("live", "prepared")

    def compose(self) -> ComposeResult:
        """Three ways, each with what becomes of the session."""
        with Vertical():
            yield words("Leave this session?", "title")
            if not self._ends and self.save_status == "saved":
                yield words("Everything is on disk.")
            elif not self._ends and self.save_status == "saving":
                yield words("Not everything is on disk yet; leaving waits for it.")
            elif self.save_status == "not saved":
                yield words("Not everything is on disk: /elsewhere FOLDER saves it there. Leaving without it loses it.")
            if self._ends:
                yield words("End: outcome and headline are asked, and the session is held.")
                yield words(
                    "Leave it prepared: everything is kept, and its clock has not started. “run” starts it."
                    if self.standing.session.status == "prepared"
                    else "Leave it live: everything is kept, and “resume” goes on. The time you are away does not"
                    " count."
                )
            yield from self.bottom()

    def words_for(self, action: str, words: str) -> str:
        """What becomes of a session that is left."""
        return f"leave it {self.standing.session.status}" if action == "leave" and self._ends else words

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What has ended does not end. Leaving without it is there where the disk refuses or does not answer."""
        return {"end": self._ends, "without": self.save_status == "not saved"}.get(action, True)

    def action_end(self) -> None:
        """End it."""
        self.dismiss("end")

    def action_leave(self) -> None:
        """Leave it as it is."""
        self.dismiss("leave")

    def action_without(self) -> None:
        """Leave without what is not on disk."""
        self.dismiss("without")
