"""Entering a pasted list, and the texts about it, for both ways of holding a session."""

from session_tui.model import edits, formats
from session_tui.model.capture import PastedLine, PastedList
from session_tui.tui.live import screen_text
from session_tui.tui.live.controller import LiveController

_PARTS = {"header": "headers", "quotation": "quotations", "signature": "signature"}
MOST_NUMBERS = 6  # of lines that are named


def counted(pasted: PastedList) -> str:
    """How many lines there are, and how many of them cannot be read."""
    if pasted.refused:
        return "A pasted text"
    many, unread = len(pasted.entries), len(pasted.unread)
    lines = formats.count(many, "pasted line")
    if not unread:
        return lines
    return f"{lines}, of which {unread} cannot be read" if many > 1 else f"{lines}, which cannot be read"


def left_out(lines: tuple[PastedLine, ...], how: str) -> str:
    """The parts of a mail that are left out, and `how` they come in; empty without one."""
    if not lines:
        return ""
    parts = ", ".join(words for part, words in _PARTS.items() if any(line.part == part for line in lines))
    many = f"{formats.count(len(lines), 'line')} of a mail {'is' if len(lines) == 1 else 'are'} left out ({parts})"
    return f"{many}; {how}."


def entered(pasted: PastedList, undo: str) -> str:
    """The confirmation: how many lines became entries, which did not, and what takes them back."""
    unread = pasted.unread
    many = len(pasted.entries) - len(unread)
    words = f"{formats.count(many, 'line')} entered; {undo} takes {'it' if many == 1 else 'them'} back."
    if not unread:
        return words
    numbers = ", ".join(str(each.line.number) for each in unread[:MOST_NUMBERS])
    more = " and more" if len(unread) > MOST_NUMBERS else ""
    return f"{words} Not entered: {'line' if len(unread) == 1 else 'lines'} {numbers}{more}."


def enter(live: LiveController, pasted: PastedList) -> edits.Edit | None:
    """Enter the lines that can be read, as one edit; None where nothing changed."""
    undo = screen_text.key_of("undo", live.context) if live.face.full_screen else "/undo"
    edit = pasted.edit
    return edit if edit is not None and live.change(edit, entered(pasted, undo)) else None
