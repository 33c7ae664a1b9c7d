"""Sending goes on when the program has ended: a process of our own that works for some minutes, and then ends.

A push that was made at the end of a session so leaves although the screen closes at once.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta

from session_tui.model.fault import Fault
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.sender import Chance, Clock, Find, Send, SendReport, pause, send_due
from session_tui.outbox.store import Outbox
from session_tui.store.errors import StoreError

LOOK = 5.0  # seconds; shorter than another process waits to take over
TAKE_OVER = 10.0  # seconds


def detach(command: Sequence[str], environment: Mapping[str, str]) -> Fault | None:
    """Start a process of our own that goes on sending when this one has ended; it belongs to no terminal.

    The command is to call `work_for`. It works in the folder it is started in, where the configuration is found again.
    """
    try:
        if sys.platform == "win32":
            flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
            child = subprocess.Popen(
                list(command), env=dict(environment), creationflags=flags, close_fds=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        else:
            child = subprocess.Popen(
                list(command), env=dict(environment), start_new_session=True, close_fds=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
    except (OSError, ValueError) as error:
        do = "What waits is sent when the program is next open, or by session-tui outbox retry."
        return Fault("outbox", f"no process could be started to send it ({type(error).__name__})", do)
    # Nobody waits for it: told that it ended, Python neither warns nor asks again.
    child.returncode = 0
    return None


def work_for(seconds: float, outbox: Outbox, find: Find, send: Send, clock: Clock, rng: Chance) -> SendReport:
    """Send what is due and what becomes due in this time; ends when nothing more does, or another is at it.

    One process does this at a time. Another one waits a moment first, since the one before may be about to end; that
    one looks at the folder so often that it has seen what the other came for.
    """
    until = clock() + timedelta(seconds=seconds)
    messages: list[OutboxMessage] = []
    faults: list[Fault] = []
    try:
        with outbox.alone(TAKE_OVER) as mine:
            while mine:
                report = send_due(outbox, find, send, clock, rng, until=until, news=threading.Event())
                messages += report.messages
                faults += report.faults
                moment = outbox.next_moment()
                if moment is None or moment > until or clock() >= until:
                    break
                time.sleep(pause(outbox, report, clock(), LOOK))
    except StoreError as error:
        faults += error.faults
    return SendReport(tuple(messages), tuple(dict.fromkeys(faults)))
