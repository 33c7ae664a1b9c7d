"""Faults as values: the place, the fault, and what to do about it."""

from typing import Literal, TypeAlias

from msgspec import Struct

from session_tui.model.sentence import sentence

# Faults that the program handles in a special way: git left two versions in the file; a newer
# version of this program wrote it; it is not on this machine; another window does the same work; a
# change changes nothing.
FaultKind: TypeAlias = Literal["", "git", "newer", "not here", "busy", "same"]


class Fault(Struct, frozen=True):
    """One thing that is wrong, in plain words.

    `where` is a path inside a file (`stakeholders[2].power`, entries counted from 1), a file, or
    empty. `what` is a sentence without a full stop; `do` says what to do, and may be empty. `line`
    and `column` count from 1; 0 is unknown. The program reads `kind`, never the sentences.
    """

    where: str
    what: str
    do: str = ""
    line: int = 0
    column: int = 0
    kind: FaultKind = ""

    def __str__(self) -> str:
        return self.words if self.where else sentence(self.words)

    @property
    def words(self) -> str:
        """Place, fault and advice, to stand behind the name of the program or of a file."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}. {self.do}" if self.do else text

    def place(self, file: object) -> str:
        """Return `FILE:LINE:COLUMN`, which an editor opens; the file alone where the line is
        unknown.
        """
        return f"{file}:{self.line}:{self.column or 1}" if self.line else f"{file}"
