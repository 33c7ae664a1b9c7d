"""A folder with one file of each kind, one of which may hold any bytes, and the requests to it."""

import contextlib
import io
import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from conftest import START
from messages import message, request
from mutations import mutated
from session_tui import cli
from session_tui.export.formats import FORMATS, Setting, render
from session_tui.export.summary import summarise
from session_tui.index.index import Index
from session_tui.model import analysis, carry_forward, history, timebox, validation
from session_tui.model.configuration import Cadence
from session_tui.model.reports import cadence
from session_tui.model.reports.session_report import sheet
from session_tui.model.session import Session
from session_tui.model.stakeholder_map.layout import lay_out
from session_tui.model.team.enemies import HABITS
from session_tui.outbox.request import Request
from session_tui.outbox.response import Response
from session_tui.outbox.sender import send_due
from session_tui.outbox.store import Outbox
from session_tui.store import agendas, drafts, paths, pipeline, session_file, session_folder, validate
from session_tui.store.errors import StoreError
from session_tui.store.plans import files
from session_tui.store.team import anonymous, enemies, handover_journal, scorecards

NOW = START + timedelta(days=2)
GOOD, NEXT, BAD = "2026-11-23-good-abcd", "2026-11-24-good-ijkl", "2026-11-24-bad-efgh"
ROUND = "2026-Q4"

_HEAD = 'schema = 1\nid = "{id}"\nstatus = "{status}"\nagenda = "own"\naccount = "{account}"\n'
_REST = """\
account_owner = "Ola Berg"
started_at = 2026-11-23T09:00:00Z
ended_at = 2026-11-23T09:30:00Z
outcome = "pursue"
headline = "Go on"
previous = "{previous}"

[plan]
source = "plans/good.md"

[[attendees]]
name = "Ola Berg"
role = "facilitator"

[[credit_split]]
name = "Ola Berg"
percent = 100

[value]
people = 2
minutes = 30
hours_saved = 4

[[parts]]
kind = "stakeholder_map"
title = "Stakeholders"
minutes = 30
floor_minutes = 5

[[clock]]
at = 2026-11-23T09:00:00Z
event = "start"
part = 1

[[stakeholders]]
id = "s1"
name = "Ruth Vale"
power = 5
support = -1
reports_to = "s2"
covered_by = ["Ola Berg"]

[[stakeholders]]
id = "s2"
name = "Mia Lind"
influences = ["s1"]

[[assumptions]]
id = "a1"
text = "The budget stands"
importance = 4
evidence = 2
due = 2026-12-01

[[action_items]]
id = "t1"
text = "Send the figures"
owner = "Ola Berg"
due = 2026-12-01
about = ["s1"]

[[decisions]]
id = "d1"
text = "Go"
at = 2026-11-23T09:20:00Z

[[parking_lot]]
id = "p1"
text = "Later"

[[notes]]
id = "n1"
text = "A note"
"""
_AGENDA = """\
schema = 1
name = "own"
minutes = 30

[[parts]]
kind = "stakeholder_map"
title = "Who decides"
minutes = 30
prompts = ["Who signs?"]
"""
_READERS = f"""\
schema = 1

[[readers]]
name = "Ola Berg"
read_at = 2026-11-22T09:00:00Z
sha256 = "{"a" * 64}"

[[comments]]
line = 1
quote = "Good"
author = "Ola Berg"
text = "Sure?"
at = 2026-11-22T09:00:00Z
"""
_PLAN = """\
# Good {#x}

## Assumptions

- [ ] *One*
  - two [link](x)

| a | b |
|---|---|
| 1 | 2 |
"""
_PIPELINE = """\
account,opportunity,amount,currency,close_on
Good Ltd,Deal,10,EUR,2026-12-01
Bad Ltd,,1,,
"""
_TRUSTED = """\
schema = 1

[[endpoints]]
kind = "webhook"
address = "hooks.borealis.example"
sha256 = "y"
at = 2026-11-23T09:00:00Z
"""
_PRACTICES = '[[practices]]\nid = "p-{0}"\ntext = "We talk"\nlevel = "account"\n'
_SCORES = """\
schema = 1
kind = "scorecard"
round = "2026-Q4"
name = "{name}"

[[ratings]]
id = "shared-goals"
text = "Goals are shared"
importance = 5
execution = "sometimes"
level = "account"
"""
# No key names a folder: it is the folder here with any configuration, and so every command goes
# on.
CONFIGURATION = "session-tui.toml"
_CONFIGURATION = """\
schema = 1
name = "Ola Berg"
theme = "session-light"

[cadence]
every_days = 14

[gate]
within_days = 30
require_plan_read = false

[[endpoints]]
name = "team"
kind = "webhook"
url = "http://127.0.0.1:9/x"
secret_env = "NONE"

[[people]]
name = "Mei Tan"
email = "mei@example.com"

[keys]
help = "f1"
"""
_JOURNAL = """\
schema = 1
state = "done"
at = 2026-11-23T09:00:00Z
folder = "{folder}"
from = "Ola Berg"

[[steps]]
session = "2026-11-23-good-abcd"
kind = "action"
entry = "t1"
giver = "Ola Berg"
receiver = "Mei Tan"
"""


