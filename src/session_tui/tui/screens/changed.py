"""What changed in a plan since it was read."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from session_tui.tui.text import Text
from session_tui.tui.widgets.paragraph import Paragraph

MOST = 2000  # lines; more than these nobody reads


class ChangedScreen(ModalScreen[None]):
    """The lines that came and went, on a page that scrolls."""

    CSS_PATH = "plan.tcss"
    BINDINGS = [("escape,q,d,ctrl+q,ctrl+c", "back", "back")]

    def __init__(self, changes: tuple[str, ...]) -> None:
        super().__init__()
        self.changes = changes

    def compose(self) -> ComposeResult:
        """Their signs say which is which; weight only helps."""
        came = sum(1 for line in self.changes if line.startswith("+"))
        text = Text.assemble(
            ("What changed since you read it", "bold"),
            f"   + {came:,} came   - {len(self.changes) - came:,} went   esc back",
            "\n\n",
        )
        for line in self.changes[:MOST]:
            text.append(line, "bold" if line.startswith("+") else "")
            text.append("\n")
        if len(self.changes) > MOST:
            text.append(f"… and {len(self.changes) - MOST:,} lines more")
        with VerticalScroll():
            yield Paragraph(text)

    def on_mount(self) -> None:
        """The page takes the keys that scroll."""
        self.query_one(VerticalScroll).focus()

    def action_back(self) -> None:
        """Back to the plan."""
        self.dismiss(None)
