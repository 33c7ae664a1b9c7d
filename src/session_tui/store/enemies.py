"""Answers on the enemies of teamwork that grow one at a time, each on disk before the next.

About me: in the user's own data folder, for nobody else. About an account: in the folder of assessments, with the name
of whoever says so. Those about us, without names, are in `store/about_us.py`.
"""

import random
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
from filelock import FileLock, Timeout

from session_tui.model import enemies as model
from session_tui.model.enemies import Answer, Frequency, Mine, Report, Theirs, Us
from session_tui.model.fault import Fault
from session_tui.model.pipeline import key
from session_tui.model.scorecard import in_rounds
from session_tui.model.session import SCHEMA
from session_tui.store import atomic, document, drafts, exchange, folders, toml
from session_tui.store.about_us import files_like, in_git
from session_tui.store.convert import to_value
from session_tui.store.ids import CROCKFORD, slug
from session_tui.store.toml import BOM, Table
from session_tui.store.trouble import StoreError, fault_of

MINE = "enemies.toml"
PATIENCE = 10.0  # seconds; writing one takes milliseconds
_OURS_ALONE = 0o700
_KEPT = "Your answers are kept, and written with the next one."


class Growing:
    """Answers that are on disk as soon as they are given: what is not there yet is kept, and tried again."""

    def __init__(self, path: Path, head: Table, answers: Answer, locks: Path, *, private: bool) -> None:
        """`head` is the file where there is none yet; `private` says that it is about the one who answers."""
        self.path = path
        self.head = head
        self.answers = dict(answers)
        self.locks = locks
        self.private = private
        self.remarks: tuple[Fault, ...] = ()
        self._unsaved: dict[str, Frequency | None] = {}
        self._saving = Lock()

    @property
    def saved(self) -> bool:
        """Every answer is on disk."""
        return not self._unsaved

    @property
    def round(self) -> str:
        """The round that is answered."""
        return str(self.head["rounds"][0]["round"] if self.private else self.head["round"])

    def give(self, habit: str, said: Frequency | None) -> None:
        """Keep an answer, or take it back; `save` brings it to disk."""
        if said is None:
            self.answers.pop(habit, None)
        else:
            self.answers[habit] = said
        self._unsaved[habit] = said

    def save(self) -> None:
        """Bring what is new to disk; `StoreError` where that fails, and then nothing of it is forgotten."""
        with self._saving:
            fresh = dict(self._unsaved)
            if not fresh:
                return
            self._write(fresh)
            for habit, said in fresh.items():
                if habit in self._unsaved and self._unsaved[habit] == said:  # another may have been given meanwhile
                    del self._unsaved[habit]

    def close(self) -> None:
        """Save, or keep all elsewhere: `StoreError` says why, and where it is then."""
        try:
            self.save()
        except StoreError as error:
            kept = self.locks / "enemies" / self.path.name
            tables = _copy(self.head)
            self._slot(tables).update(self.answers)
            try:
                folders.make(kept.parent, _OURS_ALONE)
                atomic.write(kept, toml.dumps(tables).encode())
            except OSError:
                raise error from None
            do = f"Your answers are kept in {kept}; they belong into {self.path}."
            raise StoreError(msgspec.structs.replace(error.faults[0], do=do)) from None

    def _slot(self, tables: Table) -> dict[str, str]:
        """The table of this round's answers, made where it is not there yet."""
        if self.private:
            rows: list[Table] = tables.setdefault("rounds", [])
            row = next((each for each in rows if each.get("round") == self.round), None)
            if row is None:
                row = {"round": self.round}
                rows.append(row)
            tables = row
        slot: dict[str, str] = tables.setdefault("answers", {})
        return slot

    def _write(self, fresh: dict[str, Frequency | None]) -> None:
        lock = FileLock(self.locks / f"{drafts.key(self.path)}.lock", timeout=PATIENCE)
        try:
            folders.make(self.path.parent, _OURS_ALONE if self.private else 0o777)
            folders.make(self.locks, _OURS_ALONE)
            lock.acquire()
            exchange.again(partial(self._write_once, fresh))
        except Timeout:
            what = f"another program has been writing it for {PATIENCE:.0f} seconds"
            raise StoreError(Fault(self.path.name, what, _KEPT)) from None
        except OSError as error:
            raise StoreError(fault_of(error, self.path, _KEPT)) from error
        finally:
            lock.release()

    def _write_once(self, fresh: dict[str, Frequency | None]) -> None:
        there = self.path.exists()
        content = _own_content(self.path) if there or self.path.is_symlink() else None
        tables = _copy(self.head) if content is None else _parsed(content, self.path)[0]
        # All of it where there is no file: somebody may have taken it away meanwhile.
        for habit, said in (fresh if there else {**self.answers}).items():
            if said is None:
                self._slot(tables).pop(habit, None)
            else:
                self._slot(tables)[habit] = said
        if self.private:
            self._tighten()
        _lay(self.path, tables, content)

    def _tighten(self) -> None:
        """Whatever folder and file were before, they are this user's alone."""
        self.path.parent.chmod(_OURS_ALONE)
        if self.path.exists():
            self.path.chmod(atomic.OWNER_ALONE)


