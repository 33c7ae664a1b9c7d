"""The window of a pasted list: what each line becomes, or why it cannot be read."""

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.model import capture, glyphs
from session_tui.model.capture import PastedEntry, PastedLine, PastedList, Refusal
from session_tui.model.sentence import sentence
from session_tui.tui.live import paste_text
from session_tui.tui.live.controller import LiveController
from session_tui.tui.live.screen_text import open_cells
from session_tui.tui.screens.dialog import ListDialog, escape, words
from session_tui.tui.tables.table import Cell, Column, Table
from session_tui.tui.widgets.paragraph import Paragraph

COLUMNS = (Column("Line", 5), Column("", 2), Column("What it becomes", share=1))
REASON = " why"  # behind the number: the id of the row below a line that cannot be read
UNREAD, READ = glyphs.WARNING, " "
EMPTY = ("All of it is a part of a mail; m brings it in.", "")


class PasteScreen(ListDialog[PastedList]):
    """Nothing is entered before enter, which returns the list; escape enters nothing."""

    FOOT = ("enter", "mend", "text", "mail", "back")
    BINDINGS = [
        ("enter", "enter", "enter"),
        ("e", "mend", "correct the line"),
        ("t", "text", "take it as text"),
        ("m", "mail", "bring the mail in"),
        escape("none of them"),
    ]
    others = 15

    def __init__(self, live: LiveController, text: str) -> None:
        super().__init__()
        self.live = live
        self._lines = capture.pasted_lines(text)
        self._as_text: frozenset[int] = frozenset()
        self._mail = False
        self.pasted = self._read()

    def compose(self) -> ComposeResult:
        """Compose the number of lines, the parts that are left out, and a row for each line."""
        with Vertical():
            yield words(paste_text.counted(self.pasted), "title")
            if refused := self.pasted.refused:
                yield words(f"Not taken: {refused!s}")
                yield words("Nothing was entered; your half-typed line is as it was.")
            yield words("", "words mail")
            yield from self.the_list()
            yield from self.bottom()

    def on_mount(self) -> None:
        """Show the lines, the first unread one highlighted."""
        if self.pasted.refused:
            self.rows.display = self.query_one("#detail").display = False
        if unread := self.pasted.unread:
            self.rows.highlighted = str(unread[0].line.number)  # the base class then shows the list

    def _read(self) -> PastedList:
        return capture.read_list(self._lines, self.live.capture_context(), mail=self._mail, as_text=self._as_text)

    # ---- the list -------------------------------------------------------------------------------

    def table(self) -> Table:
        """Return a row for each line, and below an unread one the reason."""
        self._entries = {str(each.line.number): each for each in self.pasted.entries}
        ids: list[str] = []
        for key, each in self._entries.items():
            ids += [key, key + REASON] if isinstance(each.reading, Refusal) else [key]
        return Table(COLUMNS, tuple(ids), self._cells, EMPTY)

    def show_list(self) -> None:
        """Show the lines, and how many there are."""
        super().show_list()
        self.query_one(".title", Paragraph).update(paste_text.counted(self.pasted))
        mail = self.query_one(".mail", Paragraph)
        mail.update(paste_text.left_out(self.pasted.left_out, "m brings them in"))
        mail.display = bool(self.pasted.left_out)

    def highlight(self, key: str) -> None:
        """Highlight a line; a click on a reason is one on its line."""
        super().highlight(key.removesuffix(REASON))

    def action_move(self, by: int) -> None:
        """Highlight another line; reasons are skipped."""
        numbers = tuple(self._entries)
        if numbers:
            at = numbers.index(self.highlighted) if self.highlighted in numbers else 0
            self.highlight(numbers[min(len(numbers) - 1, max(0, at + by))])

    def detail(self, key: str) -> tuple[str, ...]:
        """Return why a line cannot be read, or the whole text of a row that is cut."""
        each = self._entries.get(key)
        if each is not None and isinstance(each.reading, Refusal) and not self.live.curtain:
            return f"{sentence(each.reading.what)}.", each.reading.do
        return (self.rows.cut_text(),)

    def _cells(self, key: str) -> tuple[Cell, ...]:
        each = self._entries[key.removesuffix(REASON)]
        covered, number = self.live.curtain, Cell(f"{each.line.number:>4}", "muted")
        if not isinstance(each.reading, Refusal):
            return number, Cell(READ), Cell(self._becomes(each))
        if key.endswith(REASON):
            return Cell(""), Cell(""), Cell("covered by the curtain" if covered else str(each.reading), "muted")
        return number, Cell(UNREAD, "warn"), Cell("cannot be read" if covered else each.line.text, "warn")

    def _becomes(self, each: PastedEntry) -> str:
        assert not isinstance(each.reading, Refusal)
        context = self.live.context
        look = capture.preview(each.reading, each.before, context.today, context.people)
        if self.live.curtain:
            return "  ".join((f"{look.verb} {look.id}", *open_cells(each.reading, look.cells)))
        return str(look)

    def _meanings(self) -> list[str]:
        """What each line becomes; the edits themselves differ by their times."""
        entries = self.pasted.entries
        return [str(e.reading) if isinstance(e.reading, Refusal) else self._becomes(e) for e in entries]

    def covered_up(self, drawn: bool) -> None:
        """Show the lines again, for the drawn or opened curtain."""
        if drawn and self.asking:
            self.answered()
        self.show_list()

    # ---- keys -----------------------------------------------------------------------------------

    @property
    def _unread(self) -> PastedLine | None:
        each = self._entries.get(self.highlighted)
        return each.line if each is not None and isinstance(each.reading, Refusal) else None

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why there is nothing to enter, to mend or to bring in."""
        if action == "enter" and self.pasted.edit is None:
            return "No line can be read: e mends one, t takes it as text, esc enters none."
        if action in ("mend", "text") and self.live.curtain:
            return "The curtain is drawn, and this would show what it covers; open it first."
        if action == "text" and self._as_text and self._number in self._as_text:
            return ""
        if action in ("mend", "text") and self._unread is None:
            return "This line can be read."
        if action == "mail" and not any(line.part for line in self._lines):
            return "No part of a mail was found."
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys for which no line has a use are not shown."""
        if action in ("enter", "mend", "text", "mail") and self.pasted.refused:
            return False
        if action == "mail" and not any(line.part for line in self._lines):
            return False
        if action in ("mend", "text") and not self.pasted.unread and not self._as_text:
            return False
        return super().check_action(action, parameters)

    def words_for(self, action: str, words: str) -> str:
        """Return texts with the number of lines."""
        if action == "enter":
            many, unread = len(self.pasted.entries), len(self.pasted.unread)
            others = many - unread
            if unread:
                return "enter the others" if others != 1 else "enter the other one"
            return "enter them all; one undo takes them back" if many != 1 else "enter it"
        if action == "mail" and self._mail:
            return "leave the mail out"
        if action == "text" and self._number in self._as_text:
            return "read its marks"
        if action == "back" and self.pasted.refused:
            return "back"
        return "not it" if action == "back" and len(self.pasted.entries) == 1 else words

    @property
    def _number(self) -> int:
        return int(self.highlighted or 0)

    def action_enter(self) -> None:
        """Enter the lines that can be read; where they have another meaning by now, show it."""
        shown, self.pasted = self._meanings(), self._read()
        if self._meanings() == shown:
            self.dismiss(self.pasted)
        else:
            self.show_list()
            self.show_message("The session has changed meanwhile; look at the lines again.", "warn")

    def action_mend(self) -> None:
        """Ask for the line in another form."""
        if line := self._unread:
            self.ask(f"Line {line.number}", lambda typed: self._mended(line, typed), line.text)

    def action_text(self) -> None:
        """Take the line as text, or read its marks again."""
        self._as_text ^= {self._number}
        self._again()

    def action_mail(self) -> None:
        """Bring the parts of a mail in, or leave them out again."""
        self._mail = not self._mail
        self._again()

    def _mended(self, line: PastedLine, typed: str) -> None:
        before = self._lines
        self._lines = tuple(replace(each, text=typed) if each.number == line.number else each for each in before)
        if not typed:
            self._lines = tuple(each for each in before if each.number != line.number)
        reading = self._read()
        refused = next((each.reading for each in reading.unread if each.line.number == line.number), None)
        if refused is not None:
            self._lines = before
            self.show_message(str(refused), "warn")
            return
        self.pasted = reading
        self.answered()

    def _again(self) -> None:
        self.pasted = self._read()
        self.show_list()
