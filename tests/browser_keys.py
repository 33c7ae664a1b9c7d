"""A real browser that is used by its keyboard alone, through Chromium's debugging pipe."""

import contextlib
import json
import os
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser import CHROMIUM

PATIENCE = 60.0
_KEYS = {"Tab": 9, "Enter": 13, " ": 32, "ArrowDown": 40}


class Page:
    """One page: it is opened, keys are pressed, and what stands in it is read."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write = read, write
        self._number, self._rest, self._session = 0, b"", ""
        target = self.asks("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.asks("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.asks("Page.enable")

    def asks(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The browser's answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            found = self._message()
            if found.get("id") == self._number:
                assert "error" not in found, found
                result: dict[str, Any] = found["result"]
                return result

    def opens(self, url: str) -> None:
        """Go to an address."""
        self.asks("Page.navigate", url=url)
        self.waits_for("document.readyState === 'complete'")

    def types(self, text: str) -> None:
        """Type a text where the focus is."""
        self.asks("Input.insertText", text=text)

    def presses(self, *keys: str) -> None:
        """Press keys by their names."""
        for key in keys:
            more: dict[str, Any] = {"key": key, "windowsVirtualKeyCode": _KEYS[key]}
            if key in ("Enter", " "):
                more["text"] = "\r" if key == "Enter" else " "
            self.asks("Input.dispatchKeyEvent", type="keyDown", **more)
            self.asks("Input.dispatchKeyEvent", type="keyUp", **(more | {"text": ""}))

    def says(self, expression: str) -> Any:
        """The value of an expression in the page."""
        found = self.asks("Runtime.evaluate", expression=expression, returnByValue=True)["result"]
        return found.get("value")

    def waits_for(self, expression: str) -> None:
        """Until the expression is true in the page."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(AssertionError):  # between two pages
                if self.says(expression):
                    return
        raise AssertionError(f"never came: {expression}; the page says {self.says('document.body.innerText')}")

    def _message(self) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(0.0, end - time.monotonic()))
            assert ready, "the browser does not answer"
            data = os.read(self._read, 65536)
            assert data, "the browser has ended"
            self._rest += data
        whole, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(whole)
        return found


@contextlib.contextmanager
def page(folder: Path, *options: str) -> Iterator[Page]:
    """A page of a new browser; skips without one."""
    if CHROMIUM is None or os.name != "posix":
        pytest.skip("no Chromium here (Debian: chromium): nothing is looked at in a real browser")
    to_browser, from_browser = os.pipe(), os.pipe()
    # The browser reads from descriptor 3 and writes to 4.
    script = 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"'
    command = ["bash", "-c", script, "browser", str(to_browser[0]), str(from_browser[1]), CHROMIUM, "--headless=new",
               "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", f"--user-data-dir={folder / 'profile'}",
               *options]  # fmt: skip
    process = subprocess.Popen(
        command, pass_fds=(to_browser[0], from_browser[1]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(to_browser[0])
    os.close(from_browser[1])
    try:
        yield Page(from_browser[0], to_browser[1])
    finally:
        process.kill()
        process.wait()
        os.close(to_browser[1])
        os.close(from_browser[0])
