"""The journal of a hand-over, by which an interrupted one is resumed or undone as a whole.

Before the first session is changed, the whole hand-over is written into a journal in the state
folder. Then its steps are applied session by session. Which steps are done is read from the
sessions themselves, not from a mark that a crash may have prevented: so a hand-over that was
killed at any moment can be resumed or undone.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from session_tui.model.edits import Edit, Several, apply
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.model.team import handover
from session_tui.model.team.handover import Moment, Step
from session_tui.model.validation import ID
from session_tui.store import atomic, batch_edit, drafts, folders, locking, session_file, toml
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.paths import Paths
from session_tui.store.toml_file import FileVersion, TomlFile, decode

State: TypeAlias = Literal["going", "done", "undoing", "undone"]
Each: TypeAlias = Callable[[Session, Step], Edit | Fault | None]  # handover.forward, or handover.back
ON_WORDS = "session-tui handover --resume goes on, --undo takes it back."
SCHEMA = 1


class HandoverBrief(Struct, frozen=True, kw_only=True):
    """The document for a receiver, and its path."""

    receiver: str
    path: str


class Journal(Struct, frozen=True, kw_only=True):
    """One hand-over in one folder of sessions (`folder` is a digest of its path): its state,
    all steps and briefs.
    """

    schema: Annotated[int, Meta(ge=1, le=SCHEMA)] = SCHEMA
    state: State
    at: Moment
    folder: str
    from_: str = field(name="from")
    steps: tuple[Step, ...] = ()
    briefs: tuple[HandoverBrief, ...] = ()

    @property
    def receivers(self) -> tuple[str, ...]:
        """The receivers, each once."""
        return tuple(dict.fromkeys(step.receiver for step in self.steps))

    @property
    def sessions(self) -> tuple[str, ...]:
        """The ids of its sessions, each once."""
        return tuple(dict.fromkeys(step.session for step in self.steps))

    @property
    def words(self) -> str:
        """`a hand-over from Ben Okafor to Mei Tan`."""
        return f"a hand-over from {self.from_} to {' and '.join(self.receivers)}"


class StoredJournal(Struct, frozen=True):
    """A journal and its file."""

    path: Path
    journal: Journal


class Outcome(Struct, frozen=True):
    """The result: done steps `of` all, refused ones (`left`), and those that must be tried
    again (`waiting`).
    """

    done: int
    of: int
    left: tuple[Fault, ...] = ()
    waiting: tuple[Fault, ...] = ()


def folder_of(places: Paths) -> Path:
    """Return the folder of the journals."""
    return places.state.path / "handovers"


def last(places: Paths) -> StoredJournal | None:
    """Return the newest hand-over in this folder of sessions that was not undone.

    `StoreError` where a newer journal cannot be read: it may be the one that is meant.
    """
    return next((kept for kept in _journals(places) if kept.journal.state != "undone"), None)


def interrupted(places: Paths, *, readable: bool = False) -> StoredJournal | None:
    """Return a hand-over, or its undoing, that did not finish.

    `StoreError` where a newer journal cannot be read; `readable` skips those.
    """
    found = (kept for kept in _journals(places, readable=readable) if kept.journal.state in ("going", "undoing"))
    return next(found, None)


def _journals(places: Paths, *, readable: bool = False) -> Iterator[StoredJournal]:
    """Yield the hand-overs in this folder of sessions, the newest first."""
    try:
        paths = sorted(folder_of(places).glob("*.toml"), reverse=True)
    except OSError as error:
        raise StoreError(from_os_error(error, folder_of(places))) from error
    here = _here(places)
    for path in paths:
        try:
            journal = _read(path)
        except StoreError:
            if readable:
                continue
            raise
        if journal.folder == here:
            yield StoredJournal(path, journal)


def interruption_text(kept: StoredJournal, places: Paths) -> str:
    """Return a sentence on what was interrupted, after how many steps, and what to do."""
    journal = kept.journal
    going = journal.state == "going"
    open_ = sum(_open_steps(journal, places, handover.forward if going else handover.back))
    subject = journal.words if going else f"taking back {journal.words}"
    do = ON_WORDS if going else "session-tui handover --undo goes on with it."
    return f"{subject} was interrupted after {len(journal.steps) - open_} of {len(journal.steps)}; {do}"


@contextmanager
def alone(places: Paths) -> Iterator[None]:
    """Hold the lock of hand-overs; `StoreError` where another window has it."""
    folder = folder_of(places)
    try:
        folders.make(folder, 0o700)
        lock = locking.acquired(folder / "lock")
        try:
            yield
        finally:
            lock.release()
    except locking.LockTimeout:
        raise StoreError(Fault("", "another hand-over is at work in another window", "Try again.")) from None
    except OSError as error:
        raise StoreError(from_os_error(error, folder)) from error


def begin(
    places: Paths, giver: str, steps: tuple[Step, ...], briefs: tuple[HandoverBrief, ...], now: datetime
) -> StoredJournal:
    """Write the journal of a new hand-over, before anything else; `StoreError` while another one
    is interrupted.

    An unreadable journal does not prevent it: it is reported in the list of hand-overs and by
    `--resume`.
    """
    if (other := interrupted(places, readable=True)) is not None:
        raise StoreError(Fault("", interruption_text(other, places).removesuffix(".")))
    at = now.replace(microsecond=0)
    journal = Journal(state="going", at=at, folder=_here(places), from_=giver, steps=steps, briefs=briefs)
    name = f"{at:%Y-%m-%dT%H%M%S}Z"
    for number in range(1, 1000):
        path = folder_of(places) / f"{name}-{number:03}.toml"
        try:
            atomic.write(path, _content(journal), exclusive=True, private=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise StoreError(from_os_error(error, path)) from error
        return StoredJournal(path, journal)
    raise StoreError(Fault(str(folder_of(places)), "is full of hand-overs of this very second", "Try again."))


def marked(kept: StoredJournal, state: State, briefs: tuple[HandoverBrief, ...] | None = None) -> StoredJournal:
    """Write the journal with another state, and other briefs if given."""
    file = TomlFile(kept.path, Journal, kept.path.parent)

    def after(there: FileVersion[Journal]) -> Journal:
        return replace(there.value, state=state, briefs=kept.journal.briefs if briefs is None else briefs)

    file.update_unlocked(after, kept.journal)
    return StoredJournal(kept.path, after(FileVersion(kept.journal)))


def carry_out(kept: StoredJournal, places: Paths, each: Each, now: datetime, more: Iterable[Step] = ()) -> Outcome:
    """Apply all steps. Sessions that are open elsewhere or cannot be written are in `waiting`."""
    by_session: dict[str, list[Step]] = {}
    for step in (*kept.journal.steps, *more):
        by_session.setdefault(step.session, []).append(step)
    done, left, waiting = 0, list[Fault](), list[Fault]()
    for name, steps in by_session.items():
        try:
            found = _brought(name, steps, places, each, now)
        except _Gone:
            left.append(Fault(name, "this session is gone, and nothing can be handed over in it"))
        except StoreError as error:
            fault = error.faults[0]
            waiting.append(Fault(name, fault.what if fault.where in ("", name) else fault.words))
        else:
            left += found
            done += len(steps) - len(found)
    return Outcome(done, sum(map(len, by_session.values())), tuple(left), tuple(waiting))


def write_brief(brief: HandoverBrief, text: str) -> None:
    """Write a brief to its path in the journal. An existing file is from an earlier run and
    stays.
    """
    path = Path(brief.path)
    try:
        folders.make(path.parent)
        atomic.write(path, text.encode(), exclusive=True)
    except FileExistsError:
        return
    except OSError as error:
        raise StoreError(from_os_error(error, path, "Choose another folder with -o.")) from error


def ready(folder: Path) -> Path:
    """Make a folder for briefs, before anything is changed; `StoreError` where it cannot be
    written.
    """
    do = "Choose another folder with -o."
    try:
        folders.make(folder)
    except OSError as error:
        raise StoreError(from_os_error(error, folder, do)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(Fault(str(folder), "it may not be written", do))
    return folder.absolute()


def free_path(folder: Path, name: str, taken: Iterable[str] = ()) -> Path:
    """Return an unused path for a Markdown file in this folder."""
    gone = set(taken)
    for number in range(1, 1000):
        path = folder / (f"{name}.md" if number == 1 else f"{name}-{number}.md")
        if str(path) not in gone and not path.exists():
            return path
    raise StoreError(
        Fault(str(folder / name), "999 files of this name are there already", "Choose another folder with -o.")
    )


def sessions_of(journal: Journal, places: Paths) -> dict[str, Session]:
    """Return the readable sessions of its steps, by id."""
    found = {}
    for name in dict.fromkeys(step.session for step in journal.steps):
        try:
            found[name] = _session(name, places)
        except (StoreError, _Gone):
            continue
    return found


class _Gone(Exception):
    """The session's file does not exist any more."""