def about_me(folder: Path, round: str, locks: Path) -> Growing:  # noqa: A002
    """What the user says of themselves, begun or gone on with; nothing is written before the first answer."""
    path = folder / MINE
    head: Table = {"schema": SCHEMA, "kind": "enemies", "about": "me", "rounds": [{"round": round, "answers": {}}]}
    mine = my_rounds(folder)
    answers = next((each.answers for each in mine.rounds if each.round == round), {})
    found = Growing(path, head, answers, locks, private=True)
    if repository := in_git(folder):
        what = f"git keeps {repository}, where this is about you alone: commit no {MINE}"
        found.remarks = (Fault("", what),)
    return found


def my_rounds(folder: Path) -> Mine:
    """What the user said of themselves in all rounds; `StoreError` where that cannot be read."""
    path = folder / MINE
    if not path.exists() and not path.is_symlink():
        return Mine(kind="enemies", about="me")
    value = _parsed(_own_content(path), path)[1]
    if not isinstance(value, Mine):
        raise StoreError(Fault(str(path), "it is not about you", "Move it away; it is not changed here."))
    return value


def about_account(folder: Path, account: str, name: str, round: str, locks: Path, chance: random.Random) -> Growing:  # noqa: A002
    """What somebody says of a customer in this round, begun or gone on with."""
    read, faults = _said_of(folder, account)
    asked = (key(account), key(name), round)
    mine = {path: one for path, one in read.items() if (key(one.account), key(one.name), one.round) == asked}
    if mine:
        path = min(mine, key=lambda each: (-len(mine[each].answers), each.name))
        account, name, answers = mine[path].account, mine[path].name, mine[path].answers
    else:
        letters = "".join(chance.choices(CROCKFORD, k=4))
        path, answers = folder / f"account-{slug(account)}-enemies-{round}-{letters}.toml", {}
    head: Table = {"schema": SCHEMA, "kind": "enemies", "about": "account"}
    head |= {"account": account, "round": round, "name": name, "answers": {}}
    found = Growing(path, head, answers, locks, private=False)
    found.remarks = faults
    return found


def reports_about(folder: Path, account: str) -> tuple[tuple[Report, ...], tuple[Fault, ...]]:
    """The reports about an account by round, the newest last, and what cannot be read."""
    read, faults = _said_of(folder, account)
    files = sorted(read.values(), key=lambda each: -len(each.answers))
    found = {each.round: each for each in model.about_account(account, files)}
    return tuple(found[name] for name in in_rounds(found)), faults


def here(folder: Path, account: str) -> Report | None:
    """The newest round about this account, for a session on it; what is broken keeps nobody from holding one."""
    try:
        found, _ = reports_about(folder, account)
    except StoreError:
        return None
    return found[-1] if found else None


def strange_about(folder: Path, account: str) -> tuple[str, ...]:
    """The habits in answers about an account that this version does not know."""
    read, _ = _said_of(folder, account)
    return model.strange(each.answers for each in read.values() if key(each.account) == key(account))


def _said_of(folder: Path, account: str) -> tuple[dict[Path, Theirs], tuple[Fault, ...]]:
    found: dict[Path, Theirs] = {}
    faults = []
    # Names that mean one account have one slug: what is said of others is not even read.
    for path in files_like(folder, f"account-{slug(account)}-enemies-*.toml"):
        try:
            content = _own_content(path)
            if not _is_about_account(content):
                continue
            value = _parsed(content, path)[1]
            if isinstance(value, Theirs):
                found[path] = value
        except StoreError as error:
            first = error.faults[0]
            what = f"{first.what}, so it does not count"
            faults.append(Fault(first.where or path.name, what, "session-tui validate says all that is wrong."))
    return found, tuple(faults)


def _is_about_account(content: bytes) -> bool:
    tables = toml.parse(content)
    return tables.get("kind") == "enemies" and tables.get("about") == "account"


# ---- files -----------------------------------------------------------------------------------------------------------


def _own_content(path: Path) -> bytes:
    if path.is_symlink():
        # In a folder that several people share, a link could lead our writing anywhere.
        raise StoreError(Fault(path.name, "it is a link", "Put the file itself there."))
    return toml.read_bytes(path)


def _parsed(content: bytes, path: Path) -> tuple[Table, Mine | Theirs | Us]:
    try:
        tables = toml.parse(content)
        kind: Any = model.BY_ABOUT.get(str(tables.get("about")), Theirs)
        if isinstance(schema := tables.get("schema"), int) and schema > SCHEMA:
            what = f"a newer version of this program wrote it (schema {schema}), so it is not read here"
            raise StoreError(Fault("", what, "Bring this one up to date."))
        value: Mine | Theirs | Us = to_value(tables, kind)
        if faults := model.faults(value):
            raise StoreError(*faults)
    except StoreError as error:
        raise document.pinned(error, content, path) from None
    return tables, value


def _copy(tables: Table) -> Table:
    copied: Table = msgspec.to_builtins(tables)
    return copied


def _lay(path: Path, tables: Table, known: bytes | None) -> None:
    before = known or b""
    text = toml.dumps(tables)
    if b"\r\n" in before[: before.find(b"\n") + 1]:
        text = text.replace("\n", "\r\n")
    if b"#" in before:  # most files: the parser of the next line need not be loaded
        from session_tui.store.pinpoint import has_comments

        if has_comments(before):
            atomic.aside(path, "before", before)
    exchange.put(path, ((BOM if before.startswith(BOM.encode()) else "") + text).encode(), known)
