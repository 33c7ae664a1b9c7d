"""Help: the keys in force, and the capture line's grammar with examples."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from session_tui.tui.actions import ACTIONS, key_words
from session_tui.tui.desk import Desk

GRAMMAR: tuple[tuple[str, str], ...] = (
    ("Ruth Vale, CFO", "in the stakeholder part: name, title. ? is somebody we cannot name yet"),
    ("@ben", "who covers, tests or owns; a part of the name is enough; @\"Ben Okafor\" for more words"),
    ("due:fri", "today tomorrow mon…sun +3d +2w eow eom 30nov 2026-11-30"),
    ("role:approver", "approver decision_maker evaluator user influencer gatekeeper; role:app is enough"),
    ("!5", "power 1 to 5; of an assumption its importance"),
    ("++ + = - --", "support: mentor, supporter, neutral, non-supporter, enemy"),
    ("cov:brief", "coverage: none brief multiple in_depth"),
    ("to:ruth inf:mia", "reports to; influences"),
    ('pain:"…" note:"…"', "what hurts them; what is good to know"),
    ("%3", "evidence: 1 a guess, 2 told us, 3 customer said so, 4 showed us, 5 proven"),
    ("for:ruth for:a1", "what an action serves"),
    ("s> a> t> n>", "a stakeholder, assumption, action, note, whatever part is running"),
    ("=> ?>", "a decision; for another day (parking lot)"),
    ("*a1 ok · *a1 wrong why", "an assumption turned out true, or wrong"),
    ("*t3 done · drop · yes", "an action is done, dropped; its owner says yes"),
    ("*t3 @mia due:+3d", "change an entry by its id, from any part"),
    ("*s2 remove", "remove it (also a, t, d, p, n); undo brings it back"),
    ("\\@ \\: \\!", "the character itself"),
)


class HelpScreen(ModalScreen[None]):
    """Everything on one page that scrolls; escape goes back."""

    CSS_PATH = "help.tcss"
    BINDINGS = [("escape,q,f1,ctrl+g,ctrl+q,ctrl+c", "back", "back")]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def compose(self) -> ComposeResult:
        """The method in a line, typing, then keys and names."""
        with VerticalScroll():
            yield Static(self._page())

    def _page(self) -> Text:
        text = Text()
        text.append("Help", "bold")
        text.append("   ↑↓ scroll   esc back to the session\n\n")
        text.append(
            "Type what is said and press enter: it is on disk at once. Plain words become an entry of the running part;\n"
            "marks say the rest. The line above shows what it will become. tab takes a suggestion.\n\n"
        )
        text.append("What you type\n", "bold underline")
        for write, means in GRAMMAR:
            text.append(f"  {write:<24}", "bold")
            text.append(f" {means}\n")
        text.append("\nWhat you do\n", "bold underline")
        for action in ACTIONS:
            keys = " ".join(key_words(key) for key in self.desk.keys[action.name])
            text.append(f"  {keys:<9}", "bold")
            name = f"/{action.name} {action.arguments}".strip()
            text.append(f"{name:<26}")
            text.append(f" {action.words}\n")
        text.append("\nThe lamp says saved, saving or not saved. A row marked ◌ is not on disk yet.\n")
        text.append("In the owners part the highlighted row takes  @ben due:fri  and the highlight moves on.\n")
        return text

    def on_mount(self) -> None:
        """The page takes the keys that scroll."""
        self.query_one(VerticalScroll).focus()

    def action_back(self) -> None:
        """Back to the session."""
        self.dismiss(None)
