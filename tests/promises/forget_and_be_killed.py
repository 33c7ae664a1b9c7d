"""Runs `forget` and is killed at the rename of this number: HOME, NAME, NUMBER."""

import os
import signal
import sys

from session_tui.cli import status

home, name, wanted = sys.argv[1], sys.argv[2], int(sys.argv[3])
count = 0


def look(event: str, _: object) -> None:
    """Python audits each rename before it happens: the moment at which a file is in between."""
    global count
    if event == "os.rename":
        count += 1
        if count == wanted:
            os.kill(os.getpid(), signal.SIGKILL)


os.chdir(home)
sys.addaudithook(look)
sys.exit(status(["forget", name, "--yes", "--everywhere"]))
