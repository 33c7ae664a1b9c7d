"""Make the documents' pictures: one session in a headless terminal at several sizes, dark and
light.

`make shots` writes them to docs/pictures/ as SVG. The clock is turned by hand: they come out the
same each time.
"""

import asyncio
import os
import random
import re
import shutil
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from msgspec.structs import replace
from textual.pilot import Pilot

from session_tui.context import AppContext
from session_tui.index.sessions import SessionLibrary
from session_tui.model import capture, clock_commands, edits, session_commands, timebox
from session_tui.model.agenda import questions_for, session_parts
from session_tui.model.capture import Command, Context, Refusal
from session_tui.model.configuration import Configuration
from session_tui.model.session import ActionItem, Attendee, Decision, Session, Stakeholder, next_id
from session_tui.model.team.enemies import FREQUENCIES, HABITS
from session_tui.model.vocabulary import Theme
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.store import Outbox
from session_tui.store import agendas, new_session, paths, session_file, session_folder
from session_tui.store.new_session import PriorSessions, SessionRequest
from session_tui.store.open_session import OpenedSession, create_session
from session_tui.store.plans import files
from session_tui.store.plans.reader import Reading
from session_tui.store.team import enemies, scorecards
from session_tui.store.team.anonymous import AnonymousBatch
from session_tui.store.team.enemies import EnemiesFile
from session_tui.tui.actions import keymap_of
from session_tui.tui.app import SessionTui, live
from session_tui.tui.live.trial import Tutor
from session_tui.tui.screens.library.home import HomeScreen
from session_tui.tui.screens.live.screen import LiveScreen
from session_tui.tui.screens.plan.screen import PlanScreen
from session_tui.tui.screens.team.base import TeamScreen
from session_tui.tui.screens.team.enemies import EnemiesScreen
from session_tui.tui.screens.team.people import PeopleScreen
from session_tui.tui.screens.team.scorecard import ScorecardScreen
from session_tui.tui.widgets.panel import Panel
from session_tui.tui.widgets.status_line import StatusLine
from session_tui.tui.widgets.text_view import TextView

TOP = Path(__file__).resolve().parent.parent
PICTURES = TOP / "docs" / "pictures"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AGENDA = agendas.find(agendas.STANDARD, TOP / "agendas")

# Seconds since the line before, and the line: the session of the pictures.
STAKEHOLDERS = (
    (40, 'Ruth Vale, CFO role:app !5 - cov:brief @ben pain:"Freight cost per order up 11 %"'),
    (90, "Mia Tran, COO role:dec !4 ++ cov:in to:ruth inf:ruth @ben @mei"),
    (80, "Jonas Pell, Head of transport role:eval ++ cov:mult to:mia @mei"),
    (95, "?, Steering committee chair role:app !5"),
    (60, "Sana Oduya, IT architect role:gate !2 = to:jonas"),
)
ASSUMPTIONS = (
    (290, "/next"),
    (40, "The budget is approved for this fiscal year !5 %2 @ben due:fri"),
    (50, "The incumbent cannot ship tracking by June !3 %1"),
    (45, "The CFO cares about freight cost per order !4 %3 @ben due:fri"),
    (30, "=> No pilot before the CFO meeting"),
    (21, "?> Renewal terms for the US entity"),
    (10, "t> Get 30 minutes with the CFO, bring the payback model for:ruth for:a1 due:fri"),
    (10, "t> Build the payback model with Jonas for:ruth for:a1 @mei due:+3d"),
)
OWNERS = ((300, "/next"), (200, "/next"), (30, "*t1 @ben"))
WHOLE = (*STAKEHOLDERS, *ASSUMPTIONS, *OWNERS)

Lines: TypeAlias = tuple[tuple[int, str], ...]


# A session as it runs; one that carries the last one forward; a plan being read; the home screen
# over the samples; what
# leaves; one of the samples with the copy of it that a sync program left; our people over the
# same; a scorecard; the
# enemies of teamwork, asked about us and about me, and in a session on an account about which
# something was said; the tutor; home before the first session.
Stage: TypeAlias = Literal[
    "live", "next", "plan", "home", "out", "merge", "people", "scorecard", "us", "me", "enemies", "tutor", "first"
]