def session(id: str, account: str, status: str = "held", previous: str = "") -> str:
    return _HEAD.format(id=id, status=status, account=account) + _REST.format(previous=previous)


class World:
    """The folder, its state beside it, and the environment that the real main door sees."""

    def __init__(self, home: Path) -> None:
        self.home, self.sessions, self.state = home, home / "sessions", home / "state"
        self.assessments, self.plan = home / "assessments", home / "plans" / "good.md"
        bad = session(BAD, "Bad Ltd")
        answers = "".join(f'{habit} = "seen"\n' for habit in HABITS)
        us = f'schema = 1\nkind = "enemies"\nabout = "us"\nround = "{ROUND}"\n\n[[answers]]\n{answers}'
        about = 'schema = 1\nkind = "enemies"\nabout = "{}"\n{}[answers]\ncynicism = "often"\n'
        mine = f'schema = 1\nkind = "enemies"\nabout = "me"\n\n[[rounds]]\nround = "{ROUND}"\n[rounds.answers]\n'
        theirs = f'account = "{{}}"\nround = "{ROUND}"\nname = "Ola Berg"\n\n'
        about_bad = about.format("account", theirs.format("Bad Ltd"))
        good_files = {
            f"sessions/{GOOD}.toml": session(GOOD, "Good Ltd"),
            f"sessions/{NEXT}.toml": session(NEXT, "Good Ltd", previous=GOOD),
            "plans/good.md": "# Good\n\n## Assumptions\n\n- The budget stands\n- Ruth signs\n",
            "assessments/2026-Q4-scorecard-ola-berg-aaaa.toml": _SCORES.format(name="Ola Berg"),
            "assessments/account-good-ltd-enemies-2026-Q4-aaaa.toml": about.format(
                "account", theirs.format("Good Ltd")
            ),
            **{f"assessments/{ROUND}-enemies-{each}.toml": us for each in ("aaaa", "bbbb", "cccc")},
        }
        sent = Outbox(home / "state" / "outbox")
        for name, text in good_files.items():
            self._write(name, text.encode())
        sent.put(message("msg_good"))
        sent.put(message("msg_bad", url="https://hooks.borealis.example/y", account="Bad Ltd"))
        sent.switch_off("https://hooks.borealis.example/z", START)
        with Index(self.sessions, self.state / "cache") as index:
            index.refresh()
        key = drafts.key(self.sessions / f"{BAD}.toml")
        draft = {
            "line": "Ruth",
            "editing": "s1",
            "alive_at": "2026-11-23T09:10:00Z",
            "waiting": [{"line": "x"}],
            "given_up": {"s1": "y"},
        }
        told = {ROUND: {"2026-Q4-enemies-aaaa.toml x": 1}}
        self.victims = {
            f"sessions/{BAD}.toml": bad.encode(),
            f"sessions/{BAD} (Ana's conflicted copy 2026-11-24).toml": bad.encode(),
            f"sessions/{GOOD} (Ana's conflicted copy 2026-11-24).toml": session(GOOD, "Good Ltd").encode(),
            f"sessions/{BAD}.toml.ours": bad.encode(),
            CONFIGURATION: _CONFIGURATION.encode(),
            "agendas/own.toml": _AGENDA.encode(),
            "plans/good.readers.toml": _READERS.encode(),
            "plans/good.md": _PLAN.encode(),
            "pipeline.csv": _PIPELINE.encode(),
            "assessments/practices.toml": "\n".join(("schema = 1\n", *map(_PRACTICES.format, range(3)))).encode(),
            "assessments/2026-Q4-scorecard-mei-tan-bbbb.toml": _SCORES.format(name="Mei Tan").encode(),
            f"assessments/{ROUND}-enemies-dddd.toml": us.encode(),
            "assessments/account-bad-ltd-enemies-2026-Q4-bbbb.toml": about_bad.encode(),
            "state/me/enemies.toml": (mine + 'cynicism = "often"\n').encode(),
            "state/outbox/msg_bad.toml": (self.state / "outbox" / "msg_bad.toml").read_bytes(),
            "state/outbox/off.toml": (self.state / "outbox" / "off.toml").read_bytes(),
            "state/trusted.toml": _TRUSTED.encode(),
            "state/handovers/2026-11-23T090000Z-001.toml": _JOURNAL.format(folder=drafts.key(self.sessions)).encode(),
            f"state/drafts/{key}.json": json.dumps(draft).encode(),
            f"state/enemies/{drafts.key(self.assessments)}.json": json.dumps(told).encode(),
        }  # fmt: skip
        (self.state / "outbox" / "msg_bad.toml").unlink()
        (self.state / "outbox" / "off.toml").unlink()
        self.index: bytes | None = None
        # The index is brought up to date by itself, and locks are empty.
        self.before = {
            path: path.read_bytes() for path in home.rglob("*") if path.is_file() and "cache" not in path.parts
        }

    @contextmanager
    def with_file(self, name: str, content: bytes) -> Iterator[None]:
        """Gives a file these bytes, and afterwards restores every file."""
        self._write(name, content)
        try:
            yield
        finally:
            for path in [each for each in self.home.rglob("*") if each.is_file()]:
                if path not in self.before and path.suffix != ".lock" and "cache" not in path.parts:
                    path.unlink()
            for path, was in self.before.items():
                if not path.exists() or path.read_bytes() != was:
                    path.write_bytes(was)

    def _write(self, name: str, content: bytes) -> None:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    # ---- what is asked --------------------------------------------------------------------------

    def says(self, *arguments: str, typed: str = "") -> tuple[int, str]:
        """The exit status of a command through the real main door, and all that it printed."""
        said, there = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), os.environ.copy()
        here = Path.cwd()
        os.environ.update(
            SESSION_TUI_STATE=str(self.state), HOME=str(self.home), XDG_CONFIG_HOME=str(self.home / "none")
        )
        os.environ.pop("COLUMNS", None)  # tests that run side by side are given one, and tables would be cut there
        try:
            os.chdir(self.home)
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), _typed(self.state, typed):
                status = cli.status(list(arguments))
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(there)
        said.flush()
        return status, said.buffer.getvalue().decode("utf-8", "replace")

    def unforeseen(self) -> str:
        """The report of an unexpected exception, or nothing."""
        report = self.state / "last-error.txt"
        return report.read_text(encoding="utf-8", errors="replace") if report.exists() else ""


