"""End, leave it live, or stay."""

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.tui.live.controller import LiveController
from session_tui.tui.screens.asking import Asking, keys, words


class LeaveScreen(Asking[str]):
    """Asks what leaving means. Answers `end`, `leave`, or nothing."""

    KEEPS = ("leave",)  # its key goes back
    BINDINGS = [
        ("e", "answer('end')", "end"),
        ("l", "answer('leave')", "leave"),
        ("x", "answer('without')", "leave without what is not on disk"),
    ]

    def __init__(self, live: LiveController) -> None:
        super().__init__()
        self.lamp = live.opened.lamp
        self.standing = live.standing()

    def compose(self) -> ComposeResult:
        """Three ways, each with what becomes of the session."""
        with Vertical():
            yield words("Leave this session?", "title")
            if self.standing.read_only or self.standing.session.status not in ("live", "prepared"):
                if self.lamp == "saved":
                    yield words("Everything is on disk.")
                elif self.lamp == "saving":
                    yield words("Not everything is on disk yet; leaving waits for it.")
                yield from self._without()
                yield keys(("l", "leave"), *self._without_key, ("esc", "stay"))
                return
            yield from self._without()
            yield words("End: outcome and headline are asked, and the session is held.")
            if self.standing.session.status == "prepared":
                yield words("Leave it prepared: everything is kept, and its clock has not started. “run” starts it.")
                yield keys(("e", "end the session"), ("l", "leave it prepared"), *self._without_key, ("esc", "stay"))
                return
            yield words(
                "Leave it live: everything is kept, and “resume” goes on. The time you are away does not count."
            )
            yield keys(("e", "end the session"), ("l", "leave it live"), *self._without_key, ("esc", "stay"))

    @property
    def _without_key(self) -> tuple[tuple[str, str], ...]:
        """There where the disk refuses or does not answer: leaving otherwise waits for it, and in vain."""
        return (("x", "leave without it"),) if self.lamp == "not saved" else ()

    def _without(self) -> ComposeResult:
        if self._without_key:
            yield words("Not everything is on disk: /elsewhere FOLDER saves it there. Leaving without it loses it.")

    def action_answer(self, choice: str) -> None:
        """One key answers."""
        if choice == "end" and self.standing.session.status not in ("live", "prepared"):
            return
        if choice == "without" and not self._without_key:
            return
        self.dismiss(choice)