class Shot(NamedTuple):
    """One picture: its file's name, the terminal, the session so far, what is half-typed, and
    keys pressed then.
    """

    name: str
    size: tuple[int, int]
    theme: Theme
    lines: Lines
    typed: str = ""
    keys: tuple[str, ...] = ()
    stage: Stage = "live"


PLAN = """# Acme Freight — transport management replacement

## Where we stand
Third meeting held on 12 November with operations. Two vendors are left, we and the incumbent;
the *steering committee* decides on **9 December**.

| Who | Role | What they saw |
| --- | --- | --- |
| Ruth Vale | CFO | nothing yet; wants payback within 18 months |
| Mia Tran | COO | the live demonstration |

## Strategy
Win operations on live tracking, then prove payback to finance.

## Assumptions
- The budget is approved for this fiscal year
- The incumbent cannot ship carrier tracking before the summer
- Operations will be the sponsor

## Help wanted
- A finance reference of the same size
"""


PIPELINE = """account,opportunity,phase,amount,currency,close_on
Acme Freight,Transport management replacement,evaluation,420000,EUR,2026-12-18
Borealis Foods,Warehouse rollout,negotiation,185000,EUR,2027-01-29
Cobalt Mills,Maintenance contract,discovery,90000,EUR,2027-02-26
"""
ENDPOINTS = """
[[endpoints]]
name = "team"
kind = "webhook"
url = "https://team.example.com/hooks/sessions"
secret_env = "SESSION_TUI_TEAM_SECRET"
push_on_end = true

[[endpoints]]
name = "channel"
kind = "slack"
url = "https://hooks.example.com/services/T1"
"""
CADENCE = """
[cadence]
weekday = "monday"
every_days = 14
on_phase_change = true
"""
TAUGHT = ((0, "Ruth Vale, CFO"),)
TASK = "Omar Haddad, CIO role:gate !4 ++"
TYPED = "Operations will be the sponsor !4 %3 @me"
HALF = (*STAKEHOLDERS, *ASSUMPTIONS)
# What the session after that one brings.
NEXT = (
    (40, "*s1 +"),
    (30, "*s1 cov:mult"),
    (60, "*t2 done The model shows a payback of 14 months"),
    (60, "*t1 due:+3d"),
    (90, "/next"),
    (40, "*a1 %4"),
)
PREPARE = ("n", *"Acme Freight", "ctrl+s")
# The end: an empty answer goes on without the names that lack.
# Three entries are without a name, and the end asks about each.
DECIDING = ("ctrl+q", "e", *("enter",) * 4)
ENDING = (*DECIDING, "2", *"Winnable once the CFO has seen the payback", "enter", "enter", "enter")
# Of Ben Okafor all to Mei Tan, but for the first, which goes to Ana Ruiz.
GIVEN = ("down", "enter", "a", *"mei", "enter", "home", "enter", *"ana", "enter")
SHOTS = (
    Shot("live-dark", (120, 36), "session-dark", HALF, TYPED),
    Shot("live-light", (120, 36), "session-light", HALF, TYPED),
    Shot("live-80x24-dark", (80, 24), "session-dark", HALF, TYPED),
    Shot("live-80x24-ansi", (80, 24), "ansi", HALF, TYPED),
    Shot("live-200x60-dark", (200, 60), "session-dark", STAKEHOLDERS),
    Shot("owners-light", (100, 28), "session-light", WHOLE, "@be"),
    Shot("curtain-dark", (100, 28), "session-dark", STAKEHOLDERS, "", ("f6",)),
    Shot("end-dark", (100, 28), "session-dark", WHOLE, "", ("ctrl+q", "e", "2")),
    Shot("help-80x24-dark", (80, 24), "session-dark", STAKEHOLDERS, "", ("ctrl+g",)),
    Shot("words-80x24-light", (80, 24), "session-light", STAKEHOLDERS, "", ("ctrl+g", "w")),
    Shot("tutor-80x24-dark", (80, 24), "session-dark", TAUGHT, TASK, (), "tutor"),
    Shot("tutor-light", (120, 36), "session-light", TAUGHT, TASK, (), "tutor"),
    Shot("first-home-80x24-light", (80, 24), "session-light", (), "", (), "first"),
    Shot("signs-80x24-dark", (80, 24), "session-dark", STAKEHOLDERS, "", ("f9",)),
    Shot("colours-80x24-light", (80, 24), "session-paper", STAKEHOLDERS, "/theme", ("enter",)),
    Shot("plan-dark", (120, 36), "session-dark", (), "", ("n",) * 3 + ("j",), "plan"),
    Shot("plan-80x24-light", (80, 24), "session-light", (), "", (), "plan"),
    Shot("home-80x24-dark", (80, 24), "session-dark", (), "", (), "home"),
    Shot("home-dark", (120, 36), "session-dark", (), "", ("down", "down"), "home"),
    Shot("home-200x60-light", (200, 60), "session-light", (), "", ("down",), "home"),
    Shot("filter-80x24-light", (80, 24), "session-light", (), "", ("/", *"rott"), "home"),
    Shot("actions-dark", (120, 36), "session-dark", (), "", ("tab", "down"), "home"),
    Shot("actions-80x24-light", (80, 24), "session-light", (), "", ("tab", "o", "down", "down", "e", *"done"), "home"),
    Shot("beliefs-light", (120, 36), "session-light", (), "", ("down", "down", "3"), "home"),
    Shot("beliefs-80x24-dark", (80, 24), "session-dark", (), "", ("3", "down"), "home"),
    Shot("history-dark", (120, 36), "session-dark", (), "", ("4", *("down",) * 5), "home"),
    Shot("history-80x24-light", (80, 24), "session-light", (), "", ("4", "down"), "home"),
    Shot("compare-dark", (120, 36), "session-dark", (), "", ("down", "down", "c", "down", "down", "c"), "home"),
    Shot("compare-80x24-light", (80, 24), "session-light", (), "", ("down", "c", "down", "down", "c"), "home"),
    Shot("due-80x24-light", (80, 24), "session-light", (), "", ("d",), "home"),
    Shot("brief-dark", (100, 32), "session-dark", (), "", ("b",), "home"),
    Shot("people-80x24-dark", (80, 24), "session-dark", (), "", (), "people"),
    Shot("people-light", (120, 36), "session-light", (), "", ("down",), "people"),
    Shot("people-200x60-dark", (200, 60), "session-dark", (), "", (), "people"),
    Shot("handover-80x24-light", (80, 24), "session-light", (), "", (*GIVEN, "enter", *"to"), "people"),
    Shot("handover-dark", (120, 36), "session-dark", (), "", (*GIVEN, "ctrl+s"), "people"),
    Shot("handover-200x60-light", (200, 60), "session-light", (), "", GIVEN, "people"),
    Shot("read-80x24-dark", (80, 24), "session-dark", (), "", ("down", "enter"), "home"),
    Shot("read-light", (120, 36), "session-light", (), "", (*("down",) * 5, "enter", "tab", "tab"), "home"),
    Shot("read-200x60-dark", (200, 60), "session-dark", (), "", ("down", "down", "enter"), "home"),
    Shot("prepare-80x24-dark", (80, 24), "session-dark", (), "", PREPARE, "home"),
    Shot("prepare-light", (100, 32), "session-light", (), "", PREPARE, "home"),
    Shot("promises-dark", (100, 28), "session-dark", (), "", ("f5", "d", *"Build", "enter"), "next"),
    Shot("promises-80x24-light", (80, 24), "session-light", (), "", ("f5", "m"), "next"),
    Shot("since-dark", (120, 36), "session-dark", NEXT, "", (), "next"),
    Shot("coverage-light", (100, 28), "session-light", STAKEHOLDERS, "/coverage", ("enter",)),
    Shot("map-dark", (120, 36), "session-dark", STAKEHOLDERS, "", ("ctrl+l",)),
    Shot("map-80x24-light", (80, 24), "session-light", STAKEHOLDERS, "", ("ctrl+l",)),
    Shot("map-200x60-light", (200, 60), "session-light", NEXT[:3], "", ("ctrl+l",), "next"),
    Shot("map-small-80x24-dark", (80, 24), "session-dark", STAKEHOLDERS[:3], "", ("ctrl+l",)),
    Shot("grid-80x24-dark", (80, 24), "session-dark", NEXT[:3], "", ("ctrl+l", "ctrl+l"), "next"),
    Shot("grid-light", (120, 36), "session-light", NEXT[:3], "", ("ctrl+l", "ctrl+l"), "next"),
    Shot("health-80x24-dark", (80, 24), "session-dark", STAKEHOLDERS, "", ("f3", "enter")),
    Shot("changed-map-80x24-light", (80, 24), "session-light", NEXT[:3], "", ("f4",), "next"),
    Shot("comments-80x24-dark", (80, 24), "session-dark", (), "/comments", ("enter",), "next"),
    Shot("scorecard-80x24-dark", (80, 24), "session-dark", (), "", tuple("8o9c7"), "scorecard"),
    Shot("scorecard-light", (120, 36), "session-light", (), "", (*"8o9c7s6o", "left"), "scorecard"),
    Shot("scorecard-end-80x24-light", (80, 24), "session-light", (), "", tuple("8o9c7s0c9n6s4o7s8c"), "scorecard"),
    Shot("enemies-80x24-dark", (80, 24), "session-dark", (), "", ("enter", *"1020312"), "us"),
    Shot("enemies-before-80x24-light", (80, 24), "session-light", (), "", (), "us"),
    Shot("enemies-light", (120, 36), "session-light", (), "", tuple("01021003120000100103"), "me"),
    Shot("enemies-here-dark", (120, 36), "session-dark", STAKEHOLDERS, "", (), "enemies"),
    Shot("enemies-here-80x24-light", (80, 24), "session-light", STAKEHOLDERS, "/enemies", ("enter",), "enemies"),
    Shot("end-enemies-80x24-dark", (80, 24), "session-dark", WHOLE, "", (*DECIDING, "2"), "enemies"),
    Shot("end-decide-80x24-light", (80, 24), "session-light", WHOLE, "", (*DECIDING, "2")),
    Shot("merge-dark", (120, 36), "session-dark", (), "", ("enter", "o", "down", "down"), "merge"),
    Shot("merge-80x24-light", (80, 24), "session-light", (), "", ("enter", "tab"), "merge"),
    Shot("copy-dark", (120, 36), "session-dark", (), "", (), "merge"),
    Shot("out-dark", (120, 36), "session-dark", (), "", ("down", "down", "s", "enter"), "out"),
    Shot("out-80x24-light", (80, 24), "session-light", (), "", (*("down",) * 2, "s", "down", "down", "d"), "out"),
    Shot("outbox-80x24-dark", (80, 24), "session-dark", (), "", ("o",), "out"),
    Shot("end-worth-80x24-dark", (80, 24), "session-dark", WHOLE, "", ENDING),
)


