"""The wait after each key: until the program in this process has handled it, and no longer.

Textual's own wait looks every 20 ms whether the process computes, twice for each key and once for
each pause: most of the time that a test of a screen took went by asleep. This one looks more often
and closer: nothing computes, and no widget has a message that it did not read. What another thread
does to a disk is waited for where it is looked at.
"""

import asyncio
from time import monotonic, process_time

import textual.app
import textual.pilot
from textual._context import active_app

LOOKS = 1 / 250  # seconds from look to look
RESTS = LOOKS / 20  # seconds of computing between two looks that are nothing


async def settled(min_sleep: float = LOOKS, max_sleep: float = 1) -> None:
    """Wait until the process rests, between so many seconds."""
    began = monotonic()
    while (gone := monotonic() - began) < max_sleep:
        computed = process_time()
        await asyncio.sleep(LOOKS)
        if process_time() - computed < RESTS and gone >= min_sleep and not _unread():
            break


def _unread() -> bool:
    app = active_app.get(None)
    return app is not None and any(each.message_queue_size for each in (app, *app._registry))


def install() -> None:
    """Let Textual's pilot wait like this."""
    for module in (textual.app, textual.pilot):
        assert hasattr(module, "wait_for_idle"), "Textual waits in another way now"
        setattr(module, "wait_for_idle", settled)  # noqa: B010 (it is not a name that the module offers)