@contextmanager
def _typed(folder: Path, lines: str) -> Iterator[None]:
    """Standard input as a shell gives it: what is read line by line wants a file of the system."""
    path = folder / "typed.lock"  # left alone between the inputs, as locks are
    path.write_text(lines, encoding="utf-8")
    there = sys.stdin
    with path.open(encoding="utf-8") as sys.stdin:
        try:
            yield
        finally:
            sys.stdin = there


COMMANDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("list",), "Good Ltd"),
    (("list", "--json"), "Good Ltd"),
    (("search", "figures"), "Good Ltd"),
    (("show", GOOD), "Good Ltd"),
    (("show", BAD), ""),
    (("show", "latest"), ""),
    (("actions",), "Send the figures"),
    (("beliefs", "Good Ltd"), "budget"),
    (("history", "Good Ltd"), "Good Ltd"),
    (("compare", GOOD, NEXT), "Good Ltd"),
    (("stats",), "2"),
    (("people",), "Ola Berg"),
    (("handover", "Ola Berg"), "Ola Berg"),
    (("export", GOOD, "--to", "md", "-o", "-"), "Good Ltd"),
    (("map", GOOD), "Ruth Vale"),
    (("due",), ""),
    (("gate", "Good Ltd"), ""),
    (("brief", "Good Ltd"), "Good Ltd"),
    (("brief", "Bad Ltd"), ""),
    (("value",), "Good Ltd"),
    (("scorecard", "report"), ""),
    (("enemies", "report", "--about", "us"), ""),
    (("enemies", "report", "--about", "me"), ""),
    (("enemies", "report", "--about", "Good Ltd"), ""),
    (("merge",), ""),
    (("restore",), ""),
    (("merge", BAD, "--plain"), ""),
    (("person", "Ruth Vale"), "Good Ltd"),
    (("doctor",), "sessions"),
    (("outbox",), "msg_good"),
    (("read", "good", "--confirm", "--as", "Ola Berg"), ""),
    (("done", f"{GOOD}:t1", "ok"), ""),
    (("done", f"{BAD}:t1", "ok"), ""),
    (("forget", "Ruth Vale", "--yes"), ""),
    (("resume", "--plain"), ""),
)
# The bad session is not there while another file is the bad one: an unknown account is wrong
# usage.
STATUSES = {("brief", "Bad Ltd"): (0, 1, 2), ("doctor",): (0, 1)}


