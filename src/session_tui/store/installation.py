"""How the program was installed, and the command that adds a package to that installation.

The program's own name is never given to an installer: on an index it may be another project.
Sources: `pipx_metadata.json` of pipx and `uv-receipt.toml` of uv, both in the environment's
folder, and `direct_url.json` (packaging.python.org, "Recording the Direct URL Origin").
"""

import importlib.metadata
import importlib.util
import os
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from msgspec import Struct

from session_tui.store.decoding import from_json
from session_tui.store.errors import StoreError


class Installation(Struct, frozen=True):
    """Where the program runs. `source` is the folder it was installed from; "" is unknown."""

    environment: Path
    python: str
    has_pip: bool = True
    source: str = ""

    def adding(self, package: str, extra: str) -> str:
        """Return the command that adds a package, which the extra of this name asks for."""
        if (self.environment / "pipx_metadata.json").is_file():
            return _line("pipx", "inject", self.environment.name, package)
        if (self.environment / "uv-receipt.toml").is_file() and self.source:
            return _line("uv", "tool", "install", "--force", f"{self.source}[{extra}]")
        if self.has_pip:
            return _line(self.python, "-m", "pip", "install", package)
        return _line("uv", "pip", "install", "--python", self.python, package)


class _Origin(Struct, frozen=True):
    """What `direct_url.json` says of where a package came from."""

    url: str = ""


def here() -> Installation:
    """Return the installation that this process runs in."""
    pip = importlib.util.find_spec("pip") is not None
    return Installation(Path(sys.prefix), sys.executable, pip, _source())


def _source() -> str:
    try:
        found = importlib.metadata.distribution("session-tui").read_text("direct_url.json") or "{}"
        address = urlsplit(from_json(found.encode(), _Origin).url)
    except (importlib.metadata.PackageNotFoundError, OSError, ValueError, StoreError):
        return ""
    folder = url2pathname(address.path) if address.scheme == "file" else ""
    return folder if folder and Path(folder).is_dir() else ""


def _line(*words: str) -> str:
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
