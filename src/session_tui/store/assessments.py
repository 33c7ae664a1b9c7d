"""The folder of assessments: what is asked, what everybody answered, and one person's answers kept as they are given.

A file a person a round, `ROUND-scorecard-NAME-XXXX.toml`. A file that cannot be read is a fault beside the others and
stops nobody. Every answer is brought to disk as soon as it is given; opened again in the same round, it goes on.
"""

import random
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout
from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import scorecard as model
from session_tui.model.assessment import Practices, Rating, Scorecard, practice_faults, scorecard_faults
from session_tui.model.fault import Fault
from session_tui.model.pipeline import key
from session_tui.model.session import SCHEMA
from session_tui.store import atomic, document, drafts, toml
from session_tui.store.convert import to_value
from session_tui.store.ids import CROCKFORD, slug
from session_tui.store.toml import BOM, Table
from session_tui.store.trouble import StoreError, fault_of

PRACTICES = "practices.toml"
PATIENCE = 10.0  # seconds; writing a scorecard takes milliseconds
_SHIPPED = Path(__file__).resolve().parent.parent / PRACTICES


class Found(Struct, frozen=True):
    """The scorecards of a folder, one a person and round, and what is to be said about its files."""

    cards: tuple[Scorecard, ...]
    faults: tuple[Fault, ...]


def practices_file(folder: Path) -> Path:
    """The team's own practices where there are some, else those that come with the program."""
    own = folder / PRACTICES
    return own if own.exists() else _SHIPPED


def practices(folder: Path) -> Practices:
    """What is asked; `StoreError` with every fault and its place where the team's own file is not sound."""
    return read_practices(practices_file(folder))


def shipped_practices() -> Practices:
    """Those that come with the program."""
    return read_practices(_SHIPPED)


def read_practices(path: Path) -> Practices:
    """The practices in a file; `StoreError` with every fault and its place."""
    content = toml.read_bytes(path)
    try:
        found = to_value(toml.parse(content), Practices)
        if faults := practice_faults(found):
            raise StoreError(*faults)
    except StoreError as error:
        raise document.pinned(error, content, path) from None
    return found


def scorecards(folder: Path) -> Found:
    """Everybody's, of all rounds; what is broken, or there twice, is said."""
    read, faults = _read_all(folder)
    cards, double = model.one_each((path.name, card) for path, card in read.items())
    by_name = {path.name: card for path, card in read.items()}
    said = [_said_twice(by_name[first], first, other) for first, other in double]
    return Found(cards, (*faults, *said))


class Answers:
    """One person's scorecard of one round, as it grows: what is not on disk yet is kept, and tried again."""

    def __init__(self, folder: Path, path: Path, card: Scorecard, locks: Path) -> None:
        self.folder = folder
        self.path = path
        self.card = card
        self.locks = locks
        self.remarks: tuple[Fault, ...] = ()
        self._unsaved: dict[str, Rating] = {}
        self._saving = Lock()

    @property
    def saved(self) -> bool:
        """Every answer is on disk."""
        return not self._unsaved

    def give(self, rating: Rating) -> None:
        """Keep an answer; `save` brings it to disk."""
        self.card = self.card.with_rating(rating)
        self._unsaved[rating.id] = rating

    def save(self) -> None:
        """Bring what is new to disk; `StoreError` where that fails, and then nothing of it is forgotten."""
        with self._saving:
            fresh = dict(self._unsaved)
            if not fresh:
                return
            self._write(fresh)
            for name, rating in fresh.items():
                if self._unsaved.get(name) == rating:  # another answer may have been given meanwhile
                    del self._unsaved[name]

    def close(self) -> None:
        """Save, or keep the whole scorecard elsewhere: `StoreError` says why, and where it is then."""
        try:
            self.save()
        except StoreError as error:
            kept = self.locks / "scorecards" / self.path.name
            try:
                kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                atomic.write(kept, toml.dumps(document.fresh(self.card, sparse=True)).encode())
            except OSError:
                raise error from None
            do = f"Your answers are kept in {kept}; put that file into {self.folder} when it can be written."
            raise StoreError(replace(error.faults[0], do=do)) from None

    def _write(self, fresh: dict[str, Rating]) -> None:
        kept = "Your answers are kept, and written with the next one."
        lock = FileLock(self.locks / f"{drafts.key(self.path)}.lock", timeout=PATIENCE)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.locks.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock.acquire()
            before, tables, content = self._on_disk()
            if content is None:
                # All of it: somebody may have taken the file away meanwhile.
                atomic.write(self.path, toml.dumps(document.fresh(self.card, sparse=True)).encode(), anew=True)
                return
            after = before
            for rating in fresh.values():
                after = after.with_rating(rating)
            if after != before:
                _lay(self.path, before, after, tables, content)
        except Timeout:
            what = f"another program has been writing it for {PATIENCE:.0f} seconds"
            raise StoreError(Fault(self.path.name, what, kept)) from None
        except OSError as error:
            raise StoreError(fault_of(error, self.path, kept)) from error
        finally:
            lock.release()

    def _on_disk(self) -> tuple[Scorecard, Table, bytes | None]:
        """The file as it is now: somebody may have answered in it elsewhere, or added keys of their own."""
        if self.path.is_symlink():
            # In a folder that several people share, a link could lead our writing anywhere.
            raise StoreError(Fault(self.path.name, "it is a link", "Put the file itself there."))
        if not self.path.exists():
            return self.card, {}, None
        content = toml.read_bytes(self.path)
        card, tables = _parsed(content, self.path)
        if card.schema > SCHEMA:
            raise StoreError(_newer(self.path, card))
        return card, tables, content


