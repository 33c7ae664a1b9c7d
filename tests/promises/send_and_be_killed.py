"""Sends the messages of an outbox without pauses until none waits, or until it is killed."""

import sys
from datetime import datetime
from pathlib import Path

from conftest import START
from messages import request
from session_tui.outbox import http
from session_tui.outbox.sender import send_due
from session_tui.outbox.store import Outbox


def main(folder: Path) -> None:
    """Begins when a line is typed, so that two can begin at one moment; stops by itself."""
    outbox = Outbox(folder)
    moment = START

    def clock() -> datetime:
        return moment

    print("ready", flush=True)
    sys.stdin.readline()
    while (due_at := outbox.next_moment()) is not None:
        moment = max(moment, due_at)
        report = send_due(outbox, request, http.send, clock, lambda: 0.5)
        for fault in report.faults:
            print(fault, flush=True)
        if not report.messages:
            return  # what is left is being sent by another
    print("done", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
