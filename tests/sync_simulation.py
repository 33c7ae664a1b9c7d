"""A team's sync in memory, with everything that goes wrong: members with files and ledgers, a
server, lost answers, refusals, kills, restored and emptied servers.

The planner, the merge, the lens and the order of steps are the program's own. A run is made from
its seed alone: `simulate(seed)` returns what is wrong, or an empty text.
"""

import re
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.diff import recorded
from session_tui.model.fault import Fault
from session_tui.model.merge.points import Choice
from session_tui.model.session import LISTS, ActionItem, Assumption, Note, Parked, Session, Stakeholder, find
from session_tui.model.sync import planner
from session_tui.model.sync.content import Content, content_of_tables, digest, encoded, replaced, seen, session_of
from session_tui.model.sync.content_merge import ContentMerge
from session_tui.model.sync.inventory import buckets, root
from session_tui.model.sync.ledger import Agreed, agreed_without
from session_tui.model.sync.losses import Losses
from session_tui.model.sync.planner import Head, Local
from session_tui.model.sync.revision import Version, next_version, revision
from session_tui.model.sync.settlement import (
    Ask,
    Delete,
    Effect,
    KeepLosses,
    Moved,
    MoveFile,
    Planner,
    PutContent,
    ReadAgreed,
    ReadChain,
    ReadContent,
    ReadFile,
    ReadHead,
    ReadLosses,
    Remember,
    Settlement,
    Stored,
    WriteFile,
    settle,
)
from session_tui.model.vocabulary import Detail
from team_contents import plain

IDS = tuple(f"2026-11-{day}-acme-freight-2m9x" for day in (16, 17, 18))
TEXT = re.compile(rb"k[0-9]+k")
START = datetime(2026, 11, 16, 9, tzinfo=UTC)
QUIET_ROUNDS = 8
_NEW = {"s": Stakeholder, "a": Assumption, "t": ActionItem, "p": Parked, "n": Note}


class Killed(Exception):
    """The program ended between two steps."""


class Lost(Exception):
    """The connection broke: before the request arrived, or before its answer did."""


class Faults(Struct):
    """How often something goes wrong at an effect, and what of the design is left out."""

    lost: float = 0.03
    refused: float = 0.03
    killed: float = 0.02
    between: float = 0.05  # another member syncs in between
    remembered_first: bool = False  # mutant
    no_condition: bool = False  # mutant: the server ignores If-Match
    swept_early: bool = False  # mutant: a removed file goes after its time, whatever the server had


class Kept(Struct):
    """One version at the server."""

    version: Version
    content: Content
    removed: bool = False


class Server:
    """A chain of full contents for each session."""

    def __init__(self) -> None:
        self.chains: dict[str, list[Kept]] = {}
        self.no_condition = False
        self.broken = ""

    def snapshot(self) -> dict[str, list[Kept]]:
        return {key: list(chain) for key, chain in self.chains.items()}

    def head(self, session: str, detail: Detail) -> Head | None:
        chain = self.chains.get(session)
        if not chain:
            return None
        last = chain[-1]
        return Head(_revision(last, detail), digest(seen(last.content, detail)), "removed" if last.removed else "here")

    def chain(self, session: str, detail: Detail) -> tuple[str, ...]:
        found = (_revision(each, detail) for each in reversed(self.chains.get(session, [])))
        return tuple(dict.fromkeys(found))

    def content(self, session: str, name: str, detail: Detail) -> Content | None:
        for each in reversed(self.chains.get(session, [])):
            if _revision(each, detail) == name and not each.removed:
                return seen(each.content, detail)
        return None

    def put(self, session: str, parent: str, body: Content) -> Stored | Moved | Fault:
        chain = self.chains.setdefault(session, [])
        last = chain[-1] if chain else None
        there = _revision(last, body.detail) if last else ""
        if last and not last.removed and there == revision(parent, digest(body)):
            return Stored(there)
        if there != parent and not self.no_condition:
            return Moved()
        # As it came over the wire, and through what a server does with a body.
        content = replaced(last.content if last else None, plain(content_of_tables(body.session, body.detail))).content
        version = next_version(last.version if last else None, content)
        if last is None or version.revision != last.version.revision:
            chain.append(Kept(version, content))
        return Stored(_revision(chain[-1], body.detail))

    def delete(self, session: str, parent: str, detail: Detail) -> Stored | Moved:
        chain = self.chains.get(session, [])
        if not chain or chain[-1].removed or _revision(chain[-1], detail) != parent:
            return Moved()
        was = chain[-1].version
        gone = Version(revision(was.revision, ""), "", revision(was.shared_revision, ""), "")
        chain.append(Kept(gone, chain[-1].content, removed=True))
        return Stored(_revision(chain[-1], detail))


