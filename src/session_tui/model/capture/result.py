"""What reading a line needs and what it gives: a context; an edit, an action by its name, or a refusal."""

from datetime import date, datetime
from typing import TypeAlias

from msgspec import Struct

from session_tui.model.edits import Edit
from session_tui.model.session import Session
from session_tui.model.vocabulary import PartKind

LONGEST_LINE = 2000  # characters; a longer text belongs into the plan


class Context(Struct, frozen=True):
    """Where a line is typed: `today` is the local date, `now` an aware moment.

    `highlighted` is the id of the highlighted row, `editing` that of the entry the line stands for, `people` the names
    of our people that the configuration has.
    """

    session: Session
    part: PartKind
    now: datetime
    today: date
    highlighted: str = ""
    editing: str = ""
    people: tuple[str, ...] = ()


class Command(Struct, frozen=True):
    """An action by its name, and what was typed behind it."""

    name: str
    arguments: str = ""


class Refusal(Struct, frozen=True):
    """Why a line is not taken, and what would help. An empty `what` is an empty line."""

    what: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.what}. {self.do}" if self.do else self.what


Reading: TypeAlias = Edit | Command | Refusal


class Refused(Exception):
    """Carries a refusal out of the depth of the grammar; `read` turns it back into a value."""

    def __init__(self, what: str, do: str = "") -> None:
        super().__init__(what)
        self.refusal = Refusal(what, do)


# Every `/name` that may stand first in a line, with its arguments. A test compares the table of actions with it.
SLASH_COMMANDS: dict[str, str] = {
    "next": "",
    "back": "",
    "pause": "",
    "go_on": "",
    "less": "",
    "more": "",
    "extend": "MINUTES",
    "count": "",
    "skip": "",
    "undo": "",
    "redo": "",
    "edit": "[ID]",
    "remove": "ID",
    "map": "[LOOK]",
    "zoom": "[SIZE]",
    "move": "",
    "health": "[NUMBER]",
    "since": "",
    "panel": "",
    "curtain": "",
    "coverage": "",
    "promises": "",
    "park": "ID",
    "comments": "",
    "enemies": "",
    "import": "",
    "attendee": "NAME[:ROLE]",
    "credit": "SHARES",
    "saved": "HOURS",
    "end": 'OUTCOME "HEADLINE"',
    "leave": "",
    "elsewhere": "FOLDER",
    "conflict": "",
    "help": "",
    "palette": "",
}
