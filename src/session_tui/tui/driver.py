"""The driver for POSIX terminals: modes, bytes, size, and restoring the terminal.

It extends Textual's driver by what version 8.2.8 cannot do: see "The driver is ours" in
docs/decisions.md. It is only imported where `termios` exists; on Windows the framework's own
driver is used.
"""

import asyncio
import os
import queue
import selectors
import shutil
import signal
import sys
import termios
import threading
import time
from contextlib import suppress
from typing import Any, Protocol, TextIO, runtime_checkable

from textual import constants, events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size

from session_tui.tui import raw_mode
from session_tui.tui.terminal_keys import KeyReader

# Disambiguated keys, alternate keys (the letter of the first layout), all keys as sequences, the
# text they give.
KITTY_FLAGS = 1 | 4 | 8 | 16
READ_AT_ONCE = 65_536
QUEUED_FRAMES = 30

_BEGIN = (
    "\x1b[?1049h\x1b[?25l\x1b[?1004h"  # alternate screen, no cursor, focus is reported
    + ("" if constants.DISABLE_KITTY_KEY else f"\x1b[>{KITTY_FLAGS}u\x1b[?u")
)
_MODES = "\x1b[?2004h\x1b[?7l"  # pastes are marked, lines are not wrapped
# All modes off again, in an order that terminals accept; kitty's protocol before the alternate
# screen is left.
_END = (
    "\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l\x1b[0m"
    + ("" if constants.DISABLE_KITTY_KEY else "\x1b[<u")
    + "\x1b[?1049l\x1b[?25h\x1b[?1004l"
)


@runtime_checkable
class CanBeEnded(Protocol):
    """An application that can end when its terminal is closed."""

    def terminal_is_gone(self) -> None:
        """End: the window was closed. May be called from any thread."""


class OutputThread(threading.Thread):
    """Writes to the terminal, so that the event loop does not wait for a slow one. Output for a
    closed terminal is dropped.
    """

    def __init__(self, file: TextIO) -> None:
        super().__init__(daemon=True, name="terminal output")
        self._file = file
        self._queue: queue.Queue[str | None] = queue.Queue(QUEUED_FRAMES)
        self.dropping = False  # true once the terminal is closed: queued output is discarded

    def put(self, text: str | None, seconds: float | None = None) -> bool:
        """Queue the text, waiting for a slow terminal; False if it did not fit into the queue
        within `seconds`.
        """
        end = None if seconds is None else time.monotonic() + seconds
        while not self.dropping:
            try:
                self._queue.put(text, timeout=0.1)
            except queue.Full:
                if end is not None and time.monotonic() > end:
                    return False
            else:
                return True
        return False

    def run(self) -> None:
        """Write until None arrives; all earlier text is flushed to the terminal then."""
        text: str | None = ""
        while text is not None:
            text = self._queue.get()
            if self.dropping:
                continue
            try:
                self._file.write(text or "")
                if text is None or self._queue.empty():
                    self._file.flush()
            except (OSError, ValueError):
                self.dropping = True


