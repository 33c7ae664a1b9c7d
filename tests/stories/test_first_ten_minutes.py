"""Covers: the demo, the tutor, home and a first session, in a real terminal.

A person who knows nothing gets from the demo to a held session of her own by what the screen says
alone: what she types is read from the screen, or stands on it as an example of its form.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="no pseudo-terminals on this system: the real terminal is not tested here")

from session_tui.model import tutor
from session_tui.store import session_file
from terminal import Terminal

TOP = Path(__file__).parents[2]
READING = 5.0  # seconds for a screen that is new
KEYS_PER_SECOND = 200 / 60  # of a slow typist
TEN_MINUTES = 600.0

PEOPLE = (
    "Ana Lopez, Owner role:approver !5 = cov:brief @mei",
    "Tom Berg, Head of purchasing role:decision !4 ++ cov:multiple @mei",
    "Ida Holm, Production role:user !3 + cov:in_depth @ben",
    "Raj Rao, IT role:gatekeeper !2 - cov:none @ben",
    "?, CFO role:approver",
)
ASSUMPTIONS = (
    "The budget is approved !5 %2 @mei due:fri",
    "The owner wants it before summer !4 %3 @ben due:fri",
    "IT can run it !3 %1 @ben due:+3d",
)
ACTIONS = (
    "Ask Tom who signs @mei due:fri for:tom",
    "Show Ida the new oven @ben due:+3d for:ida",
    "Send Raj the security paper @ben due:mon for:raj",
)
HEADLINE = "Worth it once the CFO is met"


class Beginner:
    """A person at a terminal; she waits for words on the screen, then types. Her time is counted
    as that of a slow typist who reads each new screen.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.seconds = 0.0
        self._terminal: Terminal | None = None

    @property
    def terminal(self) -> Terminal:
        assert self._terminal is not None
        return self._terminal

    @contextmanager
    def calls(self, *arguments: str) -> Iterator[None]:
        """Call the program, and leave it."""
        known = {key: value for key, value in os.environ.items() if not key.startswith(("NO_COLOR", "SESSION_TUI"))}
        places = {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "TMPDIR": str(self.home / "tmp"),
        }
        environment = {**known, **places, "SESSION_TUI_BEHIND": "0", "PYTHONPATH": str(TOP / "src")}
        (self.home / "tmp").mkdir(exist_ok=True)
        command = [sys.executable, "-m", "session_tui", *arguments]
        self._count(len(" ".join(("session-tui", *arguments))))
        self._terminal = Terminal(command, 80, 24, environment, self.home, forked=True)
        try:
            yield
            assert self.terminal.ends() == 0
        finally:
            self.terminal.close()

    def sees(self, *words: str) -> str:
        """Wait until all these words are on the screen; return its text."""
        self.terminal.waits_for(lambda text: all(each in text for each in words))
        self.terminal.rests()
        self.seconds += READING
        return self.terminal.text

    def types(self, keys: str, until: str = "") -> None:
        self._count(len(keys))
        self.terminal.types(keys)
        if until:
            self.terminal.waits_for(lambda text: until in text)

    def enters(self, line: str, until: str = "") -> None:
        self.types(f"{line}\r", until)

    def presses(self, shown: str) -> None:
        """Press a key as the screen names it: ctrl+n, ^n, e."""
        letter = shown.removeprefix("ctrl+").removeprefix("^")
        self.types(letter if shown == letter else chr(ord(letter) - 96))

    def _count(self, keys: int) -> None:
        self.seconds += keys / KEYS_PER_SECOND


def test_from_the_demo_to_a_held_session_of_her_own_in_ten_minutes(tmp_path: Path) -> None:
    she = Beginner(tmp_path)

    # The demo says what to type, and how to leave.
    with she.calls("demo"):
        first = re.search(r"Type  (.+?)  and press enter", she.sees("and press enter.", "ctrl+q leaves"))
        assert first
        she.enters(first[1], until="added s6")
        she.presses("ctrl+q")
        she.sees("l leave it live")
        she.presses("l")
    teaches = re.search(r"Next: session-tui (\w+) teaches", she.terminal.text)
    assert teaches

    # The tutor says each of its tasks.
    with she.calls(teaches[1]):
        for number in range(1, len(tutor.TASKS) + 1):
            screen = she.sees(f"{number} of {len(tutor.TASKS)}")
            task = next(line for line in screen.splitlines() if f"{number} of {len(tutor.TASKS)}" in line)
            if typed := re.search(r"(?:[Tt]ype|how:)  (.+?)(?:  |$)", task):
                she.enters(typed[1])
                she.terminal.rests()
            for key in re.findall(r"ctrl\+\w", task):
                she.presses(key)
        she.sees("Held", "▸ Leave the program", "Next: session-tui run ACCOUNT")
        she.enters("")
    assert "session-tui opens the library" in she.terminal.text

    # Home says how to begin; each part says what is typed in it, the footer how to go on.
    with she.calls():
        she.sees("No session yet.", "n begins one: type the account and press enter")
        she.presses("n")
        she.sees("Account", "this alone is needed", "begin: the clock runs")
        she.enters("Larch Bakery")
        she.sees(
            "Type a name and a title", "role:approver !5 - cov:brief @ben", "A person who must exist", "^n next part"
        )
        for number, line in enumerate(PEOPLE, 1):
            she.enters(line, until=f"added s{number}")
        she.presses("^n")
        she.sees("▶ Assumptions", "Type")
        for number, line in enumerate(ASSUMPTIONS, 1):
            she.enters(line, until=f"added a{number}")
        she.presses("^n")
        she.sees("What will be done? Type it, then its owner (@), its date (due:)", "for:ruth")
        for number, line in enumerate(ACTIONS, 1):
            she.enters(line, until=f"added t{number}")
        she.sees("^q leave")
        she.presses("^q")
        she.sees("e end the session")
        she.presses("e")
        _end(she)
        she.sees("Held", "What now", "Leave the program")
        she.types("\x1b", until="Enter leaves the program")
        she.enters("")

    (path,) = tmp_path.rglob("*larch-bakery-*.toml")
    held = session_file.read(path.read_bytes()).session
    assert (held.status, held.outcome, held.headline) == ("held", "pursue", HEADLINE)
    assert (len(held.stakeholders), len(held.assumptions)) == (5, 3)
    assert [bool(each.owner and each.due) for each in held.action_items] == [True, True, True]
    assert she.seconds <= TEN_MINUTES, f"{she.seconds:.0f} seconds"


def _end(she: Beginner) -> None:
    """The three steps of the end, as they say."""
    she.sees("Read out what was agreed (1 of 3)", "y its owner says yes")
    she.types("y" * len(ACTIONS))
    she.enters("", until="Who of ours has s5")
    she.enters("", until="(2 of 3)")  # an empty answer goes on without a name
    she.sees("1  pursue", "1–4 outcome", "the session in one sentence", "Credit split", "Facilitator")
    she.types("1", until="▸ 1  pursue")
    she.types(HEADLINE, until=HEADLINE)
    she.types("\r\r\r", until="(3 of 3)")  # what is not known stays empty
    she.sees("(3 of 3)")
    she.enters("")
