"""Our people: what each one holds and covers, and what breaks if one leaves tomorrow."""

from textual.app import ComposeResult

from session_tui.export.team.handover import known_people
from session_tui.index.index import Index
from session_tui.model import formats, glyphs
from session_tui.model.team import holdings
from session_tui.model.team.coverage import Covers, Member, team
from session_tui.model.vocabulary import ROLE_WORDS
from session_tui.tui.screens.team.base import TeamScreen
from session_tui.tui.tables.table import Cell, Column, Table, dots
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.table_view import TableView

COLUMNS = (
    Column("Who", share=2),
    Column("Covers", 6),
    Column("Open", 4),
    Column("Tests", 5),
    Column("Accounts", 8, least=70),
    Column("Only contact of", share=3),
)
COVERS = (
    Column("Account", share=3),
    Column("As", 14, least=100),
    Column("Covers", share=3),
    Column("Who is", 14),
    Column("Power", 5, least=100),
    Column("Contact", 7),
)
EMPTY = ("Nobody of ours stands in a session yet.", "Who covers whom is said in a session: @ben behind a stakeholder.")
NOBODY = ("Covers nobody.",)


class PeopleScreen(TeamScreen):
    """A row for each of our people; the only contact of most key players comes first."""

    FOOT = ("move", "below", "hand_over", "help", "back")
    BINDINGS = [
        ("enter,h", "hand_over", "hand over"),
        ("space", "below(1)", "more below"),
        ("backspace", "below(-1)"),
    ]

    def middle(self) -> ComposeResult:
        """Compose the people, the effect of a departure, and whom the highlighted one covers."""
        yield TableView(id="people")
        yield StatusLine(id="whole")
        yield StatusLine(id="about")
        yield TableView(id="below")

    def read(self) -> None:
        """Show the title, and read our people in the index thread."""
        self.query_one("#title", StatusLine).say(("session-tui", "strong"), ("   our people", "muted"))
        self.index_worker.ask("people", self._of, self._show)

    def _of(self, index: Index) -> tuple[Member, ...]:
        index.refresh()
        fields = holdings.fields(index.sessions())
        return team(fields, known_people(fields, self.places))

    def _show(self, found: tuple[Member, ...]) -> None:
        self.found = {each.name: each for each in found}
        self.fill(Table(COLUMNS, tuple(self.found), self._cells, EMPTY))
        alone = sum(len(each.breaks) for each in found)
        title = f"   our people: {len(found):,}"
        if alone:
            title += f"; {formats.count(alone, 'key player')} with one contact only"
        self.query_one("#title", StatusLine).say(("session-tui", "strong"), (title, "warn" if alone else "muted"))

    def highlight(self, key: str) -> None:
        """Highlight this row; the list below has whom they cover, key players at risk first."""
        super().highlight(key)
        each = self.found.get(key)
        whole, about, below = self.query_one("#whole", StatusLine), self.query_one("#about", StatusLine), self._below
        if each is None:
            whole.say()
            about.say()
            below.table = None
            return
        broken = ", ".join(one.name for one in each.breaks)
        if broken:
            whole.say((f"{glyphs.WARNING} If {each.name} leaves tomorrow, nobody has {broken}.", "warn"))
        else:
            whole.say((f"If {each.name} leaves tomorrow, every key player still has somebody.", "muted"))
        owned = ", ".join(each.accounts)
        about.say((f"Owns {owned}." if owned else "Owns no account.", "muted"))
        covers = {str(at): one for at, one in enumerate(each.covers)}
        below.table = Table(COVERS, tuple(covers), lambda at: _covers(covers[at]), NOBODY)
        below.highlighted = next(iter(covers), "")

    @property
    def _below(self) -> TableView:
        return self.query_one("#below", TableView)

    def action_below(self, by: int) -> None:
        """Highlight another row of the lower list."""
        if found := self._below.move(by):
            self._below.highlighted = found

    def on_table_view_row_chosen(self, message: TableView.RowChosen) -> None:
        """Highlight the clicked row, of the lower list too."""
        below = self._below
        if message.control is below:
            below.highlighted = message.entry_id
            message.prevent_default()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """A handover needs a highlighted person."""
        return "Nobody of ours is here yet." if action == "hand_over" and not self.highlighted else ""

    def action_hand_over(self) -> None:
        """Open the handover of the highlighted person."""
        from session_tui.tui.screens.team.handover import HandoverScreen

        screen = HandoverScreen(self.highlighted, self.context, self.places, self.folder)
        self.app.push_screen(screen, lambda _: self.read())

    def _cells(self, key: str) -> tuple[Cell, ...]:
        each = self.found[key]
        broken = ", ".join(one.name for one in each.breaks)
        numbers = (len(each.covers), each.actions, each.assumptions, len(each.accounts))
        return (
            Cell(each.name, "strong"),
            *(Cell(f"{number or '·':>4}", "" if number else "muted") for number in numbers),
            Cell(f"{glyphs.WARNING} {broken}" if broken else "", "warn"),
        )


def _covers(one: Covers) -> tuple[Cell, ...]:
    who = formats.person(one.name, one.title)
    return (
        Cell(" · ".join(filter(None, (one.account, one.zone)))),
        Cell(one.role, "muted"),
        Cell(who, "strong" if one.key_player else ""),
        Cell(ROLE_WORDS[one.buying_role]),
        Cell(dots(one.power), "key" if one.key_player else "muted"),
        Cell(f"{glyphs.WARNING} only" if one.only else "", "warn"),
    )