def answers(folder: Path, name: str, round: str, locks: Path, chance: random.Random) -> Answers:  # noqa: A002
    """The scorecard that somebody began in this round, or a new one; nothing is written before the first answer."""
    read, faults = _read_all(folder)
    mine = {path: card for path, card in read.items() if card.round == round and key(card.name) == key(name)}
    if not mine:
        path = folder / f"{round}-scorecard-{slug(name, 'person')}-{''.join(chance.choices(CROCKFORD, k=4))}.toml"
        found = Answers(folder, path, Scorecard(kind="scorecard", round=round, name=name), locks)
        found.remarks = tuple(faults)  # one of these may be the very file that was meant
        return found
    first, *others = sorted(mine, key=lambda path: (-model.answered(mine[path]), path.name))
    if mine[first].schema > SCHEMA:
        raise StoreError(_newer(first, mine[first]))
    found = Answers(folder, first, mine[first], locks)
    found.remarks = (*faults, *(_said_twice(mine[first], first.name, other.name) for other in others))
    return found


def _read_all(folder: Path) -> tuple[dict[Path, Scorecard], list[Fault]]:
    found: dict[Path, Scorecard] = {}
    faults: list[Fault] = []
    try:
        paths = sorted(folder.glob("*.toml")) if folder.exists() else []
    except OSError as error:
        raise StoreError(fault_of(error, folder)) from error
    for path in paths:
        # What is wrong with a file of the enemies is somebody's answer, and none of a scorecard's matter.
        if path.name == PRACTICES or ("-enemies-" in path.name and "-scorecard-" not in path.name):
            continue
        try:
            content = toml.read_bytes(path)
            if not _other_kind(content):
                found[path] = _parsed(content, path)[0]
        except StoreError as error:
            faults += [_first_of(error, path)]
    return found, faults


def _other_kind(content: bytes) -> bool:
    """The folder holds files of other kinds too; one that is no TOML is told by whoever parses it next."""
    try:
        kind = toml.parse(content).get("kind", "scorecard")
    except StoreError:
        return False
    return isinstance(kind, str) and kind == "enemies"


def _parsed(content: bytes, path: Path) -> tuple[Scorecard, Table]:
    try:
        tables = toml.parse(content)
        card = to_value(tables, Scorecard)
        if faults := scorecard_faults(card):
            raise StoreError(*faults)
    except StoreError as error:
        raise document.pinned(error, content, path) from None
    return card, tables


def _first_of(error: StoreError, path: Path) -> Fault:
    first, more = error.faults[0], len(error.faults) - 1
    also = f", and {more} more" if more else ""
    where = first.where or path.name
    return Fault(where, f"{first.what}{also}", "It does not count until it is put right; session-tui validate helps.")


def _said_twice(card: Scorecard, first: str, other: str) -> Fault:
    what = f"{card.name} has another scorecard in round {card.round}, {first}, which counts where both answer"
    return Fault(other, what, "Both files stay; delete the one that is not meant.")


def _newer(path: Path, card: Scorecard) -> Fault:
    what = f"a newer version of this program wrote it (schema {card.schema}), so it is not changed here"
    return Fault(path.name, what, "Bring this one up to date.")


def _lay(path: Path, before: Scorecard, after: Scorecard, tables: Table, content: bytes) -> None:
    text = toml.dumps(document.laid(tables, before, after, sparse=True))
    if b"\r\n" in content[: content.find(b"\n") + 1]:
        text = text.replace("\n", "\r\n")
    if b"#" in content:  # most files: the parser of the next line need not be loaded
        from session_tui.store.pinpoint import has_comments

        if has_comments(content):
            atomic.aside(path, "before", content)
    atomic.write(path, ((BOM if content.startswith(BOM.encode()) else "") + text).encode())
