"""The simulated team of `sync_simulation` on real files: the program's own engine, ledger and
store, and the server's application, with all that goes wrong between any two steps.

A run is made from its seed alone: `FileWorld(…).run()` returns what is wrong, or an empty text.
"""

import contextlib
import shutil
import zlib
from collections.abc import Generator, Iterator, MutableMapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from session_tui.model.fault import Fault
from session_tui.model.merge.points import Choice
from session_tui.model.sync import planner
from session_tui.model.sync.content import Content, seen
from session_tui.model.sync.inventory import buckets, root
from session_tui.model.sync.ledger import Agreed
from session_tui.model.sync.settlement import Delete, Effect, Planner, Settlement
from session_tui.outbox.request import Request
from session_tui.outbox.response import Response
from session_tui.outbox.sync.ledger_file import LedgerFile
from session_tui.outbox.sync.report import SyncReport
from session_tui.outbox.synced_folder import unsent_removals
from session_tui.server.tables import revisions
from session_tui.store import merge, removed_sessions, session_content, session_removal
from session_tui.store.errors import StoreError
from sync_members import LOCAL, LocalServer, TeamMember
from sync_simulation import TEXT, Faults, Killed, Member, World, texts

LONG = timedelta(days=removed_sessions.KEPT_DAYS + 1)
OFFLINE = Response(0, "there is no network")


