"""The side panel: the plan, the last session, decisions and parked lines, as sections of a few
lines each.
"""

from rich.style import Style
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive

from session_tui.model.patterns import lazy_pattern
from session_tui.tui.text import Text
from session_tui.tui.themes import Toned

_TITLE, _ACT = "section", "act"  # in the meta data of a style
_OURS = "accent"  # the tone of lines that name an action; the others may come from a file
_ACTION = lazy_pattern(r"/([a-z_]+)\b")

Section = tuple[str, tuple[tuple[str, str], ...]]  # title, then lines of (text, tone)


class _Page(Toned):
    sections: reactive[tuple[Section, ...]] = reactive((), layout=True)
    folded: reactive[frozenset[str]] = reactive(frozenset(), layout=True)  # kinds of the folded sections

    def render(self) -> Text:
        """The sections: title, lines, and an empty line between two sections."""
        text = Text()
        for number, (title, lines) in enumerate(self.sections):
            text.append("\n\n" if number else "")
            at = self.tone("key") + Style.from_meta({_TITLE: kind_of(title)})
            if kind_of(title) in self.folded:
                text.append(f"{title} …", at)
                continue
            text.append(title, at)
            for words, tone in lines:
                text.append("\n")
                action = _ACTION.search(words) if tone == _OURS else None
                style = self.tone(tone)
                text.append(words, style + Style.from_meta({_ACT: action[1]}) if action else style)
        return text

    def on_click(self, event: Click) -> None:
        """Fold the section of a clicked title; post `Panel.LineClicked` for a line that names an
        action.
        """
        meta = event.style.meta
        if kind := meta.get(_TITLE):
            self.folded ^= {kind}
        elif name := meta.get(_ACT):
            self.post_message(Panel.LineClicked(name))


def kind_of(title: str) -> str:
    """The kind of a section, without the date in its title."""
    return title.partition(" · ")[0]


class Panel(VerticalScroll):
    """Sections that scroll with the wheel; the capture line keeps the focus."""

    can_focus = False

    sections: reactive[tuple[Section, ...]] = reactive(())

    class LineClicked(Message):
        """A line was clicked that names an action."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

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

    def page_on(self) -> None:
        """Show the next lines; behind the last ones the first again."""
        at_end = self.scroll_offset.y >= self.max_scroll_y
        self.scroll_to(y=0 if at_end else self.scroll_offset.y + max(1, self.size.height - 1), animate=False)
