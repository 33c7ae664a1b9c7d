"""The detached process that goes on sending for some minutes after the program has ended.

Without it, a push at the end of a session would wait until the program is next opened.
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

POLL_INTERVAL = 5.0  # seconds between two looks at the folder; must be shorter than TAKE_OVER
TAKE_OVER = 10.0  # seconds for which a second process waits for the first to end


def detach(command: Sequence[str], environment: Mapping[str, str]) -> Fault | None:
    """Start a process that outlives this one and has no terminal; returns the fault where it
    cannot start.

    `command` must end up in `work_for`. The process runs in the current folder, so that it finds
    the same configuration.
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
    # The process is never waited for. With a return code set, Python neither warns nor polls for
    # it.
    child.returncode = 0
    return None


def work_for(seconds: float, outbox: Outbox, find: Find, send: Send, clock: Clock, rng: Chance) -> SendReport:
    """Send what is due now or becomes due in these seconds; end early when nothing more becomes
    due.

    Only one process does this at a time. A second one waits `TAKE_OVER` seconds for the lock,
    because the first may be about to end, and then gives up: by that time the first has looked at
    the folder again and has seen the messages that the second was started for.
    """
    until = clock() + timedelta(seconds=seconds)
    messages: list[OutboxMessage] = []
    faults: list[Fault] = []
    try:
        with outbox.alone(TAKE_OVER) as locked:
            while locked:
                report = send_due(outbox, find, send, clock, rng, until=until, wake=threading.Event())
                messages += report.messages
                faults += report.faults
                moment = outbox.next_moment()
                if moment is None or moment > until or clock() >= until:
                    break
                time.sleep(pause(outbox, report, clock(), POLL_INTERVAL))
    except StoreError as error:
        faults += error.faults
    return SendReport(tuple(messages), tuple(dict.fromkeys(faults)))
