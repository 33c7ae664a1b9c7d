"""The half-typed line in the user's own editor: for a long text, or a list typed at leisure."""

import asyncio
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from textual.app import App

from session_tui.model.fault import Fault
from session_tui.tui.editor import edit
from session_tui.tui.live import screen_text
from session_tui.tui.live.controller import LiveController
from session_tui.tui.widgets.capture_line import CaptureLine

# Shows a list before it becomes entries, and calls back where it does not.
TakePaste: TypeAlias = Callable[[str, Callable[[], None]], None]

NAME = "session-line.txt"
MOST_BYTES = 1_000_000


async def edit_line(app: App[Any], live: LiveController, typing: CaptureLine, take_paste: TakePaste) -> None:
    """Open the half-typed line in the editor, and take what comes back: one line into the line,
    more of them as a paste. A text that was not entered is there the next time.
    """
    before = live.line
    found = await _edited(app, live, live.text_outside or before)
    if isinstance(found, Fault):
        live.face.refuse(found.words)
        return
    live.text_outside = ""
    lines = [line for line in found.splitlines() if line.strip()]
    if len(lines) > 1:
        live.text_outside = found
        typing.put("")
        take_paste(found, partial(_kept, live, typing, before))
    elif found.strip() != before.strip():
        typing.put("")
        typing.take(found)


def _kept(live: LiveController, typing: CaptureLine, before: str) -> None:
    typing.put(before)
    key = screen_text.key_of("editor", live.context)
    live.show_message(f"Nothing was entered; {key} opens your text again.")


async def _edited(app: App[Any], live: LiveController, text: str) -> str | Fault:
    """The text as the editor left it; the file is in a folder of the user's alone, for so long."""
    try:
        with tempfile.TemporaryDirectory(prefix="session-tui-") as folder:
            path = Path(folder) / NAME
            await asyncio.to_thread(path.write_text, f"{text}\n" if text else "", encoding="utf-8")
            fault = await edit(app, path, live.context.environ)
            if fault is not None:
                return fault
            content = await asyncio.to_thread(_read, path)
    except OSError as error:
        return Fault("", f"the editor's file cannot be used ({(error.strerror or 'unknown').lower()})")
    if len(content) > MOST_BYTES:
        return Fault("", "the text is larger than 1 MB", "A text of that size belongs in the plan.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Fault("", "what the editor wrote is not UTF-8 text")


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
