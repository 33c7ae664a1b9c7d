"""The same keys, typed slowly or in random packets; tests compare the files that both leave.

A script is a tuple of keys: text that may be cut anywhere, control characters, and sequences that
stay whole.
"""

import os
import random
import re
import shutil
import signal
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from terminal import Terminal

if sys.platform != "win32":
    import termios

TOP = Path(__file__).parents[1]
ENTER, TAB, CLOSE, UP, DOWN = "\r", "\t", "\x03", "\x1b[A", "\x1b[B"
NEXT, BACK, UNDO, REDO, EDIT, MAP, PANEL, HELP, LEAVE, CLEAR = (f"{chr(ord(each) - 64)}" for each in "NRZYOLSGQU")
F3, F5, F6, F8 = "\x1bOR", "\x1b[15~", "\x1b[17~", "\x1b[19~"
WHOLE = re.compile(r"\x1b\[200~|\x1b\[201~|\x1b(?:\[[0-9;]*[A-Za-z~]|O.)|.", re.DOTALL)
ENDED = re.compile("❯.*?What now".encode(), re.DOTALL)  # a live screen, then the last screen of its session
SPENT = ("spent_seconds",)  # how long it took
ID = re.compile(r"\b(\d{4}-\d\d-\d\d-[a-z0-9-]+)-[a-z0-9]{4}\b")

NAMES = ("Ann Lee", "Bob Ray, CTO", "Cid Fox, CFO role:app !5", "Dan Poe !2 -", "Eva Kim, COO ++", "Fay Orr =")
SAID = ("a> They have the money !4", "t> Send the offer", "!> We wait for the tender", "?> Renewal", "n> Long talk")
CHANGED = ("*s1 !5", "*s2 ++", "*s1 +", "/more", "/less", "/attendee Gus Hall:sales")
REFUSED = ("*s99 !5", "/nothing", "*s1 !77")


def marked(*lines: str) -> str:
    """A paste that the terminal marks."""
    return "\x1b[200~" + "\r".join(lines) + "\x1b[201~"


def live(rng: random.Random, steps: int) -> Iterator[str]:
    """What a facilitator does in a session: lines, and keys between them."""
    for _ in range(steps):
        match rng.randrange(17):
            case 0 | 1 | 2 | 3:
                yield from (rng.choice(NAMES), ENTER)
            case 4 | 5:
                yield from (rng.choice(SAID), ENTER)
            case 6:
                yield from (rng.choice(CHANGED), ENTER)
            case 7:
                yield from (rng.choice(REFUSED), ENTER, " and more", CLEAR)
            case 8:
                yield rng.choice((NEXT, BACK, UNDO, REDO, MAP, F6, F8))
            case 9:
                yield from (rng.choice(NAMES)[:5], rng.choice((UNDO, UP, DOWN)), " Jr", ENTER)
            case 10:
                yield from (EDIT, " !3", ENTER, CLEAR)
            case 11:
                yield from (marked(*rng.sample(NAMES, 3)), rng.choice((ENTER, CLOSE)))
            case 12:
                yield "\r".join(rng.sample(NAMES, 3)) + ENTER  # a paste that is not marked
            case 13:
                yield from (HELP, DOWN, CLOSE)
            case 14:
                yield from (F5, rng.choice(("d", "x", "m")), "+3d", ENTER, CLOSE, CLOSE, CLEAR)
            case 16:
                yield from ("\x10", "panel:", ENTER)  # the palette
            case 15:
                yield from (LEAVE, CLOSE, rng.choice(NAMES), ENTER, ENTER)


# A mark between keys, not a key: the last screen of a session is there. Then the keys to the
# library.
CLOSED = "\0"
TO_LIBRARY = (CLOSED, CLOSE, UP, ENTER)