async def main() -> None:
    """Make every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for each in SHOTS:
        (PICTURES / f"{each.name}.svg").write_text(await picture(each), encoding="utf-8")
        print(f"docs/pictures/{each.name}.svg")


async def picture(shot: Shot) -> str:
    """One picture, as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        others = {"plan": _plan, "home": _home, "merge": _home, "out": _home, "people": _people, "first": _home}
        ourselves = {"scorecard": _scorecard, "us": _enemies, "me": _enemies}
        make = {**others, **ourselves}.get(shot.stage, _screen)
        return plain(await make(Path(folder), shot))


async def _screen(folder: Path, shot: Shot) -> str:
    if shot.stage == "next":
        opened, background, now = following(folder, shot.lines)
    else:
        opened, now = held(folder, shot.lines)
        background = None
    opened.alive(now)
    if shot.stage == "enemies":
        said_of_acme(folder)
    context = context_in(folder, shot.theme, now)
    app = live(
        opened,
        AGENDA,
        context,
        session_library=SessionLibrary(TOP / "sessions", folder / "cache"),
        background=background,
        trial=Tutor("", "", keymap_of(context).keys) if shot.stage == "tutor" else None,
    )
    async with app.run_test(size=shot.size) as pilot:
        screen = app.screen_stack[0]
        assert isinstance(screen, LiveScreen)
        # The panel, and what everybody has to do, come a moment after the first paint.
        while screen.live.load is None:
            await pilot.pause(0.05)
        screen.typing.put(shot.typed)
        await pilot.pause()
        await pilot.press(*shot.keys)
        svg = await still(pilot)
    opened.close()
    return svg