def ask_store(world: World, name: str) -> None:
    """Requests of the screens to the store, and values derived from a session of any content."""
    folder = world.sessions
    path = world.home / name
    if name.startswith("sessions/"):
        rows = {row.path.stem: row for row in session_folder.rows(folder)}
        assert rows[GOOD].session and rows[NEXT].session, "a sound session is lost"
        with Index(folder, world.state / "cache") as index:
            index.refresh()
            assert {card.id for card in index.cards() if card.fault is None} >= {GOOD, NEXT}
            assert any(one.id == GOOD for one in index.sessions())
        session_folder.waiting(folder)
        validate.faults_in(path)
        session_folder.before(folder, rows[NEXT].session)  # type: ignore[arg-type]
        row = rows.get(BAD)
        if row is not None and row.session is not None:
            derive(row.session, rows[GOOD].session)  # type: ignore[arg-type]
            found = session_file.read(path.read_bytes()) if path.suffix == ".toml" else None
            if found is not None and found.session.schema == 1:
                again = found.with_session(carry_forward.carry(found.session, found.session)).content()
                session_file.read(again)
        return
    validate.faults_in(path)
    if name.startswith("agendas/"):
        agendas.names(path.parent)
        _or_fault(lambda: agendas.find("own", path.parent))
        agendas.find(agendas.STANDARD, path.parent)
        agendas.faults(path.parent)
    elif name.startswith("plans/"):
        _or_fault(lambda: files.readers(world.plan))
        _or_fault(lambda: files.assumptions(files.open_plan(world.plan, world.home).text))
        _or_fault(lambda: files.outline(files.open_plan(world.plan, world.home).text))
    elif name == "pipeline.csv":
        _or_fault(lambda: pipeline.read(path))
    elif name.startswith("assessments/"):
        assert {card.name for card in scorecards.scorecards(world.assessments).cards} >= {"Ola Berg"}
        _or_fault(lambda: scorecards.practices(world.assessments))
        assert enemies.here(world.assessments, "Good Ltd") is not None
        enemies.reports_about(world.assessments, "Bad Ltd")
        _or_fault(lambda: anonymous.report(world.assessments, "", world.state))
        _or_fault(
            lambda: _answer(scorecards.answers(world.assessments, "Mei Tan", ROUND, world.state, random.Random(7)))
        )
    elif name.startswith("state/me/"):
        _or_fault(lambda: enemies.my_rounds(path.parent))
    elif name.startswith("state/outbox/"):
        sent: list[str] = []

        def answer(asked: Request) -> Response:
            sent.append(asked.url)
            return Response(200)

        box = Outbox(path.parent)
        report = send_due(box, request, answer, lambda: NOW, lambda: 0.5)
        assert message().url in sent, "the good parcel was not sent"
        assert any(one.id == "msg_good" for one in report.messages)
    elif name.startswith("state/handovers/"):
        there = paths.find(world.home, {"SESSION_TUI_STATE": str(world.state)})
        _or_fault(lambda: handover_journal.interrupted(there))
    elif name.startswith("state/drafts/"):
        drafts.read(path.parent, folder / f"{BAD}.toml")


