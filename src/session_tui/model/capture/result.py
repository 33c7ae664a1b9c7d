"""The input and the results of reading a line: its context; an edit, a command or a refusal."""

from datetime import date, datetime
from typing import TypeAlias

from msgspec import Struct

from session_tui.model.edits import Edit
from session_tui.model.sentence import sentence
from session_tui.model.session import Session
from session_tui.model.vocabulary import PartKind

LONGEST_LINE = 2000  # characters


class Context(Struct, frozen=True):
    """The place and time at which a line is typed: `today` is the local date, `now` is aware.

    `highlighted` is the id of the highlighted row, `editing` the id of the entry that the line
    replaces, `people` the names of our people in the configuration. `others` are those of other
    sessions, for a name that fits none of these.
    """

    session: Session
    part: PartKind
    now: datetime
    today: date
    highlighted: str = ""
    editing: str = ""
    people: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class Command(Struct, frozen=True):
    """A `/name` command and the text after its name."""

    name: str
    arguments: str = ""


class Refusal(Struct, frozen=True):
    """The reason why a line is refused, and what to do. `what` is empty for an empty line.

    `same` is whether the entry is as the line says already.
    """

    what: str
    do: str = ""
    same: bool = False

    def __str__(self) -> str:
        return sentence(self.words)

    @property
    def words(self) -> str:
        """Reason and advice, to stand behind a place."""
        return f"{self.what}. {self.do}" if self.do else self.what


Reading: TypeAlias = Edit | Command | Refusal


class Refused(Exception):
    """Raised inside the grammar with a refusal; `read` catches it and returns the refusal."""

    def __init__(self, what: str, do: str = "", *, same: bool = False) -> None:
        super().__init__(what)
        self.refusal = Refusal(what, do, same)


# Each `/name` with its arguments. A test compares it with the table of actions.
SLASH_COMMANDS: dict[str, str] = {
    "next": "",
    "back": "",
    "pause": "",
    "go_on": "",
    "time": "",
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
    "unjudged": "[NUMBER]",
    "since": "",
    "panel": "",
    "scroll": "",
    "curtain": "",
    "coverage": "",
    "promises": "",
    "park": "ID",
    "comments": "",
    "enemies": "",
    "import": "",
    "attendee": "[NAME[:ROLE]]",
    "credit": "SHARES",
    "saved": "HOURS",
    "end": 'OUTCOME "HEADLINE"',
    "leave": "",
    "elsewhere": "FOLDER",
    "conflict": "",
    "help": "",
    "legend": "",
    "theme": "",
    "palette": "",
    "paste": "[mail] [text]",
    "same": "ID ID",
    "as": "KIND [ID]",
    "facilitator": "NAME",
    "find": "[WORDS]",
    "sort": "",
    "until": "TIME",
    "reopen": "",
    "where": "",
    "editor": "",
    "words": "[WORD]",
    "question": "",
}
