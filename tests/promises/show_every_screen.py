"""Opens every screen over a hostile folder, as a terminal's child with the real driver.

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
from driver import drawn
from forgotten import where
from hostile_texts import EVIL, LATEST, OTHER, PREPARED, TWOFOLD
from session_tui.index.index import Index
from session_tui.model import capture
from session_tui.model.edits import Put
from session_tui.model.pipeline import PipelineRow
from session_tui.model.reports.cadence import Owed
from session_tui.model.session import Plan, Session
from session_tui.store import agendas, merge, open_session, session_file, session_removal
from session_tui.store.new_session import PriorSessions, attached
from session_tui.store.paths import Paths
from session_tui.store.plans import files
from session_tui.store.team import enemies as answers
from session_tui.store.team import scorecards
from session_tui.store.team.anonymous import AnonymousBatch
from session_tui.tui import queries
from session_tui.tui.app import SessionTui
from session_tui.tui.screens.help import GlossaryScreen, HelpScreen
from session_tui.tui.screens.legend import LegendScreen
from session_tui.tui.screens.library.actions import ActionsScreen
from session_tui.tui.screens.library.beliefs import BeliefsScreen
from session_tui.tui.screens.library.compare import CompareScreen
from session_tui.tui.screens.library.due import DueScreen
from session_tui.tui.screens.library.history import AccountScreen, BriefScreen
from session_tui.tui.screens.library.home import HomeScreen
from session_tui.tui.screens.library.new_session import NewScreen
from session_tui.tui.screens.library.removed import RemovedScreen, RemoveScreen
from session_tui.tui.screens.library.session import ReadScreen
from session_tui.tui.screens.library.tab import HELP
from session_tui.tui.screens.live.attendees import AttendeesScreen
from session_tui.tui.screens.live.close_session import EndScreen
from session_tui.tui.screens.live.closing_screen import ClosingScreen
from session_tui.tui.screens.live.dialogs import CommentsScreen, ConflictScreen, LeaveScreen, OfferScreen, PartScreen
from session_tui.tui.screens.live.map_health import HealthScreen
from session_tui.tui.screens.live.pages import ChangedMapScreen, EnemiesHereScreen
from session_tui.tui.screens.live.paste import PasteScreen
from session_tui.tui.screens.live.presenter import PresenterScreen
from session_tui.tui.screens.live.promises import PromisesScreen
from session_tui.tui.screens.live.screen import LiveScreen
from session_tui.tui.screens.live.unjudged import UnjudgedScreen
from session_tui.tui.screens.merge.screen import MergeScreen
from session_tui.tui.screens.outbox.export import ExportScreen
from session_tui.tui.screens.outbox.outbox import OutboxScreen
from session_tui.tui.screens.plan.page import ChangedScreen
from session_tui.tui.screens.plan.prepare import PrepareScreen
from session_tui.tui.screens.plan.screen import PlanScreen
from session_tui.tui.screens.team.enemies import EnemiesScreen
from session_tui.tui.screens.team.handover import HandoverScreen
from session_tui.tui.screens.team.people import PeopleScreen
from session_tui.tui.screens.team.scorecard import ScorecardScreen
from session_tui.tui.screens.theme_picker import ThemeScreen

QUIET, PATIENCE = 2, 30.0  # looks at a screen that no longer changes; seconds until it should


class Tour:
    """Goes from screen to screen."""

    def __init__(self, home: Path) -> None:
        self.places: Paths = where(home)
        self.state = self.places.state.path
        self.context = context_of(self.places)

        self.seen: dict[str, str] = {}

    def session(self, id: str) -> Session:
        return session_file.read((self.places.sessions.path / f"{id}.toml").read_bytes()).session

    async def __call__(self, pilot: Pilot[Any]) -> None:
        """Every screen, in the order of a day: the library, preparing, the session, the team."""
        home, today = pilot.app.screen, self.context.today
        assert isinstance(home, HomeScreen)
        await self.look(pilot, "down", "c", "escape")
        latest, before = self.session(LATEST), self.session(OTHER)
        account, deal = latest.account, PipelineRow(account=latest.account, opportunity=EVIL, phase=EVIL, owner=EVIL)
        owed = Owed(account, EVIL, EVIL, LATEST, today, (EVIL, f"second {EVIL}"))
        with Index(self.places.sessions.path, self.places.cache.path) as index:
            index.refresh()
            known = queries.known(self.places, index)
            card = next(each for each in index.cards() if each.name == LATEST)
        removed = session_removal.restorable(self.places.sessions.path)
        found = merge.look(self.places.sessions.path / f"{TWOFOLD}.toml", self.state)
        push_service = pilot.app.outbox_service  # type: ignore[attr-defined]
        plan = self.places.plans.path / "acme.md"
        practices = scorecards.practices(self.places.assessments.path)
        scores = scorecards.answers(
            self.places.assessments.path, f"Ana Ruiz{EVIL}", "2026-Q4", self.state, random.Random(7)
        )
        given = answers.about_account(
            self.places.assessments.path, account, EVIL, "2026-Q4", self.state, random.Random(7)
        )
        together = AnonymousBatch(self.places.assessments.path, "2026-Q4", self.state, random.Random(7))
        questions = ((EVIL, f"Why {EVIL}?"),)
        live = open_session.create_session(
            self.places.sessions.path, _live(latest, attached(plan, plan.parent.parent)), self.state
        )
        prepared = open_session.open_session(self.places.sessions.path / f"{PREPARED}.toml", self.state)
        for screen, keys in (
            (ActionsScreen(home), "down"),
            (BeliefsScreen(home, account), "down"),
            (AccountScreen(home, account), "down"),
            (BriefScreen(account, (latest, before), (deal,), today), "down"),
            (CompareScreen(before, latest, today), "down"),
            (ReadScreen(latest, lambda: today, home.session_library), "down tab"),
            (HelpScreen(self.context, "In the library", HELP), "down"),
            (GlossaryScreen(EVIL), "down"),
            (DueScreen((owed,), today), "down"),
            (RemoveScreen(card, self.places.sessions.path / f"removed{EVIL}", today), "down"),
            (RemovedScreen(removed, today), "down"),
            (NewScreen(self.places.agendas.path, known, {"account": "acme"}), "f"),
            (MergeScreen(found, self.state, today), "o"),
            (ExportScreen(latest, self.context, push_service, (before,)), "down down"),
            (OutboxScreen(self.context, push_service), "down down"),
            (PrepareScreen(prepared, PriorSessions(), self.context, self.places), "tab tab"),
            (
                PlanScreen(
                    files.open_plan(plan, plan.parent.parent), plan, EVIL, EVIL, questions, self.context, self.state
                ),
                "question_mark down",
            ),
            (ChangedScreen((f"+ {EVIL}", f"- {EVIL}")), "down"),
            (ScorecardScreen(scores, practices), "8 o"),
            (EnemiesScreen(given, EVIL), "o down"),
            (EnemiesScreen(together, EVIL, together=True), "enter"),
            (PeopleScreen(self.context, self.places, self.places.sessions.path.parent), "down"),
            (HandoverScreen(f"Ben Okafor{EVIL}", self.context, self.places, self.places.sessions.path.parent), "down"),
        ):  # fmt: skip
            async with self.opened(pilot, screen):
                await self.look(pilot, *keys.split())
        await self.hold(pilot, live, latest, before)
        prepared.close()
        live.close()
        pilot.app.exit(f"goodbye\n{EVIL}")

    async def hold(
        self, pilot: Pilot[Any], session: open_session.OpenedSession, latest: Session, before: Session
    ) -> None:
        """The session, and what opens over it."""
        agenda = agendas.of(latest, self.places.agendas.path)
        background = PriorSessions()
        held = LiveScreen(
            session, agenda, self.context, session_library=self.context.session_library, background=background
        )
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
            theirs = session_file.new(replace(session.session, headline=f"theirs {EVIL}")).content()
            session.path.write_bytes(theirs)
            ours = Put("headline", "", session.session.headline, f"ours {EVIL}")  # what both changed is a conflict
            assert session.change(ours, self.context.now()) is None
            await self.look(pilot, "M", "enter")
            async with asyncio.timeout(PATIENCE):
                while session.conflict is None:
                    await pilot.pause(0.01)
            report = queries.enemies(self.places, latest)
            assert report is not None
            lines = (f"Ruth {EVIL}", f"Ben {EVIL}")
            added = capture.read_list(capture.pasted_lines("\n".join(lines)), live.capture_context()).edit
            assert added is not None
            over = (
                (PromisesScreen(live), "down"),
                (HealthScreen(live), "down"),
                (UnjudgedScreen(live), "down"),
                (AttendeesScreen(live), "down"),
                (ChangedMapScreen(before, latest, self.context.today), "down"),
                (CommentsScreen(live.session.plan or Plan()), "right"),
                (EnemiesHereScreen(latest.account, report), "down"),
                (PasteScreen(live, f"{EVIL}\nRuth {EVIL}\n/end {EVIL}\n> {EVIL}\n-- \n{EVIL}"), "m down t e"),
                (OfferScreen(live, lines, added, EVIL), ""),
                (PartScreen(live, 0), ""),
                (ThemeScreen(self.context), "down"),
                (LegendScreen(), "down"),
                (EndScreen(live), "tab 1 tab"),
                (ClosingScreen(live), "down"),
                (LeaveScreen(live), ""),
                (ConflictScreen(session), ""),
                (HelpScreen(self.context), ""),
            )
            for screen, keys in over:
                async with self.opened(pilot, screen):
                    await self.look(pilot, *keys.split())
            live.act("palette")
            await self.look(pilot, *"map", "down")
            await pilot.press("escape")
            followed = open_session.follow_session(session.path, self.state, "this window only shows the session")
            async with self.opened(pilot, PresenterScreen(followed, self.context)):
                await self.look(pilot, "m", "c", "t")
            followed.close()

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
                    now = drawn(pilot.app.screen)
                    same = same + 1 if now == shown else 0
                    shown = now
                    await pilot.pause(0.005)
            name = type(pilot.app.screen).__name__
            self.seen[name] = self.seen.get(name, "") + shown


def _live(latest: Session, plan: Plan) -> Session:
    """The last session once more, live and under another name, with a plan."""
    id_ = "2026-11-23-acme-freight-zzzz"
    return replace(latest, id=id_, status="live", previous=LATEST, ended_at=None, clock=(), plan=plan)


def main(home: Path) -> None:
    tour = Tour(home)
    app = SessionTui(tour.context, lambda: HomeScreen(tour.context), "screens/library/library.tcss")
    result = app.run(auto_pilot=tour)
    (home / "seen.json").write_text(json.dumps(tour.seen), encoding="utf-8")
    if app.failure is not None:
        raise app.failure
    sys.exit(0 if result else 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