def _revision(kept: Kept, detail: Detail) -> str:
    return kept.version.revision if detail == "full" else kept.version.shared_revision


class Member:
    """A user's machine: files, removed files, ledger."""

    def __init__(self, name: str, detail: Detail) -> None:
        self.name = name
        self.detail = detail
        self.files: dict[str, Content] = {}
        self.removed: dict[str, Content] = {}
        self.swept: set[str] = set()  # removed ones of which no file is left
        self.copies: list[Content] = []  # kept beside, `.before-sync`
        self.ledger: dict[str, Agreed] = {}
        self.losses: dict[str, Losses | None] = {}
        self.older: list[tuple[str, Content]] = []  # what a sync program may put back

    def local(self, session: str) -> Local:
        if session in self.files:
            return Local("here", self.files[session])
        if session in self.removed:
            return Local("removed", self.removed[session])
        return Local("missing")


class World:
    """One run."""

    def __init__(self, seed: int, members: int, faults: Faults, plan: Planner) -> None:
        self.rnd = Random(seed)
        self.faults = faults
        self.plan = plan
        self.server = Server()
        self.server.no_condition = faults.no_condition
        self.members = [
            Member(f"M{number}", "shared" if number == 2 and self.rnd.random() < 0.5 else "full")
            for number in range(members)
        ]
        self.snapshots = [self.server.snapshot()]
        self.written: set[bytes] = set()
        self.excused: set[bytes] = set()  # replaced or removed by a user who had seen it
        self.newer: set[bytes] = set()  # texts of unknown keys
        self.number = 0
        self.busy: list[Member] = []  # who is in a sync
        self.unasked: list[str] = []  # sessions that the server removed late, and no mass removal counts them
        self.returned: list[str] = []  # sessions that a user removed, and that came back by themselves

    # ---- what users do --------------------------------------------------------------------------

    def token(self) -> str:
        self.number += 1
        text = f"k{self.number}k"
        self.written.add(text.encode())
        return text

    def now(self) -> datetime:
        return START + timedelta(minutes=self.number)

    def edit(self, member: Member) -> None:
        session = self.rnd.choice(IDS)
        if session not in member.files:
            if session in member.ledger or session in member.removed:
                return
            made = Session(
                id=session, status=self.rnd.choice(["prepared", "held"]), agenda="strategy-30", account="Acme"
            )
            member.files[session] = with_session(None, made)
        before = member.files[session]
        after = self.edited(member, before)
        member.older.append((session, before))
        self.excused |= texts(before) - texts(after)
        member.files[session] = after

    def edited(self, member: Member, content: Content) -> Content:
        session = session_of(content)
        what = self.rnd.random()
        rows = [row for name in LISTS.values() for row in getattr(session, name)]
        if what < 0.12:
            after = replace(session, zone=self.token())
        elif what < 0.15 and session.status == "prepared":
            after = replace(session, status="held")
        elif what < 0.2:
            if member is not self.members[0]:
                return content
            text = self.token()  # this member's program is newer, and the others do not know its key
            self.newer.add(text.encode())
            return plain(content_of_tables(content.session | {"newer": text}))
        elif what < 0.55 or not rows:
            letter = self.rnd.choice(list(_NEW))
            number = getattr(session.last_ids, letter) + 1
            key: dict[str, Any] = {"id": f"{letter}{number}", "name" if letter == "s" else "text": self.token()}
            last = replace(session.last_ids, **{letter: number})
            name = LISTS[letter]
            after = replace(session, last_ids=last, **{name: (*getattr(session, name), _NEW[letter](**key))})
        else:
            row = self.rnd.choice(rows)
            name = LISTS[row.id[0]]
            if what < 0.88:
                fields = {"s": ("title", "pain", "note"), "a": ("result", "note"), "t": ("owner", "result")}
                field = self.rnd.choice(fields.get(row.id[0], ("text",)))
                mine = tuple(
                    replace(each, **{field: self.token()}) if each is row else each for each in getattr(session, name)
                )
            else:
                mine = tuple(each for each in getattr(session, name) if each is not row)
            after = replace(session, **{name: mine})
        if session.status == "held":
            after = recorded(session, after, self.now(), member.name)
        return with_session(content, after)

    def delete_by_hand(self, member: Member) -> None:
        if member.files:
            session = self.rnd.choice(sorted(member.files))
            mine = texts(member.files.pop(session))
            agreed = member.ledger.get(session)
            # What was never sent is lost with the file; private texts of one who shares less, too.
            self.excused |= mine - (texts(agreed.content) if agreed else set())

    def remove(self, member: Member) -> None:
        if member.files:
            session = self.rnd.choice(sorted(member.files))
            member.removed[session] = member.files.pop(session)
            self.excused |= texts(member.removed[session])
            if agreed := member.ledger.get(session):
                self.excused |= texts(agreed.content)

    def forget(self, member: Member) -> None:
        """A text goes from a session's file and from what was agreed on, as a forgotten person's
        name does.
        """
        for session in sorted(member.files):
            agreed = member.ledger.get(session)
            if agreed is None or agreed.removed or not (found := sorted(texts(agreed.content))):
                continue
            text = self.rnd.choice(found)
            self.excused.add(text)
            member.files[session] = without(member.files[session], text)
            member.ledger[session] = agreed_without(agreed, without(agreed.content, text))
            return

    def sweep(self, member: Member) -> None:
        """The time is over for which removed files are kept."""
        for session in sorted(member.removed):
            agreed = member.ledger.get(session)
            if agreed is None or agreed.removed or self.faults.swept_early:
                self.excused |= texts(member.removed.pop(session))
                member.swept.add(session)

    def came_back(self, member: Member, session: str) -> None:
        """A missing file came back: right, unless its user removed it."""
        if session in member.swept:
            self.returned.append(session)
        member.swept.discard(session)

    def restore(self, member: Member) -> None:
        if gone := sorted(member.removed.keys() - member.files.keys()):
            session = self.rnd.choice(gone)
            member.files[session] = member.removed.pop(session)

    def old_copy(self, member: Member) -> None:
        """A sync program puts an earlier version in place of a held one."""
        found = [(key, old) for key, old in member.older if self.is_older(member, key, old)]
        if found:
            session, old = self.rnd.choice(found)
            agreed = member.ledger[session].content
            self.excused |= texts(member.files[session]) - texts(agreed)
            member.files[session] = old

    def is_older(self, member: Member, session: str, old: Content) -> bool:
        agreed = member.ledger.get(session)
        if session not in member.files or agreed is None or agreed.removed:
            return False
        return planner.is_older(seen(old, member.detail), agreed.content)

    # ---- sync -----------------------------------------------------------------------------------

    def sync(self, member: Member, *, faulty: bool) -> list[Settlement]:
        self.busy.append(member)
        try:
            found = []
            for session in sorted({*self.server.chains, *member.files, *member.removed, *member.ledger}):
                try:
                    found.append(self.settled(member, session, faulty))
                except Lost:
                    continue
            return found
        except Killed:
            return []
        finally:
            self.busy.pop()

    def settled(self, member: Member, session: str, faulty: bool) -> Settlement:
        steps = self.settling(member, member.detail, faulty)
        answer: Any = None
        while True:
            try:
                effect = steps.send(answer)
            except StopIteration as end:
                result: Settlement = end.value
                if "came back" in result.notices:
                    self.came_back(member, session)
                return result
            answer = self.answer(member, session, effect)
            if faulty and isinstance(effect, PutContent | Delete) and self.rnd.random() < self.faults.lost:
                raise Lost

    def settling(self, member: Member, detail: Detail, faulty: bool) -> Generator[Effect, Any, Settlement]:
        """The settlement of a session, with what goes wrong before each of its steps."""
        steps = settle(detail, plan=self.plan)
        answer: Any = None
        held: list[WriteFile] = []
        while True:
            try:
                effect = steps.send(answer)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            if faulty:
                self.chance(member, effect)
            if self.faults.remembered_first and isinstance(effect, WriteFile):
                held.append(effect)
                answer = True
                continue
            if held and not isinstance(effect, Remember):
                yield held.pop()
            answer = yield effect
            if held:
                if faulty and self.rnd.random() < self.faults.killed:
                    raise Killed
                yield held.pop()

    def chance(self, member: Member, effect: Effect) -> None:
        if self.rnd.random() < self.faults.killed:
            raise Killed
        online = isinstance(effect, ReadHead | ReadChain | ReadContent | PutContent | Delete)
        if online and self.rnd.random() < self.faults.lost + self.faults.refused:
            raise Lost
        if len(self.busy) == 1 and self.rnd.random() < self.faults.between:
            others = [each for each in self.members if each is not member]
            self.sync(self.rnd.choice(others), faulty=False)
        if self.rnd.random() < self.faults.between / 2:
            self.edit(member)  # the user goes on while the program syncs

    def answer(self, member: Member, session: str, effect: Effect) -> Any:
        server, detail = self.server, member.detail
        match effect:
            case ReadFile():
                return member.local(session)
            case ReadAgreed():
                return member.ledger.get(session)
            case ReadHead():
                return server.head(session, detail)
            case ReadChain():
                return server.chain(session, detail)
            case ReadContent(name, head):
                if head and (there := server.head(session, detail)) and there.revision != name:
                    return None
                return server.content(session, name, detail)
            case ReadLosses():
                return member.losses.get(session)
            case KeepLosses(losses):
                member.losses[session] = losses
                return None
            case WriteFile():
                return self.write(member, session, effect)
            case MoveFile(over):
                if over != member.local(session):
                    return False
                member.removed[session] = member.files.pop(session)
                return True
            case Remember(agreed):
                # As a database would hold it.
                member.ledger[session] = msgspec.msgpack.decode(msgspec.msgpack.encode(agreed), type=Agreed)
                return None
            case PutContent(parent, content):
                return server.put(session, parent, content)
            case Delete(parent, late):
                known = member.ledger.get(session)
                if not late and (known is None or known.is_removed_here_alone):
                    self.unasked.append(session)
                if detail == "shared" and session in server.chains:  # what is private goes unseen with the session
                    self.excused |= texts(server.chains[session][-1].content)
                return server.delete(session, parent, detail)
            case Ask(made):
                return self.choose(made)

    def write(self, member: Member, session: str, effect: WriteFile) -> bool:
        if effect.over != member.local(session):
            return False
        if effect.keep:
            member.copies.append(member.files[session])  # kept beside the file
        if effect.earlier is not None:
            member.copies.append(effect.earlier)
        member.removed.pop(session, None)
        member.files[session] = effect.content
        return True

    def choose(self, made: ContentMerge) -> dict[str, Choice]:
        """A user decides each question; what loses was seen."""
        assert made.values is not None
        choices: dict[str, Choice] = {}
        for key in made.asks:
            choices[key] = self.rnd.choice(["ours", "theirs"])
            for side in (made.values.ours, made.values.theirs):
                self.excused |= asked_texts(side, key)
            if key in made.unknown:
                self.excused |= self.newer
        return choices

    # ---- a run ----------------------------------------------------------------------------------

    def step(self) -> None:
        what, member, rnd = self.rnd.random(), self.rnd.choice(self.members), self.rnd
        for each in self.members:
            each.swept -= each.files.keys()
        if what < 0.46:
            self.edit(member)
        elif what < 0.49:
            self.delete_by_hand(member)
        elif what < 0.51:
            self.remove(member)
        elif what < 0.53:
            self.restore(member)
        elif what < 0.55:
            self.old_copy(member)
        elif what < 0.90:
            self.sync(member, faulty=True)
        elif what < 0.93:
            self.snapshots.append(self.server.snapshot())
        elif what < 0.96:
            self.server.chains = {key: list(chain) for key, chain in rnd.choice(self.snapshots).items()}
        elif what < 0.97:
            self.server.chains = {}
        elif what < 0.976:
            if self.has_all(member):
                member.ledger = {}  # the state folder is lost
        elif what < 0.985:
            self.forget(member)
        else:
            self.sweep(member)

    def has_all(self, member: Member) -> bool:
        """Whether the files hold what the ledger does: otherwise other programs took both away."""
        current = not any(self.is_older(member, key, each) for key, each in member.files.items())
        return current and member.ledger.keys() <= member.files.keys() and not member.removed

    def verdict(self) -> str:
        """What is wrong after all have synced in quiet; empty where nothing is."""
        for _ in range(QUIET_ROUNDS):
            before = self.state()
            for member in self.members:
                self.sync(member, faulty=False)
            if self.state() == before:
                break
        else:
            return f"they are not quiet after {QUIET_ROUNDS} rounds"
        heads = {key: chain[-1].content for key, chain in self.server.chains.items() if chain and not chain[-1].removed}
        for member in self.members:
            views = {key: seen(each, member.detail) for key, each in member.files.items()}
            there = {key: seen(each, member.detail) for key, each in heads.items()}
            if proof(views) != proof(there):
                return f"{member.name} ({member.detail}) and the server differ"
        if self.returned:
            return f"removed, and came back: {self.returned}"
        if self.unasked:
            return f"removed late, and not counted: {self.unasked}"
        if lost := self.written - self.excused - self.found():
            return f"lost: {sorted(lost)[:5]}"
        return ""

    def found(self) -> set[bytes]:
        """The texts that stand somewhere. Of a removed file those count that it alone has, because
        its user shares less than all.
        """
        found: set[bytes] = set()
        for member in self.members:
            found |= set().union(*map(texts, (*member.files.values(), *member.copies)))
            for each in member.removed.values():
                found |= texts(each) - texts(seen(each, member.detail))
        return found

    def state(self) -> Any:
        files = [{key: digest(each) for key, each in member.files.items()} for member in self.members]
        return files, {key: chain[-1].version for key, chain in self.server.chains.items() if chain}


