"""Help: a session in six lines, what can be typed in the running part, keys, then everything; and
the words of the method.
"""

from collections.abc import Iterable, Iterator

from session_tui.context import AppContext
from session_tui.model.capture.result import SLASH_COMMANDS
from session_tui.model.glossary import matching
from session_tui.model.vocabulary import PART_WORDS, PartKind
from session_tui.tui.actions import ACTIONS, BY_NAME, Action, key_words, keymap_of
from session_tui.tui.drawings.text_layout import TextLine, grid, paragraph, wrapped
from session_tui.tui.live.help_text import METHOD, NOTES, PLAIN, marks_of, session_lines
from session_tui.tui.live.screen_text import FOOT, GRAMMAR
from session_tui.tui.screens.text_page import PageScreen


class HelpScreen(PageScreen):
    """A page with a session in six lines, the marks of the part, the keys, then everything."""

    KEEPS = ("help", "leave")  # their keys go back
    FOOT = ("words", "scroll", "turn", "back")
    BINDINGS = [("f1,ctrl+g", "leave", "back"), ("w", "words", "words of the method")]

    def __init__(
        self,
        context: AppContext,
        title: str = "",
        rows: tuple[tuple[str, str], ...] = (),
        part: PartKind | None = None,
        line: str = "",
    ) -> None:
        """`rows` has pairs of keys and what they do on the screen below, under `title`; empty over
        a session. `part` is the kind of the running part, `line` what the session's screen shows
        above the capture line.
        """
        super().__init__()
        self.context = context
        self.title_of_rows, self.rows = title, rows
        self.part, self.line = part, line

    def covered_up(self, drawn: bool) -> None:
        """Drop the line above the capture line: it may be about what a drawn curtain covers."""
        if drawn and self.line:
            self.line = ""
            self.view.lay_again()

    def action_words(self) -> None:
        """Open the words of the method."""
        self.app.push_screen(GlossaryScreen())

    def lines_of(self, width: int) -> Iterator[TextLine]:
        """Yield the page's lines at a width."""
        keys = keymap_of(self.context).keys
        if self.line:
            yield from _heading("The line above what you type", first=True)
            yield from paragraph(((self.line, ""),), width)
        yield from _heading("A session in six lines", first=not self.line)
        yield from _table(session_lines(keys), width)
        if self.rows:
            yield from _heading(self.title_of_rows)
            yield from _table(self.rows, width)
        if self.part is not None:
            yield from _heading(f"In this part: {PART_WORDS[self.part]}")
            yield from paragraph(((PLAIN[self.part], ""),), width)
            yield from _table(marks_of(self.part), width)
            yield from paragraph(((METHOD, "muted"),), width)
        yield from _heading("Keys in a session")
        yield from _table(map(self._action, (BY_NAME[name] for name in (*FOOT, "palette") if keys[name])), width)
        yield from _heading("Everything you can type in a session")
        yield from _table(GRAMMAR, width)
        yield from _heading("Everything you can do in a session")
        yield from _table(map(self._action, ACTIONS), width)
        yield TextLine()
        for words in NOTES:
            yield from map(TextLine, wrapped(((words, ""),), width))

    def _action(self, action: Action) -> tuple[str, str, str]:
        keys = " ".join(key_words(key) for key in keymap_of(self.context).keys[action.name])
        return keys, f"/{action.name} {action.arguments}".strip() if action.name in SLASH_COMMANDS else "", action.words


class GlossaryScreen(PageScreen):
    """The words of the method with their meanings."""

    KEEPS = ("help", "leave")
    BINDINGS = [("f1,ctrl+g,w", "leave", "back")]

    def __init__(self, wanted: str = "") -> None:
        """`wanted` are words that a term or its meaning must have."""
        super().__init__()
        self.wanted = wanted

    def lines_of(self, width: int) -> Iterator[TextLine]:
        """Yield a line for each term."""
        yield from _heading("The words of the method", first=True)
        if terms := matching(self.wanted):
            yield from _table(((term.word, term.means) for term in terms), width)
        else:
            yield from paragraph(((f"There is no word like “{self.wanted}”. /words shows all.", ""),), width)


def _heading(words: str, *, first: bool = False) -> Iterator[TextLine]:
    if not first:
        yield TextLine()
    yield TextLine(((words, "bold underline"),))


def _table(rows: Iterable[tuple[str, ...]], width: int) -> Iterator[TextLine]:
    """Yield a line for each row: the typed text in bold, its meaning last."""
    yield from grid(((("", ""), (first, "bold"), *((each, "") for each in others)) for first, *others in rows), width)
