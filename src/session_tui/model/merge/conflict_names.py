"""Two versions of one file, as sync programs and git leave them: told by a file's name, and by git's marks in it.

The names are those that the programs are known to give; a session's id stands at the beginning of each of them.
"""

import re
from collections.abc import Container

from msgspec import Struct

from session_tui.model.validation import ID

# What follows the name of the file in the name of a copy, and who writes it so; the first that fits says who it was.
# Nobody calls a file so by hand:
_SURE = (
    ("Syncthing", r"\.sync-conflict-\d{8}-\d{6}(?:-[a-z0-9]+)?"),
    ("Nextcloud", r" \(conflicted copy (?:.+ )?\d{4}-\d\d-\d\d \d{6}\)|_conflict-(?:.+-)?\d{8}-\d{6}"),
    ("Dropbox", r" \((?:.+ )?conflicted copy\b.*\)"),
    ("Dropbox", r" \((?:case|unicode encoding|white ?space|selective sync) conflict\b.*\)"),
    ("Google Drive", r"(?: \(\d+\))? ?[\[(]conflict(?:ed)?[^\])]*[\])](?: ?\(\d+\))?"),
    ("OneDrive", r"-.+-safebackup-\d+"),
)
# Where the file is there that it would be a copy of:
_LIKELY = (
    ("OneDrive or Google Drive", r" ?\(\d+\)"),
    ("iCloud", r" \d{1,3}"),
    ("a file manager", r" copy(?: \d+)?| - copy(?: \(\d+\))?| \((?:another )?copy(?: \d+)?\)|~"),
    ("a sync program", r"[ ._(\[-].*\b(?:conflict|konflikt|conflit|conflicto|conflitto).*"),
)
_MACHINE = re.compile(r"-[\w.-]+(?: ?\(\d+\))?")
_NAMED = re.compile(f"({ID.pattern})(?![A-Za-z0-9])(.+)", re.ASCII | re.DOTALL)


class Copy(Struct, frozen=True):
    """What a file's name says: a copy of the session of this id (or file of this name), called as `origin` does."""

    id: str
    origin: str


def copy_of(stem: str, inside: str = "") -> Copy | None:
    """What a file's name without `.toml` says it is a copy of; None where it says nothing of the kind.

    `inside` is the id that the file holds, where it can be read: only that tells `ID-laptop`, as OneDrive would call
    it, from the id of another session.
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
    # Nothing of an id is in capitals.
    named = _machine(found[2])
    return Copy(found[1], named) if named else None


def copy_among(stem: str, stems: Container[str]) -> Copy | None:
    """The same of a file whose name is no session's id, by the names of those beside it, all without `.toml`.

    What only looks like a copy is one where the file itself is there; a copy of a copy is one of the file.
    """
    for at in range(len(stem) - 1, 0, -1):
        if stem[:at] in stems and (origin := _origin(stem[at:]) or _machine(stem[at:])):
            above = copy_among(stem[:at], stems)
            return Copy(above.id if above else stem[:at], origin)
    for origin, rest in _SURE:
        if found := _matched(f"(.+?)(?:{rest})", stem):
            return Copy(found[1], origin)
    return None


def _matched(pattern: str, text: str) -> re.Match[str] | None:
    # Compiled when it is wanted first (and kept by `re`): every start loads this module, few need it.
    return re.fullmatch(pattern, text, re.IGNORECASE | re.DOTALL)


def _machine(rest: str) -> str:
    """As OneDrive puts a machine's name behind it: in capitals by those who do not choose."""
    return "OneDrive" if _MACHINE.fullmatch(rest) and rest[1:2].isupper() else ""


def _origin(rest: str) -> str:
    return next((origin for origin, pattern in (*_SURE, *_LIKELY) if _matched(pattern, rest)), "")


class Sides(Struct, frozen=True):
    """The two contents that git put into one file, what it calls them, and the line of its first mark."""

    ours: str
    theirs: str
    our_name: str
    their_name: str
    line: int


# Git's marks are seven characters at the beginning of a line; with diff3 the version before both stands between |||||||
# and =======, which neither side needs.
_MARK = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?: (.*))?")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")  # as git counts them, whatever else a terminal would break at
_NEXT = {"": "<", "<": "|=", "|": "=", "=": ">"}


def sides(content: str) -> Sides | None:
    """Both contents of a file with git's marks; None where it has none, or where they are not whole."""
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
