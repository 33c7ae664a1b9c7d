"""The side panel: the plan, the last session, decisions and parked lines, as sections of a few
lines each.
"""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.reactive import reactive

from session_tui.tui.text import Text
from session_tui.tui.themes import Toned

Section = tuple[str, tuple[tuple[str, str], ...]]  # title, then lines of (text, tone)


class _Page(Toned):
    sections: reactive[tuple[Section, ...]] = reactive((), layout=True)

    def render(self) -> Text:
        """The sections: title, lines, and an empty line between two sections."""
        text = Text()
        for number, (title, lines) in enumerate(self.sections):
            text.append("\n\n" if number else "")
            text.append(title, self.tone("key"))
            for words, tone in lines:
                text.append("\n")
                text.append(words, self.tone(tone))
        return text


class Panel(VerticalScroll):
    """Sections that scroll with the wheel; the capture line keeps the focus."""

    can_focus = False

    sections: reactive[tuple[Section, ...]] = reactive(())

    def compose(self) -> ComposeResult:
        """A page with all sections."""
        yield _Page()

    def watch_sections(self, sections: tuple[Section, ...]) -> None:
        """Draw the sections again."""
        if self.is_mounted:
            self.query_one(_Page).sections = sections

    def on_mount(self) -> None:
        """Show the sections that were set before the page was mounted."""
        self.query_one(_Page).sections = self.sections
