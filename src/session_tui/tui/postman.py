"""Sends what waits in the outbox while the program is open, in threads of its own; says how many wait.

Nothing of it is loaded before something waits: most people have no endpoint.
"""

import asyncio
import contextlib
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from textual.screen import Screen

from session_tui.model.session import Session
from session_tui.tui.desk import Desk

if TYPE_CHECKING:
    from session_tui.deliver.parcel import Parcel
    from session_tui.deliver.pushing import Post
    from session_tui.deliver.worker import Worker
    from session_tui.model.fault import Fault


@runtime_checkable
class Posts(Protocol):
    """An application that has one."""

    desk: Desk
    postman: "Postman"


@runtime_checkable
class TellsPost(Protocol):
    """A screen that says how many summaries wait to be sent."""

    def post_waits(self, waiting: int) -> None:
        """So many wait now."""


class Postman:
    """Begins when it is nudged; ends with the program, and leaves what still waits to a process of its own."""

    def __init__(self, desk: Desk, back: Callable[[Callable[[], None]], Any], told: Callable[[], None]) -> None:
        """`back` brings a call to the screen's own thread, where `told` is called when anything has changed."""
        self._desk = desk
        self._back = back
        self._told = told
        self._worker: Worker | None = None
        self._beginning = threading.Lock()
        self.waiting = 0

    @property
    def folder(self) -> Path | None:
        """Where the outbox is, where there is one."""
        return self._desk.places.state.path / "outbox" if self._desk.places else None

    @property
    def wanted(self) -> bool:
        """There is anything it could have to do: endpoints are configured, or something was pushed before."""
        places, folder = self._desk.places, self.folder
        if places is None or folder is None:
            return False
        # Not the path's own question: it raises where a folder may not be looked into, and this is asked on leaving.
        return bool(places.configuration.endpoints) or os.path.exists(folder)  # noqa: PTH110

    def post(self) -> "Post":
        """Endpoints and outbox; for a thread, since it loads what it needs."""
        from session_tui.deliver.pushing import Post

        assert self._desk.places is not None  # whoever asks has looked whether it is wanted
        return Post(self._desk.places, os.environ, self._desk.now)

    async def begin(self) -> None:
        """After the first paint: count what waits, and send it."""
        if await asyncio.to_thread(lambda: self.wanted):
            await asyncio.to_thread(self.nudge)

    def nudge(self) -> None:
        """Something was put into the outbox, or is to be tried now. For a thread."""
        from session_tui.deliver.worker import Worker, over_http

        post = self.post()
        self._count(post)
        with self._beginning:  # two threads may have something to send at once
            if self._worker is None and self.waiting:
                chance = random.SystemRandom().random
                self._worker = Worker(post.outbox, post.request, over_http, self._desk.now, chance, self._news)
                self._worker.start()
            elif self._worker is not None:
                self._worker.nudge()

    def at_end(self, session: Session) -> tuple[str, ...]:
        """Push a session that was just held to whoever wants it; for a thread. What is to be said of it."""
        if not self.wanted:
            return ()
        try:
            said = self.post().at_end(session)
            self.nudge()
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody is kept from leaving
            return (f"Not pushed ({type(error).__name__}); session-tui push tries it again.",)
        return said

    def changed(self, session: Session) -> None:
        """A past session was changed: whoever was given it at its end is told; for a thread."""
        with contextlib.suppress(Exception):  # the change is made and on disk, whatever becomes of telling it
            if self.wanted and session.status == "held" and self.post().changed(session):
                self.nudge()

    def close(self) -> None:
        """The program ends: what still waits goes on in a process of its own."""
        if self._worker is not None:
            self._worker.stop()
        places = self._desk.places
        if self.waiting and places is not None:
            from session_tui.deliver.pushing import send_behind

            send_behind(places, os.environ)

    def _news(self, _: "Parcel | Fault") -> None:
        self._count(self.post())

    def _count(self, post: "Post") -> None:
        from session_tui.store.trouble import StoreError

        try:
            waiting = sum(parcel.state == "waiting" for parcel in post.outbox.sound())
        except StoreError:
            return  # the outbox screen and command say what is wrong with it
        self.waiting = waiting
        self._back(self._told)


def out_of_the_door(
    app: object, session: Session, later: tuple[Session, ...], show: Callable[[Screen[str]], object]
) -> None:
    """Show what of a session can leave; `later` are those that went on from it."""
    from session_tui.tui.screens.out import OutScreen

    if isinstance(app, Posts):
        show(OutScreen(session, app.desk, app.postman, later))
