"""Help: the keys in force, and the capture line's grammar with examples."""

from collections.abc import Iterable, Iterator

from session_tui.context import AppContext
from session_tui.model.capture.result import SLASH_COMMANDS
from session_tui.tui.actions import ACTIONS, Action, key_words, keymap_of
from session_tui.tui.drawings.text_layout import TextLine, grid, paragraph, wrapped
from session_tui.tui.live.screen_text import GRAMMAR
from session_tui.tui.screens.text_page import PageScreen

METHOD = (
    "Type what is said and press enter: it is on disk at once. Plain words become an entry of the running "
    "part; marks say the rest. The line above what you type shows what it will become; tab takes a "
    "suggestion. Nothing moves on by itself."
)
NOTES = (
    "The lamp says saved, saving or not saved. A row marked ◌ is not on disk yet.",
    "In the owners part the highlighted row takes  @ben due:fri  and the highlight moves on.",
    "Scroll the side panel with the mouse wheel; a click highlights a row.",
)


class HelpScreen(PageScreen):
    """A page with the method, the grammar of the capture line, and the actions with their keys."""

    KEEPS = ("help", "leave")  # their keys go back
    BINDINGS = [("f1,ctrl+g", "leave", "back")]

    def __init__(self, context: AppContext, library: tuple[tuple[str, str], ...] = ()) -> None:
        """`library` has pairs of keys and what they do, shown first; empty over a session."""
        super().__init__()
        self.context = context
        self.library = library

    def lines_of(self, width: int) -> Iterator[TextLine]:
        """Yield the page's lines at a width."""
        yield from (TextLine((("Help", "bold"),)), TextLine())
        if self.library:
            yield TextLine((("In the library", "bold underline"),))
            yield from _table(self.library, width)
            yield from (TextLine(), TextLine((("In a session", "bold"),)))
        yield from paragraph(((METHOD, ""),), width)
        yield from (TextLine(), TextLine((("What you type", "bold underline"),)))
        yield from _table(GRAMMAR, width)
        yield from (TextLine(), TextLine((("What you do", "bold underline"),)))
        yield from _table(map(self._action, ACTIONS), width)
        yield TextLine()
        for words in NOTES:
            yield from map(TextLine, wrapped(((words, ""),), width))

    def _action(self, action: Action) -> tuple[str, str, str]:
        keys = " ".join(key_words(key) for key in keymap_of(self.context).keys[action.name])
        return keys, f"/{action.name} {action.arguments}".strip() if action.name in SLASH_COMMANDS else "", action.words


def _table(rows: Iterable[tuple[str, ...]], width: int) -> Iterator[TextLine]:
    """Yield a line for each row: the typed text in bold, its meaning last."""
    yield from grid(((("", ""), (first, "bold"), *((each, "") for each in others)) for first, *others in rows), width)
