"""The user's own editor (`$VISUAL`, `$EDITOR`) in the place of the screen, for their files."""

import asyncio
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from session_tui.model.fault import Fault

_NONE = "no editor is set"
_NOT_STARTED = 127  # what a shell says
_HOW = "Set EDITOR, as in EDITOR=nano."


async def edit(app: App[Any], path: Path, environ: Mapping[str, str]) -> Fault | None:
    """Open the file in the user's editor and wait until it ends; the screen comes back then.

    Returns a fault where there is no editor, or where it failed. The event loop goes on meanwhile:
    a session that is open keeps its heartbeat.
    """
    command = environ.get("VISUAL", "").strip() or environ.get("EDITOR", "").strip()
    if not command:
        return Fault("", _NONE, _HOW)
    try:
        words = [*shlex.split(command, posix=sys.platform != "win32"), str(path)]
    except ValueError:
        return Fault("", f"{command} is not a command", _HOW)
    # A handler instead of SIG_IGN: the editor starts with the default again.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    status = 0
    try:
        with app.suspend():
            # No exception may leave this block: the framework would not set the screen up again.
            try:
                status = (await asyncio.to_thread(subprocess.run, words, check=False)).returncode
            except OSError:
                status = _NOT_STARTED
    except SuspendNotSupported:
        return Fault("", "this screen cannot be left for an editor")
    finally:
        signal.signal(signal.SIGINT, before)
    if status == _NOT_STARTED:
        return Fault("", f"{command} could not be started", _HOW)
    return Fault("", f"{words[0]} ended with status {status}") if status else None
