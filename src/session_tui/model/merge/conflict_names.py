"""Conflicting versions of a file: the copies of sync programs, by name, and git's conflict marks.

The patterns are the names that these programs are known to give; each begins with the session's
id.
"""

import re
from collections.abc import Container

from msgspec import Struct

from session_tui.model.patterns import lazy_pattern
from session_tui.model.validation import ID

# The program, and the pattern of the text that it adds to the file's name; the first match counts.
# People do not give these names by hand:
_SURE = (
    ("the team server", r" \(team conflict [0-9a-f]{8}\)"),  # this program's own, see outbox/sync
    ("Syncthing", r"\.sync-conflict-\d{8}-\d{6}(?:-[a-z0-9]+)?"),
    ("Nextcloud", r" \(conflicted copy (?:.+ )?\d{4}-\d\d-\d\d \d{6}\)|_conflict-(?:.+-)?\d{8}-\d{6}"),
    ("Dropbox", r" \((?:.+ )?conflicted copy\b.*\)"),
    ("Dropbox", r" \((?:case|unicode encoding|white ?space|selective sync) conflict\b.*\)"),
    ("Google Drive", r"(?: \(\d+\))? ?[\[(]conflict(?:ed)?[^\])]*[\])](?: ?\(\d+\))?"),
    ("OneDrive", r"-.+-safebackup-\d+"),
)
# A copy only if the original file exists as well:
_LIKELY = (
    ("OneDrive or Google Drive", r" ?\(\d+\)"),
    ("iCloud", r" \d{1,3}"),
    ("a file manager", r" copy(?: \d+)?| - copy(?: \(\d+\))?| \((?:another )?copy(?: \d+)?\)|~"),
    ("a sync program", r"[ ._(\[-].*\b(?:conflict|konflikt|conflit|conflicto|conflitto).*"),
)
_SURE_WORDS = ("conflict", "safebackup")  # one of them is in each of the sure names
_OF_SYNC = lazy_pattern(r" \(team conflict [0-9a-f]{8}\)\.toml", re.ASCII)
_MACHINE = lazy_pattern(r"-[\w.-]+(?: ?\(\d+\))?")
_NAMED = lazy_pattern(f"({ID.pattern})(?![A-Za-z0-9])(.+)", re.ASCII | re.DOTALL)


class Copy(Struct, frozen=True):
    """A copy of a file: the id of its session (or the name of the file), and the program that
    gives such names.
    """

    id: str
    origin: str


def is_of_sync(name: str) -> bool:
    """Whether a file has the name that sync with a team server gives to the server's version."""
    return _OF_SYNC.search(name) is not None


def copy_of(stem: str, inside: str = "") -> Copy | None:
    """The copy that a file's name (without `.toml`) stands for; None for any other name.

    `inside` is the id in the file, where it can be read. Without it `ID-laptop`, a name that
    OneDrive gives, is not different from the id of another session.
    """
    if inside:
        if stem == inside or not ID.fullmatch(inside) or not stem.startswith(inside):
            return None
        rest = stem[len(inside) :]
        if origin := _origin(rest):
            return Copy(inside, origin)
        return Copy(inside, "OneDrive") if _MACHINE.fullmatch(rest) else None
    found = None if ID.fullmatch(stem) else _NAMED.fullmatch(stem)
    if found is None:
        return None
    if origin := _origin(found[2]):
        return Copy(found[1], origin)
    # An id has no capitals, so the rest is not part of one.
    named = _machine(found[2])
    return Copy(found[1], named) if named else None


def copy_among(stem: str, stems: Container[str]) -> Copy | None:
    """The same for a file whose name is not a session's id. `stems` are the names of the files
    beside it; all without `.toml`.

    A name that only looks like a copy is one if the original exists; a copy of a copy is a copy of
    the original.
    """
    for at in range(len(stem) - 1, 0, -1):
        if stem[:at] in stems and (origin := _origin(stem[at:]) or _machine(stem[at:])):
            above = copy_among(stem[:at], stems)
            return Copy(above.id if above else stem[:at], origin)
    if not any(word in stem.lower() for word in _SURE_WORDS):
        return None
    for origin, rest in _SURE:
        if found := _matched(f"(.+?)(?:{rest})", stem):
            return Copy(found[1], origin)
    return None


def _matched(pattern: str, text: str) -> re.Match[str] | None:
    # Compiled at the first use (`re` caches it): every start loads this module, few need it.
    return re.fullmatch(pattern, text, re.IGNORECASE | re.DOTALL)


def _machine(rest: str) -> str:
    """`OneDrive` for a computer's default name (which has capitals), as OneDrive adds it; else
    empty.
    """
    return "OneDrive" if _MACHINE.fullmatch(rest) and rest[1:2].isupper() else ""


def _origin(rest: str) -> str:
    return next((origin for origin, pattern in (*_SURE, *_LIKELY) if _matched(pattern, rest)), "")


class Sides(Struct, frozen=True):
    """The two contents that git wrote into a file, their names, and the line of the first mark."""

    ours: str
    theirs: str
    our_name: str
    their_name: str
    line: int


# Git's marks are seven characters at the beginning of a line. With diff3 the version before both
# is between ||||||| and =======; neither side needs it.
_MARK = lazy_pattern(r"(<{7}|\|{7}|={7}|>{7})(?: (.*))?")
_LINE = lazy_pattern(r"[^\n]*\n|[^\n]+")  # lines as git counts them: only \n ends one
_NEXT = {"": "<", "<": "|=", "|": "=", "=": ">"}


def sides(content: str) -> Sides | None:
    """Both contents of a file with git's marks; None without marks or with incomplete ones."""
    if "<<<<<<< " not in content and "<<<<<<<\n" not in content and "<<<<<<<\r" not in content:
        return None
    ours: list[str] = []
    theirs: list[str] = []
    names = {"<": "", ">": ""}
    within, first = "", 0
    for number, line in enumerate(_LINE.findall(content), 1):
        found = _MARK.fullmatch(line.rstrip("\r\n"))
        mark = found[1][0] if found else ""
        if found and mark in _NEXT[within]:
            first = first or number
            names[mark] = names.get(mark) or (found[2] or "").strip()
            within = "" if mark == ">" else mark
        elif mark in ("<", ">"):
            return None
        else:
            if within in ("", "<"):
                ours.append(line)
            if within in ("", "="):
                theirs.append(line)
    if within or not first:
        return None
    return Sides("".join(ours), "".join(theirs), names["<"], names[">"], first)