def _brought(name: str, steps: list[Step], places: Paths, each: Each, now: datetime) -> list[Fault]:
    """Apply the steps of one session in one write; return the refused ones."""
    # A session without steps left is not opened, since it may be open elsewhere.
    edit, left = _together(_session(name, places), steps, each)
    if edit.edits:

        def edit_of(session: Session) -> Edit:
            nonlocal left
            again, left = _together(session, steps, each)
            return again

        batch_edit.change(_path(name, places), places, edit_of, now)
    return left


def _together(session: Session, steps: list[Step], each: Each) -> tuple[Several, list[Fault]]:
    """Return all steps of one session as one edit, and the refused ones; each is checked after
    those before it.
    """
    edits: list[Edit] = []
    left: list[Fault] = []
    for step in steps:
        found = each(session, step)
        if isinstance(found, Fault):
            left.append(found)
        elif found is not None:
            after = apply(session, found)
            assert isinstance(after, Session)  # the edit was made for this value
            session = after
            edits.append(found)
    return Several(tuple(edits)), left


def _open_steps(journal: Journal, places: Paths, each: Each) -> Iterator[bool]:
    """Yield for each step whether it is not done yet."""
    there: Mapping[str, Session] = sessions_of(journal, places)
    for step in journal.steps:
        session = there.get(step.session)
        yield session is None or isinstance(each(session, step), Edit)


def _session(name: str, places: Paths) -> Session:
    path = _path(name, places)
    if not path.exists():
        raise _Gone
    return session_file.read(toml.read_bytes(path), path).session


def _path(name: str, places: Paths) -> Path:
    # The name comes from a file: it must be an id, so that the path stays in this folder.
    if not ID.fullmatch(name):
        raise StoreError(Fault(name, "is not a session"))
    return places.sessions.path / f"{name}.toml"


def _here(places: Paths) -> str:
    return drafts.key(places.sessions.path)


def _content(journal: Journal) -> bytes:
    return toml.dumps(session_file.fresh(journal)).encode("utf-8", "replace")


def _read(path: Path) -> Journal:
    try:
        return decode(toml.read_bytes(path), Journal, path).value
    except StoreError as error:
        what = f"the journal of a hand-over cannot be read: {error.faults[0].words}"
        raise StoreError(Fault(str(path), what, "Repair it, or remove it.")) from None
