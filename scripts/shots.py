"""Make the README's pictures: one session in a headless terminal at several sizes, dark and light.

`make shots` writes them to docs/pictures/ as SVG. The clock is turned by hand: they come out the same each time.
"""

import asyncio
import os
import re
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeAlias

from session_tui.model import capture, conduct, edits, steps, timebox
from session_tui.model.agenda import questions_for, session_parts
from session_tui.model.capture import Context, Do, Refusal
from session_tui.model.configuration import Configuration
from session_tui.model.session import Attendee, Session
from session_tui.model.words import Theme
from session_tui.store import agendas, plans
from session_tui.store.opened import OpenedSession, create_session
from session_tui.store.reading import Reading
from session_tui.tui.app import SessionTui, live
from session_tui.tui.desk import Desk
from session_tui.tui.screens.live import LiveScreen
from session_tui.tui.screens.plan import PlanScreen
from session_tui.tui.widgets.capture_line import CaptureLine
from session_tui.tui.widgets.page import Page
from session_tui.tui.widgets.panel import Panel

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

# name, size, theme, lines, what is half-typed, keys pressed before
Lines: TypeAlias = tuple[tuple[int, str], ...]


class Shot(NamedTuple):
    """One picture: its file's name, the terminal, the session so far, what is half-typed, and keys pressed then."""

    name: str
    size: tuple[int, int]
    theme: Theme
    lines: Lines
    typed: str = ""
    keys: tuple[str, ...] = ()
    plan: str = ""  # the plan that is read, where it is not a live session


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


TYPED = "Operations will be the sponsor !4 %3 @me"
HALF = (*STAKEHOLDERS, *ASSUMPTIONS)
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
    Shot("plan-dark", (120, 36), "session-dark", (), "", ("n",) * 3 + ("j",), PLAN),
    Shot("plan-80x24-light", (80, 24), "session-light", (), "", (), PLAN),
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
        return plain(await (_plan if shot.plan else _screen)(Path(folder), shot))


async def _screen(folder: Path, shot: Shot) -> str:
    opened, now = held(folder, shot.lines)
    opened.alive(now)
    desk = Desk(lambda: now, Configuration(theme=shot.theme))
    app = live(opened, AGENDA, desk, folder=TOP / "sessions")
    async with app.run_test(size=shot.size) as pilot:
        screen = app.screen
        assert isinstance(screen, LiveScreen)
        # The panel comes a moment after the first paint.
        while screen.past.last is None:
            await pilot.pause(0.05)
        screen.query_one(CaptureLine).put(shot.typed)
        await pilot.pause()
        await pilot.press(*shot.keys)
        await pilot.pause()
        svg = app.export_screenshot(title="session-tui")
    opened.close()
    return svg


async def _plan(folder: Path, shot: Shot) -> str:
    (folder / "plans").mkdir()
    path = folder / "plans" / "acme-freight.md"
    path.write_text(shot.plan, encoding="utf-8")
    found = plans.open_plan(path, folder)
    reading = Reading(found, path, "Mei Tan", folder / "state")
    line = shot.plan.splitlines().index("- The budget is approved for this fiscal year") + 1
    reading.record(START - timedelta(hours=16))
    reading.keep(reading.comment(line, "Who told us, and when?", START - timedelta(hours=16)))
    desk = Desk(lambda: START, Configuration(theme=shot.theme))
    asked = questions_for(AGENDA, "facilitator")
    screen = partial(PlanScreen, found, path, "Ana Ruiz", "facilitator", asked, desk, folder / "state")
    app = SessionTui(desk, screen, "screens/plan.tcss")
    async with app.run_test(size=shot.size) as pilot:
        while not app.screen.query_one(Page).laid.lines or not app.screen.query_one("#outline", Panel).sections:
            await pilot.pause(0.05)
        await pilot.press(*shot.keys)
        await pilot.pause()
        return app.export_screenshot(title="session-tui")


def held(folder: Path, lines: Lines) -> tuple[OpenedSession, datetime]:
    """A session in which these lines were entered, and what time it is then."""
    session = Session(
        id="2026-11-23-acme-freight-7k3q",
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
    begun = steps.start(opened.session, START)
    assert isinstance(begun, edits.Mark)
    opened.change(begun, START)
    now = START
    for seconds, line in lines:
        now += timedelta(seconds=seconds)
        box = timebox.read(opened.session.parts, opened.session.clock, now)
        part = opened.session.parts[box.running].kind
        reading = capture.read(line, Context(opened.session, part, now, now.date()))
        edit = (
            conduct.edit_for(reading.name, reading.arguments, opened.session, now)
            if isinstance(reading, Do)
            else reading
        )
        assert not isinstance(edit, Refusal), f"{line}: {edit}"
        assert opened.change(edit, now) is None, line
    return opened, now


def plain(svg: str) -> str:
    """Without fonts from elsewhere, the spaces kept: the reader's own fixed-width font serves."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    # Not every renderer keeps no-break spaces at the edge of a text; all keep those they are told to.
    svg = svg.replace("&#160;", " ").replace("<text ", '<text xml:space="preserve" ')
    return svg.replace("Fira Code", "DejaVu Sans Mono")


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    asyncio.run(main())
