"""The part of the bench with `sync = true`: start and keys, while the team server misbehaves.

Each figure is beside that of the same screen without an endpoint; the two alternate.
"""

import json
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeAlias

from receiver import Handler, Receiver, hangs

Figures: TypeAlias = tuple[str, float, float, float]  # what, ours, limit, allowed
_TOKEN = "SESSION_TUI_TEAM_TOKEN"
_ALLOWED = 1.1


class Screens(Protocol):
    """What the bench does with a screen."""

    folder: Path
    environment: dict[str, str]

    def live(self, people: int) -> tuple[list[str], Callable[[str], bool]]:
        """A live screen."""

    def start(self, whole: Callable[[str], bool], command: list[str]) -> float:
        """Milliseconds until it is there."""

    def keys(self, whole: Callable[[str], bool], command: list[str]) -> list[float]:
        """Milliseconds of each key."""


def drips(handler: Handler) -> None:
    """An answer of which a byte comes every so often."""
    handler.drips(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b" " * 100_000)


def lies(handler: Handler) -> None:
    """An answer that is none."""
    handler.says(200, {"Content-Type": "application/json"}, b'{"count": 7, "root": "0", "buckets": {"00": 1}}')


def sync_figures(bench: Screens, rounds: int, say: Callable[[str], None]) -> Iterator[Figures]:
    """The start and the keys of a live screen with each kind of server, beside those without."""
    for name, answer in (("hangs", hangs), ("drips", drips), ("lies", lies)):
        starts: dict[bool, list[float]] = {True: [], False: []}
        keys: dict[bool, list[float]] = {True: [], False: []}
        with Receiver(answer) as receiver:
            for number in range(rounds + 1):
                say(f"sync with a server that {name} {number}/{rounds}")
                for synced in (True, False):
                    port = receiver.port if synced else 0
                    starts[synced].append(bench.start(*_configured(bench, port, 0)))
                    keys[synced] += bench.keys(*_configured(bench, port, 10))
            if not receiver.requests:
                raise SystemExit("no sync was tried: the figures would mean nothing")
        for what, found in (("start", starts), ("key to screen", keys)):
            ours, limit = (statistics.median(found[each][1:]) for each in (True, False))
            yield f"{what}, sync on and a server that {name} (without sync)", ours, limit, _ALLOWED
    own = bench.folder / "config" / "session-tui" / "session-tui.toml"
    own.unlink()


def _configured(bench: Screens, port: int, people: int) -> tuple[Callable[[str], bool], list[str]]:
    """How the screen of so many people is whole, and its command, with the endpoint at this port
    (0: none). The folder is named by the user's own configuration: another would not sync by
    itself.
    """
    command, whole = bench.live(people)
    at = command.index("--sessions")
    folder = command[at + 1]
    own = bench.folder / "config" / "session-tui" / "session-tui.toml"
    own.parent.mkdir(parents=True, exist_ok=True)
    endpoint = (
        f'[[endpoints]]\nname = "team"\nkind = "team_server"\nurl = "http://127.0.0.1:{port}/api/v1/sessions"\n'
        f'secret_env = "{_TOKEN}"\nsync = true\n'
    )
    written = f"schema = 1\nsessions = {json.dumps(folder)}\n{endpoint if port else ''}"
    own.write_text(written, encoding="utf-8")
    bench.environment |= {_TOKEN: "a-token-of-a-team", "SESSION_TUI_BEHIND": "0"}
    return whole, command[:at] + command[at + 2 :]
