"""Opens every screen over a hostile folder, as a terminal's child with the framework's real driver.

Writes the names of the screens that were drawn into a file, and what each of them showed.
"""

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from textual.pilot import Pilot
from textual.screen import Screen

from conftest import context_of
from forgotten import where
from hostile_texts import EVIL, LATEST, OTHER, PREPARED, TWOFOLD
from session_tui.library.index import Index
from session_tui.model import capture
from session_tui.model.cadence import Owed
from session_tui.model.edits import Put
from session_tui.model.pipeline import PipelineRow
from session_tui.model.session import Plan, Session
from session_tui.store import agendas, assessments, document, merging, opened, plans
from session_tui.store import enemies as answers
from session_tui.store.about_us import Together
from session_tui.store.beginning import Background, attached
from session_tui.store.places import Places
from session_tui.tui import looking, lookups
from session_tui.tui.app import SessionTui
from session_tui.tui.screens.account import AccountScreen
from session_tui.tui.screens.actions import ActionsScreen
from session_tui.tui.screens.beliefs import BeliefsScreen
from session_tui.tui.screens.brief import BriefScreen
from session_tui.tui.screens.changed import ChangedScreen
from session_tui.tui.screens.changed_map import ChangedMapScreen
from session_tui.tui.screens.comments import CommentsScreen
from session_tui.tui.screens.compare import CompareScreen
from session_tui.tui.screens.conflict import ConflictScreen
from session_tui.tui.screens.due import DueScreen
from session_tui.tui.screens.end import EndScreen
from session_tui.tui.screens.enemies import EnemiesScreen
from session_tui.tui.screens.enemies_here import EnemiesHereScreen
from session_tui.tui.screens.handover import HandoverScreen
from session_tui.tui.screens.health import HealthScreen
from session_tui.tui.screens.help import HelpScreen
from session_tui.tui.screens.home import HomeScreen
from session_tui.tui.screens.leave import LeaveScreen
from session_tui.tui.screens.library import HELP
from session_tui.tui.screens.live import LiveScreen
from session_tui.tui.screens.merge import MergeScreen
from session_tui.tui.screens.new import NewScreen
from session_tui.tui.screens.out import OutScreen
from session_tui.tui.screens.outbox import OutboxScreen
from session_tui.tui.screens.paste import PasteScreen
from session_tui.tui.screens.people import PeopleScreen
from session_tui.tui.screens.plan import PlanScreen
from session_tui.tui.screens.prepare import PrepareScreen
from session_tui.tui.screens.promises import PromisesScreen
from session_tui.tui.screens.read import ReadScreen
from session_tui.tui.screens.scorecard import ScorecardScreen

QUIET, PATIENCE = 2, 30.0  # looks at a screen that no longer changes; seconds until it should


