"""Ending a session: what still lacks a name, outcome, headline, and who held it."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.widgets import Input, Static

from session_tui.model import conduct
from session_tui.model.capture import Refusal
from session_tui.model.clean import harmless, one_line
from session_tui.model.edits import Edit, Put, Several
from session_tui.model.findings import ownerless, riskiest
from session_tui.model.session import Session, headline_text
from session_tui.model.words import OUTCOME_WORDS, OUTCOMES
from session_tui.tui.desk import Desk
from session_tui.tui.screens.asking import Asking, keys, words


class Outcomes(Static):
    """The four outcomes; a digit or the arrows choose."""

    can_focus = True
    BINDINGS = [
        *((str(n), f"choose({n - 1})", "choose") for n in range(1, len(OUTCOMES) + 1)),
        ("right,down", "move(1)", "next"),
        ("left,up", "move(-1)", "before"),
        ("enter", "app.focus_next", "go on"),
    ]
    chosen: reactive[int] = reactive(-1)

    def render(self) -> Text:
        """All four on a line each, the chosen one marked."""
        text = Text()
        for number, outcome in enumerate(OUTCOMES):
            lit = number == self.chosen
            text.append(f"{'▸' if lit else ' '} {number + 1}  {OUTCOME_WORDS[outcome]}", "bold reverse" if lit else "")
            text.append("\n" if number + 1 < len(OUTCOMES) else "")
        return text

    def action_choose(self, number: int) -> None:
        """By its digit; the headline is next."""
        self.chosen = number
        self.app.action_focus_next()

    def action_move(self, by: int) -> None:
        """By the arrows."""
        self.chosen = (self.chosen + by) % len(OUTCOMES) if self.chosen >= 0 else 0


class EndScreen(Asking[Edit]):
    """Answers the edit that ends the session, or nothing."""

    def __init__(self, session: Session, desk: Desk) -> None:
        super().__init__()
        self.session = session
        self.desk = desk

    def compose(self) -> ComposeResult:
        """What is still open first: there may be a minute left to give it a name."""
        with Vertical():
            yield words("End the session", "title")
            bare = ownerless(self.session)
            if bare:
                lines = [f"{entry.id}  {harmless(headline_text(entry))}" for entry in bare[:6]]
                more = f"\n… and {len(bare) - 6} more" if len(bare) > 6 else ""
                yield words(f"Still without a name (esc goes back to give one):\n{chr(10).join(lines)}{more}")
            else:
                yield words("Nothing leaves this session without a name.")
            if worst := riskiest(self.session):
                yield words(f"Riskiest assumption: {worst.id}  {harmless(worst.text)}")
            yield Outcomes(classes="words")
            with Horizontal(classes="field"):
                yield Static("Headline", classes="label")
                yield Input(
                    self.session.headline, id="headline", placeholder="the session in one sentence", compact=True
                )
            if not self.session.facilitator:
                with Horizontal(classes="field"):
                    yield Static("Facilitator", classes="label")
                    yield Input(id="facilitator", placeholder="who held this session (may stay empty)", compact=True)
            yield Static("", id="why")
            yield keys(("1–4", "outcome"), ("tab", "next field"), ("⏎", "end and save"), ("esc", "stay"))

    def on_mount(self) -> None:
        """The outcome is the first question."""
        self.query_one(Outcomes).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the last field ends the session; in the headline it goes on where a name is still asked."""
        if event.input.id == "headline" and self.query("#facilitator"):
            self.query_one("#facilitator", Input).focus()
            return
        self._end()

    def _end(self) -> None:
        chosen = self.query_one(Outcomes).chosen
        if chosen < 0:
            self.query_one("#why", Static).update(Text("Choose an outcome first: 1 to 4.", "bold"))
            self.query_one(Outcomes).focus()
            return
        headline = one_line(self.query_one("#headline", Input).value).strip()
        close = conduct.close(f"{OUTCOMES[chosen]} {headline}", self.session, self.desk.now())
        if isinstance(close, Refusal):
            self.query_one("#why", Static).update(Text(str(close), "bold"))
            return
        name = one_line(self.query_one("#facilitator", Input).value).strip() if self.query("#facilitator") else ""
        self.dismiss(Several((Put("facilitator", "", "", name), close)) if name else close)
