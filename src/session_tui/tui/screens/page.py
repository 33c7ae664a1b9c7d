"""A page of lines over what was there before: a brief, what changed on a map."""

from collections.abc import Iterator

from rich.console import Console
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from session_tui.tui.copying import copy_selection
from session_tui.tui.text import Text
from session_tui.tui.widgets.paragraph import Paragraph


class Leaf(Paragraph):
    """Lines as wide as they may be; what follows of an indented one stands under its words."""

    def __init__(self, told: tuple[str, ...]) -> None:
        super().__init__(Text.lines(told))
        self.told = told

    def on_resize(self, event: events.Resize) -> None:
        """Broken here, for a break of the framework's own goes back to the edge."""
        text = Text()
        for number, line in enumerate(self.told):
            strong = number == 0 or not line.startswith("  ")
            for each in hanging(line, event.size.width):
                text.append(each, "italic" if number == len(self.told) - 1 else "bold" if strong else "")
                text.append("\n")
        self.update(text)


def hanging(line: str, width: int) -> Iterator[str]:
    """A line broken into lines of `width` cells, those after the first indented as its words are."""
    indent = " " * (len(line) - len(line.lstrip(" •")))
    yield from (
        f"{indent if number else line[: len(indent)]}{each.plain.rstrip()}"
        for number, each in enumerate(
            Text(line[len(indent) :]).wrap(Console(), max(10, width - len(indent))) if line.strip() else [Text("")]
        )
    )


class PageScreen(ModalScreen[str]):
    """A page that scrolls: lines that are not indented stand out."""

    CSS_PATH = "home.tcss"
    BINDINGS = [("escape,q,enter,ctrl+q", "back", "back"), ("ctrl+c", "copy_or_back", "copy what is selected")]

    def lines(self) -> Iterator[str]:
        """The page's lines, harmless already."""
        raise NotImplementedError  # each page has its own

    def compose(self) -> ComposeResult:
        """Its lines; section titles stand out."""
        with VerticalScroll():
            yield Leaf((*self.lines(), "", "esc back"))

    def on_mount(self) -> None:
        """The page takes the keys that scroll."""
        self.query_one(VerticalScroll).focus()

    def action_copy_or_back(self) -> None:
        """What the mouse selected goes to the clipboard; where nothing is selected, back."""
        if not copy_selection(self):
            self.action_back()

    def action_back(self) -> None:
        """Back to where it was opened."""
        if len(self.app.screen_stack) > 1:
            self.dismiss("")
        else:
            self.app.exit("")
