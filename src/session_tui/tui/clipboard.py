"""Copying to the terminal's clipboard, with a message: how much was copied, and what to do if
nothing arrived.

An escape sequence (OSC 52) sets the clipboard. Some terminals ignore it, and none confirms it, so
each message names another way.
"""

import sys
from typing import Any

from textual.app import App
from textual.screen import Screen

from session_tui.model import formats

_CLIPBOARDS = {"win32": "clip", "darwin": "pbcopy"}


def copy_selection(screen: Screen[Any]) -> str:
    """Copy the text that the mouse selected. Returns the message; empty if no text is selected."""
    text = screen.get_selected_text()
    if not text:
        return ""
    screen.app.copy_to_clipboard(text)
    key = "option" if sys.platform == "darwin" else "shift"
    return f"Copied: {_lines(text)}. Nothing to paste? Hold {key} while you select: then the terminal itself copies."


def copy_markdown(app: App[Any], text: str, session_id: str, what: str = "") -> str:
    """Copy Markdown. Returns the message; `what` names the copied part of the session, empty for
    the whole.
    """
    app.copy_to_clipboard(text)
    named = f"{what} copied" if what else "Copied"
    clipboard = _CLIPBOARDS.get(sys.platform, "xclip -sel c")
    command = f"session-tui show {session_id} --markdown | {clipboard}"
    return f"{named} as Markdown: {_lines(text)}. Nothing to paste? {command}"


def _lines(text: str) -> str:
    many = len(text.splitlines())
    return formats.count(many, "line")
