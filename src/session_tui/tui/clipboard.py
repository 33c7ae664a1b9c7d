"""Copying to the terminal's clipboard, and the words for it: what was copied, and what to do where nothing arrived.

The clipboard is asked for by an escape sequence (OSC 52). Some terminals take none, and none ever answers, so whoever
copies is told of another way each time.
"""

import sys
from typing import Any

from textual.app import App
from textual.screen import Screen

from session_tui.model import formats

_CLIPBOARDS = {"win32": "clip", "darwin": "pbcopy"}


def copy_selection(screen: Screen[Any]) -> str:
    """Copy what the mouse selected, and say so; nothing where nothing is selected."""
    text = screen.get_selected_text()
    if not text:
        return ""
    screen.app.copy_to_clipboard(text)
    key = "option" if sys.platform == "darwin" else "shift"
    return f"Copied: {_lines(text)}. Nothing to paste? Hold {key} while you select: then the terminal itself copies."


def copy_markdown(app: App[Any], text: str, session_id: str, what: str = "") -> str:
    """Copy Markdown, and say so; `what` it is, where it is not the whole session."""
    app.copy_to_clipboard(text)
    named = f"{what} copied" if what else "Copied"
    clipboard = _CLIPBOARDS.get(sys.platform, "xclip -sel c")
    command = f"session-tui show {session_id} --markdown | {clipboard}"
    return f"{named} as Markdown: {_lines(text)}. Nothing to paste? {command}"


def _lines(text: str) -> str:
    many = len(text.splitlines())
    return formats.count(many, "line")
