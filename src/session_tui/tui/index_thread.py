"""A thread that holds the open index and answers the questions of a screen in order.

A new question replaces a waiting one of the same kind: a highlight that runs through a list gets
one answer, for its last row. The thread never waits for the screen.
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
BEHIND = frozenset({"look", "due", "read", "again", "sweep"})  # first words of the kinds for which no key waits
EVERY = 30.0  # seconds between two checks of the folder, for network drives that report no changes


class IndexQuery(NamedTuple):
    """`work` runs in the index thread, `done` takes its result in the screen's thread; `answered`
    is called there first, with the call that shows the result or the fault.
    """

    work: Callable[[Index], Any]
    done: Callable[[Any], None]
    answered: Callable[[Callable[[], None]], None]


class IndexWorker:
    """Starts its thread at the first question; ends at `close`, and with the program."""

    def __init__(
        self,
        session_library: SessionLibrary,
        call_back: Callable[[Callable[[], None]], Any],
        failed: Callable[[Fault], None],
    ):
        """`call_back` runs a call in the screen's thread; `failed` is called there with the fault
        of a question.
        """
        self._session_library = session_library
        self._call_back = call_back
        self._failed = failed
        self._asked: dict[str, IndexQuery] = {}
        self._open: dict[str, int] = {}  # the kinds without an answer, each with the number of its newest question
        self._number = 0
        self._more = threading.Condition()
        self._over = False
        self._working = False
        self._thread: threading.Thread | None = None

    @property
    def keys_wait(self) -> bool:
        """Whether a key waits for an answer. Call it in the screen's thread."""
        return any(kind.partition(" ")[0] not in BEHIND for kind in self._open)

    @property
    def idle(self) -> bool:
        """Whether every question is answered."""
        with self._more:
            return not self._asked and not self._working

    def ask(self, kind: str, work: Callable[[Index], T], done: Callable[[T], None]) -> None:
        """Run `work` in the thread, then `done` with its result. A waiting question of the same
        kind is dropped.
        """
        self._number += 1
        number = self._open[kind] = self._number

        def answered(show: Callable[[], None]) -> None:
            if self._open.get(kind) == number:
                del self._open[kind]
            show()

        with self._more:
            self._asked[kind] = IndexQuery(work, done, answered)
            self._more.notify()
        if self._thread is None:
            # A message that is posted from another thread finds its application by the context.
            self._thread = threading.Thread(target=copy_context().run, args=(self._run,), daemon=True, name="library")
            self._thread.start()

    def close(self) -> None:
        """Drop the waiting questions. The running one is finished."""
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
                    index = index or Index(self._session_library.folder, self._session_library.cache)
                    show = partial(question.done, question.work(index))
                except StoreError as error:
                    show = partial(self._failed, error.faults[0])
                except Exception as error:  # noqa: BLE001 - the next question is answered after any error
                    show = partial(self._failed, unforeseen(error))
                    if index is not None:
                        index.close()
                        index = None
                self._give_back(partial(question.answered, show))
        finally:
            if index is not None:
                index.close()

    def _give_back(self, show: Callable[[], None]) -> None:
        try:
            self._call_back(show)
        except Exception as error:  # noqa: BLE001 - the next question is answered even if this answer cannot be shown
            with suppress(Exception):  # the screen may be closed already
                self._call_back(partial(self._failed, unforeseen(error)))

    def _next(self) -> IndexQuery | None:
        with self._more:
            self._working = False
            while not self._asked and not self._over:
                self._more.wait()
            self._working = not self._over
            return None if self._over else self._asked.pop(next(iter(self._asked)))


class FolderWatcher:
    """Calls `changed` after each change of the folder, from a thread of its own; also every 30
    seconds without one.
    """

    def __init__(self, session_library: SessionLibrary, changed: Callable[[], None]) -> None:
        self._folder = session_library.folder
        self._changed = changed
        self._over = threading.Event()
        self._thread = threading.Thread(target=copy_context().run, args=(self._run,), daemon=True, name="watch")

    def begin(self) -> None:
        """Start watching."""
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
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
            except Exception as error:  # noqa: BLE001 - after any error the folder is watched again
                # The folder does not exist (yet or any more), or it cannot be watched.
                if not isinstance(error, OSError | RuntimeError):
                    unforeseen(error)
                self._over.wait(EVERY)
                with suppress(Exception):  # the screen may be closed already
                    self._changed()