def said_of_acme(folder: Path) -> None:
    """Two of our people said what they think of the account's habits."""
    found = _places(folder)
    both = {"Ana Ruiz": "31203122010030102312", "Mei Tan": "21103023110020001213"}
    for name, said in both.items():
        dice = random.Random(name)
        given = enemies.about_account(found.assessments.path, "Acme Freight", name, "2026-Q4", found.state.path, dice)
        for habit, step in zip(HABITS, said, strict=True):
            given.give(habit, FREQUENCIES[int(step)])
        given.close()


def _places(folder: Path) -> paths.Paths:
    return paths.find(folder, {"SESSION_TUI_STATE": str(folder / "state"), "SESSION_TUI_SESSIONS": "sessions"})


def context_in(folder: Path, theme: Theme, now: datetime = START) -> AppContext:
    """The context of a run with its files in this folder, at this moment."""
    found = replace(_places(folder), configuration=Configuration(theme=theme))
    return AppContext(lambda: found, lambda: now, random.Random(7), {})


async def _home(folder: Path, shot: Shot) -> str:
    if shot.stage == "first":
        (folder / "sessions").mkdir()
    else:
        shutil.copytree(TOP / "sessions", folder / "sessions")
    keys = shot.keys
    if shot.stage == "merge":
        copied(folder / "sessions")
        keys = (*("down",) * 3, *keys)
    if shot.stage == "out":
        pushed(folder / "state" / "outbox")
    plan_in(folder)
    if shot.stage != "first":
        (folder / "pipeline.csv").write_text(PIPELINE, encoding="utf-8")
    endpoints = ENDPOINTS if shot.stage == "out" else ""
    (folder / paths.CONFIG_NAME).write_text(
        f'schema = 1\nname = "Ana Ruiz"\ntheme = "{shot.theme}"\n{CADENCE}{endpoints}'
    )
    found = paths.find(folder, {"SESSION_TUI_STATE": str(folder / "state"), "HOME": str(folder)})
    # The folder's name is another one each time.
    shown = replace(found, sessions=replace(found.sessions, path=Path(os.path.relpath(found.sessions.path, folder))))
    context = AppContext(lambda: found, lambda: START, random.Random(7), {})
    home = partial(HomeScreen, context, choose_trial=(lambda chosen: None) if shot.stage == "first" else None)
    app = SessionTui(context, home, "screens/library/library.tcss")
    async with app.run_test(size=shot.size) as pilot:
        screen = app.screen
        assert isinstance(screen, HomeScreen)
        # What is due and what the user owes come at the same moment, and draw the title again.
        while not any("owe" in words for words, _ in screen.query_one("#title", StatusLine).pieces):
            await pilot.pause(0.05)
        screen.query_one("#title", StatusLine).say(("session-tui", "strong"), (f"   {shown.sessions.path}", "muted"))
        for key in keys:
            await pilot.press(key)
            await _rest(pilot, screen)
        await _rest(pilot, screen)
        return app.export_screenshot(title="session-tui")