class TerminalDriver(LinuxDriver):
    """Reads keys by `terminal_keys`, and restores the terminal in every case."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        # Set before the first resize event, so that the first layout has the true size.
        self._size = size or self._get_terminal_size()
        self._output: OutputThread | None = None
        self._leaving = threading.Lock()
        self._stopped = False  # by SIGTSTP

    def _get_terminal_size(self) -> tuple[int, int]:
        # The terminal's own size, not COLUMNS and LINES: those are for printed tables.
        for stream in (sys.__stderr__, sys.__stdout__, sys.__stdin__):
            try:
                size = os.get_terminal_size(stream.fileno()) if stream is not None else None
            except (OSError, ValueError):
                continue
            if size and size.columns and size.lines:
                return size.columns, size.lines
        columns, lines = shutil.get_terminal_size((80, 25))
        return columns, lines

    # ---- on and off ----------------------------------------------------------------------------

    def start_application_mode(self) -> None:
        """Set up the terminal, also again after it was given back. Does nothing in a background
        process.
        """
        if not self._in_foreground():
            return
        assert self._file is not None
        self._output = OutputThread(self._file)
        self._output.start()
        signal.signal(signal.SIGWINCH, self._resized)
        self._post_size()
        self.attrs_before = raw_mode.modes_before() or self._modes()
        self._set_raw()
        self.write(_BEGIN)
        self._enable_mouse_support()
        self._key_thread = threading.Thread(target=self._run_input_thread, name="terminal input", daemon=True)
        self._key_thread.start()
        self._request_terminal_sync_mode_support()
        self._query_in_band_window_resize()
        self.write(_MODES)
        # A second time, because iTerm 3.5.0 forgets it.
        self._enable_mouse_support()

    def stop_application_mode(self) -> None:
        """Restore the terminal, however slow it is."""
        self.give_back(None)

    def give_back(self, seconds: float | None) -> None:
        """Turn every mode off and echo on, once; may be called from any thread. `seconds` limits
        the wait for the terminal.
        """
        if not self._leaving.acquire(timeout=-1 if seconds is None else seconds):
            return
        try:
            output, self._output = self._output, None
            if output is None:
                return
            self._in_band_window_resize = False
            self.exit_event.set()
            taken = output.put(_END, seconds) and output.put(None, seconds)
            if taken:
                output.join(seconds)
            if output.is_alive():
                output.dropping = True  # frees the threads that wait in `put`
            self._stop_reading()
            if self.attrs_before is not None:
                with suppress(termios.error):  # the terminal is closed
                    # Keys typed for the screen must not reach the shell.
                    termios.tcflush(self.fileno, termios.TCIFLUSH)
                    termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        finally:
            self._leaving.release()

    def disable_input(self) -> None:
        """Stop reading keys and the mouse."""
        if self._output is not None:
            self._disable_mouse_support()
            self.exit_event.set()
            self._stop_reading()

    def close(self) -> None:
        """Do nothing: the terminal is restored already."""

    def write(self, data: str) -> None:
        """Queue the output; it is dropped after the terminal was given back."""
        if (output := self._output) is not None:
            output.put(data)

    def _stop_reading(self) -> None:
        if self._key_thread is not None and self._key_thread is not threading.current_thread():
            self._key_thread.join()
        self.exit_event.clear()

    def _modes(self) -> list[Any] | None:
        try:
            return termios.tcgetattr(self.fileno)
        except termios.error:
            return None

    def _set_raw(self) -> None:
        if (modes := self._modes()) is None:
            return
        modes[0], modes[3] = self._patch_iflag(modes[0]), self._patch_lflag(modes[3])
        modes[6][termios.VMIN] = 1  # the default on Solaris is 4
        with suppress(termios.error):
            termios.tcsetattr(self.fileno, termios.TCSANOW, modes)

    def _in_foreground(self) -> bool:
        """Whether this process is in the foreground; the process stops itself if the shell resumed
        it in the background.
        """

        def stop_again(*_: object) -> None:
            os.kill(os.getpid(), signal.SIGSTOP)

        if not os.isatty(self.fileno):
            return True
        before = {each: signal.signal(each, stop_again) for each in (signal.SIGTTOU, signal.SIGTTIN)}
        try:
            termios.tcsetattr(self.fileno, termios.TCSANOW, termios.tcgetattr(self.fileno))
        except termios.error:
            return False
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
        return True

    # ---- stopped and resumed -------------------------------------------------------------------

    def _sigtstp_application(self, *_: object) -> None:
        # A signal handler runs between any two instructions, also while the queue's lock is held:
        # so the event loop does the work.
        self._loop.call_soon_threadsafe(self._stop)

    def _sigcont_application(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._go_on)

    def _stop(self) -> None:
        if self._auto_restart and self._output is not None:
            self._stopped = True
            self.give_back(1.0)
        os.kill(os.getpid(), signal.SIGSTOP)

    def _go_on(self) -> None:
        if self._stopped:
            self.start_application_mode()
            self._stopped = self._output is None
        elif self._output is not None and self._auto_restart:
            # SIGSTOP left no time to restore the terminal: the input thread is still running, the
            # modes are set again.
            if not self._in_foreground():
                return
            self._set_raw()
            self.write(_BEGIN.replace(f"\x1b[>{KITTY_FLAGS}u", "") + _MODES)
            self._enable_mouse_support()
            self._post_size()
        else:
            return
        self._app.call_later(self._app.refresh, layout=True)

    # ---- size ----------------------------------------------------------------------------------

    def _resized(self, *_: object) -> None:
        if not self._in_band_window_resize:
            self._post_size()

    def _post_size(self) -> None:
        size = Size(*self._get_terminal_size())
        event = events.Resize(size, size)
        asyncio.run_coroutine_threadsafe(self._app._post_message(event), loop=self._loop)

    # ---- reading -------------------------------------------------------------------------------

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 - a program that cannot read keys has to end with a message
            self._loop.call_soon_threadsafe(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Read keys until the terminal is given back. An end of input means that the window was
        closed.
        """
        keys = KeyReader()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                wait = 0.1 if keys.deadline is None else max(0.0, min(0.1, keys.deadline - time.monotonic()))
                if selector.select(wait) or selector.select(0):
                    data = self._read()
                    if data is None:
                        if isinstance(self._app, CanBeEnded):
                            self._app.terminal_is_gone()
                        return
                    messages = keys.feed(data, time.monotonic())
                else:
                    messages = keys.tick(time.monotonic())
                for message in messages:
                    self.process_message(message)

    def _read(self) -> bytes | None:
        try:
            return os.read(self.fileno, READ_AT_ONCE) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None
