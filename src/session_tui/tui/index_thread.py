"""One thread that has the index open, and answers what a screen asks of it, in order; nothing here waits on the screen.

What is asked again before it was answered (a highlight that runs through a list) is answered once, as asked last.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Any, NamedTuple, TypeVar

from session_tui.index.index import Index
from session_tui.index.sessions import SessionLibrary
from session_tui.model.fault import Fault
from session_tui.store.errors import StoreError, unforeseen

T = TypeVar("T")
BEHIND = frozenset({"look", "due", "read", "again"})  # what only shows something, by the first word of its kind
EVERY = 30.0  # seconds between two looks at the folder where nobody says that it changed, as on a network drive


class IndexQuery(NamedTuple):
    """What the thread works out, and what is done with it on the screen; `come` is called there with either end."""

    work: Callable[[Index], Any]
    done: Callable[[Any], None]
    come: Callable[[Callable[[], None]], None]


class IndexWorker:
    """Begins with the first question; ends with `close`, and with the program."""

    def __init__(
        self,
        session_library: SessionLibrary,
        back: Callable[[Callable[[], None]], Any],
        failed: Callable[[Fault], None],
    ):
        """`back` brings a call back to the screen's own thread; `failed` is told there what could not be answered."""
        self._shelves = session_library
        self._back = back
        self._failed = failed
        self._asked: dict[str, IndexQuery] = {}
        self._open: dict[str, int] = {}  # a kind whose answer has not come, and its question
        self._number = 0
        self._more = threading.Condition()
        self._over = False
        self._working = False
        self._thread: threading.Thread | None = None

    @property
    def keys_wait(self) -> bool:
        """An answer that a key asked for has not come yet; for the screen's own thread."""
        return any(kind.partition(" ")[0] not in BEHIND for kind in self._open)

    @property
    def idle(self) -> bool:
        """Everything that was asked is answered."""
        with self._more:
            return not self._asked and not self._working

    def ask(self, kind: str, work: Callable[[Index], T], done: Callable[[T], None]) -> None:
        """Let the thread work, and tell `done` what came of it; a question of this kind that waits is forgotten."""
        self._number += 1
        number = self._open[kind] = self._number

        def come(tell: Callable[[], None]) -> None:
            if self._open.get(kind) == number:
                del self._open[kind]
            tell()

        with self._more:
            self._asked[kind] = IndexQuery(work, done, come)
            self._more.notify()
        if self._thread is None:
            # Sent from another thread, a message finds its application by the context.
            self._thread = threading.Thread(target=copy_context().run, args=(self._run,), daemon=True, name="library")
            self._thread.start()

    def close(self) -> None:
        """Answer nothing more. What it does at the moment, it does to its end."""
        with self._more:
            self._over = True
            self._asked.clear()
            self._open.clear()
            self._more.notify()

    def _run(self) -> None:
        index: Index | None = None
        try:
            while (question := self._next()) is not None:
                try:
                    index = index or Index(self._shelves.folder, self._shelves.cache)
                    tell = partial(question.done, question.work(index))
                except StoreError as error:
                    tell = partial(self._failed, error.faults[0])
                except Exception as error:  # noqa: BLE001 - whatever it is, the next question is answered
                    tell = partial(self._failed, unforeseen(error))
                    if index is not None:
                        index.close()
                        index = None
                self._give_back(partial(question.come, tell))
        finally:
            if index is not None:
                index.close()

    def _give_back(self, tell: Callable[[], None]) -> None:
        try:
            self._back(tell)
        except Exception as error:  # noqa: BLE001 - an answer that cannot be shown keeps no other from being asked
            with suppress(Exception):  # the screen may be gone already
                self._back(partial(self._failed, unforeseen(error)))

    def _next(self) -> IndexQuery | None:
        with self._more:
            self._working = False
            while not self._asked and not self._over:
                self._more.wait()
            self._working = not self._over
            return None if self._over else self._asked.pop(next(iter(self._asked)))


class FolderWatcher:
    """Tells that the folder changed, from a thread of its own; looks itself now and then where nothing tells."""

    def __init__(self, session_library: SessionLibrary, changed: Callable[[], None]) -> None:
        self._folder = session_library.folder
        self._changed = changed
        self._over = threading.Event()
        self._thread = threading.Thread(target=copy_context().run, args=(self._run,), daemon=True, name="watch")

    def begin(self) -> None:
        """From now on."""
        self._thread.start()

    def close(self) -> None:
        """Tell nothing more."""
        self._over.set()

    def _run(self) -> None:
        # 45 ms to import, which the first screen does not wait for.
        from watchfiles import watch

        look_again = time.monotonic() + EVERY
        while not self._over.is_set():
            try:
                for changes in watch(
                    self._folder,
                    watch_filter=lambda _, path: path.endswith((".toml", ".icloud")),
                    debounce=200,
                    stop_event=self._over,
                    rust_timeout=500,  # ms; so soon it ends
                    yield_on_timeout=True,
                    recursive=False,
                    raise_interrupt=False,
                ):
                    if changes or time.monotonic() > look_again:
                        look_again = time.monotonic() + EVERY
                        self._changed()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at again
                # No folder yet, or none any more, or nothing that could be watched.
                if not isinstance(error, OSError | RuntimeError):
                    unforeseen(error)
                self._over.wait(EVERY)
                with suppress(Exception):  # the screen may be gone already
                    self._changed()
