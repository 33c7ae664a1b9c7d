"""A real browser without a window, for tests of layout and of the requests that a page makes."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def run(folder: Path, address: str, *options: str) -> str:
    """Output of the browser for this address, profile in the folder; skips without a browser."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here (Debian: chromium): nothing is looked at in a real browser")
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--user-data-dir={folder / 'profile'}", *options, address],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def found(folder: Path, address: str) -> Any:
    """What the page's own script left as JSON in `<pre id="found">`."""
    printed = run(folder, address, "--virtual-time-budget=2000", "--dump-dom")
    told = re.search(r'<pre id="found">(.*?)</pre>', printed, re.DOTALL)
    assert told, printed[-2000:]
    return json.loads(html.unescape(told[1]))