class SessionsOnDisk(MutableMapping[str, Content]):
    """The sessions' files of a folder, by id; a value is written as an editor writes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, session: str) -> Path:
        return self.folder / f"{session}.toml"

    def __getitem__(self, session: str) -> Content:
        try:
            found = session_content.content_in(self.path(session).read_bytes(), self.path(session))
        except FileNotFoundError:
            raise KeyError(session) from None
        assert not isinstance(found, Fault), found
        return found[1]

    def __setitem__(self, session: str, content: Content) -> None:
        path = self.path(session)
        before = session_content.content_in(path.read_bytes(), path) if path.exists() else None
        assert not isinstance(before, Fault), before
        document = session_content.document_of(content, before[0] if before else None)
        assert not isinstance(document, Fault), document
        path.write_bytes(document.content())

    def __delitem__(self, session: str) -> None:
        self.path(session).unlink()

    def __iter__(self) -> Iterator[str]:
        with contextlib.suppress(FileNotFoundError):
            yield from sorted(path.stem for path in self.folder.glob("*.toml") if " " not in path.name)

    def __len__(self) -> int:
        return len(list(iter(self)))


class RemovedOnDisk(SessionsOnDisk):
    """The removed ones, of which none is written here but by moving."""

    def __setitem__(self, session: str, content: Content) -> None:
        self.folder.mkdir(exist_ok=True)
        super().__setitem__(session, content)


class MemberOnDisk(Member):
    """A member whose files, removed files and ledger are on the disk."""

    def __init__(self, team: TeamMember) -> None:
        super().__init__(team.name, team.detail)
        self.team = team
        self.files = SessionsOnDisk(team.sessions)  # type: ignore[assignment]
        self.removed = RemovedOnDisk(team.sessions / removed_sessions.FOLDER)  # type: ignore[assignment]

    @property
    def ledger(self) -> dict[str, Agreed]:
        found: dict[str, Agreed] = {}
        for path in (self.team.state / "sync").glob("*.db"):
            ledger = LedgerFile(path)
            found |= {key: agreed for key in ledger.rows() if (agreed := ledger.agreed(key))}
            ledger.close()
        return found

    @ledger.setter
    def ledger(self, value: dict[str, Agreed]) -> None:
        assert not value
        if hasattr(self, "team"):
            self.team.forget_state()


class FileWorld(World):
    """One run on a folder of its own, with a server that other runs use after it."""

    def __init__(
        self, seed: int, root: Path, server: LocalServer, tokens: dict[str, str], faults: Faults, plan: Planner
    ) -> None:
        super().__init__(seed, 0, faults, plan)
        self.local, self.root = server, root
        details = ("full", "full", "shared" if self.rnd.random() < 0.5 else "full")
        self.members = [
            MemberOnDisk(TeamMember(root, f"M{number}{detail[0]}", LOCAL, tokens[detail], detail, server.send))  # type: ignore[arg-type]
            for number, detail in enumerate(details)
        ]
        self.last: dict[str, SyncReport] = {}
        self.file_snapshots = [server.snapshot()]
        server.no_condition = faults.no_condition

    def run(self, steps: int) -> str:
        try:
            for _ in range(steps):
                self.step()
            return self.verdict()
        finally:
            self.local.restore(EMPTY)
            shutil.rmtree(self.root, ignore_errors=True)

    # ---- a sync, with faults --------------------------------------------------------------------

    def sync(self, member: Member, *, faulty: bool) -> list[Settlement]:
        assert isinstance(member, MemberOnDisk)
        self.busy.append(member)
        try:
            for _ in range(2 if not faulty else 1):
                report = member.team.sync(
                    send=lambda request, most: self.sent(member, request, most, faulty),
                    settling=lambda detail: self.settling(member, detail, faulty),
                    remove=True,
                )
                self.last[member.name] = report
                for notice, session in report.notices:
                    if notice == "came back":
                        self.came_back(member, session)
                if not faulty and report.stopped is not None:
                    raise AssertionError(f"{member.name} stopped: {report.stopped}")
                for each in report.waits:
                    if each.asks and (not faulty or self.rnd.random() < 0.5):
                        self.decided(member, each.session)
                if report.in_step or faulty:
                    break
        except Killed:
            pass
        finally:
            self.busy.pop()
        return []

    def sent(self, member: Member, request: Request, most: int, faulty: bool) -> Response:
        if not faulty:
            return self.local.send(request, most)
        if self.rnd.random() < (self.faults.lost + self.faults.refused) / 2:
            return OFFLINE
        if self.rnd.random() < self.faults.killed / 2:
            raise Killed
        response = self.local.send(request, most)
        if request.method in ("PUT", "DELETE") and self.rnd.random() < self.faults.lost:
            return OFFLINE
        return response

    def settling(self, member: Member, detail: Any, faulty: bool) -> Generator[Effect, Any, Settlement]:
        steps = super().settling(member, detail, faulty)
        answer: Any = None
        while True:
            try:
                effect = steps.send(answer)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            if isinstance(effect, Delete) and member.detail == "shared":
                self.excused |= self.there()
            answer = yield effect

    def chance(self, member: Member, effect: Effect) -> None:
        if self.rnd.random() < self.faults.killed:
            raise Killed
        if len(self.busy) == 1 and self.rnd.random() < self.faults.between / 2:
            others = [each for each in self.members if each is not member]
            self.sync(self.rnd.choice(others), faulty=False)
        if self.rnd.random() < self.faults.between / 2:
            self.edit(member)

    def there(self) -> set[bytes]:
        """All texts at the server."""
        rows = self.local.rows(select(revisions.c.body).where(revisions.c.state == "kept"))
        return {text for row in rows for text in TEXT.findall(zlib.decompress(row[0]))}

    def decided(self, member: MemberOnDisk, session: str) -> None:
        """A user decides with `session-tui merge`; what loses was seen."""
        team = member.team
        try:
            found = merge.look(team.path(session), team.state)
        except StoreError:
            return
        choices: dict[str, Choice] = dict(found.merge.defaults)
        for point in found.merge.points:
            if point.key not in choices:
                choices[point.key] = self.rnd.choice(list(point.choices))
        before = {text for content in found.read.values() for text in TEXT.findall(content)}
        merge.write(found, choices, team.state)
        self.excused |= before - set(TEXT.findall(team.path(session).read_bytes()))

    def sweep(self, member: Member) -> None:
        assert isinstance(member, MemberOnDisk)
        team, before = member.team, {key: texts(content) for key, content in member.removed.items()}
        needed = partial(unsent_removals, team.context.places)
        for session in session_removal.sweep(team.sessions, team.state, datetime.now(UTC) + LONG, needed):
            self.excused |= before[session]
            member.swept.add(session)

    # ---- a run ----------------------------------------------------------------------------------

    def step(self) -> None:
        what, member, rnd = self.rnd.random(), self.rnd.choice(self.members), self.rnd
        for each in self.members:
            each.swept -= each.files.keys()
        if what < 0.40:
            self.edit(member)
        elif what < 0.44:
            self.delete_by_hand(member)
        elif what < 0.47:
            self.remove(member)
        elif what < 0.49:
            self.restore(member)
        elif what < 0.53:
            self.old_copy(member)
        elif what < 0.86:
            self.sync(member, faulty=True)
        elif what < 0.90:
            self.file_snapshots.append(self.local.snapshot())
        elif what < 0.94:
            self.local.restore(rnd.choice(self.file_snapshots))
        elif what < 0.96:
            self.local.restore(EMPTY)
        elif what < 0.98:
            if self.has_all(member):
                member.ledger = {}
        else:
            self.sweep(member)

    def found(self) -> set[bytes]:
        """The texts that stand somewhere: in files, and in the copies that sync leaves."""
        found: set[bytes] = set()
        for member in self.members:
            assert isinstance(member, MemberOnDisk)
            kept = (member.team.sessions / removed_sessions.FOLDER).glob("*.toml.*")  # copies go with their session
            for path in (*member.team.sessions.glob("*"), *kept):
                if path.is_file():
                    found |= set(TEXT.findall(path.read_bytes()))
            for each in member.removed.values():  # what only this one has, because its user shares less than all
                found |= texts(each) - texts(seen(each, member.detail))
        return found

    def verdict(self) -> str:
        """What is wrong after all have synced in quiet; empty where nothing is."""
        quiet = 0  # members in a row that had nothing to do: all, and there is nothing left
        for member in self.members * 8:
            self.sync(member, faulty=False)
            quiet = quiet + 1 if self.is_quiet(member) else 0
            if quiet == len(self.members):
                break
        else:
            return f"they are not in step after 8 rounds: {self.last}"
        shared = {root(buckets(member.team.digests("shared"))) for member in self.members}  # type: ignore[attr-defined]
        full = {root(buckets(member.team.digests())) for member in self.members if member.detail == "full"}  # type: ignore[attr-defined]
        if len(shared) > 1 or len(full) > 1:
            return "they hold different sessions"
        if self.returned:
            return f"removed, and came back: {self.returned}"
        if lost := self.written - self.excused - self.found():
            return f"lost: {sorted(lost)[:5]}"
        return ""

    def is_quiet(self, member: Member) -> bool:
        """Whether the last sync moved nothing and was one request."""
        report = self.last[member.name]
        moved = report.sent + report.received + report.merged + report.removed
        return report.in_step and not (report.waits or moved) and report.requests == 1


EMPTY: dict[str, list[dict[str, Any]]] = {"heads": [], "revisions": [], "receipts": [], "teams": [{"sequence": 0}]}


def simulate(
    seed: int,
    folder: Path,
    server: LocalServer,
    tokens: dict[str, str],
    *,
    steps: int = 10,
    faults: Faults | None = None,
    plan: Planner = planner.plan,
) -> str:
    """What is wrong at the end of the run with this seed; empty where nothing is."""
    return FileWorld(seed, folder / f"run-{seed}", server, tokens, faults or Faults(), plan).run(steps)
