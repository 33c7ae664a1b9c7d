"""The plan's comments, one at a time: a manager's questions and doubts, private until the facilitator opens them."""

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.model.session import Plan
from session_tui.tui.screens.dialog import Dialog, escape, words
from session_tui.tui.text import Text
from session_tui.tui.widgets.paragraph import Paragraph


class CommentsScreen(Dialog[None]):
    """Shows the first comment; the others come when they are asked for."""

    FOOT = ("turn", "back")
    BINDINGS = [
        ("left,up,p", "turn(-1)", "before, next"),
        ("enter,right,down,n", "turn(1)", "before, next"),
        escape("back to the session"),
    ]

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.at = 0

    def compose(self) -> ComposeResult:
        """What was written on, who wrote it, and what."""
        with Vertical():
            yield words("", "title")
            yield words("", "words quote")
            yield words("", "words said")
            yield from self.bottom()

    def on_mount(self) -> None:
        """The first one."""
        self.action_turn(0)

    def covered_up(self, drawn: bool) -> None:
        """Nothing of it may be seen under the curtain."""
        if drawn:
            self.close()

    def action_turn(self, by: int) -> None:
        """Another one, stopping at both ends."""
        comments = self.plan.comments
        self.at = min(max(0, self.at + by), len(comments) - 1)
        one = comments[self.at]
        title = f"Comment {self.at + 1} of {len(comments)} · {self.plan.source}, line {one.line}"
        who = one.author or "Somebody"
        for name, text in (
            (".title", title),
            (".quote", f"“{one.quote}”" if one.quote else ""),
            (".said", f"{who}: {one.text}"),
        ):
            self.query_one(name, Paragraph).update(Text(text))
