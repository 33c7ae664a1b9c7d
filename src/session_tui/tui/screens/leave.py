"""End, leave it live, or stay."""

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.tui.actions import Standing
from session_tui.tui.screens.asking import Asking, keys, words


class LeaveScreen(Asking[str]):
    """Asks what leaving means. Answers `end`, `leave`, or nothing."""

    KEEPS = ("leave",)  # its key goes back
    BINDINGS = [("e", "answer('end')", "end"), ("l", "answer('leave')", "leave")]

    def __init__(self, standing: Standing, lamp: str) -> None:
        super().__init__()
        self.lamp = lamp
        self.standing = standing

    def compose(self) -> ComposeResult:
        """Three ways, each with what becomes of the session."""
        with Vertical():
            yield words("Leave this session?", "title")
            if self.standing.read_only or self.standing.session.status not in ("live", "prepared"):
                saved = self.lamp == "saved"
                yield words(
                    "Everything is on disk." if saved else "Not everything is on disk yet; leaving waits for it."
                )
                yield keys(("l", "leave"), ("esc", "stay"))
                return
            yield words("End: outcome and headline are asked, and the session is held.")
            if self.standing.session.status == "prepared":
                yield words("Leave it prepared: everything is kept, and its clock has not started. “run” starts it.")
                yield keys(("e", "end the session"), ("l", "leave it prepared"), ("esc", "stay"))
                return
            yield words(
                "Leave it live: everything is kept, and “resume” goes on. The time you are away does not count."
            )
            yield keys(("e", "end the session"), ("l", "leave it live"), ("esc", "stay"))

    def action_answer(self, choice: str) -> None:
        """One key answers."""
        if choice == "end" and self.standing.session.status not in ("live", "prepared"):
            return
        self.dismiss(choice)