async def _people(folder: Path, shot: Shot) -> str:
    shutil.copytree(TOP / "sessions", folder / "sessions")
    (folder / paths.CONFIG_NAME).write_text(f'schema = 1\nname = "Ana Ruiz"\ntheme = "{shot.theme}"\n')
    found = paths.find(folder, {"SESSION_TUI_STATE": str(folder / "state"), "HOME": str(folder)})
    context = AppContext(lambda: found, lambda: START, random.Random(7), {})
    app = SessionTui(context, lambda: PeopleScreen(context, found, folder), "screens/team/team.tcss")
    async with app.run_test(size=shot.size) as pilot:
        for key in ("", *shot.keys):
            if key:
                await pilot.press(key)
            screen = app.screen
            assert isinstance(screen, TeamScreen)
            for _ in range(2):  # an answer may ask again
                while not screen.index_worker.idle:
                    await pilot.pause(0.01)
                await pilot.pause()
        return app.export_screenshot(title="session-tui")


async def still(pilot: Pilot[str]) -> str:
    """The picture once it is the same at two looks, every key worked off."""
    svg, last = "", "not yet"
    while svg != last or not pilot.app.at_rest:  # type: ignore[attr-defined]
        await pilot.pause(0.05)
        svg, last = pilot.app.export_screenshot(title="session-tui"), svg
    return svg


