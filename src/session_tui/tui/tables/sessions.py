"""The list of sessions as a table, and the due sessions as a line."""

from collections.abc import Sequence

from session_tui.index.scanner import SessionCard
from session_tui.model import formats, glyphs
from session_tui.model.reports.cadence import Owed
from session_tui.model.sentence import sentence
from session_tui.model.vocabulary import OUTCOME_WORDS
from session_tui.tui.pieces import Pieces
from session_tui.tui.tables.table import Cell, Column

COLUMNS = (
    Column("Date", 11),
    Column("Account", share=3),
    Column("Opportunity", share=3, least=70),
    Column("Zone", 10, least=110),
    Column("Outcome", 10, most=69),  # or the status, while there is no outcome
    Column("Status", 9, least=70),
    Column("Outcome", 10, least=70, most=99),
    Column("Outcome", 21, least=100),
    Column("Open", 4, least=50),
)
EMPTY = (
    "No session yet.",
    "a tries it on a sample account: nothing of yours is touched.",
    "l teaches it step by step, in five minutes.",
    "n begins one: type the account and press enter, and the clock runs.",
    "? explains the screen, the marks and the keys.",
)
REMOVED = "No session here. v shows what was removed, and brings it back: {}."
READING = ("Reading the sessions …",)
UNREAD = ("The sessions could not be read; the line below says why.",)
NONE_LIKE_THAT = (
    "No session matches.",
    "Every word must stand in it, or begin one; people:ruth looks in one field.",
    "esc takes the filter away.",
)

TABS = ("Sessions", "Actions", "Beliefs", "History")


def cells(key: str, card: SessionCard, *, marked: bool) -> tuple[Cell, ...]:
    """The row of a session; a `marked` one is selected for a comparison."""
    mark = f"{glyphs.MARKED} " if marked else ""
    if card.fault is not None:
        # The next cell has the file's name; opening the row shows the whole fault with its place.
        words, none = Cell(f"{glyphs.WARNING} {sentence(card.fault.what)}", "bad"), Cell("")
        broken = Cell(card.standing, "bad")
        name = Cell(key)
        if card.merge:  # the id without its date, which stands in the row's first cell
            name, words = Cell(f"{glyphs.WARNING} {card.merge[11:]}", "bad"), Cell("two versions", "bad")
        return (Cell(key[:10], "muted"), name, words, none, broken, broken, none, none, none)
    outcome = OUTCOME_WORDS[card.outcome] if card.outcome else ""
    short = Cell("pursue, if" if card.outcome == "pursue_if" else outcome)
    live = card.status == "live"
    status = Cell(f"{glyphs.RUNNING} {card.status}" if live else card.status, "good" if live else "")
    return (
        Cell(f"{card.started_at.astimezone():%d %b %Y}" if card.started_at else "not begun", "muted"),
        Cell(mark + card.account),
        Cell(card.opportunity, "muted"),
        Cell(card.zone, "muted"),
        short if outcome else status,
        status,
        short,
        Cell(outcome),
        Cell(str(card.open_actions) if card.open_actions else ""),
    )


def how_many(shown: int, found: int, of: int) -> str:
    """The number of all sessions `of`, of those that match the filter, and of the listed ones."""
    many = formats.count(of, "session")
    if found < of:
        many = f"{found:,} of {many}"
    return f"{many}, the newest {shown:,} here" if shown < found else many


def due_pieces(owed: Sequence[Owed]) -> tuple[tuple[str, str], ...]:
    """The number of due sessions, and the first of them with its reason."""
    if not owed:
        return (("No session is due.", "muted"),)
    first = f"{owed[0].account}: {owed[0].reasons[0]}"
    many = f"{formats.count(len(owed), 'session')} due. "
    return ((f"{glyphs.TIME} {many}", "warn"), ("d", "key"), (f" shows why.   {first}", "muted"))


def tab_line(here: str, about: str = "") -> Pieces:
    """The tabs, with brackets around the current one, so that it stands out without colour;
    `about` is their subject.
    """
    pieces: list[tuple[str, str]] = []
    for tab in TABS:
        pieces += [(f"[{tab}]", "key"), (" ", "")] if tab == here else [(f" {tab} ", "muted"), (" ", "")]
    pieces.append(("tab", "key"))
    if about:
        pieces.append((f"   {about}", "muted"))
    return tuple(pieces)
