"""Keys, pastes and clicks are worked off in the order in which they came, however they arrive.

Textual 8.2.8 gives a key on at once, and what it causes comes later: enter travels up from the field through every
queue to the application and back, a screen opens, a thread asks the disk. Keys that arrived together then overtook one
another, and letters went into a line that was not emptied yet, or a window that was about to close. Here a key is given
on when all that the keys before it caused is done: no message is under way, the screen is mounted, and no work lasts.
Letters that follow letters into a field need no such look; they cost nothing.
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

from session_tui.tui.widgets.field import Field

BEHIND = "behind"  # how the group of a worker begins that no key waits for: it only shows something
TURNS = 200  # of the event loop, before the looks become as rare as PAUSE
PAUSE = 0.005  # seconds

Ordered = events.Key | events.Paste | events.MouseDown | events.MouseUp


@runtime_checkable
class AwaitsAnswer(Protocol):
    """A screen that asks a thread of its own, and goes on when it is answered."""

    @property
    def keys_wait(self) -> bool:
        """What a key asked for has not come yet."""


@runtime_checkable
class ShowsMessages(Protocol):
    """A screen that has a line for messages."""

    def show_message(self, words: str, tone: str = "muted") -> None:
        """Show one message; `tone` is a name of a theme's tone."""


@runtime_checkable
class RefusesActions(ShowsMessages, Protocol):
    """A screen that can say why an action is not possible now."""

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """The reason, in a sentence; empty where the action is possible."""


class KeyOrder(App[str]):
    """An application that does one key after the other."""

    # Seconds that keys wait for the work of the key before them; then they are given up, and it is said. The key that
    # leaves does not wait so long.
    keys_wait_for: float = 10.0
    leaving_waits_for: float = 1.0
    leaving_keys: frozenset[str] = frozenset({"ctrl+q"})
    # What a terminal makes of enter until it is in raw mode, and some of the line ends in what is pasted.
    enters: str = "ctrl+j"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.batch = 0  # is another one when a key finds nothing waiting: what has the same number came together
        self._waiting: deque[Ordered] = deque()
        self._after_text = False
        self._giving_on: asyncio.Task[None] | None = None

    @property
    def keys_wait(self) -> bool:
        """Keys have come that were not worked off yet."""
        return self._giving_on is not None

    @property
    def at_rest(self) -> bool:
        """Every key that came was worked off, and what it caused is done."""
        return not self.keys_wait and not self._under_way()

    async def on_event(self, event: events.Event) -> None:
        """Input waits for its turn; everything else goes its way."""
        if not isinstance(event, Ordered) or event.is_forwarded:
            await super().on_event(event)
            return
        if isinstance(event, events.Key) and event.key == self.enters:
            event = events.Key("enter", "\r")
        if self._giving_on is not None:
            self._waiting.append(event)
        elif self._may_go(event, in_message=True):
            self.batch += 1
            await self._give_on(event)
        else:
            self.batch += 1
            self._waiting.append(event)
            self._giving_on = asyncio.create_task(self._work_off(), name="keys")

    async def _work_off(self) -> None:
        # A task has its own: the application's would be changed under the hands of whatever it is doing.
        prevent_message_types_stack.set([set()])
        try:
            while self._waiting and not self._exit:
                if self._may_go(self._waiting[0]) or await self._quiet():
                    await self._give_on(self._waiting.popleft())
        except Exception as error:  # noqa: BLE001 - as the framework does with what a handler raises
            self._handle_exception(error)
        finally:
            self._giving_on = None

    async def _give_on(self, event: Ordered) -> None:
        self._after_text = self._is_text(event)
        await super().on_event(event)

    def _may_go(self, event: Ordered, *, in_message: bool = False) -> bool:
        return (self._after_text and self._is_text(event)) or not self._under_way(in_message=in_message)

    def _is_text(self, event: Ordered) -> bool:
        """A letter for the field that has the focus: it changes nothing but that field's text."""
        if not isinstance(event, events.Key) or not event.is_printable or not self.screen_stack:
            return False
        field = self.focused
        return isinstance(field, Field) and field.check_consume_key(event.key, event.character)

    async def _quiet(self) -> bool:
        """Wait until nothing is under way; False where what waited was given up instead.

        The limits count the looks, and not the clock: a process that was stopped has not waited.
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
        """Whether something that a key caused is not done; the message that the application is at does not count."""
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
        """The key that leaves does not wait for a disk that does not answer; what waits before it has no place."""
        for number, event in enumerate(self._waiting):
            if isinstance(event, events.Key) and event.key in self.leaving_keys:
                self._give_up(number)
                return True
        return False

    def _give_up(self, many: int) -> None:
        """Forget so many keys, and say it: the first ones."""
        for _ in range(many):
            self._waiting.popleft()
        if many and isinstance(self.screen, ShowsMessages):
            told = "1 key was" if many == 1 else f"{many} keys were"
            self.screen.show_message(f"{told} given up: what the key before began takes too long.")


def start_worker(
    node: DOMNode, work: Callable[[], Coroutine[Any, Any, None]], *, group: str = "default", exclusive: bool = False
) -> None:
    """Run `work` as a worker of this node, on the event loop. It is called when the worker begins.

    A node may be removed before that: a coroutine made earlier would then never be awaited.
    """
    node.run_worker(work, group=group, exclusive=exclusive)  # type: ignore[arg-type]  # as its Callable is declared


def _at_work(pump: MessagePump) -> bool:
    """It does something, or has something to do."""
    if pump._closing or pump._closed or not (pump._running or pump._task):
        return False
    queue: Any = pump._message_queue
    # A pump that has nothing to do waits for its queue; one that has taken a message does not.
    return not (queue.empty() and queue.ready_event._waiters)