def _answer(given: scorecards.ScorecardFile) -> None:
    from session_tui.model.team.practices import Rating

    given.give(Rating(id="shared-goals", level="account", text="Goals", importance=3, execution="often"))
    given.save()


def derive(one: Session, other: Session) -> None:
    """All that is computed from a session, whatever it says."""
    today = NOW.date()
    validation.doubtful(one)
    sheet(one, today, (other,))
    timebox.read(one.parts, one.clock, NOW)
    past = history.past((one, other))
    for action in one.action_items:
        past.due_dates(other, action)
    cadence.owed(cadence.outlines_of((one, other)), None, Cadence(), today)
    cadence.next_due(one, Cadence())
    lay_out(one.stakeholders, {each.id: (10, 3) for each in one.stakeholders}, (1, 1), 80)
    analysis.bare_zones((one, other))
    carry_forward.carry(other, one)
    for each in FORMATS:
        render(summarise(one, "full"), each, Setting(NOW))


def _or_fault(work: Callable[[], Any]) -> None:
    with contextlib.suppress(StoreError):
        work()


def ask(world: World, seed: int, *, command: bool) -> str:
    """Mutates one file, makes all requests and maybe one command; returns the failure if any."""
    rng = random.Random(seed)
    if rng.random() < 1 / (len(world.victims) + 1):
        return _ask_index(world, seed, rng)
    name = rng.choice(list(world.victims))
    content = mutated(world.victims[name], name, rng)
    with world.with_file(name, content):
        try:
            ask_store(world, name)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - any error is reported with its seed
            return f"seed {seed}, {name}: {type(error).__name__}: {error}"
        if command:
            arguments, fact = rng.choice(COMMANDS)
            status, said = world.says(*arguments)
            answered = status in STATUSES.get(arguments, (0,) if fact and name == CONFIGURATION else (0, 1, 3))
            if not answered or fact not in said or "Traceback" in said or "should not have" in said:
                return f"seed {seed}, {name}: {' '.join(arguments)} ended with {status}: {said[-500:]}"
        if report := world.unforeseen():
            (world.state / "last-error.txt").unlink()
            return f"seed {seed}, {name}: {report[-700:]}"
    return ""


def _ask_index(world: World, seed: int, rng: random.Random) -> str:
    """The same with a damaged index: cut, overwritten, or with other bytes for a session."""
    world.says("list")  # whatever was asked before may have taken it away, as forgetting does
    (path,) = (world.state / "cache").glob("*.sqlite")
    if world.index is None:
        world.index = path.read_bytes()
    damaged = bytearray(world.index)
    place = rng.randrange(len(damaged))
    match rng.randrange(3):
        case 0:
            del damaged[place:]
        case 1:
            damaged[place : place + rng.randrange(5_000)] = rng.randbytes(rng.randrange(5_000))
        case _:
            for _ in range(rng.choice((1, 5, 100, 2_000))):
                damaged[rng.randrange(len(damaged))] = rng.randrange(256)
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    path.write_bytes(damaged)
    arguments = rng.choice((("list",), ("search", "figures"), ("actions",), ("brief", "Good Ltd")))
    status, said = world.says(*arguments)
    report = world.unforeseen()
    if report:
        (world.state / "last-error.txt").unlink()
    path.write_bytes(world.index)
    if status != 0 or "Good Ltd" not in said or report:
        return f"seed {seed}, the index: {' '.join(arguments)} ended with {status}: {said[-300:]} {report[-500:]}"
    return ""
