"""Sends what waits in the outbox while the program is open, in threads of its own; says how many wait.

Nothing of it is loaded before something waits: most people have no endpoint.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from session_tui.context import AppContext
from session_tui.model.session import Session
from session_tui.outbox.message import PushResult
from session_tui.store.errors import StoreError, foreseen

if TYPE_CHECKING:
    from session_tui.model.fault import Fault
    from session_tui.outbox.message import OutboxMessage
    from session_tui.outbox.sender import Worker
    from session_tui.outbox.service import PushService


@runtime_checkable
class Posts(Protocol):
    """An application that has one."""

    context: AppContext
    outbox_service: "OutboxService"


@runtime_checkable
class TellsPost(Protocol):
    """A screen that says how many summaries wait to be sent."""

    def post_waits(self, waiting: int) -> None:
        """So many wait now."""


class OutboxService:
    """Begins when it is nudged; ends with the program, and leaves what still waits to a process of its own."""

    def __init__(
        self, context: AppContext, back: Callable[[Callable[[], None]], Any], told: Callable[[], None]
    ) -> None:
        """`back` brings a call to the screen's own thread, where `told` is called when anything has changed."""
        self._desk = context
        self._back = back
        self._told = told
        self._worker: Worker | None = None
        self._one = threading.Lock()  # two threads may nudge at once, and one worker is begun
        self.waiting = 0
        self.trouble = ""  # what stands in the way of all that waits, for the outbox's screen

    @property
    def folder(self) -> Path:
        """Where the outbox is, or will be."""
        return self._desk.state / "outbox"

    @property
    def wanted(self) -> bool:
        """There is anything it could have to do: endpoints are configured, or something was pushed before."""
        return bool(self._desk.configuration.endpoints) or os.path.exists(self.folder)  # noqa: PTH110 - never raises

    def push_service(self) -> "PushService":
        """Endpoints and outbox; for a thread, since it loads what it needs."""
        from session_tui.outbox.service import PushService

        return PushService(self._desk)

    async def begin(self) -> None:
        """After the first paint, and after each session: count what waits, and send it."""
        await asyncio.to_thread(self._begin)

    def _begin(self) -> None:
        # Whatever is wrong with what lies there, the outbox's screen and command say it.
        with suppress(StoreError):
            if self.wanted:
                foreseen(self.nudge)()

    def nudge(self) -> None:
        """Something was put into the outbox, or is to be tried now. For a thread."""
        from session_tui.outbox.sender import Worker, over_http

        push_service = self.push_service()
        self._count(push_service)
        with self._one:
            if self._worker is None and self.waiting:
                now, rng = self._desk.now, self._desk.rng.random
                self._worker = Worker(push_service.outbox, push_service.request, over_http, now, rng, self._news)
                self._worker.start()
            elif self._worker is not None:
                self._worker.wake()

    def at_end(self, session: Session) -> tuple[PushResult, ...]:
        """Push a session that was just held to whoever wants it; for a thread.

        Nothing is sent yet: where the program ends now a request would be cut off in the middle, and a chat that knows
        no ids would be told again by the process behind.
        """
        return self._pushed(session, lambda push_service: push_service.push_ended_session(session))

    def changed(self, session: Session) -> tuple[PushResult, ...]:
        """A past session was changed: whoever was given it at its end is told; for a thread. Why somebody is not."""
        if session.status != "held":
            return ()
        results = self._pushed(session, lambda push_service: push_service.push_changed_session(session))
        if results:
            self.nudge()
        return tuple(each for each in results if not each.queued)

    def _pushed(
        self, session: Session, push: "Callable[[PushService], tuple[PushResult, ...]]"
    ) -> tuple[PushResult, ...]:
        if not self.wanted:
            return ()
        try:
            push_service = self.push_service()
            results = push(push_service)
            self._count(push_service)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody is kept from leaving or going on
            text = f"Not pushed ({type(error).__name__}); session-tui push {session.id} tries it again."
            return (PushResult(text, queued=False),)
        return results

    def close(self) -> "Fault | None":
        """The program ends: what still waits goes on in a process of its own; a fault where none can be started."""
        if self._worker is not None:
            self._worker.stop()
        if not self.waiting:
            return None
        from session_tui.outbox.service import send_behind

        return send_behind(self._desk.places, self._desk.environ)

    def _news(self, news: "OutboxMessage | Fault") -> None:
        from session_tui.model.fault import Fault

        self.trouble = str(news) if isinstance(news, Fault) else ""
        self._count(self.push_service())

    def _count(self, push_service: "PushService") -> None:
        try:
            waiting = sum(message.state == "waiting" for message in push_service.outbox.sound())
        except StoreError:
            return  # the outbox screen and command say what is wrong with it
        self.waiting = waiting
        self._back(self._told)
