"""Help: a session in six lines, what can be typed in the running part, keys, then everything; and
the words of the method.
"""

from collections.abc import Iterable, Iterator, Mapping

from session_tui.context import AppContext
from session_tui.model.capture.result import SLASH_COMMANDS
from session_tui.model.glossary import matching
from session_tui.model.vocabulary import PART_WORDS, PartKind
from session_tui.tui.actions import ACTIONS, BY_NAME, Action, key_words, keymap_of
from session_tui.tui.drawings.text_layout import TextLine, grid, paragraph, wrapped
from session_tui.tui.live.screen_text import FOOT, GRAMMAR
from session_tui.tui.screens.text_page import PageScreen

# Each is one line at 80 columns.
SESSION = (
    ("type", "what is said, then enter: it is on disk. {next}: the next part"),
    ("map", "who decides, with what power, where they stand, who has them"),
    ("assume", "what must be true for us to win, and how well we know it"),
    ("act", "few and concrete: test an assumption, win a person"),
    ("own", "each action has one owner and a date, each person somebody"),
    ("end", "{leave}, then e: pursue, on a condition, hold, or withdraw"),
)
# The rows of GRAMMAR that matter most in a part, by what is typed.
MARKS: Mapping[PartKind, tuple[str, ...]] = {
    "stakeholder_map": ("Ruth Vale, CFO", "role:approver", "!5", "++ + = - --", "cov:brief", "@ben", "to:ruth inf:mia"),
    "assumptions": ("!5", "%3", "@ben", "due:fri", "*a1 ok · *a1 wrong why"),
    "action_items": ("@ben", "due:fri", "for:ruth for:a1", "*t3 done · drop · yes"),
    "owners": ("@ben", "due:fri", "*t3 done · drop · yes", "*t3 @mia due:+3d"),
    "notes": ("s> a> t> n>", "=> ?>", "+>"),
}
PLAIN: Mapping[PartKind, str] = {
    "stakeholder_map": "Plain words are a person: name, title. Marks say the rest, in any order:",
    "assumptions": "Plain words are an assumption. Marks say the rest, in any order:",
    "action_items": "Plain words are an action. Marks say the rest, in any order:",
    "owners": "Marks alone go to the highlighted row, and the highlight moves on:",
    "notes": "Plain words are a note. Other entries begin with their sign:",
}
METHOD = "The line above what you type shows what it will become; tab takes a suggestion. Nothing moves on by itself."
NOTES = (
    "^n is ctrl+n, ⏎ is enter. The lamp says saved, saving or not saved. A row marked ◌ is not on disk yet.",
    "Scroll the side panel with the mouse wheel; a click highlights a row.",
)


class HelpScreen(PageScreen):
    """A page with a session in six lines, the marks of the part, the keys, then everything."""

    KEEPS = ("help", "leave")  # their keys go back
    FOOT = ("scroll", "turn", "words", "back")
    BINDINGS = [("f1,ctrl+g", "leave", "back"), ("w", "words", "what the words mean")]

    def __init__(
        self, context: AppContext, library: tuple[tuple[str, str], ...] = (), part: PartKind | None = None
    ) -> None:
        """`library` has pairs of keys and what they do; empty over a session. `part` is the kind
        of the running part.
        """
        super().__init__()
        self.context = context
        self.library = library
        self.part = part

    def action_words(self) -> None:
        """Open the words of the method."""
        self.app.push_screen(GlossaryScreen())

    def lines_of(self, width: int) -> Iterator[TextLine]:
        """Yield the page's lines at a width."""
        keys = keymap_of(self.context).keys
        shown = {name: key_words(keys[name][0]) if keys[name] else f"/{name}" for name in ("next", "leave")}
        yield from _heading("A session in six lines", first=True)
        yield from _table(((first, words.format(**shown)) for first, words in SESSION), width)
        if self.library:
            yield from _heading("In the library")
            yield from _table(self.library, width)
        if self.part is not None:
            yield from _heading(f"In this part: {PART_WORDS[self.part]}")
            yield from paragraph(((PLAIN[self.part], ""),), width)
            yield from _table((row for mark in MARKS[self.part] for row in GRAMMAR if row[0] == mark), width)
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
