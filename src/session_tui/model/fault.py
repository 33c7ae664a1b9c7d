"""A fault is a value: where something is wrong, what is wrong, and what to do about it."""

from typing import Literal, TypeAlias

from msgspec import Struct

# What is done with a file depends on these: git left two versions in it, a newer version of this program wrote it, it
# is not on this machine.
FaultKind: TypeAlias = Literal["", "git", "newer", "not here"]


class Fault(Struct, frozen=True):
    """One thing that is wrong, in plain words.

    `where` is a path inside a file (`stakeholders[2].power`, entries counted from 1), a file, or empty.
    `what` is a sentence without a full stop; `do` says what helps, and may be empty.
    `line` and `column` count from 1 and are 0 where the place is not known. `kind` is for the program, which reads no
    sentences; it is empty for most.
    """

    where: str
    what: str
    do: str = ""
    line: int = 0
    column: int = 0
    kind: FaultKind = ""

    def __str__(self) -> str:
        said = f"{self.where}: {self.what}" if self.where else self.what
        return f"{said}. {self.do}" if self.do else said