def script(seed: int, steps: int) -> tuple[str, ...]:
    """From the home screen through the form into a session, out of it, and into a prepared one."""
    rng = random.Random(seed)
    return (
        *("n", "Acme Freight", ENTER, *live(rng, steps), CLEAR, '/end pursue "All in"', ENTER, *TO_LIBRARY),
        # Nearly a known account (Borealis Foods): ^s asks, and begins it when it comes again.
        *("n", "Borealis", TAB, "Pumps", "\x13", "\x13", "Ann Lee, Bob Ray", ENTER, "Bob Ray", DOWN, "Cid Fox", TAB),
        *("Bob Ray 70, Ann Lee 30", ENTER, "\x14", *live(rng, steps // 2), CLEAR, LEAVE, "l"),
        *(DOWN, UP, "r", *live(rng, steps // 4), CLEAR, "t> Nobody has it", ENTER),
        # In one line: the steps of the end ask about each entry without a name, and seeds differ.
        *('/end hold "Wait for it"', ENTER, *TO_LIBRARY, "?", CLOSE, "d", CLOSE, "q"),
    )


@contextmanager
def home(folder: Path, emulated: bool = False) -> Iterator[Terminal]:
    """The program at its home screen, with the samples; `emulated` adds a terminal emulator."""
    shutil.copytree(TOP / "sessions", folder / "sessions")
    environment = {
        **{key: value for key, value in os.environ.items() if key != "NO_COLOR"},
        "SESSION_TUI_STATE": str(folder / "state"),
        "SESSION_TUI_BEHIND": "0",
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PYTHONPATH": str(TOP / "src"),
    }
    command = [sys.executable, "-m", "session_tui", "--sessions", str(folder / "sessions")]
    terminal = Terminal(command, 100, 30, environment, folder, emulated, forked=True)
    try:
        yield terminal
    finally:
        terminal.close()


def typed_slowly(folder: Path, keys: tuple[str, ...]) -> dict[str, Any]:
    """Each key after all that the one before it did is on the screen; what is then on disk."""
    with home(folder, emulated=True) as terminal:
        terminal.waits_for(lambda text: "n new" in text)
        terminal.emulated = False  # it is looked at no more
        terminal.rests(0.3, 3)
        ends = 0
        for key in keys:
            if key == CLOSED:
                ends += 1
                _until_closed(terminal, ends)
                continue
            terminal.types(key)
            terminal.rests(0.12 if len(key) == 1 or "\r" in key else 0.05, 3)
        assert terminal.ends(30) == 0
    return left(folder)


def cut(folder: Path, keys: tuple[str, ...], rng: random.Random) -> dict[str, Any]:
    """The same keys in packets of any size, at any moment, the process stopped now and then."""
    parts = "".join(keys).split(CLOSED)
    with home(folder) as terminal:
        for ends, part in enumerate(parts):
            whole = [found.group() for found in WHOLE.finditer(part)]
            if ends:
                _until_closed(terminal, ends)
            elif rng.random() < 0.5:  # the first letters while the program is still being loaded
                _until(terminal, termios.ICANON)
                terminal.types("".join(whole[:8]))
                del whole[:8]
            _until(terminal, termios.ISIG)
            _type_cut(terminal, whole, rng)
        assert terminal.ends(60) == 0
    return left(folder)


def _type_cut(terminal: Terminal, whole: list[str], rng: random.Random) -> None:
    while whole and terminal.status is None:
        many = rng.choice((1, 3, 10, 40, 200))
        terminal.types("".join(whole[:many]))
        del whole[:many]
        if rng.random() < 0.3:
            os.kill(terminal.pid, signal.SIGSTOP)
            terminal.rests(rng.uniform(0, 0.05))
            os.kill(terminal.pid, signal.SIGCONT)
        else:
            terminal.rests(rng.choice((0, 0.001, 0.02)), 0.1)


def _until_closed(terminal: Terminal, ends: int) -> None:
    """Until the last screen of this many sessions was painted: it drops the keys before that."""
    end = time.monotonic() + 60
    while len(ENDED.findall(bytes(terminal.written))) < ends:
        assert time.monotonic() < end, "the session never ended"
        terminal.rests(0.05, 0.1)
    terminal.rests(0.3, 1.0)


def _until(terminal: Terminal, flag: int) -> None:
    """Until the program has taken this mode of the terminal away."""
    end = time.monotonic() + 20
    while termios.tcgetattr(terminal.fd)[3] & flag:
        assert time.monotonic() < end, "the terminal never came into raw mode"
        terminal.rests(0.005, 0.01)


def left(folder: Path) -> dict[str, Any]:
    """The sessions in the folder without values that differ each time: times and random ids."""
    found = {}
    for path in sorted((folder / "sessions").glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        document.get("value", {}).pop("minutes", None)  # how long it took
        found[_without_dice(path.stem)] = _plain(document)
    return found


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items() if key not in SPENT}
        case list():
            return [_plain(each) for each in value]
        case datetime():
            return "a moment"
        case str():
            return _without_dice(value)
        case _:
            return value


def _without_dice(text: str) -> str:
    return ID.sub(r"\1", text)
