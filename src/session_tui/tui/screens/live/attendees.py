"""Who is here: the attendees, and those of the last session who are expected."""

from textual.app import ComposeResult
from textual.containers import Vertical

from session_tui.model import attendance, edits
from session_tui.model.session import Attendee
from session_tui.tui.screens.dialog import LiveListDialog, escape, words
from session_tui.tui.tables.table import Cell, Column, Table

COLUMNS = (Column("Name", share=2), Column("Role", share=2, least=40), Column("", 10))
EMPTY = ("Nobody is on the list, and nobody is expected.", "/attendee Mei Tan:presales adds a person.")


class AttendeesScreen(LiveListDialog[None]):
    """A row for each person; enter confirms one who is expected, `a` all of them."""

    FOOT = ("confirm", "all", "off", "undo", "back")
    BINDINGS = [
        ("enter", "confirm", "is here"),
        ("a", "all", "all are here"),
        ("x", "off", "not here"),
        escape("to the session"),
    ]

    def compose(self) -> ComposeResult:
        """Compose the facilitator, and the list."""
        with Vertical():
            name = self.live.session.facilitator
            yield words(f"Who is here{f' · {name} runs the session' if name else ''}", "title")
            yield from self.the_list()
            yield from self.bottom()

    def table(self) -> Table:
        """Return those who are expected, then those who are here."""
        rows = self._rows()

        def cells(key: str) -> tuple[Cell, ...]:
            person, here = rows[key]
            state = Cell("here", "good") if here else Cell("expected", "warn")
            return Cell(person.name, "" if here else "muted"), Cell(person.role, "muted"), state

        return Table(COLUMNS, tuple(rows), cells, EMPTY)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why a key does not fit the highlighted row."""
        person, here = self._rows().get(self.highlighted, (None, False))
        if action == "confirm" and (here or person is None):
            return "That person is on the list already." if person else "Nobody is expected."
        if action == "all" and not self._expected():
            return "Nobody else is expected."
        if action == "off" and not here:
            return "Only a person who is on the list can be taken off it."
        if action in ("confirm", "all", "off") and self.live.opened.read_only:
            return f"This session is read-only: {self.live.opened.read_only}."
        return super().why_not(action, parameters)

    def action_confirm(self) -> None:
        """Put the highlighted person on the list."""
        self._change(attendance.confirm(self.live.session, (self._rows()[self.highlighted][0],)))

    def action_all(self) -> None:
        """Put all on the list who are expected."""
        self._change(attendance.confirm(self.live.session, self._expected()))

    def action_off(self) -> None:
        """Take the highlighted person off the list."""
        person = self._rows()[self.highlighted][0]
        people = self.live.session.attendees
        self._change(edits.Put("attendees", "", people, tuple(each for each in people if each is not person)))

    def _change(self, edit: edits.Edit) -> None:
        if self.live.change(edit):
            self.show_list()
            ids = self.table().ids
            if ids and self.highlighted not in ids:
                self.highlight(ids[0])

    def _expected(self) -> tuple[Attendee, ...]:
        return attendance.expected(self.live.session, self.live.past.last)

    def _rows(self) -> dict[str, tuple[Attendee, bool]]:
        """Each person with whether they are here, by a key that stays theirs."""
        rows = {f"expected {each.name}": (each, False) for each in self._expected()}
        return rows | {f"here {at} {each.name}": (each, True) for at, each in enumerate(self.live.session.attendees)}