class Tour:
    """Goes from screen to screen."""

    def __init__(self, home: Path) -> None:
        self.places: Places = where(home)
        self.state = self.places.state.path
        self.desk = context_of(self.places)

        self.seen: dict[str, str] = {}

    def session(self, id: str) -> Session:
        return document.read((self.places.sessions.path / f"{id}.toml").read_bytes()).session

    async def __call__(self, pilot: Pilot[Any]) -> None:
        """Every screen, in the order of a day: the library, preparing, the session, the team."""
        home, today = pilot.app.screen, self.desk.today
        assert isinstance(home, HomeScreen)
        await self.look(pilot, "down", "c", "escape")
        latest, before = self.session(LATEST), self.session(OTHER)
        account, deal = latest.account, PipelineRow(account=latest.account, opportunity=EVIL, phase=EVIL, owner=EVIL)
        owed = Owed(account, EVIL, EVIL, LATEST, today, (EVIL, f"second {EVIL}"))
        with Index(self.places.sessions.path, self.places.cache.path) as index:
            index.refresh()
            known = looking.known(self.places, index)
        found = merging.look(self.places.sessions.path / f"{TWOFOLD}.toml", self.state)
        post = pilot.app.postman  # type: ignore[attr-defined]
        plan = self.places.plans.path / "acme.md"
        practices = assessments.practices(self.places.assessments.path)
        scores = assessments.answers(
            self.places.assessments.path, f"Ana Ruiz{EVIL}", "2026-Q4", self.state, random.Random(7)
        )
        given = answers.about_account(
            self.places.assessments.path, account, EVIL, "2026-Q4", self.state, random.Random(7)
        )
        together = Together(self.places.assessments.path, "2026-Q4", self.state, random.Random(7))
        questions = ((EVIL, f"Why {EVIL}?"),)
        live = opened.create_session(
            self.places.sessions.path, _live(latest, attached(plan, plan.parent.parent)), self.state
        )
        prepared = opened.open_session(self.places.sessions.path / f"{PREPARED}.toml", self.state)
        for screen, keys in (
            (ActionsScreen(home), "down"),
            (BeliefsScreen(home, account), "down"),
            (AccountScreen(home, account), "down"),
            (BriefScreen(account, (latest, before), (deal,), today), "down"),
            (CompareScreen(before, latest, today), "down"),
            (ReadScreen(latest, lambda: today, home.shelves), "down tab"),
            (HelpScreen(self.desk, HELP), "down"),
            (DueScreen((owed,), today), "down"),
            (NewScreen(self.places.agendas.path, known, {"account": "acme"}), "f"),
            (MergeScreen(found, self.state, today), "o"),
            (OutScreen(latest, self.desk, post, (before,)), "down down"),
            (OutboxScreen(self.desk, post), "down down"),
            (PrepareScreen(prepared, Background(), self.desk, self.places), "tab tab"),
            (PlanScreen(plans.open_plan(plan, plan.parent.parent), plan, EVIL, EVIL, questions, self.desk, self.state),
             "question_mark down"),
            (ChangedScreen((f"+ {EVIL}", f"- {EVIL}")), "down"),
            (ScorecardScreen(scores, practices), "8 o"),
            (EnemiesScreen(given, EVIL), "o down"),
            (EnemiesScreen(together, EVIL, together=True), "enter"),
            (PeopleScreen(self.desk, self.places, self.places.sessions.path.parent), "down"),
            (HandoverScreen(f"Ben Okafor{EVIL}", self.desk, self.places, self.places.sessions.path.parent), "down"),
        ):  # fmt: skip
            async with self.opened(pilot, screen):
                await self.look(pilot, *keys.split())
        await self.hold(pilot, live, latest, before)
        prepared.close()
        live.close()
        pilot.app.exit(f"goodbye\n{EVIL}")

    async def hold(self, pilot: Pilot[Any], session: opened.OpenedSession, latest: Session, before: Session) -> None:
        """The session, and what opens over it."""
        agenda = agendas.of(latest, self.places.agendas.path)
        background = Background()
        held = LiveScreen(session, agenda, self.desk, shelves=self.desk.shelves, background=background)
        live = held.live
        async with self.opened(pilot, held):
            await self.look(pilot, "escape", "down", "ctrl+o", "escape", "R", "u")
            await pilot.press("backspace", "backspace")
            for arguments in ("grid", "map", "table", "coverage"):
                live.act("map", arguments)
                await self.look(pilot)
            for _ in range(3):
                live.act("next")
                await self.look(pilot, "down")
            theirs = document.new(replace(session.session, headline=f"theirs {EVIL}")).content()
            session.path.write_bytes(theirs)
            ours = Put("headline", "", session.session.headline, f"ours {EVIL}")  # what both changed is a conflict
            assert session.change(ours, self.desk.now()) is None
            await self.look(pilot, "M", "enter")
            async with asyncio.timeout(PATIENCE):
                while session.conflict is None:
                    await pilot.pause(0.01)
            report = lookups.enemies(self.places, latest)
            assert report is not None
            lines = (f"Ruth {EVIL}", f"Ben {EVIL}")
            over = (
                (PromisesScreen(live), "down"),
                (HealthScreen(live), "down"),
                (ChangedMapScreen(before, latest, self.desk.today), "down"),
                (CommentsScreen(live.session.plan or Plan()), "right"),
                (EnemiesHereScreen(latest.account, report), "down"),
                (PasteScreen(live, lines, capture.read_list(lines, live.context()), EVIL), ""),
                (PasteScreen(live, lines, capture.Refusal(EVIL, EVIL)), ""),
                (EndScreen(live), "tab 1 tab"),
                (LeaveScreen(live), ""),
                (ConflictScreen(session), ""),
                (HelpScreen(self.desk), ""),
            )
            for screen, keys in over:
                async with self.opened(pilot, screen):
                    await self.look(pilot, *keys.split())
            live.act("palette")
            await self.look(pilot, *"map", "down")
            await pilot.press("escape")

    @asynccontextmanager
    async def opened(self, pilot: Pilot[Any], screen: Screen[Any]) -> AsyncIterator[None]:
        """The screen over the others, and away again with all that it opened."""
        under = list(pilot.app.screen_stack)
        await pilot.app.push_screen(screen)
        yield
        while len(pilot.app.screen_stack) > len(under):
            await pilot.app.pop_screen()

    async def look(self, pilot: Pilot[Any], *keys: str) -> None:
        """What is on the screen when it rests, now and after each of these keys."""
        for key in (None, *keys):
            if key:
                await pilot.press(key)
            await pilot.pause()
            shown, same = "", 0
            async with asyncio.timeout(PATIENCE):
                while same < QUIET:
                    now = _text(pilot.app.screen)
                    same = same + 1 if now == shown else 0
                    shown = now
                    await pilot.pause(0.005)
            name = type(pilot.app.screen).__name__
            self.seen[name] = self.seen.get(name, "") + shown


def _text(screen: Screen[Any]) -> str:
    return "\n".join("".join(segment.text for segment in line) for line in screen._compositor.render_strips())


def _live(latest: Session, plan: Plan) -> Session:
    """The last session once more, live and under another name, with a plan."""
    id_ = "2026-11-23-acme-freight-zzzz"
    return replace(latest, id=id_, status="live", previous=LATEST, ended_at=None, clock=(), plan=plan)


def main(home: Path) -> None:
    tour = Tour(home)
    app = SessionTui(tour.desk, lambda: HomeScreen(tour.desk), "screens/home.tcss")
    result = app.run(auto_pilot=tour)
    (home / "seen.json").write_text(json.dumps(tour.seen), encoding="utf-8")
    if app.failure is not None:
        raise app.failure
    sys.exit(0 if result else 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
