"""Sends the waiting messages of the outbox while the program is open, in threads of its own, and
counts them.

The sending code is loaded only when a message waits: most users have no endpoint.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
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
    """An application with an outbox service."""

    context: AppContext
    outbox_service: "OutboxService"


@runtime_checkable
class ShowsOutbox(Protocol):
    """A screen that shows how many summaries wait to be sent."""

    def post_waits(self, waiting: int) -> None:
        """Show the new number of waiting messages."""


class OutboxService:
    """Starts its worker at the first `wake`. At the program's end a process of its own sends the
    remaining messages.
    """

    def __init__(
        self,
        context: AppContext,
        call_back: Callable[[Callable[[], None]], Any],
        changed: Callable[[], None],
        sync_soon: Callable[[], None] = lambda: None,
    ) -> None:
        """`call_back` runs a call in the screen's thread; `changed` is called there after each
        change of `waiting`. `sync_soon` is called from any thread where a session has changed.
        """
        self.sync_soon = sync_soon
        self._context = context
        self._call_back = call_back
        self._changed = changed
        self._worker: Worker | None = None
        self._ending = threading.Lock()  # the messages of an ended session: one thread at a time
        self._starting = threading.Lock()  # two threads may call `wake` at once, and only one worker may start
        self.waiting = 0
        self.trouble = ""  # why no message can be sent, for the outbox screen

    @property
    def folder(self) -> Path:
        """The outbox's folder, which need not exist."""
        return self._context.state / "outbox"

    @property
    def wanted(self) -> bool:
        """Whether endpoints are configured, or an outbox exists from earlier pushes."""
        return bool(self._context.configuration.endpoints) or os.path.exists(self.folder)  # noqa: PTH110 - never raises

    def push_service(self) -> "PushService":
        """A service on the endpoints and the outbox. Call it in a thread: it imports modules."""
        from session_tui.outbox.service import PushService

        return PushService(self._context)

    async def begin(self) -> None:
        """Count and send the waiting messages, after the first paint and after each session."""
        await asyncio.to_thread(self._begin)

    def _begin(self) -> None:
        # The outbox's screen and command show the faults of its files.
        with suppress(StoreError):
            if self.wanted:
                foreseen(self.wake)()

    def wake(self) -> None:
        """Send now: a message was added, or is to be tried again. Call it in a thread."""
        from session_tui.outbox.sender import Worker, over_http

        push_service = self.push_service()
        self._count(push_service)
        with self._starting:
            if self._worker is None and self.waiting:
                now, rng = self._context.now, self._context.rng.random
                self._worker = Worker(push_service.outbox, push_service.request, over_http, now, rng, self._news)
                self._worker.start()
            elif self._worker is not None:
                self._worker.wake()

    def at_end(self, session: Session) -> tuple[PushResult, ...]:
        """Put the messages of a session that was just held into the outbox. Call it in a thread.

        Nothing is sent yet: if the program ended now, a request could break off in the middle, and
        the background process would post twice into a chat, which cannot recognise a repeated
        message.
        """
        self.sync_soon()
        with self._ending:
            return self._pushed(session, lambda push_service: push_service.push_ended_session(session))

    def hold(self, session: Session, until: datetime, wanted: Callable[[], bool]) -> None:
        """Put these messages into the outbox to be sent at `until`, unless `at_end` or `drop_held`
        comes first. Call it in a thread.

        So they are sent even where the program is killed before. `wanted` is whether that is still
        to be done.
        """
        with self._ending:
            if wanted():
                self._pushed(session, lambda push_service: push_service.hold_ended_session(session, until))

    def drop_held(self, session_id: str) -> None:
        """Drop what was held for a session that was opened again. Call it in a thread."""
        if self.wanted:
            with self._ending, suppress(StoreError):
                push_service = self.push_service()
                push_service.drop_held(session_id)
                self._count(push_service)

    def changed(self, session: Session) -> tuple[PushResult, ...]:
        """Push a changed past session to the endpoints that received it at its end. Returns the
        failures.

        Call it in a thread.
        """
        self.sync_soon()
        if session.status != "held":
            return ()
        results = self._pushed(session, lambda push_service: push_service.push_changed_session(session))
        if results:
            self.wake()
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
        except Exception as error:  # noqa: BLE001 - a fault of the outbox never holds up the session
            text = f"Not pushed ({type(error).__name__}); session-tui push {session.id} tries it again."
            return (PushResult(text, queued=False),)
        return results

    def close(self, *, is_left: bool = False) -> "Fault | None":
        """Stop the worker; a process of its own sends the remaining messages, or does what else
        `is_left` to do. Returns a fault if it cannot start.
        """
        if self._worker is not None:
            self._worker.stop()
        if not (self.waiting or is_left):
            return None
        from session_tui.outbox.service import send_behind

        return send_behind(self._context.places, self._context.environ)

    def _news(self, news: "OutboxMessage | Fault") -> None:
        from session_tui.model.fault import Fault

        self.trouble = str(news) if isinstance(news, Fault) else ""
        self._count(self.push_service())

    def _count(self, push_service: "PushService") -> None:
        try:
            waiting = sum(message.state == "waiting" for message in push_service.outbox.sound())
        except StoreError:
            return  # the outbox screen and command show its fault
        self.waiting = waiting
        self._call_back(self._changed)
