"""Colleagues who change the action items of one session while its screen is open.

Run as a program it is one of them: `done`, `assign` and `reopen` on actions of its own, as often
as it can, by the function that those commands call. Before each change it looks whether the last
one that was acknowledged stands.
"""

import json
import random
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

from session_tui.model import edits
from session_tui.model.session import ActionItem, LastIds, Session, Stakeholder, find, next_id
from session_tui.store import batch_edit, paths, session_file
from session_tui.store.errors import StoreError
from session_tui.store.open_session import create_session

EACH = 3  # actions of one colleague
PAUSE = 0.02  # seconds between two entries of the screen


class Tally(msgspec.Struct, frozen=True):
    """Numbers of changes that were tried, acknowledged, and acknowledged but missing."""

    tried: int = 0
    acknowledged: int = 0
    missing: int = 0
    refused: tuple[str, ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.tried + other.tried,
            self.acknowledged + other.acknowledged,
            self.missing + other.missing,
            tuple(dict.fromkeys((*self.refused, *other.refused))),
        )


class Afternoon(msgspec.Struct, frozen=True):
    """The result: changes of colleagues, typed and missing entries of the screen, extra files."""

    changes: Tally
    typed: int
    typed_missing: int
    lies: int  # entries that the lamp called saved while the file did not have them
    slowest: float  # seconds that the screen's `change` took at most
    beside: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether no acknowledged change is missing, no file unreported, and 95 % acknowledged."""
        lost = self.changes.missing + self.typed_missing + self.lies + len(self.beside)
        return not lost and self.changes.acknowledged >= 0.95 * self.changes.tried

    @property
    def words(self) -> str:
        """As a line of a report."""
        changes = self.changes
        return (
            f"{changes.acknowledged} of {changes.tried} changes acknowledged, {changes.missing} of them missing;"
            f" {self.typed} entries typed beside them (the slowest took {self.slowest * 1e3:.1f} ms),"
            f" {self.typed_missing} missing; {self.lies} false statuses; {len(self.beside)} files left beside."
        )


def together(base: Path, states: tuple[Path, ...], seconds: float, colleagues: int = 3) -> Afternoon:
    """Runs the colleagues and a screen in this process; the state folders are assigned in turn."""
    actions = tuple(ActionItem(id=f"t{each}", text=f"Action {each}") for each in range(1, colleagues * EACH + 1))
    value = Session(
        id="2026-11-23-acme-7k3q",
        status="live",
        agenda="x",
        account="Acme",
        last_ids=LastIds(t=len(actions)),
        action_items=actions,
    )
    opened = create_session(base / "sessions", value, states[0])
    command = [sys.executable, __file__, str(base / "sessions")]
    running = [
        subprocess.Popen(
            [*command, str(states[(each + 1) % len(states)]), str(each), str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for each in range(colleagues)
    ]
    for each in running:  # all of them are there before the first begins
        assert each.stdout is not None and each.stdin is not None
        each.stdout.readline()
    for each in running:
        each.stdin.write("go\n")  # type: ignore[union-attr]
        each.stdin.flush()  # type: ignore[union-attr]
    typed, lies, slowest, tick = 0, 0, 0.0, threading.Event()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        person = Stakeholder(id=next_id(opened.session, "s"), name=f"Person {typed}")
        began = time.perf_counter()
        fault = opened.change(edits.add(person), datetime.now(UTC))
        slowest = max(slowest, time.perf_counter() - began)
        typed += fault is None
        if opened.save_status == "saved":
            there = session_file.read(opened.path.read_bytes()).session
            lies += sum(1 for number in range(typed) if find(there, f"s{number + 1}") is None)
        tick.wait(PAUSE)
    told = [each.communicate(timeout=60)[0] for each in running]
    changes = sum((msgspec.json.decode(each.splitlines()[-1], type=Tally) for each in told), Tally())
    assert opened.close(), opened.trouble
    names = {each.name for each in session_file.read(opened.path.read_bytes()).session.stakeholders}
    gone = sum(f"Person {number}" not in names for number in range(typed))
    beside = tuple(sorted(each.name for each in opened.path.parent.iterdir() if each != opened.path))
    return Afternoon(changes, typed, gone, lies, slowest, beside)


def main(sessions: Path, state: Path, who: int, seconds: float) -> None:
    """One colleague."""
    there = paths.find(sessions.parent, {"SESSION_TUI_STATE": str(state)}, sessions=sessions)
    (path,) = sessions.glob("*.toml")
    dice = random.Random(who)
    mine = {f"t{who * EACH + each + 1}": f"Action {who * EACH + each + 1}" for each in range(EACH)}
    stands: dict[str, ActionItem] = {id_: ActionItem(id=id_, text=text) for id_, text in mine.items()}
    tally = Tally()
    print("ready", flush=True)
    sys.stdin.readline()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        id_ = dice.choice(sorted(mine))
        closed = stands[id_].status == "done"
        marks = (
            "open" if closed else dice.choice((f"done it is the {tally.tried}th", f"@Ben due:+{tally.tried % 900}d"))
        )
        moment = datetime.now(UTC)
        made = batch_edit.marked(id_, marks, there, moment)
        gone: list[str] = []
        try:
            after, _ = batch_edit.change(path, there, partial(_looked_at, made, stands, gone), moment)
        except StoreError as error:
            tally += Tally(1, 0, 0, (str(error),))
            continue
        found = find(after, id_)
        assert isinstance(found, ActionItem)
        stands[id_] = found
        tally += Tally(1, 1, len(gone))
    last = session_file.read(path.read_bytes()).session
    tally += Tally(0, 0, sum(find(last, each) != stood for each, stood in stands.items()))
    print(json.dumps({field: getattr(tally, field) for field in tally.__struct_fields__}), flush=True)


def _looked_at(made: batch_edit.EditOf, stands: dict[str, ActionItem], gone: list[str], session: Session) -> edits.Edit:
    """The edit; an acknowledged change missing from the session is reported once, as `gone`."""
    for each, last in stands.items():
        found = find(session, each)
        if found != last and isinstance(found, ActionItem):
            gone.append(each)
            stands[each] = found
    return made(session)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
