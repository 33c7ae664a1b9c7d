"""Answers on the enemies of teamwork that grow one at a time, each on disk before the next.

About me: in the user's own data folder, for nobody else. About an account: in the folder of assessments, with the name
of whoever says so. Those about us, without names, are in `store/about_us.py`.
"""

import random
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from msgspec.structs import replace

from session_tui.model import enemies as model
from session_tui.model.enemies import Answer, Frequency, Mine, MyRound, Report, Theirs
from session_tui.model.fault import Fault
from session_tui.model.folding import name_key
from session_tui.model.scorecard import in_rounds
from session_tui.store import atomic, document, folders, ownership, toml
from session_tui.store.about_us import files_like, in_git
from session_tui.store.contents import copies_of, duplicate
from session_tui.store.ids import CROCKFORD, slug
from session_tui.store.toml_file import TomlFile, Version, decode
from session_tui.store.trouble import StoreError, contained, fault_of

MINE = "enemies.toml"
_OURS_ALONE = 0o700
_KEPT = "Your answers are kept, and written with the next one."


class Growing:
    """Answers that are on disk as soon as they are given: what is not there yet is kept, and tried again."""

    def __init__(self, path: Path, empty: Mine | Theirs, round: str, answers: Answer, locks: Path) -> None:  # noqa: A002
        """`empty` is the file where there is none yet: about the one who answers, or about an account."""
        self.path = path
        self.round = round
        self.answers = dict(answers)
        self.locks = locks
        self.remarks: tuple[Fault, ...] = ()
        self._empty = empty
        self._unsaved: dict[str, Frequency | None] = {}
        self._saving = Lock()

    @property
    def private(self) -> bool:
        """It is about the one who answers."""
        return isinstance(self._empty, Mine)

    @property
    def account(self) -> str:
        """The account that it is about, or nothing."""
        return self._empty.account if isinstance(self._empty, Theirs) else ""

    @property
    def saved(self) -> bool:
        """Every answer is on disk."""
        return not self._unsaved

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
            whole = _answered(self._empty, self.round, self.answers)
            try:
                folders.make(kept.parent, _OURS_ALONE)
                atomic.write(kept, toml.dumps(document.fresh(whole, sparse=True)).encode(), private=True)
            except OSError:
                raise error from None
            do = f"Your answers are kept in {kept}; they belong into {self.path}."
            raise StoreError(replace(error.faults[0], do=do)) from None

    def _write(self, fresh: dict[str, Frequency | None]) -> None:
        kind: type[Mine] | type[Theirs] = type(self._empty)
        file: TomlFile[Any] = TomlFile(
            self.path, kind, self.locks / "locks", check=model.faults, stays_in=self.path.parent, do=_KEPT
        )

        def answered(there: Version[Any]) -> Any:
            # All of it where there is no file: somebody may have taken it away meanwhile.
            given = {**self.answers} if there.content is None else fresh
            if self.private:
                self._tighten()
            return _answered(there.value, self.round, given)

        try:
            folders.make(self.path.parent, _OURS_ALONE if self.private else 0o777)
            file.update(answered, self._empty)
        except OSError as error:
            raise StoreError(fault_of(error, self.path, _KEPT)) from error

    def _tighten(self) -> None:
        """Whatever folder and file were before, they are this user's alone."""
        self.path.parent.chmod(_OURS_ALONE)
        if self.path.exists():
            self.path.chmod(ownership.OWNER_ALONE)


def about_me(folder: Path, round: str, locks: Path) -> Growing:  # noqa: A002
    """What the user says of themselves, begun or gone on with; nothing is written before the first answer."""
    path = folder / MINE
    mine = my_rounds(folder)
    answers = next((each.answers for each in mine.rounds if each.round == round), {})
    found = Growing(path, Mine(kind="enemies", about="me"), round, answers, locks)
    if repository := in_git(folder):
        what = f"git keeps {repository}, where this is about you alone: commit no {MINE}"
        found.remarks = (Fault("", what),)
    found.remarks += tuple(each.fault for each in copies_of(path))
    return found


def my_rounds(folder: Path) -> Mine:
    """What the user said of themselves in all rounds; `StoreError` where that cannot be read."""
    path = folder / MINE
    if not path.exists() and not path.is_symlink():
        return Mine(kind="enemies", about="me")
    content = _own_content(path)
    if _about(content) in ("us", "account"):
        raise StoreError(Fault(str(path), "it is not about you", "Move it away; it is not changed here."))
    return decode(content, Mine, path, model.faults).value


def about_account(folder: Path, account: str, name: str, round: str, locks: Path, chance: random.Random) -> Growing:  # noqa: A002
    """What somebody says of a customer in this round, begun or gone on with."""
    read, faults = _said_of(folder, account)
    asked = (name_key(account), name_key(name), round)
    mine = {path: one for path, one in read.items() if (name_key(one.account), name_key(one.name), one.round) == asked}
    if mine:
        path = min(mine, key=lambda each: (-len(mine[each].answers), each.name))
        account, name, answers = mine[path].account, mine[path].name, mine[path].answers
    else:
        letters = "".join(chance.choices(CROCKFORD, k=4))
        path, answers = folder / f"account-{slug(account)}-enemies-{round}-{letters}.toml", {}
    empty = Theirs(kind="enemies", about="account", account=account, round=round, name=name)
    found = Growing(path, empty, round, answers, locks)
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
    return model.strange(each.answers for each in read.values() if name_key(each.account) == name_key(account))


def _said_of(folder: Path, account: str) -> tuple[dict[Path, Theirs], tuple[Fault, ...]]:
    found: dict[Path, Theirs] = {}
    faults = []
    # Names that mean one account have one slug: what is said of others is not even read.
    for path in files_like(folder, f"account-{slug(account)}-enemies-*.toml"):
        try:
            with contained(path):
                content = _own_content(path)
                if _is_about_account(content):
                    found[path] = decode(content, Theirs, path, model.faults).value
                    if copy := duplicate(path):
                        faults.append(replace(copy.fault, what=f"{copy.fault.what}; what both say counts once"))
        except StoreError as error:
            first = error.faults[0]
            what = f"{first.what}, so it does not count"
            faults.append(Fault(first.where or path.name, what, "session-tui validate says all that is wrong."))
    return found, tuple(faults)


def _is_about_account(content: bytes) -> bool:
    tables = toml.parse(content)
    return tables.get("kind") == "enemies" and tables.get("about") == "account"


def _about(content: bytes) -> object:
    with suppress(StoreError):  # told by whoever reads it as what it should be
        return toml.parse(content).get("about")
    return None


def _answered(value: Any, round: str, given: Mapping[str, Frequency | None]) -> Any:  # noqa: A002
    """The file with these answers of a round; None takes one back."""
    if isinstance(value, Theirs):
        return replace(value, answers=_merged(value.answers, given))
    rounds = list(value.rounds)
    at = next((at for at, each in enumerate(rounds) if each.round == round), None)
    if at is None:
        rounds.append(MyRound(round=round, answers=_merged({}, given)))
    else:
        rounds[at] = replace(rounds[at], answers=_merged(rounds[at].answers, given))
    return replace(value, rounds=tuple(rounds))


def _merged(there: Answer, given: Mapping[str, Frequency | None]) -> Answer:
    together = {**there, **given}
    return {habit: said for habit, said in together.items() if said is not None}


def _own_content(path: Path) -> bytes:
    if path.is_symlink():
        # In a folder that several people share, a link could lead our writing anywhere.
        raise StoreError(Fault(path.name, "it is a link", "Put the file itself there."))
    return toml.read_bytes(path)