def simulate(
    seed: int,
    *,
    members: int = 3,
    steps: int = 40,
    faults: Faults | None = None,
    plan: Planner = planner.plan,
) -> str:
    """What is wrong at the end of the run with this seed; empty where nothing is."""
    world = World(seed, members, faults or Faults(), plan)
    for _ in range(steps):
        world.step()
    return world.verdict()


def proof(views: dict[str, Content]) -> str:
    return root(buckets({key: digest(each) for key, each in views.items()}))


def with_session(content: Content | None, session: Session) -> Content:
    """The content with another value, and the unknown key that stands in it."""
    tables = msgspec.to_builtins(session)
    if content is not None and "newer" in content.session:
        tables["newer"] = content.session["newer"]
    return plain(content_of_tables(tables))


def without(content: Content, text: bytes) -> Content:
    """The content with a mark in the place of a text."""
    after = re.sub(rb"\b" + text + rb"\b", b"forgotten", encoded(content))
    return Content(content.detail, msgspec.json.decode(after)["session"])


def texts(content: Content) -> set[bytes]:
    return set(TEXT.findall(encoded(content)))


def asked_texts(session: Session, key: str) -> set[bytes]:
    """The texts of an entry, or of a key of the session."""
    value = find(session, key) if find(session, key) is not None else getattr(session, key, "")
    return set(TEXT.findall(msgspec.json.encode(value)))
