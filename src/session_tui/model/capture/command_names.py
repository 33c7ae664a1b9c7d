"""Finds a typed `/name`: the whole name, else a unique beginning, else similar names.

A beginning that was unique among the `ESTABLISHED` names keeps its meaning, whatever names were
added later: `/n` is `/next`, though `/note` is a word of its own.
"""

import difflib

from session_tui.model.capture.result import SLASH_COMMANDS

# The names whose unique beginnings people may have learnt. A new name does not belong here.
ESTABLISHED = frozenset(
    """
    next back pause go_on less more extend count skip undo redo edit remove map zoom move health since panel
    curtain coverage promises park comments enemies import attendee credit saved end leave elsewhere conflict
    help palette
    """.split()  # noqa: SIM905 - 36 strings say no more
)
# Words that stand for the beginning of another line; no action has these names.
LEADING: dict[str, str] = {"note": "n>", "decide": "=>", "rename": "/edit"}
KIND_WORDS: dict[str, str] = {
    "s": "stakeholder", "a": "assumption", "t": "action", "d": "decision", "p": "parked", "n": "note",
    "r": "recognition",
}  # fmt: skip
_REMOVING = ("remove",)  # never offered for a mistyped name


def fitting(typed: str) -> tuple[str, ...]:
    """The names that the typed text is, or is the beginning of; one if it is clear."""
    if typed in SLASH_COMMANDS or typed in LEADING:
        return (typed,)
    fits = tuple(name for name in SLASH_COMMANDS if name.startswith(typed))
    older = tuple(name for name in fits if name in ESTABLISHED)
    return older if len(older) == 1 else fits


def near(typed: str) -> tuple[str, ...]:
    """The names to offer for a mistyped one; none that removes an entry."""
    known = [name for name in (*SLASH_COMMANDS, *LEADING) if name not in _REMOVING]
    found = difflib.get_close_matches(typed, known, 3, 0.5) or [each for each in known if each.startswith(typed[:1])]
    return tuple(found[:4])