async def _rest(pilot: Pilot[str], home: HomeScreen) -> None:
    """Until every thread has answered, and the answers are on the screen."""
    while not home.index_worker.idle:
        await pilot.pause(0.01)
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    while not home.index_worker.idle:
        await pilot.pause(0.01)
    await pilot.pause()


def pushed(outbox: Path) -> None:
    """What was pushed, and how it went: one arrived, one waits, one was refused."""
    box = Outbox(outbox)
    made = OutboxMessage(
        id="msg_1", endpoint="team", kind="webhook", url="https://team.example.com/hooks/sessions", type="session.held",
        session="2026-11-17-borealis-foods-r7ya", created_at=START - timedelta(days=6), state="delivered", attempts=1,
        body="{}",
    )  # fmt: skip
    box.put(made)
    later = START + timedelta(minutes=14)
    why = "the receiver is not there at the moment (503)"
    session = "2026-11-09-acme-freight-2m9x"
    box.put(replace(made, id="msg_2", session=session, state="waiting", attempts=4, next_at=later, reason=why))
    no = "the receiver does not know this address (404): no_team"
    box.put(replace(made, id="msg_3", endpoint="channel", kind="slack", state="rejected", reason=no))


def copied(sessions: Path) -> None:
    """Two versions of one of the samples, as they are when two people go on with it on two
    machines.
    """
    path = sessions / "2026-11-09-acme-freight-2m9x.toml"
    read = session_file.read(path.read_bytes())
    one, number = read.session, next_id(read.session, "s")
    first, *others = one.stakeholders
    otto = Stakeholder(id=number, name="Otto Berg", title="Head of finance", power=4)
    sana = Stakeholder(id=number, name="Sana Oduya", title="IT architect", support=1, covered_by=("Mei Tan",))
    call = ActionItem(id=next_id(one, "t"), text="Send Otto the payback model", owner="Ben Okafor", about=(number,))
    ours = replace(
        one,
        headline="Winnable once the CFO has seen the payback",
        stakeholders=(first, *others, otto),
        action_items=(*one.action_items, call),
    )
    theirs = replace(
        one,
        headline="Winnable if finance agrees to a payback of 18 months",
        stakeholders=(replace(first, note="Asks for a reference of her size"), *others, sana),
        decisions=(*one.decisions, Decision(id=next_id(one, "d"), text="No pilot before the CFO meeting")),
    )
    path.write_bytes(read.with_session(ours).content())
    copy = path.with_name(f"{path.stem} (Ana's conflicted copy 2026-11-24).toml")
    copy.write_bytes(read.with_session(theirs).content())


def plan_in(folder: Path) -> Reading:
    """The plan in the folder's plans, read and commented by Mei Tan yesterday."""
    (folder / "plans").mkdir()
    path = folder / "plans" / "acme-freight.md"
    path.write_text(PLAN, encoding="utf-8")
    reading = Reading(files.open_plan(path, folder), path, "Mei Tan", folder / "state")
    line = PLAN.splitlines().index("- The budget is approved for this fiscal year") + 1
    reading.record(START - timedelta(hours=16))
    reading.keep(reading.comment(line, "Who told us, and when?", START - timedelta(hours=16)))
    return reading


async def _plan(folder: Path, shot: Shot) -> str:
    read = plan_in(folder)
    found, path = read.plan, read.path
    context = context_in(folder, shot.theme)
    asked = questions_for(AGENDA, "facilitator")
    screen = partial(PlanScreen, found, path, "Ana Ruiz", "facilitator", asked, context, folder / "state")
    app = SessionTui(context, screen, "screens/plan/plan.tcss")
    async with app.run_test(size=shot.size) as pilot:
        text, outline = app.screen.query_one(TextView), app.screen.query_one("#outline", Panel)
        while not text.text_layout.lines or not outline.sections:
            await pilot.pause(0.05)
        await pilot.press(*shot.keys)
        await pilot.pause()
        return app.export_screenshot(title="session-tui")


