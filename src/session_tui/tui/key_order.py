"""Keys, pastes and clicks take effect one after the other, in the order in which they arrive.

Textual 8.2.8 dispatches a key at once, and its effects come later: enter travels from the field
through every queue to the application and back, a screen opens, a thread reads the disk. Keys that
arrived together overtook one another, and letters went into a line that was not emptied yet, or
into a window that was about to close. Here a key is dispatched when the effects of the keys before
it are complete: no message is in a queue, the screen is mounted, and no worker that keys wait for
is running. Letters that follow letters into a field skip this check and cost nothing.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, runtime_checkable

from textual import events
from textual._context import prevent_message_types_stack
from textual.app import App
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.screen import Screen

from session_tui.tui.widgets.field import Field

BEHIND = "behind"  # prefix of the group of a worker for which no key waits, because it only shows something
TURNS = 200  # turns of the event loop before the checks become as rare as PAUSE
PAUSE = 0.005  # seconds between two checks

Ordered = events.Key | events.Paste | events.MouseDown | events.MouseUp
DOUBLE = 0.5  # seconds between two presses at one place that are one gesture


@runtime_checkable
class AwaitsAnswer(Protocol):
    """A screen that puts questions to a thread of its own."""

    @property
    def keys_wait(self) -> bool:
        """Whether a key waits for an answer."""


@runtime_checkable
class ShowsMessages(Protocol):
    """A screen with a line for messages."""

    def show_message(self, words: str, tone: str = "muted") -> None:
        """Show the message."""


@runtime_checkable
class DropsEarlyKeys(Protocol):
    """A screen that must not take a key that was typed before it was painted."""

    painted: bool

    def drop_key(self) -> None:
        """Count a dropped key."""


@runtime_checkable
class RefusesActions(ShowsMessages, Protocol):
    """A screen that gives the reason why an action is not possible now."""

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """The reason, in a sentence; empty if the action is possible."""


class KeyOrder(App[str]):
    """An application that handles one key after the other."""

    # Seconds that keys wait for the effects of the key before them; then they are dropped, and a
    # message says so. The key that leaves waits for a shorter time.
    keys_wait_for: float = 10.0
    leaving_waits_for: float = 1.0
    leaving_keys: frozenset[str] = frozenset({"ctrl+q"})
    # The key that a terminal sends for enter until it is in raw mode, and for some line ends of a
    # paste.
    enters: str = "ctrl+j"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.batch = 0  # grows when a key finds no other waiting: keys with the same number arrived together
        self._waiting: deque[tuple[Ordered, Screen[Any] | None]] = deque()  # with the screen that was shown
        self._pressed: tuple[events.MouseDown, Screen[Any]] | None = None  # the last press of the mouse
        self._after_text = False
        self._dispatching: asyncio.Task[None] | None = None

    @property
    def keys_wait(self) -> bool:
        """Whether keys wait to be dispatched."""
        return self._dispatching is not None

    @property
    def at_rest(self) -> bool:
        """Whether every key is dispatched and its effects are complete."""
        return not self.keys_wait and not self._under_way()

    async def on_event(self, event: events.Event) -> None:
        """Queue input until its turn; dispatch everything else at once."""
        if not isinstance(event, Ordered) or event.is_forwarded:
            await super().on_event(event)
            return
        if isinstance(event, events.Key) and event.key == self.enters:
            event = events.Key("enter", "\r")
        shown = self.screen if self.screen_stack else None
        if self._dispatching is not None:
            self._waiting.append((event, shown))
        elif self._may_go(event, in_message=True):
            self.batch += 1
            await self._dispatch_key(event, shown)
        else:
            self.batch += 1
            self._waiting.append((event, shown))
            self._dispatching = asyncio.create_task(self._dispatch_waiting(), name="keys")

    async def _dispatch_waiting(self) -> None:
        # The task has its own stack: changing the application's would disturb the message that it
        # is handling.
        prevent_message_types_stack.set([set()])
        try:
            while self._waiting and not self._exit:
                if self._may_go(self._waiting[0][0]) or await self._quiet():
                    await self._dispatch_key(*self._waiting.popleft())
        except Exception as error:  # noqa: BLE001 - as the framework does with what a handler raises
            self._handle_exception(error)
        finally:
            self._dispatching = None

    async def _dispatch_key(self, event: Ordered, shown: Screen[Any] | None) -> None:
        self._after_text = self._is_text(event)
        if isinstance(event, events.MouseDown | events.MouseUp) and not self._hits(event, shown):
            self._mouse_down_widget = None  # so that no click comes of it
            return
        if self.screen_stack and isinstance(self.screen, DropsEarlyKeys) and not self.screen.painted:
            self.screen.drop_key()
            return
        await super().on_event(event)

    def _hits(self, event: events.MouseDown | events.MouseUp, shown: Screen[Any] | None) -> bool:
        """Whether the mouse was pressed on the screen that is shown now: not on one that a window
        covers by now, and not for the second time of a double click, whose first opened a window.
        """
        if not self.screen_stack or self.screen is not shown:
            return False
        if isinstance(event, events.MouseUp):
            if self._pressed is not None and not _one_place(event, self._pressed[0]):
                self._mouse_down_widget = None  # the mouse has selected text, and clicked on nothing
            return True
        before, self._pressed = self._pressed, (event, shown)
        if before is None or before[1] is shown:
            return True
        return not _one_place(event, before[0]) or event.time - before[0].time > DOUBLE

    def _may_go(self, event: Ordered, *, in_message: bool = False) -> bool:
        return (self._after_text and self._is_text(event)) or not self._under_way(in_message=in_message)

    def _is_text(self, event: Ordered) -> bool:
        """Whether this is a letter for the focused field, which changes only the text of that
        field.
        """
        if not isinstance(event, events.Key) or not event.is_printable or not self.screen_stack:
            return False
        field = self.focused
        return isinstance(field, Field) and field.check_consume_key(event.key, event.character)

    async def _quiet(self) -> bool:
        """Wait until all effects are complete; False if the waiting keys were dropped instead.

        The limits add up the pauses and do not read the clock: the time in which a process was
        stopped does not count.
        """
        turns, waited = 0, 0.0
        while self._under_way():
            if turns < TURNS:
                turns += 1
                await asyncio.sleep(0)
                continue
            await asyncio.sleep(PAUSE)
            waited += PAUSE
            if waited >= self.leaving_waits_for and self._leaves_now():
                return True
            if waited >= self.keys_wait_for:
                self._give_up(len(self._waiting))
                return False
        return True

    def _under_way(self, *, in_message: bool = False) -> bool:
        """Whether an effect of a key is incomplete. With `in_message`, the message in hand does
        not count.
        """
        screens = self.screen_stack
        if not screens or not screens[-1].is_mounted:
            return True
        if any(isinstance(screen, AwaitsAnswer) and screen.keys_wait for screen in screens):
            return True
        if any(not worker.is_finished and not worker.group.startswith(BEHIND) for worker in self.workers):
            return True
        own = _at_work(self) if not in_message else not self._message_queue.empty()
        return own or any(map(_at_work, self._registry))

    def _leaves_now(self) -> bool:
        """Whether the key that leaves is waiting; the keys before it are dropped. It does not wait
        for a silent disk.
        """
        for number, (event, _) in enumerate(self._waiting):
            if isinstance(event, events.Key) and event.key in self.leaving_keys:
                self._give_up(number)
                return True
        return False

    def _give_up(self, many: int) -> None:
        """Drop the first `many` waiting keys, and show a message."""
        for _ in range(many):
            self._waiting.popleft()
        if many and isinstance(self.screen, ShowsMessages):
            keys = "1 key was" if many == 1 else f"{many} keys were"
            self.screen.show_message(f"{keys} given up: what the key before began takes too long.")


def _one_place(one: events.MouseEvent, other: events.MouseEvent) -> bool:
    """Whether the mouse was in one place, or a hand's tremble beside it."""
    return one.screen_y == other.screen_y and abs(one.screen_x - other.screen_x) <= 1


def start_worker(
    node: DOMNode, work: Callable[[], Coroutine[Any, Any, None]], *, group: str = "default", exclusive: bool = False
) -> None:
    """Run `work` as a worker of this node, on the event loop. It is called when the worker begins.

    A node may be removed before that: a coroutine made earlier would then never be awaited.
    """
    node.run_worker(work, group=group, exclusive=exclusive)  # type: ignore[arg-type]  # as its Callable is declared


def _at_work(pump: MessagePump) -> bool:
    """Whether it is handling a message or has one in its queue."""
    if pump._closing or pump._closed or not (pump._running or pump._task):
        return False
    queue: Any = pump._message_queue
    # An idle pump waits for its queue; one that is handling a message does not.
    return not (queue.empty() and queue.ready_event._waiters)