async def _enemies(folder: Path, shot: Shot) -> str:
    given: EnemiesFile | AnonymousBatch = enemies.about_me(folder / "me", "2026-Q4", folder / "state")
    if shot.stage == "us":
        given = AnonymousBatch(folder / "assessments", "2026-Q4", folder / "state", random.Random(7))
        given.repository = Path("team")
    context = context_in(folder, shot.theme)
    screen = partial(EnemiesScreen, given, f"{shot.stage}, 2026-Q4")
    app = SessionTui(context, screen, "screens/team/enemies.tcss")
    async with app.run_test(size=shot.size) as pilot:
        await pilot.press(*shot.keys)
        await app.workers.wait_for_complete()
        await pilot.pause()
        return app.export_screenshot(title="session-tui")


async def _scorecard(folder: Path, shot: Shot) -> str:
    given = scorecards.answers(folder / "assessments", "Ana Ruiz", "2026-Q4", folder / "state", random.Random(7))
    asked = scorecards.practices(folder / "assessments")
    context = context_in(folder, shot.theme)
    app = SessionTui(context, partial(ScorecardScreen, given, asked), "screens/team/scorecard.tcss")
    async with app.run_test(size=shot.size) as pilot:
        await pilot.press(*shot.keys)
        await app.workers.wait_for_complete()
        await pilot.pause()
        return app.export_screenshot(title="session-tui")


def held(folder: Path, lines: Lines, start: datetime = START) -> tuple[OpenedSession, datetime]:
    """A session in which these lines were entered, and what time it is then."""
    session = Session(
        id=f"{start:%Y-%m-%d}-acme-freight-7k3q",
        status="live",
        agenda=AGENDA.name,
        account="Acme Freight",
        zone="EMEA",
        opportunity="Transport management replacement",
        phase="evaluation",
        amount=420000.0,
        currency="EUR",
        facilitator="Ana Ruiz",
        account_owner="Ben Okafor",
        attendees=tuple(Attendee(name=name) for name in ("Ben Okafor", "Mei Tan", "Ana Ruiz")),
        parts=session_parts(AGENDA),
    )
    opened = create_session(folder / "sessions", session, folder / "state")
    return opened, played(opened, lines, start)


def following(folder: Path, lines: Lines) -> tuple[OpenedSession, PriorSessions, datetime]:
    """The session a week after one that was held to its end: what it began with, and what was
    entered since.
    """
    before, ended = held(folder, WHOLE, START - timedelta(days=7))
    plan_in(folder)
    found = paths.find(folder, {"SESSION_TUI_STATE": str(folder / "state")})
    close = edits.Close(ended, "pursue_if", "Winnable once the CFO has seen the payback", 6)
    before.change(close, ended)
    before.close()
    request = SessionRequest(account="Acme Freight", plan=Path("acme-freight.md"), close_on=date(2026, 12, 18))
    rows = session_folder.rows(found.sessions.path)
    begun = new_session.begin(request, AGENDA, rows, found, START, random.Random(7))
    opened = create_session(folder / "sessions", begun.session, folder / "state")
    return opened, begun.background, played(opened, lines, START) if lines else START


def played(opened: OpenedSession, lines: Lines, start: datetime) -> datetime:
    """The clock started, and each line entered at its time; the moment of the last one."""
    begun = clock_commands.start(opened.session, start)
    assert isinstance(begun, edits.Mark)
    opened.change(begun, start)
    now = start
    for seconds, line in lines:
        now += timedelta(seconds=seconds)
        box = timebox.of(opened.session, now)
        part = opened.session.parts[box.running].kind
        reading = capture.read(line, Context(opened.session, part, now, now.date()))
        edit = (
            session_commands.edit_for(reading.name, reading.arguments, opened.session, now)
            if isinstance(reading, Command)
            else reading
        )
        assert not isinstance(edit, Refusal), f"{line}: {edit}"
        assert opened.change(edit, now) is None, line
    return now


def plain(svg: str) -> str:
    """Without fonts from elsewhere, the spaces kept: the reader's own fixed-width font serves."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    # Not every renderer keeps no-break spaces at the edge of a text; all keep those they are told
    # to.
    svg = svg.replace("&#160;", " ").replace("<text ", '<text xml:space="preserve" ')
    return svg.replace("Fira Code", "DejaVu Sans Mono")


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    asyncio.run(main())
